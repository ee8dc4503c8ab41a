"""Actions of buying coins."""

from __future__ import annotations

from typing import Any

import pytest

from localstripe.api import LocalStripe
from spaktok.coins.model.payments import Provider
from spaktok.coins.requests.buying import PurchaseCoins
from spaktok.coins.requests.staff import AddCoinPackage
from spaktok.coins.service import (
    buying,
    catalogue,
    confirming,
    offering,
    pricing,
    refunding,
    settling,
)
from spaktok.coins.store import Mark
from spaktok.core import audit, transaction
from spaktok.core.audit import Act
from spaktok.core.ids import UserId
from spaktok.integrations.stripe import payments
from spaktok.wallet.service import approvals
from tests.cost.actions.scene import Action, action
from tests.support.paying import Till, till
from tests.support.people import ANA, join

STAFF, OTHER = UserId("staff"), UserId("other-staff")
MARK = Mark(Provider.STRIPE, "evt-1", "payment_intent.succeeded")
PACKAGE = PurchaseCoins(package_id="coins_1000")


def at_the_till(work: Any) -> Any:
    """Do something while there is a Stripe."""
    with pytest.MonkeyPatch.context() as patch, till(patch) as one:
        return work(one)


def speaking(account: LocalStripe, work: Any) -> Action:
    """Do something later, with the same Stripe."""

    def later() -> Any:
        with pytest.MonkeyPatch.context() as patch, till(patch, account):
            return work()

    return later


def bought(count: int = 1) -> tuple[LocalStripe, str, str]:
    """Ana has paid; nobody has heard of the last payment yet."""

    def work(stripe: Till) -> tuple[LocalStripe, str, str]:
        join(ANA)
        for _ in range(count - 1):
            settling.settle(payments.payment(stripe.pay(buying.checkout(ANA, PACKAGE).purchase_id)))
        purchase = buying.checkout(ANA, PACKAGE).purchase_id
        return stripe.account, purchase, stripe.pay(purchase)

    found: tuple[LocalStripe, str, str] = at_the_till(work)
    return found


@action("read the packages of coins")
def _() -> Action:
    catalogue.current()
    catalogue.forget()
    return lambda: offering.offers(ANA)


@action("read the packages of coins again")
def _() -> Action:
    catalogue.current()
    return lambda: offering.offers(ANA)


@action("start buying coins, the second time that day")
def _() -> Action:
    account, _, payment = bought()
    speaking(account, lambda: settling.settle(payments.payment(payment)))()
    return speaking(account, lambda: buying.checkout(ANA, PACKAGE))


@action("credit bought coins")
def _() -> Action:
    account, _, payment = bought()

    def work() -> None:
        settling.heard(MARK)
        settling.settle(payments.payment(payment), MARK)

    return speaking(account, work)


@action("hear of a payment again")
def _() -> Action:
    account, _, payment = bought()
    speaking(account, lambda: settling.settle(payments.payment(payment), MARK))()
    return speaking(account, lambda: settling.heard(MARK))


@action("confirm a purchase that is credited")
def _() -> Action:
    account, purchase, payment = bought()
    speaking(account, lambda: settling.settle(payments.payment(payment), MARK))()
    return speaking(account, lambda: confirming.confirm(ANA, purchase))


@action("refund a purchase")
def _() -> Action:
    account, purchase, payment = bought()
    speaking(account, lambda: settling.settle(payments.payment(payment), MARK))()
    transaction.run(
        lambda tx: audit.append(tx, audit.load(tx, STAFF), Act(STAFF, "before", "x", "x"))
    )
    return speaking(
        account, lambda: refunding.refund(STAFF, purchase, "bought twice", "key-12345678", None)
    )


def _dear() -> tuple[LocalStripe, str]:
    """Ana has bought what one of the staff does not refund alone; both have a chain in the audit."""

    def work(stripe: Till) -> tuple[LocalStripe, str]:
        join(ANA)
        dear = PurchaseCoins(package_id="coins_10000")
        purchase = buying.checkout(ANA, dear).purchase_id
        settling.settle(payments.payment(stripe.pay(purchase)), MARK)
        return stripe.account, purchase

    for actor in (STAFF, OTHER):
        transaction.run(
            lambda tx, actor=actor: audit.append(
                tx, audit.load(tx, actor), Act(actor, "before", "x", "x")
            )
        )
    found: tuple[LocalStripe, str] = at_the_till(work)
    return found


@action("propose to refund a purchase")
def _() -> Action:
    account, purchase = _dear()
    return speaking(
        account, lambda: refunding.refund(STAFF, purchase, "bought twice", "key-12345678", None)
    )


@action("approve a refund of a purchase")
def _() -> Action:
    account, purchase = _dear()
    asked = refunding.refund(STAFF, purchase, "bought twice", "key-12345678", None)
    proposal = str(asked.proposal_id)
    seen: str = approvals.ref(proposal).get().get("payloadHash")
    return speaking(account, lambda: refunding.approve(OTHER, proposal, seen, "seen"))


@action("change a package of coins")
def _() -> Action:
    catalogue.current()
    return lambda: pricing.change(STAFF, "coins_100", 1, "dearer", prices={})


@action("add a package of coins")
def _() -> Action:
    catalogue.current()
    request = AddCoinPackage(
        package_id="coins_3000",
        name="3,000 Coins",
        price_usd=2999,
        coin_amount=3000,
        reason="Asked",
    )
    return lambda: pricing.add(STAFF, request)
