"""Tickets: a slot that is being bought, what was paid for it, and what follows from a payment. Pure.

A ticket keeps one numbered slot for one account while it is paid for. What is heard of its payment is a
state and is merged, as that of coins is (`coins.model.merging`): steps in one order, each once, never
back, in whatever order and however often it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from spaktok.coins.model.payments import Dispute, DisputeState, Payment, Refund, State

PREFIX: Final = "slot_"
"""Begins a ticket's id, which stands on the payment: by it a payment is known to be for a slot."""
PAGE_LIVES: Final = timedelta(minutes=31)
"""The least that Stripe allows is 30 minutes from when it makes the page, which is later."""
KEPT: Final = timedelta(minutes=33)
"""How long a slot is kept: nobody can begin to pay any more when it is over."""


CHARGED_WITHIN: Final = timedelta(hours=3)
"""Stripe makes an invoice when a period ends, and charges it about an hour later."""


class Status(StrEnum):
    """Where a ticket stands."""

    RESERVED = "reserved"
    ACTIVE = "active"
    """The slot is held, or was until its term was over."""
    EXPIRED = "expired"
    """Nobody paid in time."""
    LOST = "lost"
    """Paid when the slot could not be had any more: the money goes back by itself."""
    REFUNDED = "refunded"
    """The money went back, and with it the term."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One slot, for one account, at one price, for one term."""

    id: str
    user_id: str
    slot_id: str
    price_minor: int
    currency: str
    version: int
    """Of the settings whose offer it was."""
    term_days: int
    grace_days: int
    at: datetime
    until: datetime
    """Until when the slot is kept."""
    renews: str | None = None
    """The tenure that it continues."""
    input_hash: str = ""
    status: Status = Status.RESERVED
    session_id: str | None = None
    payment_id: str | None = None
    tenure_id: str | None = None
    """What it began or continued."""
    gross_micro: int = 0
    refunded_minor: int = 0
    failed_refunds: tuple[str, ...] = ()
    disputes: Mapping[str, DisputeState] = field(default_factory=dict)
    taken_minor: int = 0
    """Of disputes that are open or lost."""
    recurring: bool = False
    """Whether it is a term of a subscription."""
    subscription_id: str | None = None
    """Known once it was paid."""

    @property
    def term(self) -> timedelta:
        """How long it lasts."""
        return timedelta(days=self.term_days)

    @property
    def margin(self) -> timedelta:
        """What the first term of a subscription lasts longer: the next is charged a little late."""
        return CHARGED_WITHIN if self.recurring else timedelta(0)

    @property
    def grace(self) -> timedelta:
        """How long the slot waits for a renewal after that."""
        return timedelta(days=self.grace_days)

    @property
    def paid_back(self) -> bool:
        """Whether nothing of its price is with us any more.

        A won dispute does not count: what it took is ours again, and what was paid for is given back.
        So how it ends hangs on what went back in the end, not on the order of hearing of it.
        """
        return self.refunded_minor + self.taken_minor >= self.price_minor

    @property
    def owed_minor(self) -> int:
        """What is still to be sent back, of a slot that was lost."""
        left = self.price_minor - self.refunded_minor - self.taken_minor
        return max(0, left) if self.status is Status.LOST else 0

    @property
    def later_term(self) -> bool:
        """Whether it follows from a subscription that was begun before: nobody asked for it."""
        return self.recurring and not self.input_hash

    def micro(self, minor: int) -> int:
        """What a part of the price comes to, in micro-USD, rounded down; all of it for the whole."""
        return self.gross_micro * minor // self.price_minor


@dataclass(frozen=True, slots=True)
class Sale:
    """It was paid."""

    gross_micro: int
    fee_micro: int


@dataclass(frozen=True, slots=True)
class Hold:
    """The payer's bank took money back."""

    dispute: Dispute


@dataclass(frozen=True, slots=True)
class Resolve:
    """The bank decided."""

    dispute: Dispute

    @property
    def won(self) -> bool:
        """Whether the money came back."""
        return self.dispute.state is DisputeState.WON


@dataclass(frozen=True, slots=True)
class TakeBack:
    """So much of the price has been refunded in all."""

    total_minor: int


@dataclass(frozen=True, slots=True)
class Owe:
    """A refund came back to us: it is owed to the payer."""

    refund: Refund


Step = Sale | Hold | Resolve | TakeBack | Owe


def mismatch(ticket: Ticket, payment: Payment, *, live: bool) -> str | None:
    """Why a payment is not the ticket's, or None where it is."""
    if payment.live is not live:
        return "livemode"
    if payment.purchase_id != ticket.id:
        return "ticket"
    if ticket.payment_id is not None and payment.id != ticket.payment_id:
        return "payment"
    if (payment.amount_minor, payment.currency) != (ticket.price_minor, ticket.currency):
        return "amount"
    return None


def steps(ticket: Ticket, payment: Payment) -> tuple[Step, ...]:
    """What is left to do, in the order to do it. Nothing for a payment that was not made."""
    if payment.state is not State.PAID:
        return ()
    left = list[Step]()
    if not ticket.gross_micro:
        left.append(Sale(payment.gross_micro, payment.fee_micro))
    for dispute in sorted(payment.disputes, key=lambda one: one.id):
        known = ticket.disputes.get(dispute.id)
        if dispute.state is DisputeState.INQUIRY or (known is not None and known.over):
            continue
        if known is None:
            left.append(Hold(dispute))
        if dispute.state.over:
            left.append(Resolve(dispute))
    total = min(payment.refunded_minor, ticket.price_minor)
    if total > ticket.refunded_minor:
        left.append(TakeBack(total))
    left += [
        Owe(refund)
        for refund in payment.refunds
        if refund.failed and refund.id not in ticket.failed_refunds
    ]
    return tuple(left)


def after(ticket: Ticket, step: Step) -> Ticket:
    """The ticket with a step taken; what becomes of its slot is not decided here."""
    match step:
        case Sale(gross):
            return replace(ticket, gross_micro=gross)
        case Hold(dispute):
            known = {**ticket.disputes, dispute.id: DisputeState.OPEN}
            return replace(ticket, disputes=known, taken_minor=ticket.taken_minor + dispute.minor)
        case Resolve(dispute):
            known = {**ticket.disputes, dispute.id: dispute.state}
            back = dispute.minor if step.won else 0
            return replace(ticket, disputes=known, taken_minor=ticket.taken_minor - back)
        case TakeBack(total):
            return replace(ticket, refunded_minor=total)
        case Owe(refund):
            return replace(ticket, failed_refunds=(*ticket.failed_refunds, refund.id))
