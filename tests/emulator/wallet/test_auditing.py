"""The audit finds what was planted, says which invariant, and raises an alarm."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import flask
import pytest
from google.cloud.firestore import DELETE_FIELD

import main
from spaktok.core import clock, finished
from spaktok.core.endpoint.declaration import Schedule, declared
from spaktok.wallet import jobs, store
from spaktok.wallet.model.entry import digest
from spaktok.wallet.model.wallet import GENESIS, day_of, matures_at
from spaktok.wallet.service import auditing, heartbeat, reading, refunds, reversals, spending
from spaktok.wallet.service.spending import Order
from tests.support.money import buy, documents
from tests.support.operations import given, half, income
from tests.support.queue import Queue
from tests.support.schedule import fire
from tests.support.time import TestClock

ANA, BEN = "ana", "ben"


@pytest.fixture(autouse=True)
def _history() -> None:
    buy(ANA, 100)
    for number in range(5):
        spending.spend(ANA, f"g{number}", Order(3, BEN))


def entry(number: int) -> Any:
    return store.entries().document(reading.entries_of(ANA)[number - 1].id)


def test_an_untouched_wallet_passes_and_is_read_no_further_than_it_grew() -> None:
    assert auditing.wallet(ANA) == []
    kept = documents("walletAudits")
    assert [(one["seq"], one["sums"]["coins"]) for one in kept] == [(6, 85)]
    assert auditing.wallet(ANA) == []
    spending.spend(ANA, "g9", Order(3, BEN))
    assert auditing.wallet(ANA) == []
    assert documents("walletAudits")[0]["seq"] == 7


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"facts": {"coins": 1}}, 3),
        ({"seq": 99}, 2),
        ({"userId": BEN}, 4),
        ({"prev": "0" * 64}, 5),
    ],
)
def test_an_entry_that_was_changed_is_named(change: dict[str, Any], number: int) -> None:
    """I7, on what is stored."""
    entry(number).update(change)
    (found,) = auditing.wallet(ANA)
    assert found.invariant == "I7"
    assert f"entry {number} " in found.why


def test_an_entry_that_was_deleted_is_named() -> None:
    entry(6).delete()
    (found,) = auditing.wallet(ANA)
    assert found.why == "entry 6 is missing: the wallet says there are 6"


def test_an_entry_beyond_the_wallets_last_is_named_before_the_next_takes_its_number() -> None:
    """I7. Control tried: with all beyond it left to the next audit, nothing is found."""
    last = entry(6).get().to_dict() or {}
    made = {**last, "id": "made-up", "seq": 7, "prev": last["hash"]}
    store.entries().document("made-up").set({**made, "hash": digest(made)})
    assert [one.why for one in auditing.wallet(ANA)] == ["entry 7 stands beyond the wallet's last"]


def test_a_wallet_that_moves_while_it_is_audited_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry names the time of its request: it may be before the wallet was read, and come after.

    Control tried: by their times, what was committed in between stands beyond the wallet's last.
    """
    read = store.chain

    def meanwhile(uid: str, after: int) -> Any:
        monkeypatch.setattr(store, "chain", read)
        spending.spend(ANA, "meanwhile", Order(3, BEN))
        (last,) = [one for one in reading.entries_of(ANA) if one.seq == 7]
        fields = store.entries().document(last.id).get().to_dict() or {}
        fields["committedAt"] -= timedelta(seconds=1)
        store.entries().document(last.id).set({**fields, "hash": digest(fields)})
        store.wallet_ref(ANA).update({"head": digest(fields)})
        return read(uid, after)

    monkeypatch.setattr(store, "chain", meanwhile)
    assert found() == set()
    assert auditing.audit_ref(ANA).get().get("seq") == 6
    assert found() == set()
    assert auditing.audit_ref(ANA).get().get("seq") == 7


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lots": []}, "coins is 0, its entries come to 85"),
        ({"debt": 5}, "debt is -5, its entries come to 0"),
        ({"earnings.available": 7}, "earnings is 7, its entries come to 0"),
        ({"earnings.reserved": {"w1": 9}}, "reserved is 9, its entries come to 0"),
    ],
)
def test_a_balance_that_is_not_the_sum_of_its_entries_is_named(
    change: dict[str, Any], said: str
) -> None:
    """I3, I11."""
    store.wallet_ref(ANA).update(change)
    found = auditing.wallet(ANA)
    assert ("I3", said) in [(one.invariant, one.why) for one in found]


def test_a_gift_shared_out_twice_is_named() -> None:
    """I19."""
    slot = income.slot_of(given("carl"))
    income.roll_up(slot, half)
    (one,) = [e for e in store.entries().stream() if e.get("kind") == "income_roll_up"]
    fields = one.to_dict() or {}
    again = store.entries().document("again")
    again.set({**fields, "id": "again"})
    assert "I19" in {found.invariant for found in auditing.everything()}


def test_the_schedule_goes_through_all_wallets_and_raises_an_alarm(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(auditing, "PAGE", 2)
    for number in range(4):
        buy(f"u{number}", 10)
    store.wallet_ref("u3").update({"debt": 1})
    clock = queue.of("auditWallets")
    clock.enqueue({"data": {"day": "2026-03-14", "after": None}}, _Named("first"))
    queue.drain()
    assert queue.delivered[0][0] == "auditWallets"
    assert len(queue.delivered) == 3
    (alarm,) = documents("alarms")
    assert (alarm["invariant"], alarm["subject"]) == ("I3", "u3")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["invariant"] for one in lines if one["severity"] == "CRITICAL"] == ["I3"]
    assert len(documents("walletAudits")) == 4


def forge(uid: str, number: int, **changes: Any) -> None:
    """Change an entry so that its chain holds: whoever can write everything leaves no broken link."""
    chain = reading.entries_of(uid)
    prev = chain[number - 2].hash if number > 1 else GENESIS
    for one in chain[number - 1 :]:
        ref = store.entries().document(one.id)
        fields = {**(ref.get().to_dict() or {}), "prev": prev}
        fields |= changes if one.seq == number else {}
        prev = fields["hash"] = digest(fields)
        ref.set(fields)
    store.wallet_ref(uid).update({"head": prev})


def found() -> set[str]:
    return {one.invariant for one in auditing.wallet(ANA)}


def test_an_entry_that_does_not_balance_is_named_as_is_its_chain() -> None:
    """I1, I2. Control tried: without `check_sums` only the entry is named, and only once."""
    postings = [{"account": "platform:minted", "unit": "coins", "amount": -99}]
    kept = reading.entries_of(ANA)[0].postings
    others = [
        {"account": one.account, "unit": one.unit, "amount": one.amount}
        for one in kept
        if one.account != "platform:minted"
    ]
    forge(ANA, 1, postings=[*others, *postings])
    assert found() == {"I1", "I2"}


def test_sums_that_an_audit_kept_are_proved_by_the_next() -> None:
    """I2 over what no entry of the day touches."""
    assert found() == set()
    auditing.audit_ref(ANA).update({"sums.`platform:burnt`": 7})
    assert found() == {"I2"}


@pytest.mark.parametrize(
    "change", [{"refunded.clawedMicro": 1}, {"refunded.coins": -1}, {"refunded.micro": 10**9}]
)
def test_a_purchase_whose_parts_are_not_what_was_refunded_is_named(change: dict[str, int]) -> None:
    """I10. Control tried: without the files, nothing is found."""
    (lot,) = store.lots(ANA).stream()
    refunds.refund_purchase(ANA, "r1", lot.id, 50)
    assert found() == set()
    refunds.refund_purchase(ANA, "r2", lot.id, 60)
    lot.reference.update(change)
    assert found() == {"I10"}


def _earned() -> Any:
    """Ana's roll-up, swept, and another gift that is shared and waits; the first roll-up."""
    buy("carl", 100, key="c1")
    first = spending.spend("carl", "first", Order(5, ANA))
    income.roll_up(income.slot_of(first), half)
    (roll_up,) = income.roll_ups_of(income.slot_of(first))
    income.sweep(ANA)
    second = spending.spend("carl", "second", Order(2, ANA))
    income.roll_up(income.slot_of(second), half)
    return store.entries().document(roll_up.id)


def test_what_was_shared_out_is_swept_or_waits() -> None:
    """I19, from where the last audit ended, and from the beginning."""
    _earned()
    assert found() == set()
    assert auditing.audit_ref(ANA).get().get("rolled")["micro"] > 0
    income.sweep(ANA)
    assert found() == set()
    auditing.audit_ref(ANA).delete()
    assert found() == set()


def test_a_shard_that_was_lost_or_made_up_is_named() -> None:
    """I19. Control tried: without `check_income`, nothing is found."""
    _earned()
    (shard,) = store.shards(ANA).stream()
    shard.reference.delete()
    assert found() == {"I19"}
    shard.reference.set(shard.to_dict() or {})
    store.income(ANA).document("more").set({"byDay": {"2026-03-14": 5}, "rollUp": "x"})
    assert found() == {"I19"}


def test_what_a_creator_may_withdraw_before_its_gifts_are_mature_is_named() -> None:
    """I14, where every sum agrees. Control tried: without `check_held`, nothing is found."""
    _earned()
    (sweep,) = [one for one in reading.entries_of(ANA) if one.kind == "gift_earnings"]
    ((day, micro),) = sweep.facts["byDay"].items()
    kept = [
        {"account": one.account, "unit": one.unit, "amount": one.amount} for one in sweep.postings
    ]
    early = [
        {"account": "pending", "unit": "usd_micro", "amount": -micro},
        {"account": "earnings", "unit": "usd_micro", "amount": micro},
    ]
    forge(ANA, sweep.seq, postings=[*kept, *early])
    store.wallet_ref(ANA).update({"earnings.available": micro, "earnings.pendingByDay": {}})
    with clock.set_to(lambda: matures_at(day) - timedelta(milliseconds=1)):
        assert [(one.invariant, one.subject) for one in auditing.wallet(ANA)] == [("I14", ANA)]
    with clock.set_to(lambda: matures_at(day)):
        assert found() == set()


def test_what_was_swept_before_an_audit_of_an_older_version_is_no_alarm_and_audits_go_on(
    time: TestClock,
) -> None:
    """It kept nothing by day; of the days after it, I14 is asked again.

    Control tried: with nothing skipped, what was swept of its day before it is missing.
    """
    _earned()
    for one in reading.entries_of(ANA):  # entries have the database's time, and so do their days
        time.at = max(time.at, one.committed_at or time.at)
    assert found() == set()
    auditing.audit_ref(ANA).update({"held": DELETE_FIELD, "heldFrom": DELETE_FIELD})
    income.sweep(ANA)
    for seq in (8, 9):
        assert found() == set()
        kept = auditing.audit_ref(ANA).get().to_dict() or {}
        assert (kept["seq"], kept["held"], kept["heldFrom"]) == (seq, {}, day_of(time.at))
        spending.spend(ANA, f"more-{seq}", Order(1, BEN))
    later = day_of(time.at + timedelta(days=1))
    store.wallet_ref(ANA).update({f"earnings.pendingByDay.`{later}`": 0})
    auditing.audit_ref(ANA).update({f"held.`{later}`": 5})
    assert found() == {"I14"}


def test_a_roll_up_that_was_changed_or_deleted_is_named() -> None:
    """I7 and I19 beside the chains, though its hash was made anew: the sweep names the other.

    Control tried: without `proving.swept`, only what it moves is found.
    """
    roll_up = _earned()
    fields = roll_up.get().to_dict() or {}
    roll_up.update({"facts.creatorMicro": 1})
    assert found() == {"I7"}
    items = [{**one, "creatorMicro": 1} for one in fields["facts"]["items"]]
    forged = {**fields, "facts": {**fields["facts"], "items": items}}
    roll_up.set({**forged, "hash": digest(forged)})
    assert found() == {"I7", "I19"}
    roll_up.delete()
    assert found() == {"I7", "I19"}


def test_a_reversal_that_is_gone_before_anything_shares_it_out_is_named_by_who_took_it_back() -> (
    None
):
    """I7. Control tried: without `proving.taken_back`, nothing is found."""
    undo = reversals.reverse_gift(ANA, entry(2).id, "undo")
    assert found() == set()
    (reversal,) = reversals.reversals_of(undo)
    auditing.audit_ref(ANA).delete()
    store.entries().document(reversal.id).delete()
    assert found() == {"I7"}


def _a_day(queue: Queue) -> None:
    """The daily schedule, and all that it sends."""
    jobs.auditLedger(_request())
    queue.drain()


@pytest.mark.parametrize(
    "change",
    [{"earnings": DELETE_FIELD}, {"lots": "none"}, {"debt": "5"}, {"lots": [{"coins": 1}]}],
)
def test_a_wallet_that_cannot_be_read_is_reported_and_holds_up_no_other(
    queue: Queue, time: TestClock, change: dict[str, Any]
) -> None:
    """The wallets after it are audited, and the audit ends.

    Control tried: without the `except`, the day ends at the first of the two, with no alarm.
    """
    for number in range(4):
        buy(f"u{number}", 10)
    store.wallet_ref("u1").update(change)
    store.wallet_ref("u3").update({"debt": 1})
    _a_day(queue)
    alarms = {(one["invariant"], one["subject"]) for one in documents("alarms")}
    assert ("I3", "u3") in alarms
    assert {subject for _, subject in alarms} == {"u1", "u3"}
    last = heartbeat.ledger_ref().get().to_dict() or {}
    assert (last["day"], last["wallets"], last["finishedAt"]) == ("2026-03-14", 5, time.at)
    assert last["violations"] == len(alarms)


def test_an_audit_that_does_not_end_raises_an_alarm_and_one_that_does_none(
    queue: Queue, time: TestClock
) -> None:
    """Each schedule watches both. Control tried: without the note at the end, the days alarm."""
    for _ in range(3):
        _a_day(queue)
        # The minutes' audit goes on, and so does everything else.
        heartbeat.income_ref().set({"auditedTo": time.at + timedelta(days=1)})
        time.pass_(days=1)
        _all_done()
    assert documents("alarms") == []
    jobs.auditLedger(_request())
    queue.waiting.clear()  # its pages are lost
    heartbeat.income_ref().set({"auditedTo": time.at + timedelta(days=1)})
    time.pass_(hours=7)
    _all_done()
    jobs.auditIncome(_request())
    (alarm,) = documents("alarms")
    assert (alarm["invariant"], alarm["subject"]) == ("audit", "ledger")


def test_an_audit_of_the_minutes_that_stopped_raises_an_alarm(
    queue: Queue, time: TestClock
) -> None:
    heartbeat.income_ref().set({"auditedTo": time.at - timedelta(minutes=61)})
    _a_day(queue)
    (alarm,) = documents("alarms")
    assert (alarm["invariant"], alarm["subject"]) == ("audit", "income")


def _all_done() -> None:
    for name in heartbeat.WATCHED:
        finished.note(name)


def test_a_job_of_money_that_is_done_no_more_is_named(queue: Queue, time: TestClock) -> None:
    """Control tried: without the note at its end, one that is done is named as well."""
    start = time.at
    assert heartbeat.stale(start) == []
    for name in heartbeat.WATCHED:
        finished.note(name)
    time.pass_(minutes=50)
    assert fire("sweepPayouts") == 200
    time.pass_(minutes=50)
    often = {one for one, most in heartbeat.WATCHED.items() if most == heartbeat.OFTEN}
    assert _stopped(time.at) == often - {"sweepPayouts"}
    assert _stopped(start + timedelta(hours=31)) == set(heartbeat.WATCHED)


def _stopped(at: datetime) -> set[str]:
    return {one.subject for one in heartbeat.stale(at) if one.invariant == "schedule"}


def test_every_schedule_of_money_is_watched() -> None:
    """By its own end, or by that of what it begins."""
    features = ("wallet", "coins", "gifts", "payouts", "premium")
    names = [
        name
        for module, names in main.FUNCTIONS.items()
        if module.split(".")[1] in features and "jobs" in module
        for name in names
    ]
    found = {name for name in names if isinstance(declared(getattr(main, name)), Schedule)}
    others = {"auditIncome", "auditLedger", "auditGifts"}
    shown = {"updateGiftLeaderboards"}
    assert found == set(heartbeat.WATCHED) - {"auditRollUps", "sweepOutbox"} | others | shown


def _request() -> Any:
    return flask.Request.from_values("/", method="POST")


class _Named:
    def __init__(self, task_id: str) -> None:
        self.task_id = task_id
