"""Refunds by the staff: recorded, with reason and key, before the provider is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from spaktok.coins import store
from spaktok.coins.model.payments import Provider
from spaktok.coins.model.purchases import Purchase
from spaktok.coins.refusals import NotRefundable
from spaktok.core import audit, clock, dispatch, ids, transaction
from spaktok.core.audit import Act
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused, NotFound, TryAgain
from spaktok.integrations.stripe import payments as stripe
from spaktok.integrations.stripe.client import Declined, Unreachable
from spaktok.users.refusals import NotYourOwn

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

SEND: Final = "sendCoinRefund"


class Sending(StrEnum):
    """Where a refund of ours stands."""

    REQUESTED = "requested"
    """Stored, and perhaps sent: the provider's answer is not known."""
    SENT = "sent"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Refunded:
    """The refund. `requested` is sent by a task as soon as the provider can be reached."""

    refund_id: str
    purchase_id: str
    amount_minor: int
    status: Sending


def refund(
    actor: UserId, purchase_id: str, reason: str, key: str, amount_minor: int | None
) -> Refunded:
    """Refund a purchase, or a part of its price, once a key. The buyer's coins follow the money.

    Five reads and six writes before the provider is asked; then what `settling.settle` costs. Raises
    `NotFound`, `NotYourOwn`, `NotRefundable`, `KeyReused`.
    """
    refund_id = ids.digest(actor, "refundCoinPurchase", key)
    asked = ids.digest(purchase_id, reason, str(amount_minor))
    at = clock.now()

    def body(tx: Transaction) -> tuple[dict[str, Any], Task | None]:
        chain = audit.load(tx, actor)
        found = store.read([store.refund_ref(refund_id), store.purchase_ref(purchase_id)], tx)
        before = found[0].to_dict()
        if before is not None:
            if before["asked"] != asked:
                raise KeyReused
            return before, None
        purchase, minor, gone = _refundable(actor, store.purchase(found[1]), amount_minor)
        fields = {
            "purchaseId": purchase_id,
            "paymentId": purchase.payment_id,
            "userId": purchase.user_id,
            "staffId": actor,
            "reason": reason,
            "amountMinor": minor,
            "currency": purchase.currency,
            "asked": asked,
            "status": Sending.REQUESTED,
            "providerId": None,
            "at": at,
        }
        tx.create(store.refund_ref(refund_id), fields)
        tx.set(
            store.purchase_ref(purchase_id),
            store.encode(replace(purchase, refund_asked_minor=gone + minor)),
        )
        about: dict[str, audit.Value] = {
            "refundId": refund_id,
            "amountMinor": minor,
            "currency": purchase.currency,
        }
        audit.append(
            tx, chain, Act(actor, "refundCoinPurchase", purchase.user_id, reason, after=about)
        )
        return fields, dispatch.stage(tx, _task(refund_id))

    fields, task = transaction.run(body)
    if task is not None:
        dispatch.release(task)
    status = Sending(fields["status"])
    if status is Sending.REQUESTED:
        try:
            status = send(refund_id)
        except TryAgain:
            status = Sending.REQUESTED  # the task goes on
    return Refunded(refund_id, purchase_id, fields["amountMinor"], status)


def _refundable(
    actor: UserId, purchase: Purchase | None, amount_minor: int | None
) -> tuple[Purchase, int, int]:
    """The purchase, how much of its price goes back now, and how much had gone before."""
    if purchase is None or not purchase.progress.credited:
        raise NotFound
    if purchase.user_id == actor:
        raise NotYourOwn
    if purchase.provider is not Provider.STRIPE:
        raise NotRefundable(reason="the store it was paid in refunds it")
    gone = max(purchase.progress.refunded_minor, purchase.refund_asked_minor)
    left = purchase.price_minor - gone - purchase.progress.lost_minor
    minor = left if amount_minor is None else amount_minor
    if not 1 <= minor <= left:
        raise NotRefundable(reason=f"{left} is left of its price")
    return purchase, minor, gone


def send(refund_id: str) -> Sending:
    """Have the provider refund what was recorded; harmless to repeat. Raises `TryAgain`.

    Whatever became of an earlier attempt is looked up first, so that a key which the vendor has
    forgotten makes no second refund.
    """
    fields = store.refund_ref(refund_id).get().to_dict()
    if fields is None:
        raise NotFound
    if fields["status"] != Sending.REQUESTED:
        return Sending(fields["status"])
    payment_id: str = fields["paymentId"]
    try:
        sent = stripe.find_refund(payment_id, refund_id)
        if sent is None:
            sent = stripe.create_refund(payment_id, refund_id, fields["amountMinor"])
    except Unreachable:
        raise TryAgain from None
    except Declined as no:
        _answered(refund_id, Sending.DECLINED, no.code)
        return Sending.DECLINED
    _answered(refund_id, Sending.SENT, sent)
    from spaktok.coins.service import settling  # the ledger, when there is something to book

    try:
        settling.settle(stripe.payment(payment_id))
    except (Unreachable, Declined):
        return Sending.SENT  # the webhook brings it
    return Sending.SENT


def _answered(refund_id: str, status: Sending, answer: str) -> None:
    """Write down the answer; what was declined can be asked for again. Two reads, two writes."""

    def body(tx: Transaction) -> None:
        ref = store.refund_ref(refund_id)
        fields = store.read([ref], tx)[0].to_dict() or {}
        if fields["status"] != Sending.REQUESTED:
            return
        purchase = store.purchase(store.read([store.purchase_ref(fields["purchaseId"])], tx)[0])
        tx.update(ref, {"status": status, "providerId": answer, "answeredAt": clock.now()})
        if status is Sending.DECLINED and purchase is not None:
            left = max(0, purchase.refund_asked_minor - fields["amountMinor"])
            tx.update(store.purchase_ref(purchase.id), {"refundAskedMinor": left})

    transaction.run(body)


def _task(refund_id: str) -> Task:
    return Task(SEND, refund_id, {"refundId": refund_id})
