"""Gifts beside what else may happen: late and shuffled tasks, bans and blocks, other versions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

import main
from spaktok.core import clients, clock
from spaktok.core.refusal import Refusal
from spaktok.gifts import giving
from spaktok.gifts.service import catalogue, sending, undoing
from spaktok.graph import service as graph
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.service import reading, recovering
from tests.support import gifts as situations
from tests.support.edge import Sender, emulate
from tests.support.gifts import stream
from tests.support.giving import asked, give, quoted, rich, settle
from tests.support.money import ledger, sums
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.threads import together
from tests.support.time import TestClock

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _world() -> None:
    rich(ANA, CARL)
    join(BEN)


def seen(path: str = "liveStreams/stream-1") -> dict[str, int]:
    fields = clients.db().document(f"{path}/broadcast/current").get().to_dict() or {}
    return {name: fields.get(name, 0) for name in ("gifts", "coins", "points")}


@pytest.mark.parametrize(("seed", "hours"), [(0, 7), (1, 7 * 24), (2, 7 * 24)])
def test_tasks_in_any_order_and_hours_or_days_late_come_to_the_same(
    queue: Queue, time: TestClock, seed: int, hours: int
) -> None:
    """F7, F8: what is taken back may be subtracted before the gift was ever shown.

    Controls tried: without `once` round what is added, or round what is subtracted, a task that comes
    twice counts twice.
    """
    place = stream(BEN)
    rolls = Random(seed)
    kept = 0
    for number in range(6):
        gift = give(
            rolls.choice([ANA, CARL]), gift_id="heart", context="live_stream", contextId=place
        )
        if number % 3 == 0:
            undoing.undo(_giver(gift.transaction_id), gift.transaction_id)
        else:
            kept += 1
        time.at += SECOND
    time.pass_(hours=hours)
    for _ in range(4):
        waiting = list(queue.waiting)
        rolls.shuffle(waiting)
        queue.waiting.clear()
        queue.waiting.extend(waiting)
        queue.drain(times=rolls.choice([1, 2]))
        time.at += 2 * SECOND
    assert seen() == {"gifts": kept, "coins": 5 * kept, "points": 5 * kept}
    assert sum(reading.load(BEN).pending.values()) == kept * 5 * 3_300
    assert sum(sums().values()) == 0


def _giver(entry_id: str) -> str:
    entry = reading.entry(entry_id)
    assert entry is not None
    return entry.user_id


@pytest.mark.usefixtures("later")
def test_a_lost_roll_up_is_found_by_counts(queue: Queue, time: TestClock) -> None:
    """The task never came; the audit of that minute sends it again."""
    give(gift_id="heart", context="live_stream", contextId=stream(BEN))
    queue.waiting.clear()
    # By the database's clock, which is the machine's.
    (gift,) = [entry for entry in ledger() if entry.kind is Kind.GIFT]
    assert gift.committed_at is not None
    late = gift.committed_at + timedelta(minutes=1) + recovering.LATE_AFTER
    time.at = late
    assert recovering.recover(late) == 1
    settle(queue, time)
    assert seen()["coins"] == 5


F20: dict[str, Callable[[], object]] = {
    "the receiver is banned": lambda: situations.ban(BEN),
    "the receiver blocks": lambda: graph.block(BEN, ANA, None),
    "the receiver leaves": lambda: situations.leave(BEN),
    "the gift is retired": lambda: catalogue.retire(CARL, "star", "sold out"),
    "the stream ends": lambda: stream(BEN, status="ended"),
}


@pytest.mark.parametrize("what", F20)
def test_a_gift_beside_it_is_given_whole_or_not_at_all(
    queue: Queue, time: TestClock, what: str
) -> None:
    """F20, I18: whichever comes first, the ledger is whole, and no gift comes after it unquoted.

    Controls tried: without the look at the receiver, at the stream or at what is on sale one comes.
    """
    place = stream(BEN)
    asks = [asked(gift_id="star", context="live_stream", contextId=place) for _ in range(4)]

    def act(number: int) -> bool:
        if number == 0:
            F20[what]()
            return False
        try:
            sending.send(ANA, asks[number])
        except Refusal:
            return False
        return True

    given = sum(together(4, act))
    catalogue.forget()
    settle(queue, time)
    assert reading.load(ANA).coins == 10_000 - 100 * given
    assert sum(1 for entry in ledger() if entry.kind is Kind.GIFT) == given
    assert sum(sums().values()) == 0
    assert seen()["gifts"] == given
    with pytest.raises(Refusal):
        sending.send(ANA, asked(gift_id="star", context="live_stream", contextId=place))


def test_a_banned_sender_meets_the_edge_whatever_quote_they_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bans count at once: the call is sensitive, so the standing is read anew.

    Control tried: without `sensitive`, the banned sender's gift goes through for half a minute.
    """
    emulate(monkeypatch)
    quote = quoted().quote
    body = {"giftId": "rose", "receiverId": BEN, "quote": quote}
    sender = Sender(ANA)
    assert sender.call(main.sendGift, {**body, "idempotencyKey": "key-before"}).status == 200
    security = clients.db().document(f"security/{ANA}")
    security.set({"banned": True, "bannedUntil": None}, merge=True)
    refused = sender.call(main.sendGift, {**body, "idempotencyKey": "key-after"})
    assert refused.refused == "account-suspended"
    assert reading.load(ANA).coins == 9_999


def test_a_wallet_noted_by_an_older_version_is_read_by_this_one() -> None:
    """F18: what a note lacks is as if it had never been, and what it has besides does no harm."""
    give(gift_id="heart")
    wallet = clients.db().document(f"users/{ANA}/wallet/summary")
    note = reading.load(ANA).notes[giving.NOTE]
    older = {name: value for name, value in note.items() if name not in ("combos", "streakDays")}
    wallet.update({"notes": {giving.NOTE: {**older, "newer": True}, "others": {"x": 1}}})
    assert give(gift_id="heart").combo_count == 1
    assert giving.decode(reading.load(ANA).notes[giving.NOTE]).totals.coins == 10
    assert reading.load(ANA).notes["others"] == {"x": 1}


def test_a_key_is_kept_for_good(time: TestClock) -> None:
    """F17: money keys never expire; a redelivery after any time finds its gift."""
    request = asked()
    first = sending.send(ANA, request)
    time.pass_(days=400)
    assert sending.send(ANA, request) == first
    assert clock.now() - first.sent_at > timedelta(days=399)
