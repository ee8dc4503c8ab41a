"""Refunds by the staff: recorded, with reason and key, before the provider is asked.

Up to the amount in `wallet/policy.json` one of them refunds alone. Above it, reckoned of all that goes
back of one purchase, so that parts add up, a refund is proposed, and recorded and sent when another
approves it.
"""

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
from spaktok.wallet.model import policy
from spaktok.wallet.refusals import ProposalChanged
from spaktok.wallet.service import approvals
from spaktok.wallet.service.approvals import Proposal

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

SEND: Final = "sendCoinRefund"
ACTION: Final = "refundCoinPurchase"


class Sending(StrEnum):
    """Where a refund of ours stands."""

    PROPOSED = "proposed"
    """Somebody else has to approve it first. Stored as no refund yet."""
    REQUESTED = "requested"
    """Stored, and perhaps sent: the provider's answer is not known."""
    SENT = "sent"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Refunded:
    """The refund. `requested` is sent by a task as soon as the provider can be reached."""

    refund_id: str | None
    """None while it is `proposed`."""
    purchase_id: str
    amount_minor: int
    status: Sending
    proposal_id: str | None = None
    """Of what took, or takes, somebody else's approval."""


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A refund's document, and the task that sends it where that is new."""

    refund_id: str
    fields: dict[str, Any]
    task: Task | None = None


def refund(
    actor: UserId, purchase_id: str, reason: str, key: str, amount_minor: int | None
) -> Refunded:
    """Refund a purchase, or a part of its price, once a key. The buyer's coins follow the money.

    Six reads and six writes before the provider is asked; then what `settling.settle` costs. What
    takes two of the staff is proposed: six reads, three writes. A repeat gets the same answer, and
    once the proposal was approved, what became of the refund. Raises `NotFound`, `NotYourOwn`,
    `NotRefundable`, `KeyReused`.
    """
    refund_id = ids.digest(actor, ACTION, key)
    asked = ids.digest(purchase_id, reason, str(amount_minor))

    def body(tx: Transaction) -> _Recorded | Proposal | approvals.Payload:
        chain = audit.load(tx, actor)
        proposed = approvals.ref(approvals.id_of(actor, key))
        refs = [store.refund_ref(refund_id), store.purchase_ref(purchase_id), proposed]
        found = store.read(refs, tx)
        before = found[0].to_dict()
        if before is not None:
            if before["asked"] != asked:
                raise KeyReused
            return _Recorded(refund_id, before)
        waiting = approvals.decode(found[2])
        if waiting is not None:
            if not _asks(waiting, purchase_id, reason, amount_minor):
                raise KeyReused
            return _approved(tx, waiting) or waiting
        purchase, minor, gone = _refundable(actor, store.purchase(found[1]), amount_minor)
        if _takes_two(purchase, gone + minor):
            return _payload(purchase, minor)
        recorded = _record(
            tx, refund_id, (purchase, minor, gone), staffId=actor, reason=reason, asked=asked
        )
        about: dict[str, audit.Value] = {
            "refundId": refund_id,
            "amountMinor": minor,
            "currency": purchase.currency,
        }
        audit.append(tx, chain, Act(actor, ACTION, purchase.user_id, reason, after=about))
        return recorded

    done = transaction.run(body)
    if isinstance(done, _Recorded):
        return _sent(done)
    if not isinstance(done, Proposal):
        done = approvals.propose(actor, key, ACTION, done, reason)
    minor = int(done.payload["amountMinor"] or 0)
    return Refunded(None, purchase_id, minor, Sending.PROPOSED, done.proposal_id)


def approve(actor: UserId, proposal_id: str, payload_hash: str, reason: str) -> Refunded:
    """Approve a refund that somebody else proposed: recorded in the same commit, and then sent.

    Four reads and six writes before the provider is asked; then what `settling.settle` costs. A repeat
    says where the refund stands. Raises what `approvals.read` refuses, `NotYourOwn` for a purchase of
    the actor's, and `NotRefundable` where less is left of it by now: the proposal goes on waiting.
    """

    def body(tx: Transaction) -> _Recorded:
        refund_id = _approved_id(proposal_id)
        before = store.read([store.refund_ref(refund_id)], tx)[0].to_dict()
        if before is not None:
            if before["asked"] != payload_hash:
                raise ProposalChanged
            return _Recorded(refund_id, before)
        approved = approvals.read(tx, actor, proposal_id, ACTION, payload_hash)
        proposal = approved.proposal
        ref = store.purchase_ref(str(proposal.payload["purchaseId"]))
        minor = int(proposal.payload["amountMinor"] or 0)
        parts = _refundable(actor, store.purchase(store.read([ref], tx)[0]), minor)
        approvals.stage(tx, approved, reason)
        return _record(
            tx,
            refund_id,
            parts,
            staffId=proposal.proposer_id,
            reason=proposal.reason,
            asked=payload_hash,
            proposalId=proposal_id,
        )

    return _sent(transaction.run(body))


def _sent(recorded: _Recorded) -> Refunded:
    """Send what was recorded, where its answer is not known; where it stands."""
    refund_id, fields = recorded.refund_id, recorded.fields
    if recorded.task is not None:
        dispatch.release(recorded.task)
    status = Sending(fields["status"])
    if status is Sending.REQUESTED:
        try:
            status = send(refund_id)
        except TryAgain:
            status = Sending.REQUESTED  # the task goes on
    return Refunded(
        refund_id, fields["purchaseId"], fields["amountMinor"], status, fields.get("proposalId")
    )


def _record(
    tx: Transaction, refund_id: str, parts: tuple[Purchase, int, int], **more: str
) -> _Recorded:
    """Stage a refund, and that the purchase has it. Three writes."""
    purchase, minor, gone = parts
    fields = {
        "purchaseId": purchase.id,
        "paymentId": purchase.payment_id,
        "userId": purchase.user_id,
        "amountMinor": minor,
        "currency": purchase.currency,
        "status": Sending.REQUESTED,
        "providerId": None,
        "at": clock.now(),
        **more,
    }
    tx.create(store.refund_ref(refund_id), fields)
    after = replace(purchase, refund_asked_minor=gone + minor)
    tx.set(store.purchase_ref(purchase.id), store.encode(after))
    return _Recorded(refund_id, fields, dispatch.stage(tx, _task(refund_id)))


def _takes_two(purchase: Purchase, minor: int) -> bool:
    """Whether so much of a purchase, in all, is more than one of the staff sends back alone."""
    return purchase.price_usd * minor > policy.REFUND_ALONE_CENTS * purchase.price_minor


def _payload(purchase: Purchase, minor: int) -> approvals.Payload:
    """What somebody else is to see and to approve."""
    return {
        "userId": purchase.user_id,
        "purchaseId": purchase.id,
        "amountMinor": minor,
        "currency": purchase.currency,
    }


def _asks(waiting: Proposal, purchase_id: str, reason: str, amount_minor: int | None) -> bool:
    """Whether a proposal is of what is asked for now."""
    payload = waiting.payload
    return (waiting.action, payload.get("purchaseId"), waiting.reason) == (
        ACTION,
        purchase_id,
        reason,
    ) and amount_minor in (None, payload["amountMinor"])


def _approved(tx: Transaction, proposal: Proposal) -> _Recorded | None:
    """The refund that came of a proposal, where one has. One read."""
    refund_id = _approved_id(proposal.proposal_id)
    fields = store.read([store.refund_ref(refund_id)], tx)[0].to_dict()
    return None if fields is None else _Recorded(refund_id, fields)


def _approved_id(proposal_id: str) -> str:
    return ids.digest(proposal_id, ACTION)


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
