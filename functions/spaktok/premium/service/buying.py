"""Buying a slot: a ticket that keeps it, and a page of Stripe's to pay on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.coins.refusals import PurchaseClosed
from spaktok.core import clock, config, ids, once, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused
from spaktok.premium import drawer, store
from spaktok.premium.model import Settings
from spaktok.premium.refusals import (
    NoSlotFree,
    PremiumAlready,
    SlotOccupied,
    SlotsNotSold,
    TicketOpen,
)
from spaktok.premium.tickets import KEPT, PAGE_LIVES, PREFIX, Status, Ticket
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from spaktok.premium.requests import PurchasePremiumSlot

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ticketed:
    """A slot that is kept for the caller while they pay."""

    ticket_id: str
    slot_id: str
    checkout_url: str
    price: int
    """In minor units of the currency."""
    currency: str
    term_days: int
    renews: bool
    """Whether it prolongs what the caller holds."""
    recurring: bool
    """Whether it is paid again for every term, until the caller ends it."""
    reserved_until: datetime


def buy(uid: UserId, request: PurchasePremiumSlot) -> Ticketed:
    """Keep a slot and start paying for it, or find what the request's key started.

    Of whoever holds a slot that was paid for it is the next term, once the present one has begun, but
    where a subscription pays for that. Where the offer says so, it is a subscription itself. Three
    reads, three writes, and one of each for the page. N + 1 at once for N slots: N get a ticket, by the
    one document all slots stand in, and nobody else a page to pay on. Raises `SlotsNotSold`,
    `NoSlotFree`, `SlotOccupied`, `PremiumAlready`, `TicketOpen`, `KeyReused`, and as `purchaseCoins`.
    """
    from spaktok.safety.policy import Feature
    from spaktok.safety.service import access

    access.require(uid, Feature.GIFTS_SEND)
    ticket, at = _reserved(uid, request), clock.now()
    # When there is something to pay: a starting instance may answer a refusal without them.
    from spaktok.coins.service import buying as coins
    from spaktok.integrations.stripe import payments as stripe

    page_ends = ticket.at + PAGE_LIVES
    if ticket.status is not Status.RESERVED or at >= page_ends:
        raise PurchaseClosed
    order = stripe.Order(
        purchase_id=ticket.id,
        customer=coins.customer(uid),
        amount_minor=ticket.price_minor,
        currency=ticket.currency,
        name=f"Premium slot, {ticket.term_days} days",
        expires_at=page_ends,
        return_url=f"https://{config.link_host()}/premium/{ticket.id}",
    )
    if ticket.recurring:
        from spaktok.integrations.stripe import subscriptions

        days = ticket.term_days
        session = coins.asking(lambda: subscriptions.create_session(order, days))
    else:
        session = coins.asking(lambda: stripe.create_session(order))
    if session.url is None:
        raise PurchaseClosed
    if ticket.session_id is None:
        drawer.ticket_ref(ticket.id).update({"sessionId": session.id})
    return Ticketed(
        ticket_id=ticket.id,
        slot_id=ticket.slot_id,
        checkout_url=session.url,
        price=ticket.price_minor,
        currency=ticket.currency,
        term_days=ticket.term_days,
        renews=ticket.renews is not None,
        recurring=ticket.recurring,
        reserved_until=ticket.until,
    )


def _reserved(uid: UserId, request: PurchasePremiumSlot) -> Ticket:
    ticket_id = f"{PREFIX}{ids.digest(uid, 'purchasePremiumSlot', request.idempotency_key)}"
    asked, at = once.input_hash(request), clock.now()

    def body(tx: Transaction) -> Ticket:
        snapshots = [drawer.ticket_ref(ticket_id), store.settings_ref(), store.account_ref(uid)]
        found, stored, account = users.read(snapshots, tx)
        before = drawer.decode_ticket(found)
        if before is not None:
            if before.input_hash != asked:
                raise KeyReused
            return before
        settings, fields = store.decode_settings(stored), account.to_dict() or {}
        offer = settings.offer
        price = offer.prices.get(request.currency)
        if not offer.open or price is None:
            raise SlotsNotSold
        if (open_ := fields.get("ticketId")) is not None and at < fields["ticketUntil"]:
            raise TicketOpen(ticketId=open_)
        slot_id, renews = _slot(settings, fields, request.slot_id, at)
        ticket = Ticket(
            id=ticket_id,
            user_id=uid,
            slot_id=slot_id,
            price_minor=price,
            currency=request.currency,
            version=settings.version,
            term_days=offer.term_days,
            grace_days=offer.grace_days,
            at=at,
            until=at + KEPT,
            renews=renews,
            input_hash=asked,
            recurring=offer.renewing,
        )
        tx.create(drawer.ticket_ref(ticket_id), drawer.encode_ticket(ticket))
        kept = {"userId": uid, "ticketId": ticket_id, "ticketUntil": ticket.until}
        tx.set(store.account_ref(uid), kept, merge=True)
        reservation = {"ticketId": ticket_id, "until": ticket.until}
        tx.set(store.settings_ref(), {"reservations": {slot_id: reservation}}, merge=True)
        return ticket

    return transaction.run(body)


def _slot(
    settings: Settings, account: Mapping[str, Any], wanted: str | None, at: datetime
) -> tuple[str, str | None]:
    """The slot to keep, and the tenure that is prolonged where there is one."""
    held = account.get("slotId")
    if held is not None:
        tenure = account["tenures"][account["tenureId"]]
        ends_at = tenure["endsAt"]
        begun = ends_at is not None and ends_at - at <= settings.offer.term
        pays = account.get("subscriptionId") is not None and not account.get("subscriptionEnds")
        if pays or not begun or wanted not in (None, held):
            raise PremiumAlready
        return held, account["tenureId"]
    free = settings.free(at)
    if not free:
        raise NoSlotFree
    if wanted is not None and wanted not in free:
        raise SlotOccupied
    return wanted or free[0], None
