"""Asking Stripe what became of a ticket: of its one payment, or of the invoices of a subscription.

Where slots are sold by subscription, each term is a ticket of its own, as if its holder had bought it.
The first is the one that was begun on the page; the others are made here, by their invoice. The payment
of an invoice is told which ticket it pays for before it is settled, so that what becomes of it later, a
refund or a dispute, is heard of like that of any. An invoice that nobody could be charged for makes no
ticket: the term ends, and its grace waits for the next attempt.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spaktok.coins.model.payments import Provider
from spaktok.coins.service import settling
from spaktok.coins.store import Mark
from spaktok.core import clock, ids, log, transaction
from spaktok.core.refusal import TryAgain
from spaktok.integrations.stripe import payments as stripe
from spaktok.integrations.stripe import subscriptions
from spaktok.integrations.stripe.client import Declined, Unreachable
from spaktok.notifications import outgoing as notifications
from spaktok.premium import drawer, store
from spaktok.premium.service import assigning, paid
from spaktok.premium.tickets import PREFIX, Status, Ticket
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from spaktok.integrations.stripe.subscriptions import Invoice
    from spaktok.premium.requests import SettlePremiumTicket


def told(task: SettlePremiumTicket) -> None:
    """Hear of what an event is about, and note only then that it was dealt with. One write more.

    What fails is looked for again by `coins.hearing.pull`. Raises `TryAgain`.
    """
    hear(task.ticket_id, task.payment_id, task.invoice_id)
    if task.event_id is not None:
        settling.note(Mark(Provider.STRIPE, task.event_id, task.event_kind), task.ticket_id)


def hear(ticket_id: str, payment_id: str | None, invoice_id: str | None = None) -> Ticket | None:
    """Ask Stripe about a ticket's payment, and do what is left to do. Raises `TryAgain`.

    Of a subscription `ticket_id` is the first one, and `invoice_id` says which term it is about.
    """
    ticket = drawer.decode_ticket(drawer.ticket_ref(ticket_id).get())
    if ticket is None:
        log.alarm("a payment for a slot that nobody ordered", ticket=ticket_id)
        return None
    try:
        if payment_id is None and (found := invoice_id or _first_invoice(ticket)) is not None:
            return _invoiced(ticket, subscriptions.invoice(found))
        if (known := payment_id or ticket.payment_id) is not None:
            return paid.settle(ticket, stripe.payment(known))
        if ticket.session_id is not None:
            return paid.settle(ticket, stripe.session(ticket.session_id))
    except Unreachable:
        raise TryAgain from None
    except Declined as no:
        log.alarm("a slot's payment that Stripe does not have", ticket=ticket.id, code=no.code)
    return ticket


def _first_invoice(ticket: Ticket) -> str | None:
    """Of a subscription whose page was paid, and nobody has told us of it yet."""
    if not ticket.recurring or ticket.payment_id is not None or ticket.session_id is None:
        return None
    return subscriptions.first_invoice(ticket.session_id)


def _invoiced(first: Ticket, invoice: Invoice) -> Ticket:
    """Settle the term that an invoice is of."""
    if invoice.purchase_id != first.id or invoice.subscription_id is None:
        log.alarm("an invoice is not the ticket's", ticket=first.id)
        return first
    if invoice.payment_id is None and invoice.paid:
        log.alarm("an invoice that no payment has settled", ticket=first.id)
        return first
    if invoice.payment_id is None:
        event = ids.digest(invoice.id, "failed")
        notifications.announce(assigning.news(first.user_id, event, _FAILED))
        return first
    ticket = _begun(first, invoice) if invoice.first else _term(first, invoice)
    subscriptions.mark(invoice.payment_id, ticket.id)
    return paid.settle(ticket, stripe.payment(invoice.payment_id))


def _begun(first: Ticket, invoice: Invoice) -> Ticket:
    if first.subscription_id is None:
        drawer.ticket_ref(first.id).update({"subscriptionId": invoice.subscription_id})
    return replace(first, subscription_id=invoice.subscription_id)


def _term(first: Ticket, invoice: Invoice) -> Ticket:
    """The ticket of another term, made once an invoice. Two reads, one write."""
    ticket_id, at = f"{PREFIX}{ids.digest(first.id, invoice.id)}", clock.now()

    def body(tx: Transaction) -> Ticket:
        found, account = users.read(
            [drawer.ticket_ref(ticket_id), store.account_ref(first.user_id)], tx
        )
        before = drawer.decode_ticket(found)
        if before is not None:
            return before
        fields = account.to_dict() or {}
        ticket = Ticket(
            id=ticket_id,
            user_id=first.user_id,
            slot_id=first.slot_id,
            price_minor=first.price_minor,
            currency=first.currency,
            version=first.version,
            term_days=first.term_days,
            grace_days=first.grace_days,
            at=at,
            until=at,
            renews=fields.get("tenureId") if _pays(fields, first, invoice) else None,
            status=Status.RESERVED,
            recurring=True,
            subscription_id=invoice.subscription_id,
        )
        tx.create(drawer.ticket_ref(ticket_id), drawer.encode_ticket(ticket))
        return ticket

    return transaction.run(body)


def _pays(account: dict[str, Any], first: Ticket, invoice: Invoice) -> bool:
    """Whether it is this subscription that pays for what the account holds, and not another."""
    held, paying = account.get("slotId"), account.get("subscriptionId")
    return (held, paying) == (first.slot_id, invoice.subscription_id)


_FAILED = "Your premium slot could not be charged. It ends unless the next attempt succeeds"
