"""F12 and F13: whatever happens between us and the provider, a withdrawal is paid at most once."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from google.cloud.firestore import DELETE_FIELD

from localpaypal.faults import DONE, UNKNOWN, Fault
from localpaypal.server import LocalPayPal
from spaktok.core import clients, clock
from spaktok.core.ids import UserId
from spaktok.core.refusal import PermissionDenied, TryAgain
from spaktok.integrations.paypal import client, model
from spaktok.payouts import store
from spaktok.payouts.model import policy
from spaktok.payouts.model.states import State
from spaktok.payouts.refusals import AlreadySent
from spaktok.payouts.service import deciding, messages, requesting, sending
from spaktok.users import store as users
from spaktok.wallet.service import reading, refunds, spending
from spaktok.wallet.service.spending import Order
from tests.support import faults
from tests.support.money import buy
from tests.support.payouts import (
    ADMIN,
    OTHER_ADMIN,
    agree,
    approved,
    ask,
    available,
    ban,
    creator,
    history,
    link,
    paid_out,
    payout,
    reserved,
    state,
)
from tests.support.people import ANA, BEN
from tests.support.queue import Queue
from tests.support.sample import share, some
from tests.support.threads import together
from tests.support.time import TestClock

CHAOS = int(os.environ.get("SPAKTOK_PAYOUT_RUNS", "16"))
"""Withdrawals of the chaos run; 10,000 in the long one."""
SEED = int(os.environ.get("SPAKTOK_PAYOUT_SEED", "7"))


def settle(payout_id: str, time: TestClock, rounds: int = 6) -> State:
    """Look after it as the sweeper would, until nothing is under way."""
    for _ in range(rounds):
        sending.advance(payout_id)
        if state(payout_id) in (State.PAID, State.FAILED, State.RETURNED):
            break
        time.pass_(minutes=15)
    return state(payout_id)


def times(paypal: LocalPayPal, payout_id: str) -> int:
    return paypal.book.paid_times().get(f"wd-{payout_id}", 0)


def test_a_withdrawal_is_paid(paypal: LocalPayPal, time: TestClock, queue: Queue) -> None:
    creator(ANA)
    first = approved(ANA)
    assert sending.advance(first) is State.SUBMITTED
    assert (available(ANA), reserved(ANA)) == (9_000, 1_000)
    time.pass_(minutes=11)
    assert sending.advance(first) is State.PAID
    assert (available(ANA), reserved(ANA), paid_out()) == (9_000, 0, 950)
    assert history(first) == [
        "requested",
        "reserved",
        "approved",
        "submitting",
        "submitted",
        "paid",
    ]
    assert sending.advance(first) is State.PAID
    agree(paypal)


@pytest.mark.parametrize("fault", UNKNOWN)
def test_an_unknown_outcome_is_found_out_and_nothing_is_released_meanwhile(
    fault: Fault, paypal: LocalPayPal, time: TestClock
) -> None:
    creator(ANA)
    first = approved(ANA)
    paypal.faults.coming = [fault]
    assert sending.advance(first) is State.UNKNOWN
    assert times(paypal, first) == (1 if fault in DONE else 0)
    assert reserved(ANA) == 1_000
    with pytest.raises(AlreadySent):
        requesting.cancel(ANA, first)
    time.pass_(minutes=15)
    assert settle(first, time) is State.PAID
    assert (times(paypal, first), paid_out()) == (1, 950)
    agree(paypal)


def test_without_the_key_the_same_run_pays_more_than_once(
    paypal: LocalPayPal, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: `sender_batch_id` left out of what is sent."""
    encode = client._encode

    def keyless(order: model.Order) -> dict[str, object]:
        body = encode(order)
        body["sender_batch_header"]["sender_batch_id"] = ""
        return body

    monkeypatch.setattr(client, "_encode", keyless)
    monkeypatch.setattr(client, "_checked", lambda batch, _: batch)
    creator(ANA)
    first = approved(ANA)
    paypal.faults.coming = [Fault.TIMEOUT_DONE, Fault.ERROR_DONE]
    settle(first, time)
    for made in list(paypal.book.payouts.values()):
        paypal.book.process(made)
    assert times(paypal, first) == 3, "paid three times, for two answers that were lost"


def test_every_crash_point_leaves_it_paid_once(paypal: LocalPayPal, time: TestClock) -> None:
    """F1 and F13: killed after each commit of sending and before each other RPC (in a short run, a
    third of these), then looked after again."""
    creator(ANA, dollars=2_000)
    plain = approved(ANA)
    with faults.injected() as seen:
        sending.advance(plain)
        time.pass_(minutes=15)
        sending.advance(plain)
    assert state(plain) is State.PAID
    commits, others = [], []
    for number, rpc in enumerate(seen.seen):
        (commits if rpc.method == "commit" else others).append((number, rpc))
    for number, rpc in (*commits, *share(others, every=3)):
        kind = faults.Fault.CRASH_AFTER if rpc.method == "commit" else faults.Fault.CRASH
        time.pass_(hours=25)
        payout_id = approved(ANA, key=f"key-crash-{number:03}")
        with faults.injected(faults.at(number, kind)):
            for _ in range(2):
                try:
                    sending.advance(payout_id)
                except faults.Crash:
                    break
                time.pass_(minutes=15)
        time.pass_(minutes=15)
        assert settle(payout_id, time) is State.PAID, (number, rpc)
        assert times(paypal, payout_id) == 1, (number, rpc)
    assert len(seen.seen) > 10
    agree(paypal)


def test_a_refusal_of_the_first_attempt_gives_the_money_back(
    paypal: LocalPayPal, monkeypatch: pytest.MonkeyPatch
) -> None:
    creator(ANA, email="x@example.com")
    monkeypatch.setattr(client, "money", lambda minor: "-1")
    first = approved(ANA)
    assert sending.advance(first) is State.FAILED
    assert (available(ANA), reserved(ANA)) == (10_000, 0)
    assert paypal.book.payouts == {}
    agree(paypal)


def test_a_refusal_after_an_unknown_outcome_proves_nothing(
    paypal: LocalPayPal, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    creator(ANA)
    first = approved(ANA)
    paypal.faults.coming = [Fault.TIMEOUT_DONE]
    sending.advance(first)
    time.pass_(minutes=15)
    create = client.PayPal.create

    def refusing(self: client.PayPal, order: model.Order) -> model.Batch:
        raise model.Refused("AUTHORIZATION_ERROR")

    monkeypatch.setattr(client.PayPal, "create", refusing)
    assert sending.advance(first) is State.UNKNOWN
    assert reserved(ANA) == 1_000
    monkeypatch.setattr(client.PayPal, "create", create)
    time.pass_(minutes=15)
    assert settle(first, time) is State.PAID
    assert times(paypal, first) == 1


@pytest.mark.parametrize("fate", ["failed", "denied"])
def test_what_the_provider_does_not_pay_is_released_once(
    fate: str, paypal: LocalPayPal, time: TestClock
) -> None:
    creator(ANA, email=f"{fate}@example.com")
    first = approved(ANA)
    assert settle(first, time) is State.FAILED
    assert (available(ANA), reserved(ANA)) == (10_000, 0)
    assert sending.advance(first) is State.FAILED
    agree(paypal)


@pytest.mark.parametrize("fate", ["unclaimed", "onhold", "blocked"])
def test_what_is_held_stays_reserved_and_comes_back_once(
    fate: str, paypal: LocalPayPal, time: TestClock
) -> None:
    """UNCLAIMED for 30 days, ONHOLD and BLOCKED until PayPal decides; RETURNED gives it back once."""
    creator(ANA, email=f"{fate}@example.com")
    first = approved(ANA)
    assert settle(first, time) is State.SUBMITTED
    assert payout(first).detail in ("RECEIVER_UNREGISTERED", "ONHOLD", "BLOCKED")
    assert (available(ANA), reserved(ANA)) == (9_000, 1_000)
    time.pass_(days=31)
    if fate == "unclaimed":
        assert paypal.book.expire_unclaimed() == 1
    else:
        paypal.book.become(paypal.payout(f"wd-{first}"), "RETURNED")
    assert settle(first, time) is State.RETURNED
    sending.advance(first)
    assert (available(ANA), reserved(ANA)) == (10_000, 0)
    agree(paypal)


@pytest.mark.parametrize("status", ["RETURNED", "REVERSED", "REFUNDED"])
def test_paid_is_not_final_and_what_returns_is_credited_once(
    status: str, paypal: LocalPayPal, time: TestClock
) -> None:
    creator(ANA)
    first = approved(ANA)
    assert settle(first, time) is State.PAID
    paypal.book.become(paypal.payout(f"wd-{first}"), status)
    assert sending.advance(first) is State.RETURNED
    assert available(ANA) == 9_950
    sending.advance(first)
    assert (available(ANA), paid_out()) == (9_950, 0)
    agree(paypal)


@pytest.mark.parametrize("lie", ["another amount", "a fee that is none"])
def test_what_is_not_believed_settles_nothing_and_is_an_alarm_at_once(
    lie: str, paypal: LocalPayPal, time: TestClock
) -> None:
    """Not settled, not released; it is asked again, and would be answered the same for ever.

    Negative control: taken for an answer that did not come, as before, there is no alarm.
    """
    creator(ANA)
    first = approved(ANA)
    sending.advance(first)
    told = paypal.payout(f"wd-{first}")
    told.told_amount_minor, told.told_fee_minor = (1, None) if "amount" in lie else (None, 951)
    assert settle(first, time) is State.SUBMITTED
    assert (paid_out(), reserved(ANA)) == (0, 1_000)
    assert payout(first).detail == lie
    (alarm,) = [one.to_dict() or {} for one in clients.db().collection("alarms").stream()]
    assert (alarm["invariant"], alarm["subject"], alarm["why"]) == (
        "payout-not-believed",
        first,
        lie,
    )
    told.told_amount_minor = told.told_fee_minor = None
    assert settle(first, time) is State.PAID
    agree(paypal)


def test_after_twenty_five_days_nothing_is_sent_any_more_and_the_history_is_searched(
    paypal: LocalPayPal, time: TestClock
) -> None:
    """PayPal forgets a key after 30 days: sent again on day 31, it would pay a second time."""
    creator(ANA, dollars=50)
    done, not_done = approved(ANA), approved(ANA, key="key-00000002")
    paypal.faults.coming = [Fault.TIMEOUT_DONE, Fault.TIMEOUT_NOT_DONE]
    sending.advance(done)
    sending.advance(not_done)
    time.pass_(seconds=policy.PAYPAL_RETRY.total_seconds())
    time.pass_(days=6)
    calls = len([one for one in paypal.calls if one == ("POST", "/v1/payments/payouts")])
    assert sending.advance(done) is State.PAID
    assert sending.advance(not_done) is State.UNKNOWN
    after = len([one for one in paypal.calls if one == ("POST", "/v1/payments/payouts")])
    assert after == calls
    assert reserved(ANA) == 1_000
    (alarm,) = clients.db().collection("alarms").stream()
    assert (alarm.get("invariant"), alarm.get("subject")) == ("payout-unresolved", not_done)
    agree(paypal)


def test_an_expired_token_is_fetched_anew(paypal: LocalPayPal, time: TestClock) -> None:
    creator(ANA)
    first = approved(ANA)
    sending.advance(first)
    paypal.token = "another"
    assert settle(first, time) is State.PAID


def test_a_ban_suspends_the_payout_and_not_the_ledger(paypal: LocalPayPal, time: TestClock) -> None:
    creator(ANA)
    first = approved(ANA)
    ban(ANA)
    assert sending.advance(first) is State.APPROVED
    assert payout(first).detail == "account-suspended"
    assert (available(ANA), reserved(ANA)) == (9_000, 1_000)
    users.security_ref(ANA).update({"banned": False})
    time.pass_(hours=7)
    assert settle(first, time) is State.PAID


def test_a_debt_that_opens_after_the_approval_stops_it_and_is_repaid_from_it(
    paypal: LocalPayPal, time: TestClock
) -> None:
    """I14. Reserved and approved without a debt; then the purchase of coins already spent is refunded.

    Negative control: without `owed` in `_held` it is paid.
    """
    creator(ANA, dollars=10)
    lot = spent_coins(ANA)
    first = approved(ANA)
    owed = refunds.refund_purchase(ANA, "r1", lot, 99).facts["debtMicro"]
    assert owed > 0
    assert sending.advance(first) is State.APPROVED
    assert payout(first).detail == "debt-open"
    assert paypal.book.payouts == {}
    requesting.cancel(ANA, first)
    assert reading.load(ANA).debt == 0
    assert reading.load(ANA).available == 10_000_000 - owed
    agree(paypal)


def test_a_dispute_that_opens_after_the_approval_stops_it_until_it_is_won(
    paypal: LocalPayPal, time: TestClock
) -> None:
    creator(ANA, dollars=10)
    lot = spent_coins(ANA)
    first = approved(ANA)
    refunds.hold_dispute(ANA, "d1", lot, 99)
    assert sending.advance(first) is State.APPROVED
    assert payout(first).detail == "debt-open"
    refunds.resolve_dispute(ANA, "d1", lot, won=True)
    time.pass_(hours=7)
    assert settle(first, time) is State.PAID
    assert times(paypal, first) == 1


def test_a_debt_that_opens_after_it_was_sent_loses_nothing(
    paypal: LocalPayPal, time: TestClock
) -> None:
    """Its outcome is unknown: it is found out, as it may have been paid."""
    creator(ANA, dollars=10)
    lot = spent_coins(ANA)
    first = approved(ANA)
    paypal.faults.coming = [Fault.TIMEOUT_DONE]
    assert sending.advance(first) is State.UNKNOWN
    refunds.refund_purchase(ANA, "r1", lot, 99)
    time.pass_(minutes=15)
    assert settle(first, time) is State.PAID
    assert times(paypal, first) == 1


def spent_coins(uid: UserId) -> str:
    """Coins that were bought and given away; the lot."""
    lot = str(buy(uid, 100).facts["lotId"])
    spending.spend(uid, "g1", Order(100, BEN))
    return lot


def test_a_method_that_was_replaced_gets_nothing(paypal: LocalPayPal) -> None:
    creator(ANA)
    first = approved(ANA)
    link(ANA, "thief@example.com")
    assert sending.advance(first) is State.APPROVED
    assert payout(first).detail == "method-replaced"
    assert paypal.book.payouts == {}
    requesting.cancel(ANA, first)
    assert available(ANA) == 10_000


def test_above_the_limit_two_people_approve(paypal: LocalPayPal, time: TestClock) -> None:
    from spaktok.payouts.refusals import ApprovedByYou

    creator(ANA, dollars=1_000)
    first = ask(ANA, policy.FOUR_EYES_ABOVE_MINOR + 1)
    assert deciding.approve(ADMIN, first, None).status is State.RESERVED
    time.pass_(seconds=1)  # of one instant it would be the first, repeated
    with pytest.raises(ApprovedByYou):
        deciding.approve(ADMIN, first, None)
    time.pass_(seconds=policy.APPROVAL_LASTS.total_seconds())
    assert deciding.approve(OTHER_ADMIN, first, None).approvals == 1, "the first one has ended"
    assert deciding.approve(ADMIN, first, None).status is State.APPROVED
    assert settle(first, time) is State.PAID


def test_a_rejection_releases_and_is_told(queue: Queue) -> None:
    creator(ANA)
    first = ask(ANA)
    assert deciding.reject(ADMIN, first, "Not yours").status is State.REJECTED
    assert deciding.reject(ADMIN, first, "Not yours").status is State.REJECTED
    assert (available(ANA), reserved(ANA), payout(first).note) == (10_000, 0, "Not yours")
    with pytest.raises(AlreadySent):
        deciding.approve(OTHER_ADMIN, first, None)
    assert queue.names().count("deliverNotification") == 1


def test_approval_cancellation_ban_and_leaving_at_once_end_in_one_of_them(
    paypal: LocalPayPal, time: TestClock
) -> None:
    """F20. Whoever wins, the money is reserved, out, or back: once, and nowhere twice."""
    creator(ANA, dollars=60)
    ends: Counter[str] = Counter()
    rounds = some(4, short=2)
    for number in range(rounds):
        first = ask(ANA, 1_000, f"key-race-{number:04}")
        works: list[Callable[[], object]] = [
            lambda first=first: deciding.approve(ADMIN, first, None),  # type: ignore[misc]
            lambda first=first: requesting.cancel(ANA, first),  # type: ignore[misc]
            lambda: ban(ANA),
            lambda: requesting.leaving(ANA),
            lambda first=first: sending.advance(first),  # type: ignore[misc]
        ]
        random.Random(number).shuffle(works)

        def one(at: int, works: list[Callable[[], object]] = works) -> None:
            try:
                works[at]()
            except (AlreadySent, TryAgain):
                return

        together(len(works), one)
        users.security_ref(ANA).update({"banned": False})
        time.pass_(hours=7)
        end = settle(first, time, rounds=3)
        if end in (State.RESERVED, State.APPROVED):
            requesting.cancel(ANA, first)
            end = state(first)
        ends[end] += 1
        assert times(paypal, first) == (1 if end is State.PAID else 0)
    paid = ends[State.PAID]
    assert (reserved(ANA), available(ANA)) == (0, 6_000 - 1_000 * paid)
    assert sum(ends.values()) == rounds
    agree(paypal)


def test_many_workers_of_one_withdrawal_pay_it_once(paypal: LocalPayPal, time: TestClock) -> None:
    creator(ANA)
    first = approved(ANA)

    def one(_: int) -> None:
        try:
            sending.advance(first)
        except TryAgain:
            return

    together(4, one)
    assert settle(first, time) is State.PAID
    assert times(paypal, first) == 1


@pytest.mark.parametrize("called", [False, True])
def test_a_worker_that_stood_still_beyond_its_lease_pays_nothing_twice(
    called: bool,
    paypal: LocalPayPal,
    time: TestClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """F16, before its call to the provider and behind it: the lease keeps others away until it ends;
    then they go on, and at last so does the first.

    Negative controls: without the lease the second calls at once; with another key for each attempt
    it is not found again, and never known to be paid.
    """
    creator(ANA)
    first = approved(ANA)
    stopped, goes_on = Event(), Event()
    create = client.PayPal.create

    def standing(self: client.PayPal, order: model.Order) -> model.Batch:
        if stopped.is_set():
            return create(self, order)
        made = create(self, order) if called else None
        stopped.set()
        assert goes_on.wait(30)
        return made or create(self, order)

    monkeypatch.setattr(client.PayPal, "create", standing)
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(sending.advance, first)
        assert stopped.wait(30)
        assert sending.advance(first) is State.SUBMITTING
        assert len(paypal.book.payouts) == called, "its lease is in force"
        time.pass_(minutes=3)
        assert settle(first, time) is State.PAID
        goes_on.set()
        assert late.result() is State.PAID
    assert times(paypal, first) == 1
    assert (available(ANA), reserved(ANA)) == (9_000, 0)
    agree(paypal)


def test_a_signed_message_has_it_looked_up_and_a_forged_one_does_not(
    paypal: LocalPayPal, time: TestClock, queue: Queue
) -> None:
    creator(ANA)
    first = approved(ANA)
    sending.advance(first)
    queue.waiting.clear()
    made = paypal.payout(f"wd-{first}")
    body, headers = paypal.message("PAYMENT.PAYOUTS-ITEM.SUCCEEDED", made)
    for wrong in (body.replace(b"SUCCEEDED", b"RETURNED!"), body + b" "):
        with pytest.raises(PermissionDenied):
            messages.take(wrong, headers)
    assert queue.names() == []
    assert messages.take(body, headers) == first
    assert messages.take(body, headers) == first
    assert queue.names() == ["submitPayout"], "the same message is the same task"
    time.pass_(minutes=3)
    queue.drain()
    assert state(first) is State.PAID


def test_what_is_due_is_swept(paypal: LocalPayPal, time: TestClock, queue: Queue) -> None:
    creator(ANA)
    first = approved(ANA)
    queue.waiting.clear()
    for _ in range(4):
        time.pass_(minutes=11)
        sending.sweep(clock.now())
        queue.drain()
    assert state(first) is State.PAID
    assert paypal.book.paid_times() == {f"wd-{first}": 1}


def test_with_a_fifth_of_the_outcomes_unknown_each_is_paid_once_and_all_are_resolved(
    paypal: LocalPayPal,
    time: TestClock,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    """I12. SPAKTOK_PAYOUT_RUNS=10000 is the long run; SPAKTOK_PAYOUT_SEED another one."""
    each = 8
    people = [f"c{number}" for number in range(max(1, CHAOS // each))]
    for uid in people:
        creator(UserId(uid), dollars=10 * each)
    ids = [approved(UserId(uid), key=f"key-{n:08}") for uid in people for n in range(each)]
    paypal.faults.rolls.seed(SEED)
    paypal.faults.chance = 0.2

    def work(payout_id: str) -> None:
        try:
            sending.advance(payout_id)
        except TryAgain:
            return

    rounds = 0
    with ThreadPoolExecutor(8) as pool:
        while rounds < 40:
            rounds += 1
            left = [one for one in ids if state(one) is not State.PAID]
            if not left:
                break
            list(pool.map(work, left + left[: len(left) // 10]))
            time.pass_(minutes=15)
            capsys.readouterr()
    met = sum(paypal.faults.met.values())
    told = f"seed {SEED}: {len(ids)} withdrawals, {met} unknown outcomes, {rounds} rounds"
    record_property("chaos", told)
    assert Counter(state(one) for one in ids) == {State.PAID: len(ids)}
    assert paypal.book.paid_times() == {f"wd-{one}": 1 for one in ids}
    assert met > len(ids) // 10
    agree(paypal)


def test_a_paid_one_is_looked_at_ever_more_seldom_and_for_two_months(
    paypal: LocalPayPal, time: TestClock
) -> None:
    creator(BEN)
    first = approved(BEN)
    began = clock.now()
    settle(first, time)
    looks = []
    while (due := store.payout_ref(first).get().get("dueAt")) is not None:
        looks.append((due - began).days)
        time.reach(due)
        sending.advance(first)
    assert looks == [1, 3, 7, 14, 30, 60]
    assert state(first) is State.PAID


def test_a_thousand_paid_ones_that_are_due_do_not_keep_one_waiting_that_is_unknown(
    paypal: LocalPayPal, time: TestClock, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer due than it, and more of them than a run takes; the next runs take the others.

    Negative control: by `dueAt` alone, whatever the state, the run is full of them.
    """
    monkeypatch.setattr(
        sending, "SWEEPS", tuple((states, min(most, 25)) for states, most in sending.SWEEPS)
    )
    creator(ANA)
    first = approved(ANA)
    paypal.faults.coming = [Fault.TIMEOUT_DONE]
    sending.advance(first)
    paid = store.payout_ref(first).get().to_dict() or {}
    paid |= {"status": State.PAID, "dueAt": time.at - timedelta(days=1)}
    batch = clients.db().batch()
    for number in range(40):
        batch.set(store.payout_ref(f"p{number:03}"), paid)
    batch.commit()
    queue.waiting.clear()
    time.pass_(minutes=11)
    assert sending.sweep(clock.now(), page=10) == 1 + 25
    sent = [body["data"]["payoutId"] for _, _, body in queue.waiting]
    assert sent[0] == first
    for done in sent[1:]:
        store.payout_ref(done).update({"dueAt": None})
    queue.waiting.clear()
    time.pass_(minutes=10)
    assert sending.sweep(clock.now(), page=10) == 1 + 15


def _unanswering(*_: object) -> model.Batch:
    raise model.Unknown("no answer")


def test_what_stays_undecided_for_longer_than_it_may_is_an_alarm(
    paypal: LocalPayPal, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is known that the provider holds it, and where nothing is known."""
    creator(ANA, email="onhold@example.com")
    first = approved(ANA)
    assert settle(first, time) is State.SUBMITTED
    time.pass_(days=36)
    sending.advance(first)
    (alarm,) = clients.db().collection("alarms").stream()
    assert (alarm.get("invariant"), alarm.get("why")) == ("payout-undecided", "ONHOLD")
    alarm.reference.delete()
    monkeypatch.setattr(client.PayPal, "batch", _unanswering)
    sending.advance(first)
    (alarm,) = clients.db().collection("alarms").stream()
    assert (alarm.get("invariant"), alarm.get("why")) == ("payout-undecided", "no answer")


def test_an_instance_whose_clock_is_ahead_sends_beside_another_and_it_is_paid_once(
    paypal: LocalPayPal, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F13: to it the other's call is long dead. Both send, under one key.

    Control tried: with a key of its own for every attempt it comes to no end.
    """
    creator(ANA)
    first = approved(ANA)
    create = client.PayPal.create
    beside = [True]

    def overtaken(self: client.PayPal, order: model.Order) -> model.Batch:
        if beside.pop() if beside else False:
            time.pass_(minutes=10)
            sending.advance(first)
            time.pass_(minutes=-10)
        return create(self, order)

    monkeypatch.setattr(client.PayPal, "create", overtaken)
    sending.advance(first)
    assert payout(first).sends == 2
    time.pass_(minutes=15)
    assert settle(first, time) is State.PAID
    assert (times(paypal, first), paid_out(), reserved(ANA)) == (1, 950, 0)
    agree(paypal)


def test_a_withdrawal_that_another_version_wrote_is_sent_once_and_keeps_what_it_had(
    paypal: LocalPayPal, time: TestClock
) -> None:
    """F18: an older one knew of no signs and of nothing held, a newer one writes more."""
    creator(ANA)
    first = approved(ANA)
    missing = dict.fromkeys(("held", "signs"), DELETE_FIELD)
    store.payout_ref(first).update({**missing, "region": "eu"})
    assert settle(first, time) is State.PAID
    assert store.payout_ref(first).get().get("region") == "eu"
    assert times(paypal, first) == 1
    agree(paypal)


def test_a_withdrawal_in_a_state_that_this_version_does_not_know_is_left_to_the_other(
    paypal: LocalPayPal, time: TestClock, queue: Queue
) -> None:
    """F18: neither sent nor released here, whoever asks, and it keeps no other back."""
    creator(ANA)
    first, other = approved(ANA), approved(ANA, key="key-00000002")
    store.payout_ref(first).update({"status": "escrowed"})
    queue.waiting.clear()
    time.pass_(minutes=10)
    assert sending.sweep(time.at) == 1
    with pytest.raises(ValueError, match="escrowed"):
        sending.advance(first)
    assert settle(other, time) is State.PAID
    assert (times(paypal, first), reserved(ANA)) == (0, 1_000)
