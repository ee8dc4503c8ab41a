"""Paths, decoding and staged writes of premium.

`isPremiumAccount` and `premiumSlotId` on the card, the role `premium` in `security/{uid}` and the
claims of the sign-in are copies of `premiumAccounts/{uid}`, changed with it (the claims by a task).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spaktok.core import clients
from spaktok.premium.model import Holding, Offer, Reservation, Settings, Tenure, Terms

if TYPE_CHECKING:
    from datetime import datetime

    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query

Fields = dict[str, Any]


def settings_ref() -> DocumentReference:
    """`settings/premium_settings`.

    {version, maxPremiumSlots, premiumSlots: {slotId: {tenureId, since, freeAt | null}}, terms: {v1:
    {premiumBps, standardBps, since}}, reservations: {slotId: {ticketId, until}}, offers: {v2: {open,
    prices, termDays, graceDays, renewing, since}}, updatedAt}. Every `since` is a commit time. No uid
    stands in it.
    """
    return clients.db().collection("settings").document("premium_settings")


def account_ref(uid: str) -> DocumentReference:
    """`premiumAccounts/{uid}`: what slots an account held when.

    {userId, slotId | null, tenureId | null, lastAct, ticketId, ticketUntil, subscriptionId,
    subscriptionEnds, tenures: {tenureId: {slotId, since, until | null, endsAt | null}}}. The last
    hundred tenures; each instant a commit time, but `endsAt`. `ticketId` is of the slot that the
    account is paying for, until then; `subscriptionId` of what pays for the slot it holds, which maybe
    ends with the term.
    """
    return clients.db().collection("premiumAccounts").document(uid)


def ledger_ref(tenure_id: str) -> DocumentReference:
    """`premiumLedger/{tenureId}`: {userId, slotId, since, until | null}. Written twice, for good."""
    return clients.db().collection("premiumLedger").document(tenure_id)


def request_ref(uid: str) -> DocumentReference:
    """`premiumRequests/{uid}`: {userId, requestedAt}, by a commit time. Who waits for a slot."""
    return clients.db().collection("premiumRequests").document(uid)


def ending_ref(subscription_id: str) -> DocumentReference:
    """`premiumEndings/{subscriptionId}`: {at}, by a commit time. What Stripe is still to end.

    Gone once it has. Of no account: that of whoever leaves for good is gone before.
    """
    return clients.db().collection("premiumEndings").document(subscription_id)


def endings(before: datetime) -> Query:
    """What Stripe should have ended by then, the oldest first."""
    from google.cloud.firestore import FieldFilter

    left = clients.db().collection("premiumEndings")
    return left.where(filter=FieldFilter("at", "<", before)).order_by("at")


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
    return Offer(
        newest["open"],
        dict(newest["prices"]),
        newest["termDays"],
        newest["graceDays"],
        newest.get("renewing", False),
    )


def decode_tenures(snapshot: DocumentSnapshot[Any]) -> tuple[Tenure, ...]:
    """What an account held, in any order; nothing where it never held anything."""
    fields: Fields = snapshot.to_dict() or {}
    return tuple(
        Tenure(one["slotId"], one["since"], one["until"], one["endsAt"])
        for one in fields.get("tenures", {}).values()
    )
