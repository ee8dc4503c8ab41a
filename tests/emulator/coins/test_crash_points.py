"""F1 to F3: a fault at every RPC of what is done about purchases, each followed by a retry, leaves what
one clean run leaves: here, and at the provider.

The webhook's own credit meets every kind of fault in `test_webhooks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

import main
from localstripe.api import Fault
from spaktok.coins import store
from spaktok.coins.requests.buying import CreatePaymentIntent, PurchaseCoins
from spaktok.coins.requests.staff import AddCoinPackage
from spaktok.coins.requests.stores import AnswerConsumption, VerifyStorePurchase
from spaktok.coins.service import (
    buying,
    catalogue,
    confirming,
    hearing,
    pricing,
    receipts,
    reconciling,
    refunding,
    settling,
    unsent,
)
from spaktok.core import clock
from spaktok.core.ids import UserId
from spaktok.integrations.stripe import payments
from spaktok.wallet.service import approvals, auditing
from tests.support.crashes import Operation, Scenes, enumerated
from tests.support.edge import Sender, emulate, forget_app
from tests.support.paying import Till, new, till
from tests.support.people import join
from tests.support.queue import Queue
from tests.support.remains import left
from tests.support.storefronts import Stores, stores
from tests.support.time import TestClock

pytestmark = pytest.mark.usefixtures("no_backoff")

STAFF, OTHER = UserId("staff"), UserId("other-staff")
KEY = "key-00000001"
MADE = "coins_of_"
"""Begins the ids of the packages that are made here."""
STRIPE, STORES, PACKAGES = Scenes(), Scenes(), Scenes()
"""Scenes are given the stand-in, and the clock."""


@pytest.fixture(autouse=True)
def edge(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    emulate(monkeypatch)
    catalogue.current()  # or the first of all would put it there
    yield
    catalogue.forget()
    forget_app()


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    with till(monkeypatch) as made:
        yield made


@pytest.fixture
def shops(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    with stores(monkeypatch) as made:
        yield made


def start(uid: str, package: str = "coins_1000") -> str:
    request = PurchaseCoins(package_id=package, idempotency_key=KEY)
    return buying.checkout(UserId(uid), request).purchase_id


def paid(uid: str, shop: Till, package: str = "coins_1000") -> tuple[str, str]:
    """A purchase that was paid, which nobody has heard of; and its payment."""
    join(UserId(uid))
    purchase = start(uid, package)
    return purchase, shop.pay(purchase)


def bought(uid: str, shop: Till, package: str = "coins_1000") -> tuple[str, str]:
    purchase, payment = paid(uid, shop, package)
    settling.settle(payments.payment(payment))
    shop.account.teller.deliveries()
    return purchase, payment


def refund(purchase: str) -> refunding.Refunded:
    return refunding.refund(STAFF, purchase, "bought twice", f"{KEY}-{purchase}"[:64], None)


@STRIPE.of("purchaseCoins")
def begin_a_page(uid: str, *_: object) -> Operation:
    join(UserId(uid))
    return lambda: start(uid)


@STRIPE.of("createPaymentIntent")
def begin_a_sheet(uid: str, *_: object) -> Operation:
    join(UserId(uid))
    request = CreatePaymentIntent(
        package_id="coins_1000", api_version="2025-01-27.acacia", idempotency_key=KEY
    )
    return lambda: buying.sheet(UserId(uid), request, request.api_version)


@STRIPE.of("confirmCoinPurchase")
def confirm(uid: str, shop: Till, _: TestClock) -> Operation:
    purchase, _payment = paid(uid, shop)
    return lambda: confirming.confirm(UserId(uid), purchase)


@STRIPE.of("stripeWebhook")
def hear_of_a_dispute(uid: str, shop: Till, _: TestClock) -> Operation:
    _purchase, payment = bought(uid, shop)
    shop.account.reversals.open_dispute(payment)
    told = shop.account.teller.deliveries()
    return lambda: shop.deliver(*told)


@STRIPE.of("refundCoinPurchase")
def refund_alone(uid: str, shop: Till, _: TestClock) -> Operation:
    purchase, _payment = bought(uid, shop)
    return lambda: refund(purchase)


@STRIPE.of("refundCoinPurchase")
def propose_a_refund(uid: str, shop: Till, _: TestClock) -> Operation:
    purchase, _payment = bought(uid, shop, "coins_10000")
    return lambda: refund(purchase)


@STRIPE.of("approveCoinRefund")
def approve_a_refund(uid: str, shop: Till, time: TestClock) -> Operation:
    proposal = str(propose_a_refund(uid, shop, time)().proposal_id)
    seen = str(approvals.ref(proposal).get().get("payloadHash"))
    return lambda: refunding.approve(OTHER, proposal, seen, "I see it too")


@STRIPE.of("sendCoinRefund")
def send_a_refund(uid: str, shop: Till, time: TestClock) -> Operation:
    """Which was recorded while Stripe was away."""
    shop.account.faults.append(Fault("unsent", path="/v1/refunds", times=100))
    refund_id = refund_alone(uid, shop, time)().refund_id
    shop.account.faults.clear()
    return lambda: refunding.send(refund_id)


@STRIPE.of("closeCoinPurchases")
def send_what_is_unsent(uid: str, shop: Till, time: TestClock) -> Operation:
    send_a_refund(uid, shop, time)
    time.at += unsent.LATE_AFTER + timedelta(seconds=1)
    return lambda: unsent.sweep(clock.now())


@STRIPE.of("closeCoinPurchases")
def close_what_nobody_paid(uid: str, shop: Till, time: TestClock) -> Operation:
    join(UserId(uid))
    start(uid)
    _over(shop, time)
    return lambda: hearing.close_overdue(clock.now())


@STRIPE.of("closeCoinPurchases")
def close_what_was_paid_and_not_heard_of(uid: str, shop: Till, time: TestClock) -> Operation:
    paid(uid, shop)
    _over(shop, time)
    return lambda: hearing.close_overdue(clock.now())


@STRIPE.of("pullStripeEvents")
def pull_what_never_came(uid: str, shop: Till, time: TestClock) -> Operation:
    paid(uid, shop)
    shop.account.teller.deliveries()
    # Each run has as many hours to look at; the first would begin weeks before.
    store.pulled_ref().set({"heardTo": clock.now(), "kept": {}})
    time.pass_(days=1)
    return lambda: hearing.pull(clock.now())


def _over(shop: Till, time: TestClock) -> None:
    time.pass_(hours=1)
    shop.account.payments.pass_time()
    shop.account.teller.deliveries()


@pytest.mark.parametrize("name", STRIPE)
def test_a_fault_at_any_rpc_of_a_purchase_changes_nothing_of_the_outcome(
    name: str, shop: Till, queue: Queue, time: TestClock
) -> None:
    known: set[str] = set()

    def state(uid: str) -> list[str]:
        """Once the provider has told what it had to tell."""
        assert set(shop.deliver()) <= {200}
        return [*new(shop, known), *left(uid, queue, time)]

    enumerated(STRIPE.at(name, shop, time), state, few=1)
    assert auditing.everything() == []


def redeemed(uid: str, shops: Stores) -> tuple[dict[str, Any], Callable[[], Any]]:
    """A sale of Apple's to somebody, and that they redeem it."""
    join(UserId(uid))
    sale = shops.apple.sells(uid)
    request = VerifyStorePurchase(store="apple", receipt=shops.apple.sign(sale))
    return sale, lambda: receipts.redeem(UserId(uid), request)


@STORES.of("verifyStorePurchase")
def redeem(uid: str, shops: Stores, _: TestClock) -> Operation:
    _sale, work = redeemed(uid, shops)
    return work


@STORES.of("verifyStorePurchase")
def redeem_a_token(uid: str, shops: Stores, _: TestClock) -> Operation:
    join(UserId(uid))
    token = shops.google.sells(uid, f"purchase-token-{uid}")
    request = VerifyStorePurchase(store="google", receipt=token, product_id="coins_1000")
    return lambda: receipts.redeem(UserId(uid), request)


@STORES.of("appleNotifications")
def heed_a_refund(uid: str, shops: Stores, _: TestClock) -> Operation:
    sale, work = redeemed(uid, shops)
    work()
    body = shops.apple.notify("REFUND", {**sale, "revocationDate": 1})
    return lambda: receipts.apple_told(body)


@STORES.of("appleNotifications")
def heed_a_refund_that_is_taken_back(uid: str, shops: Stores, time: TestClock) -> Operation:
    sale, work = redeemed(uid, shops)
    work()
    receipts.apple_told(shops.apple.notify("REFUND", {**sale, "revocationDate": 1}))
    body = shops.apple.notify("REFUND_REVERSED", sale)
    return lambda: receipts.apple_told(body)


@STORES.of("appleNotifications")
def heed_that_apple_asks(uid: str, shops: Stores, _: TestClock) -> Operation:
    sale, work = redeemed(uid, shops)
    work()
    body = shops.apple.notify("CONSUMPTION_REQUEST", sale)
    return lambda: receipts.apple_told(body)


@STORES.of("answerConsumption")
def answer(uid: str, shops: Stores, _: TestClock) -> Operation:
    sale, work = redeemed(uid, shops)
    task = AnswerConsumption(
        purchase_id=work().purchase_id,
        transaction_id=sale["transactionId"],
        deadline=clock.now() + timedelta(hours=12),
    )
    return lambda: receipts.answer(task, last=False)


@STORES.of("googleNotifications")
def heed_a_void(uid: str, shops: Stores, time: TestClock) -> Operation:
    redeem_a_token(uid, shops, time)()
    token = f"purchase-token-{uid}"
    shops.google.void(token)
    about = {"purchaseToken": token, "orderId": f"GPA.{token}", "productType": 2, "refundType": 1}
    body, header = shops.google.push({"voidedPurchaseNotification": about})
    return lambda: Sender().send(main.googleNotifications, body, Authorization=header)


@STORES.of("reconcileStores")
def find_a_refund_that_nobody_told_of(uid: str, shops: Stores, _: TestClock) -> Operation:
    sale, work = redeemed(uid, shops)
    work()
    shops.apple.notify("REFUND", {**sale, "revocationDate": 1})
    return lambda: reconciling.run(clock.now())


@pytest.mark.parametrize("name", STORES)
def test_a_fault_at_any_rpc_of_a_store_purchase_changes_nothing_of_the_outcome(
    name: str, shops: Stores, queue: Queue, time: TestClock
) -> None:
    enumerated(STORES.at(name, shops, time), lambda uid: left(uid, queue, time), few=1)
    assert auditing.everything() == []


@PACKAGES.of("addCoinPackage")
def add(uid: str) -> Operation:
    for one in store.packages():
        if one.package_id.startswith(MADE):
            store.package_ref(one.package_id).delete()  # there is room for few
    request = AddCoinPackage(
        package_id=f"{MADE}{uid}",
        name="3,000 Coins",
        price_usd=2_999,
        coin_amount=3_000,
        sort_order=9,
        reason="Asked for",
    )
    return lambda: pricing.add(STAFF, request)


@PACKAGES.of("updateCoinPackage")
def change(uid: str) -> Operation:
    add(uid)()
    return lambda: pricing.change(STAFF, f"{MADE}{uid}", 1, "Dearer", coins=(3_000, 30))


@pytest.mark.parametrize("name", PACKAGES)
def test_a_fault_at_any_rpc_of_a_package_changes_nothing_of_the_outcome(
    name: str, queue: Queue, time: TestClock
) -> None:
    enumerated(PACKAGES.at(name), lambda uid: left(f"{MADE}{uid}", queue, time), few=1)
