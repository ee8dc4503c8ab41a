"""The daily comparison over the real ledger and the stand-ins' real exports."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from localpaypal.book import Payout
from localpaypal.faults import Fault
from localpaypal.server import LocalPayPal
from localstripe.api import Fault as StripeFault
from localstripe.api import LocalStripe
from spaktok.core import clients, clock
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused
from spaktok.payouts import store
from spaktok.payouts.model.matching import BANKED_WITHIN, Kind, Report
from spaktok.payouts.model.states import State
from spaktok.payouts.requests import BankLine
from spaktok.payouts.service import reconciling, sending
from spaktok.wallet.model.amounts import Account, Unit
from spaktok.wallet.refusals import ReservationGone
from spaktok.wallet.service import auditing, reading, statements, withdrawals
from tests.support.money import sums
from tests.support.payouts import (
    DOLLAR,
    agree,
    approved,
    approved_to_bank,
    costs,
    creator,
    payout,
    state,
)
from tests.support.people import ANA, BEN
from tests.support.queue import Queue
from tests.support.time import TestClock


@pytest.fixture(autouse=True)
def providers(paypal: LocalPayPal, stripe: LocalStripe) -> None:
    """Every run asks both."""


def paid(key: str, time: TestClock) -> str:
    payout_id = approved(ANA, key=key)
    sending.advance(payout_id)
    time.pass_(minutes=15)
    assert sending.advance(payout_id) is State.PAID
    return payout_id


def alarms() -> list[str]:
    return sorted(one.get("invariant") for one in clients.db().collection("alarms").stream())


def told(report: Report) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.kind, one.ids) for one in report.discrepancies]


def test_the_ledger_and_the_export_agree_and_a_lie_about_a_fee_is_named(
    paypal: LocalPayPal, time: TestClock
) -> None:
    """I13, and F15's lies: the item said $2.50, the export says $0.25."""
    creator(ANA, dollars=50)
    first = paid("key-00000001", time)
    paypal.faults.coming = [Fault.LIE_FEE]
    lied = paid("key-00000002", time)
    back = paid("key-00000003", time)
    paypal.book.become(paypal.payout(f"wd-{back}"), "RETURNED")
    sending.advance(back)
    assert state(back) is State.RETURNED
    time.pass_(hours=30)
    report = reconciling.run(clock.now())
    assert report.matched == 3
    (found,) = report.discrepancies
    assert (found.kind, found.expected_minor, found.found_minor) == (Kind.FEE, 250, 25)
    assert paypal.payout(f"wd-{lied}").transaction_id in found.ids
    kept = store.reconciliation_ref(clock.now().date().isoformat()).get()
    assert (kept.get("matched"), kept.get("found"), kept.get("unread")) == (3, 1, [])
    assert alarms() == ["reconciliation-fee-differs"]
    assert state(first) is State.PAID


def test_money_that_the_provider_moved_and_nobody_booked_is_an_alarm_and_looked_up(
    paypal: LocalPayPal, time: TestClock, queue: Queue
) -> None:
    creator(ANA, dollars=50)
    first = approved(ANA)
    paypal.faults.coming = [Fault.TIMEOUT_DONE]
    sending.advance(first)
    queue.waiting.clear()
    time.pass_(hours=30)
    (found,) = reconciling.run(clock.now()).discrepancies
    assert (found.kind, found.aged) == (Kind.MISSING_IN_LEDGER, True)
    assert len(alarms()) == 1
    queue.drain()
    assert state(first) is State.PAID
    assert told(reconciling.run(clock.now())) == []


def test_the_ledger_has_what_payouts_cost_and_is_the_providers_balance_to_the_cent(
    paypal: LocalPayPal, time: TestClock, queue: Queue
) -> None:
    """I13: what left is `ext:paypal` and `platform:fees`; what the fee of $0.50 leaves is revenue.

    Of what nobody claimed the user has all again, and we have paid $0.25. Of the last two the provider
    gives its cost back, which its export alone says: one that was paid, and one that was not.
    Negative controls, each tried: without the cost in `withdrawing.paid_out` or in `released` the sums
    are off by $0.25 a payout; with what `_booked_back` books left out, the same is named every day.
    """
    before = paypal.book.balance_minor
    fates = ("paid", "failed", "back", "unclaimed", "free", "unclaimed-free")
    people = {
        fate: creator(UserId(f"u{n}"), email=f"{fate}@example.com") for n, fate in enumerate(fates)
    }
    ids = {fate: approved(uid) for fate, uid in people.items()}
    for _ in range(2):
        for one in ids.values():
            sending.advance(one)
        time.pass_(minutes=15)

    def become(fate: str, status: str) -> None:
        paypal.book.become(paypal.payout(f"wd-{ids[fate]}"), status)
        sending.advance(ids[fate])

    become("back", "RETURNED")
    become("unclaimed", "RETURNED")
    paypal.book.gives_fees_back = True
    become("free", "REVERSED")
    become("unclaimed-free", "RETURNED")
    time.pass_(hours=30)
    (first, second) = reconciling.run(clock.now()).discrepancies
    assert {first.kind, second.kind} == {Kind.FEE_BACK}
    assert told(reconciling.run(clock.now())) == []
    assert alarms() == []
    entered = sums()
    gone = entered[Account.PAYPAL, Unit.MICRO] + entered[Account.FEES, Unit.MICRO]
    assert gone == (before - paypal.book.balance_minor) * 10_000 == 9_500_000 + 3 * 250_000
    earned = 3 * 500_000 - 3 * 250_000
    assert entered[Account.REVENUE, Unit.MICRO] == earned - len(people) * 100 * DOLLAR
    agree(paypal)
    assert auditing.everything() == []
    assert reading.load(people["unclaimed"]).available == 100 * DOLLAR


def test_a_cost_is_given_back_once_and_never_more_than_was_kept(
    paypal: LocalPayPal, time: TestClock
) -> None:
    creator(ANA)
    first = paid("key-00000001", time)
    give_back = partial(withdrawals.cost_returned, ANA, first, Account.PAYPAL)
    with pytest.raises(ReservationGone):
        give_back(250_000)  # it did not come back
    paypal.book.become(paypal.payout(f"wd-{first}"), "RETURNED")
    sending.advance(first)
    with pytest.raises(ReservationGone):
        give_back(250_001)
    assert give_back(250_000).id == give_back(250_000).id
    with pytest.raises(KeyReused):
        give_back(100_000)
    assert costs() == 0
    assert auditing.wallet(ANA) == []
    kinds = [one.type for one in statements.history(ANA, 20, None).transactions]
    assert kinds == [
        "withdrawal_returned",
        "withdrawal_completed",
        "withdrawal_request",
        "adjustment",
    ]


LIVES = {
    "paid@example.com": State.PAID,
    "unclaimed-for-ten-days@example.com": State.PAID,
    "unclaimed-for-ever@example.com": State.RETURNED,
    "onhold@example.com": State.SUBMITTED,
    "blocked@example.com": State.SUBMITTED,
    "pending@example.com": State.SUBMITTED,
    "failed@example.com": State.FAILED,
    "denied@example.com": State.FAILED,
    "returned@example.com": State.RETURNED,
    "reversed-on-day-four@example.com": State.RETURNED,
}
"""What becomes of a payout to each, after 32 days."""
TO_BANKS = {
    "btok_us_verified": State.PAID,
    "btok_us_fail": State.RETURNED,
    "btok_us_late": State.RETURNED,
    "btok_us_slow": State.PAID,
}
"""Of bank transfers: the third fails when it was paid for days, the fourth takes four days."""


DAYS = (1, 2, 3, 4, 5, 6, 10, 11, 12, 31, 32)
"""On which the jobs run: in between nothing happens."""


def test_a_month_of_healthy_payouts_names_nothing(
    paypal: LocalPayPal, stripe: LocalStripe, time: TestClock, queue: Queue
) -> None:
    """Whatever a payout may be at on the day of a comparison, looked at as the jobs do.

    Negative control: with `find_entries`, `older_lines` or `standings` of `service.comparing` returning
    nothing, this names what is healthy.
    """
    ids = {email: approved(creator(UserId(f"u{n}"), email=email)) for n, email in enumerate(LIVES)}
    banks = {
        token: approved_to_bank(UserId(f"b{n}"), token=token) for n, token in enumerate(TO_BANKS)
    }
    owners = {token: account for account, token in stripe.connect.banks.items()}
    stripe.connect.slow.add(owners["btok_us_slow"])
    report, began = Report(), clock.now()
    for day in DAYS:
        time.reach(began + timedelta(days=day - 1))
        for _ in range(3 if day == 1 else 1):
            sending.sweep(clock.now())
            _deliver(queue)
            time.pass_(minutes=15)
        if day == 4:
            paypal.book.become(_made(paypal, ids, "reversed-on-day-four"), "REVERSED")
            (late,) = stripe.objects.all("payout", account=owners["btok_us_late"])
            stripe.connect.become(late, "failed")
            stripe.connect.slow.clear()
            for told_of in (ids["reversed-on-day-four@example.com"], *banks.values()):
                sending.advance(told_of)
        elif day == 10:
            paypal.book.become(_made(paypal, ids, "unclaimed-for-ten-days"), "SUCCESS")
            sending.advance(ids["unclaimed-for-ten-days@example.com"])
        elif day == 31:
            paypal.book.expire_unclaimed()
            sending.advance(ids["unclaimed-for-ever@example.com"])
        time.reach(began.replace(hour=5) + timedelta(days=day))
        found = reconciling.run(clock.now())
        assert told(found) == [], f"on day {day}"
        report += found
    assert {email: state(one) for email, one in ids.items()} == LIVES
    assert {token: state(one) for token, one in banks.items()} == TO_BANKS
    assert alarms() == []
    assert report.matched > 20
    assert report.explained > 3


def _deliver(queue: Queue) -> None:
    """A task of each withdrawal that has one; what people are told of it is tested elsewhere."""
    tasks = {
        task[2]["data"]["payoutId"]: task for task in queue.waiting if task[0] == "submitPayout"
    }
    queue.waiting.clear()
    for task in tasks.values():
        assert queue.deliver(*task) == 200


def _made(paypal: LocalPayPal, ids: dict[str, str], name: str) -> Payout:
    """The stand-in's payout to somebody; that PayPal tells of a change is the test's to say."""
    return paypal.payout(f"wd-{ids[f'{name}@example.com']}")


def test_what_was_paid_five_days_ago_and_looked_at_daily_is_no_news(
    paypal: LocalPayPal, time: TestClock
) -> None:
    """The daily look changes the withdrawal's document, and no money moves."""
    creator(ANA)
    first = paid("key-00000001", time)
    for _ in range(5):
        time.pass_(days=1)
        sending.advance(first)
        assert payout(first).updated_at == clock.now()
        assert told(reconciling.run(clock.now() + timedelta(hours=4))) == []


def test_paid_a_second_time_a_week_later_is_named(paypal: LocalPayPal, time: TestClock) -> None:
    """The second line's day has no entry, and the first line is not of that day."""
    creator(ANA)
    first = paid("key-00000001", time)
    made = paypal.payout(f"wd-{first}")
    before = made.transaction_id
    time.pass_(days=7)
    made.status = "PENDING"
    paypal.book.become(made, "SUCCESS")
    time.pass_(hours=4)
    (found,) = reconciling.run(clock.now()).discrepancies
    assert found.kind is Kind.PAID_TWICE
    assert {before, made.transaction_id} < set(found.ids)


def test_given_back_to_the_user_and_not_to_us_is_named(
    paypal: LocalPayPal, time: TestClock
) -> None:
    """We released it on the provider's word; its export has no line of money that came back."""
    creator(ANA, email="onhold@example.com")
    first = approved(ANA)
    sending.advance(first)
    time.pass_(minutes=15)
    sending.advance(first)
    made = paypal.payout(f"wd-{first}")
    made.status = "RETURNED"
    time.pass_(minutes=15)
    assert sending.advance(first) is State.RETURNED
    time.pass_(hours=2)
    assert told(reconciling.run(clock.now() + timedelta(minutes=50))) == [], "not listed yet"
    time.pass_(hours=4)
    assert told(reconciling.run(clock.now())) == [(Kind.MISSING_IN_LEDGER, (made.transaction_id,))]


def test_what_is_held_for_longer_than_it_may_be_is_explained_no_more(
    paypal: LocalPayPal, time: TestClock
) -> None:
    creator(ANA, email="onhold@example.com")
    first = approved(ANA)
    sending.advance(first)
    time.pass_(minutes=15)
    sending.advance(first)
    time.pass_(hours=4)
    assert reconciling.run(clock.now()) == Report(explained=1)
    store.payout_ref(first).update({"firstSentAt": clock.now() - timedelta(days=36)})
    assert [kind for kind, _ in told(reconciling.run(clock.now()))] == [Kind.MISSING_IN_LEDGER]


def test_a_transfer_that_stripe_made_and_nobody_booked_is_named(
    stripe: LocalStripe, time: TestClock
) -> None:
    """The answer to the transfer was lost; and one of somebody else's is named as such."""
    first = approved_to_bank(BEN)
    stripe.faults.append(StripeFault("lost", "POST", "/v1/transfers", times=9))
    assert sending.advance(first) is State.UNKNOWN
    stripe.faults.clear()
    (account,) = stripe.objects.all("account")
    other = stripe.connect.create_transfer(
        {"destination": account["id"], "amount": "700", "currency": "usd"}
    )
    time.pass_(hours=30)
    found = reconciling.run(clock.now()).discrepancies
    assert [one.kind for one in found] == [Kind.UNKNOWN_AT_PROVIDER, Kind.MISSING_IN_LEDGER]
    assert found[0].ids == (other["balance_transaction"],)


def test_a_provider_that_cannot_be_asked_is_an_alarm_and_the_other_is_compared(
    stripe: LocalStripe, time: TestClock
) -> None:
    creator(ANA)
    paid("key-00000001", time)
    stripe.faults.append(StripeFault("503", "GET", "/v1/balance_transactions", times=99))
    time.pass_(hours=30)
    assert reconciling.run(clock.now()).matched == 1
    assert alarms() == ["reconciliation-unread"]


def test_lines_of_the_bank_are_taken_over_once() -> None:
    line = BankLine(line_id="l-1", reference="S1", amount_minor=5, booked_on="2026-03-13")
    assert reconciling.import_bank([line, line]).imported == 1
    assert reconciling.import_bank([line]).imported == 0
    (found,) = reconciling.run(clock.now() + timedelta(hours=4)).discrepancies
    assert (found.kind, found.ids) == (Kind.BANK_UNKNOWN, ("l-1",))


def test_settlements_of_either_provider_are_matched_with_the_banks_lines(
    paypal: LocalPayPal, stripe: LocalStripe, time: TestClock
) -> None:
    drawn, sent = paypal.book.withdraw(50_000), stripe.connect.settle(70_000)
    missing = stripe.connect.settle(300)
    time.pass_(days=3)
    day = clock.now().date().isoformat()
    lines = [
        BankLine(line_id="l-1", reference=drawn.transaction_id, amount_minor=50_000, booked_on=day),
        BankLine(line_id="l-2", reference=sent["id"], amount_minor=69_000, booked_on=day),
    ]
    reconciling.import_bank(lines)
    report = reconciling.run(clock.now() + timedelta(hours=4))
    assert (report.matched, report.waiting) == (1, 1)
    assert told(report) == [(Kind.BANK_AMOUNT, (sent["id"], "l-2"))]
    time.pass_(seconds=BANKED_WITHIN.total_seconds() - 86_400)
    assert (Kind.BANK_MISSING, (missing["id"],)) in told(reconciling.run(clock.now()))
