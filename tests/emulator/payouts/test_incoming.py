"""What comes in, as Stripe lists it, as the ledger has it, and as each purchase says.

Real purchases, refunds and disputes; then something is changed on one of the three sides. A few of each
kind by default; `SPAKTOK_WHOLE=1` plants a thousand.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import main
from localstripe.api import Fault
from localstripe.payments import DISPUTED, REFUND_FAILS, SLOW
from spaktok.coins import store as coins
from spaktok.coins.requests.buying import PurchaseCoins
from spaktok.coins.service import buying, settling
from spaktok.core import clients, clock
from spaktok.integrations.stripe import payments as stripe
from spaktok.payouts.model.matching import Kind, Report
from spaktok.payouts.service import incoming, reconciling
from spaktok.premium.requests import PurchasePremiumSlot, UpdatePremiumSettings
from spaktok.premium.service import buying as slots
from spaktok.premium.service import settings
from spaktok.wallet import store as ledger
from spaktok.wallet.model.entry import Kind as EntryKind
from spaktok.wallet.service import reading
from tests.support.edge import Sender, emulate, forget_app
from tests.support.paying import Till, booked_micro, till
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock

PLANTED = some(1_000, short=21)
COMES_OF_AGE = timedelta(hours=29)
DAYS = 4


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, queue: Queue, time: TestClock) -> Iterator[Till]:
    """The stand-in, and three people. The clock runs ahead of the database's, which dates tenures."""
    time.at = datetime.now(UTC).replace(minute=10, second=0, microsecond=0) + timedelta(hours=1)
    emulate(monkeypatch)
    join(ANA, BEN, CARL)
    with till(monkeypatch) as made:
        yield made
    forget_app()


def bought(
    shop: Till, uid: str = ANA, method: str = "pm_card_visa", **more: str
) -> tuple[str, str]:
    """1,010 coins; the purchase and the payment."""
    asked = PurchaseCoins(package_id="coins_1000", **more)
    purchase = buying.checkout(uid, asked).purchase_id
    return purchase, shop.pay(purchase, method)


def heard(shop: Till, queue: Queue) -> None:
    assert set(shop.deliver()) <= {200}
    while queue.waiting:
        function, task_id, body = queue.waiting.popleft()
        if "Premium" in function:
            assert queue.deliver(function, task_id, body) == 200


def refund(shop: Till, payment: str, minor: int | None = None) -> dict[str, Any]:
    asked: dict[str, Any] = {"payment_intent": payment}
    return shop.account.reversals.create_refund(
        asked if minor is None else {**asked, "amount": minor}
    )


def named(report: Report) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.kind, one.ids) for one in report.discrepancies]


def alarms() -> set[str]:
    return {one.get("invariant") for one in clients.db().collection("alarms").stream()}


def kept() -> list[dict[str, Any]]:
    """What the daily reports say of what came in."""
    found = [one.to_dict() or {} for one in clients.db().collection("reconciliations").stream()]
    return [one["payments"] for one in found if "payments" in one]


def test_days_of_healthy_payments_name_nothing(  # noqa: PLR0915 - one story
    shop: Till, queue: Queue, time: TestClock
) -> None:
    """Parts refunded on one day and on two, heard of together and apart; refunds that failed; disputes
    won and lost, and a question; debits that came and that did not; slots, sold once and by the term;
    another currency. Looked at while all this happens, as the job does.

    Negative controls, each tried: with `of_payment` giving nothing, with `about_purchases` finding
    nothing, with refunds compared one by one instead of in `_groups`, without `_less_failed`, this
    names what is healthy.
    """
    reversals, payments = shop.account.reversals, shop.account.payments
    settings.initialize(BEN)
    sold: dict[str, Any] = {"max_premium_slots": 2, "sales_open": True, "price_usd": 9_900}
    settings.update(BEN, UpdatePremiumSettings(reason="As agreed", term_days=2, **sold))

    plain = bought(shop)[1]
    euros = bought(shop, BEN, currency="eur")[1]
    failing = bought(shop, CARL, REFUND_FAILS)[1]
    won, lost, asked = (bought(shop, BEN, DISPUTED)[1] for _ in range(3))
    slow, never = (bought(shop, CARL, SLOW)[1] for _ in range(2))
    slot = slots.buy(BEN, PurchasePremiumSlot(idempotency_key="slot-once-1"))
    slot_payment = shop.pay(slot.ticket_id)
    heard(shop, queue)
    settings.update(BEN, UpdatePremiumSettings(reason="As agreed", renewing=True))
    term = slots.buy(CARL, PurchasePremiumSlot(idempotency_key="slot-term-1"))
    payments.pay(shop.session_of(term.ticket_id)["id"])
    heard(shop, queue)

    reconciling.mark_ref().set({"comparedTo": clock.now().replace(minute=0)})
    report = Report()
    for day in range(1, DAYS + 1):
        time.pass_(hours=4)
        if day == 1:
            refund(shop, plain, 100)
            refund(shop, plain, 200)  # heard of together
            refund(shop, euros, 333)
            reversals.open_dispute(asked, inquiry=True)
            disputes = {one: reversals.open_dispute(one)["id"] for one in (won, lost)}
            payments.settle_slow(never, succeeds=False)
        elif day == 2:
            refund(shop, plain, 300)
            reversals.fail_refund(refund(shop, failing)["id"])
            reversals.close(disputes[won], won=True)
        elif day == 3:
            refund(shop, plain)
            payments.settle_slow(slow, succeeds=True)
            reversals.close(disputes[lost], won=False)
            refund(shop, slot_payment, 100)
        elif day == 4:
            refund(shop, slot_payment)
            refund(shop, won)
        heard(shop, queue)
        time.pass_(hours=4 if day < DAYS else 24)
        payments.pass_time()  # a term ends
        heard(shop, queue)
        found = incoming.run(clock.now())
        assert named(found) == [], f"on day {day}"
        report += found
    time.pass_(hours=28)
    report += incoming.run(clock.now())
    assert abs(booked_micro() - shop.received_micro()) < 10_000, "a cent of the euros is rounded"
    assert named(report) == []
    assert alarms() == set()
    assert report.matched + report.explained == len(shop.account.objects.lines)
    assert report.explained >= 2
    assert sum(one["matched"] for one in kept()) == report.matched
    assert [one["found"] for one in kept()] == [0] * len(kept())


class World:
    """Purchases that were paid and booked, within three hours; of some, something went back."""

    def __init__(self, shop: Till, time: TestClock, size: int) -> None:
        self.shop, self.time = shop, time
        first, self.template = self._first(), {}
        self.template = coins.purchase_ref(first).get().to_dict() or {}
        coins.purchase_ref(first).delete()
        for n in range(size):
            self.pay(n)
            self.settle(n)
            if n == size // 2:
                time.pass_(hours=2)
        self.entries = {
            (one.get("kind"), one.get("facts")["purchaseId"]): one
            for one in ledger.entries().stream()
        }

    def _first(self) -> str:
        return buying.checkout(ANA, PurchaseCoins(package_id="coins_1000")).purchase_id

    def pay(self, n: int, purchase: str | None = None) -> str:
        """A payment of a purchase of its own; the line of the balance."""
        name = purchase or f"p{n}"
        if purchase is None:
            own = {"purchaseId": name, "userId": f"u{n % 40}", "sessionId": None}
            coins.purchase_ref(name).set({**self.template, **own})
        asked = {"amount": "999", "currency": "usd", "confirm": "true"}
        made = self.shop.account.payments.create_intent({**asked, "metadata": {"purchaseId": name}})
        return str(self.line(made["id"])["id"])

    def payment(self, n: int) -> str:
        return str(
            next(
                one["id"]
                for one in reversed(self.shop.account.objects.all("payment_intent"))
                if one["metadata"].get("purchaseId") == f"p{n}"
            )
        )

    def settle(self, n: int) -> None:
        settling.settle(stripe.payment(self.payment(n)))

    def line(self, payment: str) -> dict[str, Any]:
        objects = self.shop.account.objects
        charge = objects.get(payment, "payment_intent")["latest_charge"]
        return objects.by_id[objects.by_id[charge]["balance_transaction"]]

    def of(self, n: int) -> tuple[dict[str, Any], Any]:
        """The line and the entry of a payment."""
        return self.line(self.payment(n)), self.entries[EntryKind.PURCHASE, f"p{n}"]

    def lose(self, line: str) -> None:
        """Stripe lists it no more."""
        objects = self.shop.account.objects
        del objects.by_id[line]
        objects.lines[:] = [one for one in objects.lines if one["id"] != line]

    def entry(self, kind: EntryKind, n: int) -> Any:
        (found,) = [
            one for one in ledger.about_purchases([f"p{n}"]).stream() if one.get("kind") == kind
        ]
        return found


Named = set[tuple[Kind, frozenset[str]]]


def _both(kind: Kind, line: dict[str, Any], entry: Any) -> Named:
    return {(kind, frozenset({line["id"], entry.id}))}


def _missing_at_provider(w: World, n: int) -> Named:
    line, entry = w.of(n)
    w.lose(line["id"])
    return {(Kind.MISSING_AT_PROVIDER, frozenset({entry.id}))}


def _missing_in_ledger(w: World, n: int) -> Named:
    line = w.pay(10_000 + n)
    return {(Kind.MISSING_IN_LEDGER, frozenset({line}))}


def _unknown_at_provider(w: World, n: int) -> Named:
    line = w.pay(n, f"nobody's-{n}")
    return {(Kind.UNKNOWN_AT_PROVIDER, frozenset({line}))}


def _something_new(w: World, n: int) -> Named:
    line = w.shop.account.objects.book("moon_fee", {"id": f"fee_{n}"}, -5, "usd")
    return {(Kind.UNKNOWN_AT_PROVIDER, frozenset({line["id"]}))}


def _paid_twice(w: World, n: int) -> Named:
    line = w.pay(n, f"p{n}")
    return {(Kind.PAID_TWICE, frozenset({line, f"p{n}"}))}


def _booked_twice(w: World, n: int) -> Named:
    _, entry = w.of(n)
    ledger.entries().document(f"again-{n}").set({**entry.to_dict(), "id": f"again-{n}"})
    return {(Kind.BOOKED_TWICE, frozenset({entry.id, f"again-{n}"}))}


def _amount(w: World, n: int) -> Named:
    line, entry = w.of(n)
    line["amount"] -= 1
    return _both(Kind.AMOUNT, line, entry)


def _charged_more(w: World, n: int) -> Named:
    line, entry = w.of(n)
    w.shop.account.objects.by_id[line["source"]]["amount"] += 1
    return _both(Kind.AMOUNT, line, entry)


def _fee(w: World, n: int) -> Named:
    line, entry = w.of(n)
    line["fee"] += 1
    return _both(Kind.FEE, line, entry)


def _settled_in_euros(w: World, n: int) -> Named:
    line, entry = w.of(n)
    line["currency"] = "eur"
    return _both(Kind.CURRENCY, line, entry)


def _charged_in_euros(w: World, n: int) -> Named:
    line, entry = w.of(n)
    w.shop.account.objects.by_id[line["source"]]["currency"] = "eur"
    return _both(Kind.CURRENCY, line, entry)


def _wrong_day(w: World, n: int) -> Named:
    line, entry = w.of(n)
    line["created"] -= 28 * 3600
    return _both(Kind.DAY, line, entry)


def _purchase(w: World, n: int) -> Named:
    coins.purchase_ref(f"p{n}").update({"progress.credited": False})
    return {(Kind.PURCHASE, frozenset({f"p{n}"}))}


def _refund_not_booked(w: World, n: int) -> Named:
    first = refund(w.shop, w.payment(n), 100)
    w.settle(n)
    line = refund(w.shop, w.payment(n), 200)["balance_transaction"]
    assert first["balance_transaction"] != line
    return {(Kind.MISSING_IN_LEDGER, frozenset({line}))}


def _refund_not_sent(w: World, n: int) -> Named:
    for minor in (100, 200):
        w.lose(refund(w.shop, w.payment(n), minor)["balance_transaction"])
    w.settle(n)
    return {(Kind.MISSING_AT_PROVIDER, frozenset({w.entry(EntryKind.REFUND, n).id}))}


def _refund_by_two_names(w: World, n: int) -> Named:
    made = [refund(w.shop, w.payment(n), 100) for _ in range(2)]
    for one in made:
        one["metadata"] = {"refundId": f"r{n}"}
    w.settle(n)
    return {(Kind.PAID_TWICE, frozenset(one["balance_transaction"] for one in made))}


def _part_differs(w: World, n: int) -> Named:
    made = [refund(w.shop, w.payment(n), 100) for _ in range(2)]
    w.settle(n)
    w.shop.account.objects.by_id[made[1]["balance_transaction"]]["amount"] -= 3
    entry = w.entry(EntryKind.REFUND, n)
    return {(Kind.AMOUNT, frozenset({entry.id, *(one["balance_transaction"] for one in made)}))}


def _failure_not_booked(w: World, n: int) -> Named:
    made = refund(w.shop, w.payment(n))
    w.settle(n)
    w.shop.account.reversals.fail_refund(made["id"])
    return {(Kind.MISSING_IN_LEDGER, frozenset({made["failure_balance_transaction"]}))}


def _dispute_not_booked(w: World, n: int) -> Named:
    made = w.shop.account.reversals.open_dispute(w.payment(n))
    return {(Kind.MISSING_IN_LEDGER, frozenset({made["balance_transactions"][0]["id"]}))}


def _dispute_costs_more(w: World, n: int) -> Named:
    made = w.shop.account.reversals.open_dispute(w.payment(n))
    w.settle(n)
    line = w.shop.account.objects.by_id[made["balance_transactions"][0]["id"]]
    line["fee"] += 500
    made["balance_transactions"][0]["fee"] += 500
    return _both(Kind.FEE, line, w.entry(EntryKind.DISPUTE, n))


def _win_not_noted(w: World, n: int) -> Named:
    made = w.shop.account.reversals.open_dispute(w.payment(n))
    w.shop.account.reversals.close(made["id"], won=True)
    w.settle(n)
    coins.purchase_ref(f"p{n}").update({f"progress.disputes.{made['id']}": "open"})
    return {(Kind.PURCHASE, frozenset({f"p{n}"}))}


PLANTS: list[Callable[[World, int], Named]] = [
    _missing_at_provider,
    _missing_in_ledger,
    _unknown_at_provider,
    _something_new,
    _paid_twice,
    _booked_twice,
    _amount,
    _charged_more,
    _fee,
    _settled_in_euros,
    _charged_in_euros,
    _wrong_day,
    _purchase,
    _refund_not_booked,
    _refund_not_sent,
    _refund_by_two_names,
    _part_differs,
    _failure_not_booked,
    _dispute_not_booked,
    _dispute_costs_more,
    _win_not_noted,
]


def test_what_is_planted_is_named_and_nothing_else(shop: Till, time: TestClock) -> None:
    """Negative controls, each tried: without `_of_line`, `_settled`, `_wrong_day`, `_note`,
    `_sent_twice`, what only they can tell is not named."""
    world, rolls = World(shop, time, PLANTED + PLANTED // 4), random.Random(PLANTED)
    places = rolls.sample(range(PLANTED + PLANTED // 4), PLANTED)
    time.pass_(minutes=30)
    wanted: Named = set()
    for number, place in enumerate(places):
        wanted |= PLANTS[number % len(PLANTS)](world, place)
    time.pass_(seconds=COMES_OF_AGE.total_seconds())
    report = Report()
    while (more := incoming.run(clock.now())) != Report():
        report += more
    found = {(one.kind, frozenset(one.ids)) for one in report.discrepancies}
    assert (found - wanted, wanted - found) == (set(), set())
    assert len(wanted) == PLANTED
    assert sum(one["found"] for one in kept()) >= PLANTED
    assert alarms() == {f"reconciliation-{kind}" for kind, _ in wanted}


def test_what_is_missing_is_settled_and_a_run_goes_on_where_the_last_one_ended(
    shop: Till, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few lines a run may take, and wherever it dies: no hour is left out, and none counted
    twice. A mark that stays behind is an alarm.

    Negative controls, each tried: with the hour kept before its alarms are raised, the death loses one;
    without `watch` nobody hears that it stands still.
    """
    shop.account.teller.manners.silent = True
    bought(shop)  # nobody ever tells
    for _ in range(2):
        time.pass_(hours=1)
        settling.settle(stripe.payment(bought(shop, BEN)[1]))
    time.pass_(seconds=COMES_OF_AGE.total_seconds())
    monkeypatch.setattr(incoming, "LINES_MAX", 1)

    class Died(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(reconciling, "tell", die)
        with pytest.raises(Died):
            incoming.run(clock.now())
    (found,) = incoming.run(clock.now()).discrepancies
    assert (found.kind, found.aged) == (Kind.MISSING_IN_LEDGER, True)
    assert alarms() == {"reconciliation-missing-in-ledger"}
    assert reading.load(ANA).coins == 1010, "settled as if it had been told"
    runs = [incoming.run(clock.now()).matched for _ in range(3)]
    assert runs == [1, 1, 0]
    assert [sum(one[name] for one in kept()) for name in ("matched", "found")] == [2, 1]

    shop.account.faults.append(Fault("503", "GET", "/v1/balance_transactions", times=10_000))
    time.pass_(hours=25)
    assert Sender().send(main.reconcilePayments).status == 200
    assert "reconciliation-unfinished" in alarms()
    shop.account.faults.clear()
    assert [one.kind for one in incoming.run(clock.now()).discrepancies] == []


def test_a_first_comparison_that_fails_wakes_nobody_and_the_next_days_does(
    shop: Till, time: TestClock
) -> None:
    """Negative control, tried: with the first mark a day back, it is behind at once."""
    shop.account.faults.append(Fault("503", "GET", "/v1/balance_transactions", times=10_000))
    time.at = time.at.replace(minute=59)
    incoming.run(clock.now())
    assert alarms() == set()
    time.pass_(hours=24)
    incoming.run(clock.now())
    assert alarms() == {"reconciliation-unfinished"}


def test_what_stripe_moves_for_itself_is_summed_and_wakes_nobody(
    shop: Till, time: TestClock
) -> None:
    """A fee of which it says the charge, too. What of no payment is new wakes somebody.

    Negative control, tried: without `BESIDE`, each of them is unknown.
    """
    settling.settle(stripe.payment(bought(shop)[1]))
    book, (paid,) = shop.account.objects.book, shop.account.objects.lines
    for kind, minor, source in (
        ("stripe_fee", -500, {"id": "fee_1"}),
        ("stripe_fee", -70, {"id": paid["source"]}),
        ("topup", 10_000, {"id": "tu_1", "object": "topup"}),
        ("reserve_transaction", -3_000, {"id": "rsv_1"}),
    ):
        book(kind, source, minor, "usd")
    time.pass_(hours=1)
    new = book("moon_fee", {"id": "moon_1"}, -5, "usd")["id"]
    book("stripe_fee", {"id": "fee_2"}, -30, "usd")
    time.pass_(seconds=COMES_OF_AGE.total_seconds())
    report = incoming.run(clock.now())
    assert named(report) == [(Kind.UNKNOWN_AT_PROVIDER, (new,))]
    assert alarms() == {"reconciliation-unknown-at-provider"}
    assert (report.matched, report.explained) == (1, 5)
    moved = {"stripe_fee_usd": -600, "topup_usd": 10_000, "reserve_transaction_usd": -3_000}
    assert report.beside == moved
    assert {name: sum(one["beside"].get(name, 0) for one in kept()) for name in moved} == moved
