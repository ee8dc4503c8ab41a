"""From what a provider says now, and what was done before, to what is left to do. Pure.

A payment's state is merged, never replayed event by event: steps are taken in one order (credited,
then disputes by id, then refunds), each at most once, and never back. So every permutation of events,
with duplicates, ends in the same state, and a state that is older than what was done changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from spaktok.coins.model.packages import Package
from spaktok.coins.model.payments import Dispute, DisputeState, Payment, Provider, State
from spaktok.coins.model.purchases import Progress, Purchase


@dataclass(frozen=True, slots=True)
class Credit:
    """The coins come in."""

    gross_micro: int
    fee_micro: int


@dataclass(frozen=True, slots=True)
class Hold:
    """A dispute took money: its coins are held."""

    dispute: Dispute


@dataclass(frozen=True, slots=True)
class Resolve:
    """A dispute is decided."""

    dispute: Dispute

    @property
    def won(self) -> bool:
        """Whether the money came back."""
        return self.dispute.state is DisputeState.WON


@dataclass(frozen=True, slots=True)
class TakeBack:
    """So much of the price has been refunded in all."""

    total_minor: int
    lost_minor: int = 0
    """What disputes took for good, which the ledger counts with the refunds, less what was restored."""


@dataclass(frozen=True, slots=True)
class Owe:
    """A refund came back to us: it is owed to the payer."""

    refund_id: str
    minor: int


@dataclass(frozen=True, slots=True)
class Restore:
    """A refund was taken back: the buyer has paid after all."""

    refund_id: str
    minor: int


Step = Credit | Hold | Resolve | TakeBack | Owe | Restore


def mismatch(
    purchase: Purchase, payment: Payment, sold: Package | None, *, live: bool
) -> str | None:
    """Why a payment is not that of the purchase, or None where it is.

    `sold` is the version of the catalogue that the purchase was made at; `live` whether real money is
    expected here.
    """
    if payment.live is not live:
        return "livemode"
    if payment.purchase_id != purchase.id or payment.provider is not purchase.provider:
        return "purchase"
    if purchase.payment_id is not None and purchase.payment_id != payment.id:
        return "payment"
    if payment.currency != purchase.currency:
        return "currency"
    if payment.amount_minor != purchase.price_minor:
        return "amount"
    if sold is None:
        return "price"
    # A store sets the price by itself, and what was paid there is what the coins are worth.
    ours = purchase.provider is Provider.STRIPE
    if ours and sold.prices.get(purchase.currency) != purchase.price_minor:
        return "price"
    if (sold.coin_amount, sold.bonus_coins) != (purchase.coin_amount, purchase.bonus_coins):
        return "coins"
    return None


def steps(purchase: Purchase, payment: Payment) -> tuple[Step, ...]:
    """What is left to do, in the order to do it. Nothing for a payment that was not made."""
    if payment.state is not State.PAID:
        return ()
    done, left = purchase.progress, list[Step]()
    lost = done.lost_minor
    if not done.credited:
        left.append(Credit(payment.gross_micro, payment.fee_micro))
    for dispute in sorted(payment.disputes, key=lambda one: one.id):
        known = done.disputes.get(dispute.id)
        if dispute.state is DisputeState.INQUIRY or (known is not None and known.over):
            continue
        if known is None:
            left.append(Hold(dispute))
        if dispute.state.over:
            left.append(Resolve(dispute))
            lost += dispute.minor if dispute.state is DisputeState.LOST else 0
    # A refund that failed may be sent again: no more than the price is ever taken from the buyer.
    total = min(payment.refunded_minor, purchase.price_minor - lost)
    if total > done.refunded_minor:
        left.append(TakeBack(total, lost - done.restored_minor))
    left += [
        Owe(refund.id, refund.minor)
        for refund in payment.refunds
        if refund.failed and refund.id not in done.failed_refunds
    ]
    left += [
        Restore(refund.id, refund.minor)
        for refund in payment.refunds
        if refund.reversed and refund.id not in done.reversed_refunds
    ]
    return tuple(left)


def after(done: Progress, step: Step) -> Progress:
    """The progress with a step taken; the same where it was taken before."""
    match step:
        case Credit():
            return replace(done, credited=True, failure=None, odd=None)
        case Hold(dispute):
            return replace(done, disputes={dispute.id: DisputeState.OPEN, **done.disputes})
        case Resolve(dispute):
            known = done.disputes.get(dispute.id)
            if known is not None and known.over:
                return done
            lost = 0 if step.won else dispute.minor
            return replace(
                done,
                disputes={**done.disputes, dispute.id: dispute.state},
                lost_minor=done.lost_minor + lost,
            )
        case TakeBack(total):
            return replace(done, refunded_minor=max(done.refunded_minor, total))
        case Restore(refund_id, minor):
            if refund_id in done.reversed_refunds:
                return done
            return replace(
                done,
                reversed_refunds=tuple(sorted({*done.reversed_refunds, refund_id})),
                restored_minor=done.restored_minor + minor,
            )
        case Owe(refund_id):
            return replace(done, failed_refunds=tuple(sorted({*done.failed_refunds, refund_id})))


def gone_on(
    purchase: Purchase,
    payment: Payment,
    taken: tuple[Step, ...],
    at: datetime,
    odd: str | None = None,
) -> Purchase:
    """The purchase after these steps, or with what does not fit."""
    done = told(purchase.progress, payment)
    for step in taken:
        done = after(done, step)
    if odd is not None:
        return purchase.gone_on(replace(done, odd=done.odd or odd))
    first = done.credited and not purchase.progress.credited
    return replace(
        purchase.gone_on(done),
        payment_id=purchase.payment_id or payment.id or None,
        completed_at=at if first else purchase.completed_at,
    )


def told(done: Progress, payment: Payment) -> Progress:
    """The progress with what is known of a payment that was not made (yet)."""
    if done.credited or payment.state is State.PAID:
        return done
    return replace(
        done,
        failure=payment.failure if payment.state is State.FAILED else done.failure,
        closed=done.closed or payment.state is State.CLOSED,
    )
