"""What stands beside the chains is proved each day: whatever was changed, deleted or added is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore import DocumentReference

from spaktok.core import clients, once
from spaktok.gifts.service import proving, showing, undoing
from spaktok.gifts.service.proving import Progress
from spaktok.wallet import store
from spaktok.wallet.model import policy
from spaktok.wallet.model.entry import Entry, Kind, digest
from spaktok.wallet.service import auditing, crediting, income, reading, reversals, spending
from spaktok.wallet.service.refunds import hold_dispute, resolve_dispute
from spaktok.wallet.service.spending import Order
from tests.support import blueprint
from tests.support.giving import give, rich, settle
from tests.support.money import documents, ledger
from tests.support.operations import half
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.time import TestClock

Fields = dict[str, Any]
Named = set[tuple[str, str]]


@pytest.fixture(autouse=True)
def _world(queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ben has gifts that stand, one that was taken back, one whose purchase was disputed, and won."""
    monkeypatch.setattr(proving, "STEP", timedelta(days=1))
    time.at = datetime.now(UTC)  # entries have the database's time
    blueprint.once("a day of gifts", lambda: _day(queue, time), queue, time)


def _day(queue: Queue, time: TestClock) -> None:
    rich(ANA, CARL)
    join(BEN, DINA)
    give(gift_id="heart")
    give(CARL)
    settle(queue, time)
    undoing.undo(ANA, give(gift_id="star").transaction_id)
    lot = crediting.lot_id_of(CARL, f"p-{CARL}")
    hold_dispute(CARL, "d1", lot, 99)
    settle(queue, time)
    resolve_dispute(CARL, "d1", lot, won=True)
    settle(queue, time)
    # Of coins that nobody paid for there is nothing to sweep.
    crediting.grant_promo(DINA, "ad-1", 5, "adReward", expires_at=time.at + timedelta(days=3))
    give(DINA)
    settle(queue, time)
    time.pass_(hours=2)


def found() -> Named:
    """The alarms of a day's audit: all wallets, and all roll-ups."""
    for name in ("alarms", "walletAudits"):
        for one in clients.db().collection(name).stream():
            one.reference.delete()
    for uid in (ANA, BEN, CARL):
        auditing.alarm(auditing.wallet(uid))
    look()
    return {(one["invariant"], one["subject"]) for one in documents("alarms")}


def look() -> None:
    """At every day there is, by the entries' own clock, which is the tests', and by the database's."""
    times = [time for one in ledger() for time in (one.at, one.committed_at) if time]
    for day in sorted({time.date().isoformat() for time in times}):  # two, round midnight
        progress: Progress | None = Progress(day)
        while progress is not None:
            progress = proving.page(progress)


def of(kind: Kind) -> list[DocumentReference]:
    return [store.entries().document(one.id) for one in ledger() if one.kind is kind]


@contextmanager
def put(ref: DocumentReference, fields: Fields | None) -> Iterator[None]:
    """Something else in an entry's place, for a while; nothing, where it is None."""
    before = ref.get().to_dict()
    ref.delete() if fields is None else ref.set(fields)
    yield
    ref.delete() if before is None else ref.set(before)


def forged(ref: DocumentReference, change: Callable[[Fields], Fields]) -> Fields:
    """An entry, changed so that nobody sees it by its own hash."""
    fields = ref.get().to_dict() or {}
    fields |= {"facts": {**fields["facts"], **change(fields["facts"])}}
    return {**fields, "hash": digest(fields)}


def test_a_day_on_which_nothing_is_wrong_raises_no_alarm_and_any_change_of_it_does(
    queue: Queue,
) -> None:
    """I7: whatever stands beside the chains is named when it is changed, with or without its hash, or
    deleted.

    Controls tried: without the hashes in roll-ups' items a reversal that was changed with its hash is
    named by no I7; without those of sweeps, no roll-up is.
    """
    assert found() == set()
    assert queue.names() == []
    swept = next(ref for ref in of(Kind.ROLL_UP) if ref.get().get("facts.byDay"))
    undone, restored = of(Kind.REVERSAL)[0], of(Kind.RESTORATION)[0]
    for ref, other in (
        (swept, (swept.get().to_dict() or {}) | {"inputHash": "x"}),
        (swept, forged(swept, _moved)),
        (swept, None),
        (undone, forged(undone, _moved)),
        (undone, None),
        (restored, (restored.get().to_dict() or {}) | {"inputHash": "x"}),
        (restored, forged(restored, _moved)),
        (restored, None),
    ):
        with put(ref, other):
            assert ("I7", ref.id) in found()
    # Under the names of the erased the same holds.
    for one in ledger():
        names = {"userId": f"gone-{one.user_id}"}
        names |= {"receiverId": f"gone-{one.receiver_id}"} if one.receiver_id else {}
        store.entries().document(one.id).update(names)
    for alarm in clients.db().collection("alarms").stream():
        alarm.reference.delete()
    look()
    assert documents("alarms") == []


def _moved(facts: Fields) -> Fields:
    return {"part": f"{facts['part']}x"}


def test_a_roll_up_that_nobody_sweeps_is_proved_by_what_it_shares_out() -> None:
    """Nothing was paid for its gift, so that it moves nothing: no chain has ever heard of it."""
    items = {ref: ref.get().get("facts.items") for ref in of(Kind.ROLL_UP)}
    ref, item = next((ref, one) for ref, (one, *_) in items.items() if not one["netMicro"])
    assert not ref.get().get("facts.byDay")
    with put(ref, forged(ref, lambda _: {"items": [{**item, "kept": True, "asideMicro": 7}]})):
        assert {("I19", item["id"]), ("I19", ref.id)} <= found()
    with put(ref, None):
        assert ("I19", item["id"]) in found()
    # One from before items named hashes: nothing is missed of it but that.
    unnamed = {name: value for name, value in item.items() if name != "hash"}
    with put(ref, forged(ref, lambda _: {"items": [unnamed]})):
        assert found() == set()


def test_a_roll_up_that_shares_out_again_or_what_is_not_there_is_named() -> None:
    """I19: under the number of the next, under any other, with nothing, with a made-up gift."""
    first = of(Kind.ROLL_UP)[0].get().to_dict() or {}
    held = {("I19", one["id"]) for one in first["facts"]["items"]}
    for number, name in ((1, "more"), (7, "more")):
        again = {**first, "id": name, "facts": {**first["facts"], "number": number}}
        with put(store.entries().document(name), {**again, "hash": digest(again)}):
            assert {*held, ("I7", name)} <= found()
    none = {**first, "id": "none", "postings": [], "facts": {**first["facts"], "items": []}}
    with put(store.entries().document("none"), {**none, "hash": digest(none)}):
        assert ("I19", "none") in found()
    item = {**first["facts"]["items"][0], "id": "nobody-gave"}
    other = {**first, "id": "other", "facts": {**first["facts"], "items": [item]}}
    with put(store.entries().document("other"), {**other, "hash": digest(other)}):
        assert ("I7", "nobody-gave") in found()


def test_a_reversal_that_nobody_asked_for_is_named_whether_it_is_shared_out_or_not(
    queue: Queue, time: TestClock
) -> None:
    """I10, the creators' side. Control tried: without `_caused`, it is named no more once shared."""
    gift = next(one for one in ledger() if one.kind is Kind.GIFT and one.user_id == ANA)
    (part,) = [one for one in reversals._parts(gift) if not one.reversed][:1]
    made: Entry = part.next(reversals.REFUNDED, time.at)
    batch = clients.db().batch()
    store.create(batch, made)
    batch.commit()
    assert ("I19", made.id) in found()
    income.roll_up(income.slot_of(made), half)
    assert ("I10", made.facts["lotId"]) in found()
    batch = clients.db().batch()
    other = part.next(reversals.UNDONE, time.at)
    batch.delete(store.entries().document(made.id))
    store.create(batch, other)
    batch.commit()
    assert {("I10", other.id), ("I7", made.id)} & found()


def test_a_gift_that_is_in_no_chain_is_named_once_it_is_shared_out() -> None:
    """I7: nobody's coins paid for it. Control tried: with its number unasked, nothing is found."""
    gift = next(one for one in ledger() if one.kind is Kind.GIFT and one.user_id == CARL)
    fields = store.entries().document(gift.id).get().to_dict() or {}
    made = {**fields, "id": "made-up", "seq": 0, "prev": ""}
    store.entries().document("made-up").set({**made, "hash": digest(made)})
    income.roll_up(income.slot_of(gift), half)
    assert found() == {("I7", "made-up")}


def test_a_share_that_was_not_due_when_the_gift_was_committed_is_named(
    queue: Queue, time: TestClock
) -> None:
    """I20. Control tried: without `_due_at` asked, nothing is found."""
    gift = spending.spend(ANA, "g1", Order(10, BEN))
    income.roll_up(income.slot_of(gift), lambda *_: 9_000)
    assert found() == {("I20", gift.id)}


def test_neither_a_reversal_of_the_same_instant_nor_another_policy_since_makes_a_share_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A reversal has its gift's share, whenever it is committed.

    Controls tried: with reversals' shares by their instants, or with today's policy, gifts are named.
    """
    first = spending.spend(ANA, "g1", Order(10, BEN))
    income.roll_up(income.slot_of(first), half)
    (made,) = reversals.reversals_of(reversals.reverse_gift(ANA, first.id, "undo"))
    slot = income.slot_of(made)
    monkeypatch.setattr("spaktok.wallet.service.spending.placed", lambda *_: slot)
    gift = store.entries().document(spending.spend(ANA, "g2", Order(10, BEN)).id).get()
    ref = store.entries().document(made.id)
    fields = (ref.get().to_dict() or {}) | {"committedAt": gift.get("committedAt")}
    ref.set({**fields, "hash": digest(fields)})
    income.roll_up(slot, lambda *_: 9_000)
    found = {one.id: one.to_dict() or {} for one in store.roll_ups(slot.id).stream()}
    assert {made.id, gift.id} <= {
        one["id"] for fields in found.values() for one in fields["facts"]["items"]
    }
    monkeypatch.setattr(policy, "PROVISION_BPS", policy.PROVISION_BPS + 1)
    assert proving.proving.roll_ups(found, lambda *_: range(10_001)) == []


def test_a_gift_that_is_shared_out_nowhere_is_named_and_sent_again(
    queue: Queue, time: TestClock
) -> None:
    """I19 over a day. Control tried: without the counts nothing is sent."""
    gift = give()
    queue.waiting.clear()
    assert ("I19", gift.transaction_id) in found()
    assert queue.names() == ["rollUpGifts"]
    queue.drain()
    assert found() == set()


def test_a_day_of_which_something_is_missing_is_looked_through_step_by_step_in_pages_of_their_own(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One task reads a step and says what it found: a day as a whole fits in none.

    Control tried: with all steps in one page, there is one.
    """
    monkeypatch.setattr(proving, "STEP", timedelta(hours=8))
    gift = reading.entry(give().transaction_id)
    assert gift is not None
    assert gift.committed_at is not None
    queue.waiting.clear()
    seen, looked = proving.proving.unshared, []

    def unshared(since: datetime, until: datetime) -> Any:
        looked.append((since.hour, until - since))
        return seen(since, until)

    monkeypatch.setattr(proving.proving, "unshared", unshared)
    pages: list[Progress] = []
    progress: Progress | None = Progress(f"{gift.committed_at:%Y-%m-%d}", lane=9)
    while progress is not None:
        pages.append(progress)
        before = len(looked)
        progress = proving.page(progress)
        assert len(looked) <= before + 1
    assert [one.lane for one in pages] == [9, 10, 11, 12, 13]
    assert len({proving.page_task(one).id for one in pages}) == len(pages)
    assert looked == [(hour, timedelta(hours=8)) for hour in (0, 8, 16)]
    assert queue.names() == ["rollUpGifts"]


def test_a_day_whose_look_died_is_looked_at_again_with_the_next_by_tasks_of_its_own(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control tried: with yesterday alone begun, the day whose tasks were lost is never looked at."""
    at = datetime(2026, 3, 14, 4, tzinfo=UTC)
    proving.begin(at - timedelta(days=1))
    lost = {task_id for _, task_id, _ in queue.waiting}
    queue.waiting.clear()
    proving.begin(at)
    days = [body["data"]["day"] for _, _, body in queue.waiting]
    assert days == ["2026-03-13", "2026-03-12", "2026-03-11"]
    assert not lost & {task_id for _, task_id, _ in queue.waiting}
    first = queue.waiting[0]
    queue.waiting.clear()
    queue.waiting.append(first)
    queue.drain()
    proving.begin(at + timedelta(days=1))
    days = [body["data"]["day"] for _, _, body in queue.waiting]
    assert days == ["2026-03-14", "2026-03-12"]
    queue.waiting.clear()


def stats() -> int:
    fields = clients.db().document(f"users/{BEN}/giftStats/summary").get().to_dict() or {}
    coins: int = fields["coins"]
    return coins


def test_what_was_shared_but_never_shown_is_shown_by_the_daily_look(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The roll-up is committed, its task fails to the last; an undone gift's subtraction is lost too.

    Control tried: without `_show_again` and `_unshow_again` the totals stay as they were.
    """
    before = stats()
    kept, undone = give(gift_id="heart"), give(DINA)
    with monkeypatch.context() as broken:
        broken.setattr(showing, "_stage", _dead)
        task = next(one for one in queue.waiting if one[0] == "rollUpGifts")
        time.pass_(seconds=2)
        assert queue.deliver(*task) == 500
    queue.waiting.clear()
    assert stats() == before
    look()
    settle(queue, time)
    assert stats() == before + kept.coins + undone.coins
    undoing.reverse(undoing.gift_of(undone.transaction_id), "undo", lambda _: None)
    queue.waiting.clear()
    time.pass_(hours=2)
    look()
    settle(queue, time)
    assert stats() == before + kept.coins
    look()
    assert queue.names() == []


def test_what_is_delivered_when_nobody_remembers_whether_it_was_shown_is_not_shown(
    queue: Queue, time: TestClock
) -> None:
    """F17: long after the record of it is gone. Control tried: without the bound, it counts twice."""
    gift = give(gift_id="heart")
    task = next(one for one in queue.waiting if one[0] == "rollUpGifts")
    settle(queue, time)
    before = stats()
    time.pass_(days=once.KEPT_FOR.days)
    for one in clients.db().collection("operations").stream():
        if "expiresAt" in (one.to_dict() or {}):
            one.reference.delete()
    assert queue.deliver(*task, retry=1) == 200
    queue.drain()
    assert (stats(), gift.coins) == (before, 5)


def _dead(*_: Any) -> None:
    raise ConnectionError("the database is away")
