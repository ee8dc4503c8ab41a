"""Where tickets are kept: apart from `store`, which is loaded where nobody buys anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spaktok.coins.model.payments import DisputeState
from spaktok.core import clients
from spaktok.premium.store import settings_ref
from spaktok.premium.tickets import Status, Ticket

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query, Transaction

    from spaktok.premium.model import Settings

Fields = dict[str, Any]


def ticket_ref(ticket_id: str) -> DocumentReference:
    """`premiumTickets/{ticketId}`: a slot that is being bought, or was; see `tickets`."""
    return clients.db().collection("premiumTickets").document(ticket_id)


def owing() -> Query:
    """The tickets of which something is still to be sent back."""
    from google.cloud.firestore import FieldFilter

    return clients.db().collection("premiumTickets").where(filter=FieldFilter("owedMinor", ">", 0))


def decode_ticket(snapshot: DocumentSnapshot[Any]) -> Ticket | None:
    """The ticket, or None where there is none."""
    fields = snapshot.to_dict()
    if fields is None:
        return None
    return Ticket(
        id=fields["ticketId"],
        user_id=fields["userId"],
        slot_id=fields["slotId"],
        price_minor=fields["pricePaid"],
        currency=fields["currency"],
        version=fields["settingsVersion"],
        term_days=fields["termDays"],
        grace_days=fields["graceDays"],
        at=fields["timestamp"],
        until=fields["reservedUntil"],
        renews=fields["renews"],
        input_hash=fields["inputHash"],
        status=Status(fields["status"]),
        session_id=fields["sessionId"],
        payment_id=fields["paymentIntentId"],
        tenure_id=fields["tenureId"],
        gross_micro=fields["grossMicro"],
        refunded_minor=fields["refundedMinor"],
        failed_refunds=tuple(fields["failedRefunds"]),
        disputes={name: DisputeState(state) for name, state in fields["disputes"].items()},
        taken_minor=fields["takenMinor"],
        recurring=fields.get("recurring", False),
        subscription_id=fields.get("subscriptionId"),
    )


def encode_ticket(one: Ticket) -> Fields:
    """A ticket as its document."""
    return {
        "ticketId": one.id,
        "userId": one.user_id,
        "slotId": one.slot_id,
        "pricePaid": one.price_minor,
        "currency": one.currency,
        "settingsVersion": one.version,
        "termDays": one.term_days,
        "graceDays": one.grace_days,
        "timestamp": one.at,
        "reservedUntil": one.until,
        "renews": one.renews,
        "inputHash": one.input_hash,
        "status": one.status,
        "sessionId": one.session_id,
        "paymentIntentId": one.payment_id,
        "tenureId": one.tenure_id,
        "grossMicro": one.gross_micro,
        "refundedMinor": one.refunded_minor,
        "failedRefunds": list(one.failed_refunds),
        "disputes": {name: str(state) for name, state in one.disputes.items()},
        "takenMinor": one.taken_minor,
        "owedMinor": one.owed_minor,
        "recurring": one.recurring,
        "subscriptionId": one.subscription_id,
    }


def stage_unreserved(tx: Transaction, settings: Settings, ticket: Ticket) -> None:
    """Stage that the slot is not kept for the ticket any more. One write, where it was."""
    from google.cloud.firestore import DELETE_FIELD

    kept = settings.reserved.get(ticket.slot_id)
    if kept is not None and kept.ticket_id == ticket.id:
        tx.update(settings_ref(), {f"reservations.{ticket.slot_id}": DELETE_FIELD})
