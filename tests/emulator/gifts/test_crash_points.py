"""F1 to F3: a fault at every RPC of what is done with gifts, each followed by a retry, leaves what one
clean run leaves: in both wallets, in the ledger, in what is seen and in who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from spaktok.core import clients, clock, dispatch
from spaktok.core.ids import UserId
from spaktok.gifts import giving, store
from spaktok.gifts.model import Context
from spaktok.gifts.requests import AddGift, UpdateGift
from spaktok.gifts.service import (
    catalogue,
    leaderboards,
    proving,
    refunding,
    sending,
    showing,
    telling,
    undoing,
)
from spaktok.gifts.service.proving import Progress
from spaktok.gifts.service.telling import Word
from spaktok.wallet.model.wallet import day_of
from spaktok.wallet.service import approvals, auditing, income, reading, recovering
from spaktok.wallet.service.heartbeat import income_ref
from tests.support.crashes import Operation, Scenes, enumerated
from tests.support.gifts import stream
from tests.support.giving import asked, give, quoted, rich
from tests.support.money import documents, ledger
from tests.support.people import CARL, DINA, join
from tests.support.queue import Queue
from tests.support.remains import left
from tests.support.time import TestClock

pytestmark = pytest.mark.usefixtures("later")

TELL = "tellEarnings"
GIFTS, AROUND, CATALOGUE = Scenes(), Scenes(), Scenes()
"""Of gifts, with all that follows from one; and of each thing that follows, by itself."""


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


@GIFTS.of("sendGift")
def send(uid: str) -> Operation:
    request = asked(star_of(uid), "star", **place(uid))
    catalogue.forget()  # or the retry alone would look
    return lambda: sending.send(UserId(uid), request)


@GIFTS.of("sendGift")
def send_with_a_quote(uid: str) -> Operation:
    where = place(uid)
    quote = quoted(UserId(uid), star_of(uid), "star", **where).quote
    request = asked(star_of(uid), "star", quote=quote, **where)
    return lambda: sending.send(UserId(uid), request)


@GIFTS.of("undoGift")
def undo(uid: str) -> Operation:
    gift = given(uid)
    return lambda: undoing.undo(UserId(uid), gift)


@GIFTS.of("refundGift")
def refund(uid: str) -> Operation:
    gift = given(uid)
    return lambda: refunding.refund(CARL, gift, "sent by a child")


@GIFTS.of("rollUpGifts")
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
@pytest.mark.parametrize("name", GIFTS)
def test_a_fault_at_any_rpc_of_a_gift_changes_nothing_of_the_outcome(
    name: str, queue: Queue, time: TestClock
) -> None:
    """Controls tried: with `set` for `create` in `store.create` a gift is given twice; without `once`
    in `showing._show` it is shown twice."""
    join(CARL)
    enumerated(GIFTS[name], partial(state, queue=queue, time=time), every=12)
    assert auditing.everything(settled=True) == []


def large(uid: str) -> str:
    """A gift that one of the staff does not refund alone."""
    where = place(uid)
    return give(UserId(uid), star_of(uid), "star", quantity=51, **where).transaction_id


@AROUND.of("refundGift")
def propose(uid: str) -> Operation:
    gift = large(uid)
    return lambda: refunding.refund(CARL, gift, "sent by a child", f"key-{uid:0>8}")


@AROUND.of("approveGiftRefund")
def approve(uid: str) -> Operation:
    proposal = str(propose(uid)().proposal_id)
    seen = str(approvals.ref(proposal).get().get("payloadHash"))
    return lambda: refunding.approve(DINA, proposal, seen, "I see it too")


@AROUND.of("paintGifts")
def paint(uid: str) -> Operation:
    show(uid)()
    return lambda: showing.paint(f"liveStreams/stream-{uid}")


@AROUND.of("unshowGift")
def unshow(uid: str) -> Operation:
    gift = reading.entry(given(uid))
    assert gift is not None
    showing.settle(income.slot_of(gift))
    undone = undoing.undo(UserId(uid), gift.id).transaction_id
    return lambda: showing.unshow(undone)


@AROUND.of("tellGifts")
def tell(uid: str) -> Operation:
    gift = reading.entry(given(uid))
    assert gift is not None
    word = Word(gift.id, uid, False, Context.PROFILE, star_of(uid), gift.at)
    return lambda: telling.tell(star_of(uid), [word])


@AROUND.of("auditGifts", "auditRollUps")
def prove(uid: str) -> Operation:
    """The look at all gifts of the day, from its beginning: the first only sends the task."""
    show(uid)()

    def look() -> None:
        progress: Progress | None = Progress(day_of(datetime.now(UTC)))  # the database's
        while progress is not None:
            progress = proving.page(progress)

    return look


@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize("name", AROUND)
def test_a_fault_at_any_rpc_of_what_follows_from_a_gift_changes_nothing_of_what_is_left(
    name: str, queue: Queue, time: TestClock
) -> None:
    join(CARL, DINA)
    enumerated(AROUND[name], lambda uid: left(uid, queue, time, star_of(uid)), few=1)


@CATALOGUE.of("addGift")
def add(uid: str) -> Operation:
    asked_ = AddGift.model_validate(
        {
            "giftId": f"comet-{uid}",
            "name": "Comet",
            "category": "event",
            "rarity": "epic",
            "coinCost": 700,
            "reason": "an event",
        }
    )
    return lambda: catalogue.add(CARL, asked_)


@CATALOGUE.of("updateGift")
def change(uid: str) -> Operation:
    add(uid)()
    asked_ = UpdateGift(gift_id=f"comet-{uid}", coin_cost=800, reason="dearer")
    return lambda: catalogue.update(CARL, asked_)


@CATALOGUE.of("removeGift")
def retire(uid: str) -> Operation:
    add(uid)()
    return lambda: catalogue.retire(CARL, f"comet-{uid}", "the event is over")


@CATALOGUE.of("updateGiftLeaderboards")
def rank(uid: str) -> Operation:
    add(uid)()  # nobody gives here: the boards are the same, and written anew
    return lambda: leaderboards.rebuild(clock.now())


@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize("name", CATALOGUE)
def test_a_fault_at_any_rpc_of_the_catalogue_changes_nothing_of_the_outcome(name: str) -> None:
    def count() -> int:
        return len(list(clients.db().collection_group("entries").stream()))

    before = [0, catalogue.current().version]

    def state(uid: str) -> Any:
        catalogue.forget()
        now = catalogue.current()
        found = now.find(f"comet-{uid}"), count() - before[0], now.version - before[1]
        before[:] = count(), now.version
        boards = documents("giftLeaderboards")
        return replace(found[0], gift_id=""), *found[1:], len(boards)  # type: ignore[type-var]

    enumerated(CATALOGUE[name], state, few=1)
