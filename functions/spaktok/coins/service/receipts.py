"""Purchases in the app stores: redeemed once, by the account they were made for, and followed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.coins import store
from spaktok.coins.model import receipts
from spaktok.coins.model.payments import NOTHING, Provider
from spaktok.coins.model.purchases import Purchase, Status
from spaktok.coins.model.receipts import News, Notice, Receipt, Refunding
from spaktok.coins.refusals import NotOurs, PaymentsUnavailable, ReceiptInvalid, ReceiptUsed
from spaktok.coins.service import catalogue
from spaktok.coins.store import Mark
from spaktok.core import clock, config, dispatch, ids, log, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import TryAgain
from spaktok.integrations.stores import apple, google
from spaktok.integrations.stores.jws import Unproven

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.cloud.firestore import Transaction

    from spaktok.coins.requests.stores import AnswerConsumption, VerifyStorePurchase

ANSWER: Final = "answerConsumption"
ANSWER_AGAIN: Final = timedelta(minutes=30)
CONSENT_VARIABLE: Final = "SPAKTOK_APPLE_CONSUMPTION_CONSENT"
"""`true` where the terms that buyers accept include telling Apple how a purchase was used: without
consent Apple wants no answer."""
_NOT_USED, _PARTLY, _WHOLLY = 1, 2, 3
"""Apple's `consumptionStatus`."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The purchase of a receipt."""

    purchase_id: str
    status: Status
    coins_added: int


def redeem(uid: UserId, request: VerifyStorePurchase) -> Redeemed:
    """Credit what a receipt proves, once for all accounts and times. Finish the transaction then.

    Up to 8 reads, 6 writes. Raises `NotForYourAge`, `ReceiptInvalid` for what is not proven, not this
    account's, not paid or of the other mode, `ReceiptUsed`, `PackageUnavailable` and
    `PaymentsUnavailable`.
    """
    from spaktok.safety.policy import Feature
    from spaktok.safety.service import access

    access.require(uid, Feature.GIFTS_SEND)
    receipt = _proven(request)
    if receipt.account != receipts.account_name(uid) or receipt.live is not config.production():
        raise ReceiptInvalid
    if not receipt.paid or receipt.quantity != 1:
        raise ReceiptInvalid
    from spaktok.coins.service import settling  # the ledger, when there is something to book

    purchase = _claim(uid, receipt)
    payment = receipts.payment(receipt, purchase)
    settled = settling.settle(payment) or purchase
    if receipt.provider is Provider.GOOGLE and receipt.token is not None:
        _consume(receipt.product_id, receipt.token)
    coins = settled.coins if settled.progress.credited else 0
    return Redeemed(settled.id, settled.status, coins)


def apple_told(body: bytes) -> None:
    """A notification that says it is Apple's. Raises `NotOurs`, `PaymentsUnavailable`."""
    try:
        heed(apple.notice(body))
    except Unproven:
        raise NotOurs from None
    except OSError:
        raise PaymentsUnavailable from None


def google_told(body: bytes, headers: Mapping[str, str]) -> None:
    """A push that says it is Google's. Raises `NotOurs`, `PaymentsUnavailable`."""
    try:
        heed(google.notice(body, headers))
    except Unproven:
        raise NotOurs from None
    except OSError:
        raise PaymentsUnavailable from None


def answer(task: AnswerConsumption, *, last: bool) -> None:
    """Tell Apple how far a purchase was used, until it is told or the time is over.

    Raises what the network raises, for the queue to try again; at the queue's last attempt another
    task follows half an hour later, as long as Apple still listens. Only when it is over the
    notification is noted: one whose task was lost is found by the nightly comparison.
    """
    if os.environ.get(CONSENT_VARIABLE) != "true":
        log.info("consumption not told", why="no consent")
        _answered(task)
        return
    if clock.now() >= task.deadline:
        log.alarm("consumption not told in time", purchase=task.purchase_id)
        _answered(task)
        return
    purchase = store.purchase(store.purchase_ref(task.purchase_id).get())
    try:
        apple.answer_consumption(task.transaction_id, _used(purchase))
    except OSError:
        if not last:
            raise TryAgain from None
        again = clock.now() + ANSWER_AGAIN
        asked = {
            "purchaseId": task.purchase_id,
            "transactionId": task.transaction_id,
            "deadline": task.deadline,
            "noticeId": task.notice_id,
        }
        dispatch.send(_task(asked, again))
        return
    _answered(task)


def _answered(task: AnswerConsumption) -> None:
    from spaktok.coins.service import settling  # the ledger, which the answer does without

    if task.notice_id is not None:
        mark = Mark(Provider.APPLE, task.notice_id, News.CONSUMPTION)
        settling.note(mark, task.purchase_id)


def _proven(request: VerifyStorePurchase) -> Receipt:
    try:
        if request.store == "apple":
            return apple.receipt(request.receipt)
        return google.receipt(request.product_id or "", request.receipt)
    except Unproven:
        raise ReceiptInvalid from None
    except OSError:
        raise PaymentsUnavailable from None


def _claim(uid: UserId, receipt: Receipt) -> Purchase:
    """The purchase of the receipt, made now where there is none. Raises `ReceiptUsed`."""
    from spaktok.coins.model import valuing  # when there is something to value

    package = catalogue.of_product(receipt.provider, receipt.product_id)
    purchase_id = receipts.purchase_id(receipt.provider, receipt.id)
    paid = receipt.price if receipt.price is not None and valuing.minor(receipt.price) else None
    worth = valuing.worth(receipt.provider, paid)
    made = Purchase(
        id=purchase_id,
        user_id=uid,
        package_id=package.package_id,
        version=package.version,
        provider=receipt.provider,
        coin_amount=package.coin_amount,
        bonus_coins=package.bonus_coins,
        # A refund is counted in parts of a price: where none is stated, of the catalogue's.
        price_minor=valuing.minor(paid) if paid is not None else package.price_usd,
        currency=paid.currency.lower() if paid is not None else "usd",
        price_usd=package.price_usd,
        at=clock.now(),
        method="store",
        worth=worth,
    )

    def body(tx: Transaction) -> tuple[Purchase, bool]:
        refs = [store.purchase_ref(purchase_id), store.event_ref(_revoked(receipt))]
        found, revoked = store.read(refs, tx)
        before = store.purchase(found)
        if before is not None and before.user_id != uid:
            raise ReceiptUsed
        if before is None and revoked.exists:
            raise ReceiptInvalid
        if before is None:
            tx.create(store.purchase_ref(purchase_id), store.encode(made))
        return before or made, before is None

    purchase, first = transaction.run(body)
    if first and worth == NOTHING:
        # Its gifts earn creators nothing: once the store has paid, what they missed is adjusted.
        log.alarm(
            "a store purchase of unknown worth",
            purchase=purchase_id,
            currency=paid.currency if paid is not None else None,
        )
    return purchase


def revoke(receipt: Receipt) -> None:
    """Remember for good that a receipt was refunded before anybody redeemed it. One write."""
    from spaktok.coins.service import settling

    purchase_id = receipts.purchase_id(receipt.provider, receipt.id)
    settling.note(_revoked(receipt), purchase_id, for_good=True)


def revoked(receipt: Receipt) -> bool:
    """Whether that is remembered. One read."""
    return store.event_ref(_revoked(receipt)).get().exists


def heed(notice: Notice) -> None:
    """Do what a store's proven notification asks for, once.

    A read where it was dealt with before, else two and what `settling.settle` costs; of Google's a
    request. Raises `Unproven`, `OSError` where Google can't be asked, and what the ledger raises.
    """
    from spaktok.coins.service import settling

    mark = Mark(notice.provider, notice.id, notice.news)
    if settling.heard(mark):
        return
    receipt_id = notice.receipt.id if notice.receipt is not None else notice.order_id
    if notice.news is News.NOTHING or receipt_id is None:
        settling.note(mark, None)
        return
    purchase_id = receipts.purchase_id(notice.provider, receipt_id)
    purchase = store.purchase(store.purchase_ref(purchase_id).get())
    if notice.news is News.CONSUMPTION:
        deadline = (notice.at or clock.now()) + apple.ANSWER_WITHIN
        asked = {
            "purchaseId": purchase_id,
            "transactionId": receipt_id,
            "deadline": deadline,
            "noticeId": notice.id,
        }
        dispatch.send(_task(asked, None))
        return
    receipt = notice.receipt or _looked_up(purchase, notice)
    if receipt is None:
        settling.note(mark, None)
    elif purchase is None:
        # Refunded before it was redeemed: what was signed before that must buy nothing any more.
        if receipt.refunding is Refunding.YES:
            revoke(receipt)
        settling.note(mark, None)
    else:
        payment = receipts.payment(receipt, purchase)
        settling.settle(payment, mark)


def _looked_up(purchase: Purchase | None, notice: Notice) -> Receipt | None:
    """What Google says of a purchase that it told us about."""
    if purchase is None or notice.token is None:
        return None
    for package in catalogue.current():
        if package.package_id == purchase.package_id:
            return google.receipt(package.links["google"], notice.token)
    return None


def _consume(product_id: str, token: str) -> None:
    try:
        google.consume(product_id, token)
    except (OSError, Unproven) as error:
        # It was given. Until it is consumed it can't be bought again; the app redeems it once more.
        log.warning("not consumed", exception=type(error).__name__)


def _used(purchase: Purchase | None) -> dict[str, Any]:
    """Apple's `ConsumptionRequest`; 0 is "undeclared", which most of it is: we tell what was used."""
    status = 0
    if purchase is not None and purchase.progress.credited:
        from spaktok.wallet.service import crediting, reading

        payment_id = purchase.payment_id or ""
        lot_id = crediting.lot_id_of(purchase.user_id, payment_id)
        lots = reading.load(UserId(purchase.user_id)).lots
        left = sum(lot.coins for lot in lots if lot.id == lot_id)
        status = _WHOLLY if left == 0 else _NOT_USED if left == purchase.coins else _PARTLY
    token = receipts.account_name(purchase.user_id) if purchase is not None else ""
    return {
        "customerConsented": True,
        "consumptionStatus": status,
        "deliveryStatus": 0,
        "appAccountToken": token,
        "platform": 1,
        "sampleContentProvided": False,
        "accountTenure": 0,
        "playTime": 0,
        "lifetimeDollarsPurchased": 0,
        "lifetimeDollarsRefunded": 0,
        "userStatus": 0,
        "refundPreference": 0,
    }


def _revoked(receipt: Receipt) -> Mark:
    """Remembers that a receipt was refunded before anybody redeemed it."""
    return Mark(receipt.provider, f"revoked-{ids.digest(receipt.id)}", "revoked")


def _task(asked: dict[str, Any], run_at: datetime | None) -> Task:
    """Another one each hour: what was lost is sent again by whoever finds it."""
    about = (asked["transactionId"], str(asked["deadline"]), str(run_at))
    hour = f"{clock.now():%Y-%m-%dT%H}"
    return Task(
        function=ANSWER,
        id=ids.digest("consumption", *about, hour),
        payload=asked,
        run_at=run_at,
    )
