"""F1 to F3: a fault at every RPC of what is done with gifts, each followed by a retry, leaves what one
clean run leaves: in both wallets, in the ledger, in what is seen and in who is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from spaktok.core import dispatch
from spaktok.core.ids import UserId
from spaktok.gifts import giving, store
from spaktok.gifts.service import catalogue, refunding, sending, showing, undoing
from spaktok.wallet.service import auditing, income, reading, recovering
from spaktok.wallet.service.heartbeat import income_ref
from tests.support.crashes import Operation, Scene, enumerated
from tests.support.gifts import stream
from tests.support.giving import asked, give, quoted, rich
from tests.support.money import documents, ledger
from tests.support.people import CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock

pytestmark = pytest.mark.usefixtures("later")

TELL = "tellEarnings"
SCENES: dict[str, Scene] = {}


def scene(made: Scene) -> Scene:
    SCENES[made.__name__] = made
    return made


def star_of(uid: str) -> UserId:
    return UserId(f"star{uid}")


def place(uid: str) -> dict[str, Any]:
    """Somebody with coins, and a creator on the air."""
    rich(UserId(uid))
    join(star_of(uid))
    return {"context": "live_stream", "contextId": stream(star_of(uid), f"stream-{uid}")}


def given(uid: str) -> str:
    where = place(uid)
    return give(UserId(uid), star_of(uid), "star", **where).transaction_id


@scene
def send(uid: str) -> Operation:
    request = asked(star_of(uid), "star", **place(uid))
    catalogue.forget()  # or the retry alone would look
    return lambda: sending.send(UserId(uid), request)


@scene
def send_with_a_quote(uid: str) -> Operation:
    where = place(uid)
    quote = quoted(UserId(uid), star_of(uid), "star", **where).quote
    request = asked(star_of(uid), "star", quote=quote, **where)
    return lambda: sending.send(UserId(uid), request)


@scene
def undo(uid: str) -> Operation:
    gift = given(uid)
    return lambda: undoing.undo(UserId(uid), gift)


@scene
def refund(uid: str) -> Operation:
    gift = given(uid)
    return lambda: refunding.refund(CARL, gift, "sent by a child")


@scene
def show(uid: str) -> Operation:
    """The task that shares a gift out and adds it to what is seen; a retry knows that it is one."""
    gift = reading.entry(given(uid))
    assert gift is not None
    runs = iter([False, True])
    return lambda: showing.settle(income.slot_of(gift), again=next(runs))


def settle(queue: Queue, time: TestClock) -> None:
    """Let all happen but what waits for the day's end; what is lost is found by the jobs that look."""
    time.at += timedelta(seconds=2)
    deliver(queue)
    # By the database's clock, which is the machine's.
    late = datetime.now(UTC) + timedelta(minutes=1) + recovering.LATE_AFTER
    time.reach(late)
    income_ref().delete()
    recovering.recover(late)
    time.pass_(minutes=2)
    dispatch.sweep()
    deliver(queue)


def deliver(queue: Queue) -> None:
    while queue.waiting:
        function, task_id, body = queue.waiting.popleft()
        if function != TELL:
            assert queue.deliver(function, task_id, body) == 200


def state(uid: str, queue: Queue, time: TestClock) -> Any:
    settle(queue, time)
    star = star_of(uid)
    both = {uid: "sender", star: "star"}
    wallet, theirs = reading.load(uid), reading.load(star)
    note = giving.decode(wallet.notes.get(giving.NOTE, {}))
    stats = store.stats_ref(star).get().to_dict() or {}
    seen = store.broadcast_ref(f"liveStreams/stream-{uid}").get().to_dict() or {}
    return (
        wallet.coins,
        note.totals.coins,
        sorted(theirs.pending.values()),
        {name: stats.get(name) for name in ("gifts", "coins", "byGift", "earnedMicro")},
        {name: seen.get(name) for name in ("gifts", "coins", "points")},
        sorted((one.kind, both[one.user_id]) for one in ledger() if one.user_id in both),
        sorted(
            (both[one["userId"]], one["type"])
            for one in documents("notifications")
            if one["userId"] in both
        ),
    )


@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize("name", SCENES)
def test_a_fault_at_any_rpc_of_a_gift_changes_nothing_of_the_outcome(
    name: str, queue: Queue, time: TestClock
) -> None:
    """Controls tried: with `set` for `create` in `store.create` a gift is given twice; without `once`
    in `showing._show` it is shown twice."""
    join(CARL)
    enumerated(SCENES[name], partial(state, queue=queue, time=time), every=12)
    assert auditing.everything(settled=True) == []
