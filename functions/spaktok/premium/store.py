"""Paths, decoding and staged writes of premium.

`isPremiumAccount` and `premiumSlotId` on the card, the role `premium` in `security/{uid}` and the
claims of the sign-in are copies of `premiumAccounts/{uid}`, changed with it (the claims by a task).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spaktok.coins.model.payments import DisputeState
from spaktok.core import clients
from spaktok.premium.model import Holding, Offer, Reservation, Settings, Tenure, Terms
from spaktok.premium.tickets import Status, Ticket

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query, Transaction

Fields = dict[str, Any]


def settings_ref() -> DocumentReference:
    """`settings/premium_settings`.

    {version, maxPremiumSlots, premiumSlots: {slotId: {tenureId, since, freeAt | null}}, terms: {v1:
    {premiumBps, standardBps, since}}, reservations: {slotId: {ticketId, until}}, offers: {v2: {open,
    prices, termDays, graceDays, since}}, updatedAt}. Every `since` is a commit time. No uid stands in
    it.
    """
    return clients.db().collection("settings").document("premium_settings")


def account_ref(uid: str) -> DocumentReference:
    """`premiumAccounts/{uid}`: what slots an account held when.

    {userId, slotId | null, tenureId | null, lastAct, ticketId, ticketUntil, tenures: {tenureId:
    {slotId, since, until | null, endsAt | null}}}. The last hundred tenures; each instant a commit
    time, but `endsAt`. `ticketId` is of the slot that the account is paying for, until then.
    """
    return clients.db().collection("premiumAccounts").document(uid)


def ledger_ref(tenure_id: str) -> DocumentReference:
    """`premiumLedger/{tenureId}`: {userId, slotId, since, until | null}. Written twice, for good."""
    return clients.db().collection("premiumLedger").document(tenure_id)


def request_ref(uid: str) -> DocumentReference:
    """`premiumRequests/{uid}`: {userId, requestedAt}, by a commit time. Who waits for a slot."""
    return clients.db().collection("premiumRequests").document(uid)


def ticket_ref(ticket_id: str) -> DocumentReference:
    """`premiumTickets/{ticketId}`: a slot that is being bought, or was; see `tickets`."""
    return clients.db().collection("premiumTickets").document(ticket_id)


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
    }


def stage_unreserved(tx: Transaction, settings: Settings, ticket: Ticket) -> None:
    """Stage that the slot is not kept for the ticket any more. One write, where it was."""
    from google.cloud.firestore import DELETE_FIELD

    kept = settings.reserved.get(ticket.slot_id)
    if kept is not None and kept.ticket_id == ticket.id:
        tx.update(settings_ref(), {f"reservations.{ticket.slot_id}": DELETE_FIELD})


def past_tenures() -> Query:
    """Every tenure of every slot, the latest first."""
    from google.cloud.firestore import Query

    newest = Query.DESCENDING
    ledger = clients.db().collection("premiumLedger")
    return ledger.order_by("since", direction=newest).order_by("__name__", direction=newest)


def waiting() -> Query:
    """Who waits, first come first."""
    line = clients.db().collection("premiumRequests")
    return line.order_by("requestedAt").order_by("__name__")


def decode_settings(snapshot: DocumentSnapshot[Any]) -> Settings:
    """The settings; the defaults where nobody has written them yet, though slots may be held."""
    fields = snapshot.to_dict()
    if fields is None:
        return Settings()
    slots = {
        slot: Holding(held["tenureId"], held["since"], held.get("freeAt"))
        for slot, held in fields.get("premiumSlots", {}).items()
    }
    reserved = {
        slot: Reservation(one["ticketId"], one["until"])
        for slot, one in fields.get("reservations", {}).items()
    }
    if "version" not in fields:
        return Settings(slots=slots, reserved=reserved)
    versions = sorted(fields["terms"].items(), key=lambda item: int(item[0][1:]))
    return Settings(
        version=fields["version"],
        slots_max=fields["maxPremiumSlots"],
        slots=slots,
        terms=tuple(
            Terms(one["premiumBps"], one["standardBps"], one["since"]) for _, one in versions
        ),
        reserved=reserved,
        offer=_offer(fields.get("offers", {})),
    )


def _offer(offers: Fields) -> Offer:
    """The newest of the versions."""
    if not offers:
        return Offer()
    newest = offers[max(offers, key=lambda name: int(name[1:]))]
    return Offer(newest["open"], dict(newest["prices"]), newest["termDays"], newest["graceDays"])


def decode_tenures(snapshot: DocumentSnapshot[Any]) -> tuple[Tenure, ...]:
    """What an account held, in any order; nothing where it never held anything."""
    fields: Fields = snapshot.to_dict() or {}
    return tuple(
        Tenure(one["slotId"], one["since"], one["until"], one["endsAt"])
        for one in fields.get("tenures", {}).values()
    )
