"""What arrives at the webhook: forged, replayed, early, late, out of order, altered, or never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

import main
from localstripe.api import Fault
from localstripe.events import Delivery, header
from localstripe.objects import Json
from localstripe.payments import DECLINED, SLOW
from spaktok.coins import store
from spaktok.coins.model.payments import Payment
from spaktok.coins.model.purchases import Purchase
from spaktok.coins.refusals import PaymentsUnavailable
from spaktok.coins.service import confirming, hearing, settling
from spaktok.core import clients, clock, keys
from spaktok.integrations.stripe import messages
from spaktok.wallet.service import reading
from tests.emulator.coins.conftest import start
from tests.support import faults
from tests.support.edge import Sender
from tests.support.faults import Fault as Broken
from tests.support.paying import SECRET, Till, agree
from tests.support.people import ANA
from tests.support.sample import some
from tests.support.threads import together
from tests.support.time import TestClock

NOT_TAKEN = b'{"received": false}'


def status(purchase: str) -> str:
    found = clients.db().document(f"coinPurchases/{purchase}").get().to_dict() or {}
    return str(found["status"])


def succeeded(stripe: Till) -> Delivery:
    """Ana pays for 1,010 coins; the news of it."""
    stripe.pay(start())
    told = stripe.account.teller.deliveries()
    return next(one for one in told if one.kind == "payment_intent.succeeded")


def resigned(
    one: Delivery, body: bytes | None = None, at: int = 0, secret: str = SECRET
) -> Delivery:
    body = one.body if body is None else body
    stamp = int(clock.now().timestamp()) + at
    return replace(one, body=body, signature=header(body, stamp, secret))


@pytest.mark.parametrize(
    "forge",
    [
        lambda one: replace(one, signature=""),
        lambda one: replace(one, signature="t=1"),
        lambda one: replace(one, signature="v1=00"),
        lambda one: replace(one, signature=one.signature.replace("v1=", "v0=")),
        lambda one: replace(one, signature=one.signature.replace("v1=", "v1=0")),
        lambda one: replace(one, signature="t=" + "9" * 5000 + ",v1=ü"),
        lambda one: replace(one, signature=one.signature + ",v1=00" * 20),
        lambda one: replace(one, body=one.body.replace(b"999", b"9990")),
        lambda one: replace(one, body=one.body + b" "),
        lambda one: resigned(one, secret="whsec_another"),
        lambda one: resigned(one, at=-301),
        lambda one: resigned(one, at=61),
        lambda one: resigned(one, one.body.replace(b'"livemode": false', b'"livemode": true')),
        lambda one: resigned(
            one, one.body.replace(b'"id": "evt', b'"account": "acct_1", "id": "evt')
        ),
        lambda one: resigned(one, b"[]"),
        lambda one: resigned(one, b'{"object": "event"}'),
        lambda one: resigned(one, b"\xff"),
        lambda one: resigned(one, b"[" * 10_000),
    ],
)
def test_what_is_not_proven_or_not_for_us_is_turned_away_and_changes_nothing(
    forge: Callable[[Delivery], Delivery], stripe: Till
) -> None:
    """Negative controls: without the upper bound of the age the one from the future was taken; with
    `event.live` not compared, the one of the other mode."""
    answer = stripe.send(forge(succeeded(stripe)))
    assert (answer.status, answer.raw) == (403, NOT_TAKEN)
    assert reading.load(ANA).coins == 0
    assert list(clients.db().collection("paymentEvents").stream()) == []


@pytest.mark.parametrize("at", [-300, 60])
def test_the_ages_that_are_taken_have_ends(at: int, stripe: Till) -> None:
    assert stripe.send(resigned(succeeded(stripe), at=at)).status == 200
    assert reading.load(ANA).coins == 1010


def test_while_a_secret_is_rolled_either_proves(
    stripe: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe signs with both for a day; and we may still hold the old one, or already both."""
    stripe.account.teller.secrets = ("whsec_newnew", SECRET)
    one = succeeded(stripe)
    assert one.signature.count("v1=") == 2
    for held in (SECRET, "whsec_newnew", f"whsec_newnew,{SECRET}"):
        monkeypatch.setenv(keys.STRIPE_WEBHOOK_SECRET, held)
        assert stripe.send(one).status == 200
    monkeypatch.setenv(keys.STRIPE_WEBHOOK_SECRET, "whsec_thirdthird")
    assert stripe.send(one).status == 403


def test_ten_deliveries_of_every_event_credit_once(stripe: Till) -> None:
    """Negative control, tried: with neither the ledger's key nor the purchase's own progress looked at,
    the second event credited again: 2,020 coins."""
    purchase = start()
    stripe.pay(purchase)
    told = stripe.account.teller.deliveries()
    for _ in range(10):
        assert set(stripe.deliver(*told)) == {200}
    assert reading.load(ANA).coins == 1010
    assert status(purchase) == "completed"


def test_a_replay_costs_one_read_and_no_request(stripe: Till) -> None:
    one = succeeded(stripe)
    stripe.deliver(one)
    stripe.account.requests.clear()
    with faults.injected() as wire:
        assert stripe.deliver(one) == [200]
    assert wire.methods() == ["batch_get_documents"]
    assert stripe.account.requests == []


def test_a_replay_after_its_record_is_gone_changes_nothing(stripe: Till) -> None:
    """F17: the record of an event lives 90 days, the effect's key for ever."""
    one = succeeded(stripe)
    stripe.deliver(one)
    for record in clients.db().collection("paymentEvents").list_documents():
        record.delete()
    before = reading.load(ANA)
    assert stripe.deliver(one) == [200]
    assert reading.load(ANA) == before


def test_event_and_coins_are_written_in_one_commit(stripe: Till) -> None:
    one = succeeded(stripe)
    with faults.injected() as wire:
        stripe.deliver(one)
    # The second takes the news out of the outbox, once it is sent.
    assert wire.methods().count("commit") == 2
    assert len(list(clients.db().collection("paymentEvents").stream())) == 1


@pytest.mark.parametrize("fault", list(Broken))
def test_a_fault_at_any_rpc_leaves_all_or_nothing_and_a_redelivery_ends_it(
    fault: Broken, stripe: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F1, F2, F3 for the webhook: every RPC index, every fault."""
    if fault is Broken.DENIED:
        pytest.skip("what the database calls wrong is wrong every time")
    monkeypatch.setattr(faults, "FROZEN_S_MAX", 0.0)  # nobody wakes it, so nobody waits for that
    index = 0
    while True:
        one = succeeded(stripe)
        before = reading.load(ANA).coins
        with faults.injected(faults.at(index, fault)) as wire:
            try:
                stripe.deliver(one)
            except faults.Crash:
                wire.revive()
        assert reading.load(ANA).coins in (before, before + 1010)
        assert stripe.deliver(one) == [200]
        assert reading.load(ANA).coins == before + 1010
        if not wire.injected:
            return
        index += 1
        clear_day(stripe)


def clear_day(stripe: Till) -> None:
    """Forget the purchases of the day, which would reach the day's limit."""
    for one in clients.db().collection("coinPurchases").list_documents():
        one.delete()


def test_many_deliveries_at_once_credit_once(stripe: Till) -> None:
    """F4."""
    stripe.pay(start())
    told = stripe.account.teller.deliveries()
    together(some(64, short=12), lambda number: stripe.send(told[number % len(told)]))
    stripe.deliver(*told)
    assert reading.load(ANA).coins == 1010


def test_a_payment_for_another_amount_is_credited_to_nobody(
    stripe: Till, capsys: pytest.CaptureFixture[str]
) -> None:
    """The provider itself says that less was paid. Negative control, tried: without
    `mismatch`, a cent bought 1,010 coins."""

    def lie(intent: Json) -> None:
        intent.update(amount=1, amount_received=1)

    one = succeeded(stripe)
    stripe.account.lies["payment_intent"] = lie
    assert stripe.deliver(one) == [200]
    assert reading.load(ANA).coins == 0
    (purchase,) = clients.db().collection("coinPurchases").stream()
    assert purchase.get("status") == "under_review"
    assert '"severity": "CRITICAL"' in capsys.readouterr().out
    stripe.account.lies.clear()
    confirming.confirm(ANA, purchase.id)
    assert status(purchase.id) == "completed"


@pytest.mark.parametrize(
    "lie",
    [
        lambda intent: intent.update(currency="eur"),
        lambda intent: intent.update(livemode=True),
        lambda intent: intent.update(metadata={}),
        lambda intent: intent.update(metadata={"purchaseId": "nobodys"}),
        lambda intent: intent.update(metadata={"purchaseId": "../customers/ana"}),
    ],
)
def test_a_payment_that_is_not_the_purchases_is_credited_to_nobody(
    lie: Callable[[Json], None], stripe: Till
) -> None:
    one = succeeded(stripe)
    stripe.account.lies["payment_intent"] = lie
    assert stripe.deliver(one) == [200]
    assert reading.load(ANA).coins == 0


def test_what_the_event_itself_says_is_not_looked_at(stripe: Till) -> None:
    """Signed, and saying a tenfold amount: what counts is what Stripe answers when asked."""

    def lie(event: Json) -> None:
        event["data"]["object"].update(amount=9990, amount_received=9990, amount_total=9990)

    stripe.account.teller.manners.lie = lie
    stripe.pay(start())
    stripe.deliver()
    assert reading.load(ANA).coins == 1010


def test_another_price_in_the_catalogue_than_on_the_purchase_is_credited_to_nobody(
    stripe: Till,
) -> None:
    purchase = start()
    clients.db().document(f"coinPurchases/{purchase}").update({"coinAmount": 1_000_000})
    stripe.pay(purchase)
    stripe.deliver()
    assert reading.load(ANA).coins == 0
    assert status(purchase) == "under_review"


def test_fees_are_those_of_the_balance_and_what_is_left_is_what_the_coins_stand_for(
    stripe: Till,
) -> None:
    stripe.deliver(succeeded(stripe))
    (lot,) = reading.load(ANA).lots
    assert lot.net_micro == 9_400_000  # 9.99 less 2.9 % and 0.30
    assert lot.net_micro == stripe.received_micro()


def test_while_stripe_can_not_be_asked_the_event_is_to_come_again(stripe: Till) -> None:
    one = succeeded(stripe)
    stripe.account.faults.append(Fault("503", "GET", "/v1/payment_intents", times=3))
    assert stripe.deliver(one) == [503]
    assert list(clients.db().collection("paymentEvents").stream()) == []
    assert stripe.deliver(one) == [200]
    assert reading.load(ANA).coins == 1010


def test_a_declined_card_is_a_failure_that_a_second_try_mends(stripe: Till) -> None:
    purchase = start()
    with pytest.raises(Exception, match="declined"):
        stripe.pay(purchase, DECLINED)
    late = stripe.account.teller.deliveries()
    stripe.deliver(*late)
    assert status(purchase) == "failed"
    stripe.pay(purchase)
    stripe.deliver()
    assert status(purchase) == "completed"
    stripe.deliver(*late)
    assert status(purchase) == "completed"
    assert reading.load(ANA).coins == 1010


@pytest.mark.parametrize("succeeds", [True, False])
def test_a_slow_debit_credits_when_the_money_came(succeeds: bool, stripe: Till) -> None:
    purchase = start()
    payment = stripe.pay(purchase, SLOW)
    stripe.deliver()
    assert (status(purchase), reading.load(ANA).coins) == ("pending", 0)
    stripe.account.payments.settle_slow(payment, succeeds=succeeds)
    stripe.deliver()
    assert status(purchase) == ("completed" if succeeds else "failed")
    assert reading.load(ANA).coins == (1010 if succeeds else 0)


def test_a_page_that_nobody_pays_on_closes(stripe: Till, time: TestClock) -> None:
    purchase = start()
    time.pass_(minutes=32)
    stripe.account.payments.pass_time()
    stripe.deliver()
    assert status(purchase) == "failed"


def test_events_that_never_came_are_pulled_once(stripe: Till, time: TestClock) -> None:
    stripe.account.teller.manners.silent = True
    purchase = start()
    stripe.pay(purchase)
    assert stripe.deliver() == []
    time.pass_(days=3)
    assert Sender().send(main.pullStripeEvents).status == 200
    assert reading.load(ANA).coins == 1010
    assert hearing.pull(clock.now()) == 0


def test_events_that_come_late_change_nothing_that_was_pulled_meanwhile(
    stripe: Till, time: TestClock
) -> None:
    """Of a purchase and its refund, heard of in the night and told of the day after."""
    stripe.account.teller.manners.delay = timedelta(days=1)
    purchase = start()
    stripe.account.reversals.create_refund({"payment_intent": stripe.pay(purchase), "amount": 499})
    assert stripe.deliver() == []
    time.pass_(hours=12)
    assert Sender().send(main.pullStripeEvents).status == 200
    assert stripe.deliver() == []
    before = reading.load(ANA)
    assert (status(purchase), before.coins) == ("completed", 506)
    time.pass_(hours=12)
    assert set(stripe.deliver()) == {200}
    assert reading.load(ANA) == before
    agree(stripe)


def test_one_event_that_can_not_be_dealt_with_keeps_no_other_back(
    stripe: Till, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stripe.account.teller.manners.silent = True
    stripe.pay(start())
    stripe.pay(start(package="coins_100"))
    time.pass_(minutes=15)
    settle, broken = settling.settle, [True]

    def once(*given: object, **named: object) -> object:
        if broken.pop() if broken else False:
            raise LookupError
        return settle(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(settling, "settle", once)
    hearing.pull(clock.now())
    hearing.pull(clock.now())
    assert reading.load(ANA).coins == 1110


def test_the_looking_goes_on_where_it_ended_and_skips_nothing(
    stripe: Till, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour at a time, wherever a run dies; what is listed late is not passed over, and what failed
    is tried by each run though the mark has passed it.

    Negative controls, each tried: with the mark moved before its hour is dealt with, what died is
    skipped; with `LISTED_AFTER` 0, the last one is; without `kept`, what failed is.
    """
    monkeypatch.setattr(hearing, "EVENTS_MAX", 1)
    stripe.account.teller.manners.silent = True
    for _ in range(3):
        stripe.pay(start(package="coins_100"))
        time.pass_(hours=2)

    class Died(BaseException):
        pass

    def broken(how: type[BaseException]) -> None:
        def fail(*_: object) -> None:
            raise how

        with monkeypatch.context() as patch:
            patch.setattr(settling, "settle", fail)
            hearing.pull(clock.now())

    with pytest.raises(Died):
        broken(Died)
    broken(LookupError)  # all that was told of the first payment
    assert reading.load(ANA).coins == 0
    for coins in (200, 300, 300):
        asked = len(stripe.account.requests)
        hearing.pull(clock.now())
        lists = [path for _, path in stripe.account.requests[asked:] if path == "/v1/events"]
        assert reading.load(ANA).coins == coins
        assert len(lists) <= 4, "what was looked through is not listed again"
    assert (store.pulled_ref().get().to_dict() or {})["kept"] == {}

    stripe.pay(start(package="coins_100"))
    events = stripe.account.teller.events
    late, events[:] = list(events), events[:-3]  # not listed yet
    time.pass_(minutes=9)
    hearing.pull(clock.now())
    events[:] = late
    time.pass_(minutes=9)
    hearing.pull(clock.now())
    assert reading.load(ANA).coins == 400


def test_an_event_that_fails_a_second_night_raises_an_alarm(
    stripe: Till, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In two more nights it is too old to be pulled. Negative control, tried: without `_alarm` it is
    gone by then, and nobody was told."""

    def alarms() -> set[str]:
        return {one.get("why") for one in clients.db().collection("alarms").stream()}

    def broken(*_: object) -> None:
        raise LookupError

    stripe.account.teller.manners.silent = True
    stripe.pay(start())
    with monkeypatch.context() as patch:
        patch.setattr(settling, "settle", broken)
        time.pass_(hours=24)
        hearing.pull(clock.now())
        assert alarms() == set()
        time.pass_(seconds=1)
        hearing.pull(clock.now())
        assert "payment_intent.succeeded fails: LookupError" in alarms()
    hearing.pull(clock.now())
    assert reading.load(ANA).coins == 1010


def test_purchases_left_open_are_asked_about_and_closed(stripe: Till, time: TestClock) -> None:
    stripe.account.teller.manners.silent = True
    left, paid = start(), start(package="coins_100")
    stripe.pay(paid)
    time.pass_(hours=1)
    stripe.account.payments.pass_time()
    assert Sender().send(main.closeCoinPurchases).status == 200
    assert (status(left), status(paid)) == ("failed", "completed")


def test_purchases_that_stripe_refuses_keep_no_others_open(
    stripe: Till, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And are asked about again, after the last. Looking for events leaves the place alone.

    Negative control, tried: with `askedTo` not kept, the third is never asked about.
    """
    monkeypatch.setattr(hearing, "_OVERDUE_MAX", 2)
    stripe.account.teller.manners.silent = True
    refused = []
    for _ in range(2):
        refused.append(start())
        time.pass_(seconds=1)
    left = start()
    time.pass_(hours=1)
    stripe.account.payments.pass_time()
    answer = confirming.asked

    def asked(purchase: Purchase) -> Payment | None:
        if purchase.id in refused:
            raise PaymentsUnavailable
        return answer(purchase)

    with monkeypatch.context() as patch:
        patch.setattr(confirming, "asked", asked)
        assert hearing.close_overdue(clock.now()) == 2
        hearing.pull(clock.now())
        assert hearing.close_overdue(clock.now()) == 1
    assert [status(one) for one in (*refused, left)] == ["pending", "pending", "failed"]
    hearing.close_overdue(clock.now())
    assert [status(one) for one in refused] == ["failed", "failed"]


def test_an_event_of_no_interest_is_taken_and_costs_nothing(stripe: Till) -> None:
    event = stripe.account.teller.tell("payout.paid", {"object": "payout", "id": "po_1"})
    with faults.injected() as wire:
        assert stripe.deliver(stripe.account.teller.sign(event)) == [200]
    assert wire.methods() == []


def test_every_kind_that_we_ask_for_is_read(stripe: Till) -> None:
    assert len(set(messages.KINDS)) == len(messages.KINDS)
    old = clock.now() - timedelta(days=30)
    assert isinstance(list(hearing.stripe.events(messages.KINDS, old, clock.now())), list)
