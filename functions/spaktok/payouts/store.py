"""Paths, encoding and queries of payouts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clients
from spaktok.payouts.model.states import OPEN, Method, State

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Payout:
    """`payoutRequests/{id}`, without where it goes: that is sealed."""

    payout_id: str
    user_id: str
    state: State
    method: Method
    method_id: str
    amount_minor: int
    fee_minor: int
    requested_at: datetime
    updated_at: datetime
    sends: int
    first_sent_at: datetime | None
    calling_until: datetime | None
    reference: str | None
    transaction_id: str | None
    detail: str
    held: bool
    """Whether the provider said last that it holds it: unclaimed, under review, blocked."""
    signs: tuple[str, ...] = ()
    """What was seen of a ring when it was asked for; never told to its owner."""
    approvers: Mapping[str, datetime] = field(default_factory=dict)
    note: str | None = None

    @property
    def net_minor(self) -> int:
        """What the receiver gets."""
        return self.amount_minor - self.fee_minor


def payout_ref(payout_id: str) -> DocumentReference:
    """`payoutRequests/{id}`.

    {userId, status, payoutMethod, methodId, amount, fee (cents), currency, providerKey, sends,
    firstSentAt, callingUntil, providerReference, transactionId, providerFee, detail, held, signs: [what
    `payoutFindings` has more of], approvals: [{by, at}], note, requestedAt, updatedAt, dueAt | null,
    history: [{state, at}]}.
    `providerFee` is what the provider told last of its cost; the ledger has what was booked of it.
    `dueAt` is when a sweeper looks at it again; null where there is nothing to wait for.
    """
    return clients.db().collection("payoutRequests").document(payout_id)


def method_ref(method_id: str) -> DocumentReference:
    """`payoutMethods/{id}`: where a user's payouts of a method may go.

    {userId, method, receiver (sealed), sealedWith, destination, kind, hint, linkedAt, usableAt,
    replacedAt | null}. Written once; another account is another document. `destination` is a keyed
    hash: by it two links to one place are seen to be that.
    """
    return clients.db().collection("payoutMethods").document(method_id)


def account_ref(uid: str) -> DocumentReference:
    """`payoutAccounts/{uid}`: which methods are in use, and what is known of the user.

    {userId, methods: {method: id}, checks: {check: outcome}, day, askedMinor, connected: the id of
    the connected account at Stripe | absent, bank: the name of its bank's token | absent}.
    """
    return clients.db().collection("payoutAccounts").document(uid)


def bank_line_ref(line_id: str) -> DocumentReference:
    """`bankLines/{id}`: {reference, amountMinor (positive: to the bank), bookedOn, importedAt}."""
    return clients.db().collection("bankLines").document(line_id)


def reconciliation_ref(day: str) -> DocumentReference:
    """`reconciliations/{day}`.

    {at, matched, waiting, explained, found, unread: [account], discrepancies: [{kind, ids, …}]}, by the
    day of the comparison; and of what came in, by the day on which it did, the same in `payments`, with
    {comparedTo, beside: {kind of line and currency: minor}}, what Stripe moved for itself.
    """
    return clients.db().collection("reconciliations").document(day)


def finding_ref(payout_id: str) -> DocumentReference:
    """`payoutFindings/{id}`: why a withdrawal needs two to approve it; for the staff alone.

    {payoutRequestId, userId, involvedIds: everybody whom a sign names, signs: [{sign, others: [uid],
    shareBps | null}], at}. Written once, with the withdrawal.
    """
    return clients.db().collection("payoutFindings").document(payout_id)


def linked_to(destination: str) -> Query:
    """Every link, of anybody's and of any time, to one destination."""
    from google.cloud.firestore import FieldFilter

    methods = clients.db().collection("payoutMethods")
    return methods.where(filter=FieldFilter("destination", "==", destination))


def own(uid: str) -> Query:
    """A user's withdrawals, the latest first."""
    from google.cloud.firestore import FieldFilter, Query

    newest = Query.DESCENDING
    return (
        clients.db()
        .collection("payoutRequests")
        .where(filter=FieldFilter("userId", "==", uid))
        .order_by("requestedAt", direction=newest)
        .order_by("__name__", direction=newest)
    )


def asked_between(uid: str, since: datetime, until: datetime) -> Query:
    """A user's withdrawals that were asked for in a time, the latest first."""
    from google.cloud.firestore import FieldFilter

    asked_at = "requestedAt"
    return (
        own(uid)
        .where(filter=FieldFilter(asked_at, ">=", since))
        .where(filter=FieldFilter(asked_at, "<", until))
    )


def waiting() -> Query:
    """What waits for a decision, oldest first."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("payoutRequests")
        .where(filter=FieldFilter("status", "==", State.RESERVED))
        .order_by("requestedAt")
        .order_by("__name__")
    )


def open_of(uid: str) -> Query:
    """A user's withdrawals that are not decided by now."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("payoutRequests")
        .where(filter=FieldFilter("userId", "==", uid))
        .where(filter=FieldFilter("status", "in", sorted(OPEN)))
    )


def under_way() -> Query:
    """Everybody's withdrawals that are not decided by now."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("payoutRequests")
        .where(filter=FieldFilter("status", "in", sorted(OPEN)))
    )


def due(at: datetime, states: Iterable[State]) -> Query:
    """What of these states somebody should look at by now, the longest due first."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("payoutRequests")
        .where(filter=FieldFilter("status", "in", sorted(states)))
        .where(filter=FieldFilter("dueAt", "<=", at))
        .order_by("dueAt")
    )


def bank_lines(since: str, until: str) -> Query:
    """The bank's lines of these days, the last one not among them."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("bankLines")
        .where(filter=FieldFilter("bookedOn", ">=", since))
        .where(filter=FieldFilter("bookedOn", "<", until))
    )


def decode(snapshot: DocumentSnapshot[Any]) -> Payout | None:
    """The withdrawal, or None where there is none."""
    fields = snapshot.to_dict()
    if fields is None:
        return None
    return Payout(
        payout_id=snapshot.id,
        user_id=fields["userId"],
        state=State(fields["status"]),
        method=Method(fields["payoutMethod"]),
        method_id=fields["methodId"],
        amount_minor=fields["amount"],
        fee_minor=fields["fee"],
        requested_at=fields["requestedAt"],
        updated_at=fields["updatedAt"],
        sends=fields["sends"],
        first_sent_at=fields["firstSentAt"],
        calling_until=fields["callingUntil"],
        reference=fields["providerReference"],
        transaction_id=fields["transactionId"],
        detail=fields["detail"],
        held=fields.get("held", False),
        signs=tuple(fields.get("signs", ())),
        approvers={one["by"]: one["at"] for one in fields["approvals"]},
        note=fields["note"],
    )
