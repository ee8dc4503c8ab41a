"""Dual control: what moves money by hand is proposed by one of the staff and approved by another.

A proposal holds what is to be done, and the SHA-256 of exactly that; whoever approves names the hash
of what they saw. It ends after a day. The approval is staged in the transaction that has the effect,
so a proposal is carried out once or not at all, and both steps are in the audit:

    approved = approvals.read(tx, actor, proposal_id, "adjustWallet", payload_hash)   # may refuse
    approvals.stage(tx, approved, reason)                                             # with the writes

Owns `approvals/{proposalId}`: {action, payload, payloadHash, reason, proposerId, status, at,
expiresAt, decidedBy, decidedAt, decision}.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from spaktok.core import audit, clients, clock, ids, paging, transaction
from spaktok.core.audit import Act, Chain
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.users.refusals import NotYourOwn
from spaktok.wallet import store
from spaktok.wallet.model import policy
from spaktok.wallet.refusals import ProposalChanged, ProposalDecided, ProposalExpired

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query, Transaction

Payload = dict[str, str | int | bool | None]


class Status(StrEnum):
    """What became of a proposal."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    """Carried out, in the same commit."""
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody of the staff wants done."""

    proposal_id: str
    action: str
    payload: Payload
    payload_hash: str
    reason: str
    proposer_id: str
    status: Status
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Approved:
    """A proposal that its reader may approve, and what the audit needs for that."""

    proposal: Proposal
    actor: str
    chain: Chain
    at: datetime


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A page of proposals that wait, the oldest first."""

    proposals: list[Proposal]
    next_cursor: str | None
    has_more: bool


def digest(action: str, payload: Payload) -> str:
    """The SHA-256 of what is to be done, in one spelling."""
    text = json.dumps([action, dict(payload)], sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def propose(actor: str, key: str, action: str, payload: Payload, reason: str) -> Proposal:
    """Propose something, once a key. Two reads, three writes. Raises `KeyReused`."""
    at = clock.now()
    made = Proposal(
        proposal_id=id_of(actor, key),
        action=action,
        payload=payload,
        payload_hash=digest(action, payload),
        reason=reason,
        proposer_id=actor,
        status=Status.PROPOSED,
        at=at,
        expires_at=at + timedelta(hours=policy.APPROVAL_HOURS),
    )

    def body(tx: Transaction) -> Proposal:
        chain = audit.load(tx, actor)
        before = decode(store.read([ref(made.proposal_id)], tx)[0])
        if before is not None:
            if (before.payload_hash, before.reason) != (made.payload_hash, reason):
                raise KeyReused
            return before
        tx.create(ref(made.proposal_id), _encoded(made))
        after = {"proposalId": made.proposal_id, "payloadHash": made.payload_hash}
        audit.append(tx, chain, Act(actor, f"propose {action}", _target(made), reason, after=after))
        return made

    return transaction.run(body)


def read(tx: Transaction, actor: str, proposal_id: str, action: str, payload_hash: str) -> Approved:
    """A proposal that `actor` may approve now. Two reads.

    Raises `NotFound`, `NotYourOwn` for one's own proposal, `ProposalChanged` where the hash is not that
    of what would be done, `ProposalDecided`, `ProposalExpired`.
    """
    at = clock.now()
    chain = audit.load(tx, actor)
    (found,) = store.read([ref(proposal_id)], tx)
    fields = found.to_dict()
    if fields is None or fields["action"] != action:
        raise NotFound
    proposal = _decoded(proposal_id, fields)
    if proposal.proposer_id == actor:
        raise NotYourOwn
    if payload_hash != digest(action, proposal.payload):
        raise ProposalChanged
    if proposal.status is not Status.PROPOSED:
        raise ProposalDecided
    if proposal.expires_at <= at:
        raise ProposalExpired
    return Approved(proposal, actor, chain, at)


def stage(tx: Transaction, approved: Approved, reason: str) -> None:
    """Stage the approval, with its audit, beside its effect. Three writes."""
    _decide(tx, approved, Status.APPROVED, reason)


def reject(actor: str, proposal_id: str, reason: str) -> Proposal:
    """Reject a proposal; one's own may be withdrawn. Two reads, three writes.

    Raises `NotFound`, `ProposalDecided`.
    """
    at = clock.now()

    def body(tx: Transaction) -> Proposal:
        chain = audit.load(tx, actor)
        (found,) = store.read([ref(proposal_id)], tx)
        if not found.exists:
            raise NotFound
        fields: dict[str, Any] = found.to_dict() or {}
        proposal = _decoded(proposal_id, fields)
        if proposal.status is Status.REJECTED and fields["decidedBy"] == actor:
            return proposal
        if proposal.status is not Status.PROPOSED:
            raise ProposalDecided
        _decide(tx, Approved(proposal, actor, chain, at), Status.REJECTED, reason)
        return proposal

    return transaction.run(body)


def waiting(actor: str, limit: int, cursor: str | None) -> ProposalPage:
    """A page of what waits for an approval: a read each, and one more."""
    page = paging.page(pending(), limit=limit, cursor=cursor, scope=f"approvals:{actor}")
    return ProposalPage(
        proposals=[_decoded(one.id, one.to_dict() or {}) for one in page.snapshots],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def ref(proposal_id: str) -> DocumentReference:
    """`approvals/{proposalId}`."""
    return clients.db().collection("approvals").document(proposal_id)


def id_of(actor: str, key: str) -> str:
    """The id of what `actor` proposes under this key."""
    return ids.digest("proposal", actor, key)


def decode(snapshot: DocumentSnapshot[Any]) -> Proposal | None:
    """The proposal as it is stored; None where there is none."""
    fields = snapshot.to_dict()
    return None if fields is None else _decoded(snapshot.id, fields)


def pending() -> Query:
    """What waits, the oldest first. What expired is among it, to be seen and rejected."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("approvals")
        .where(filter=FieldFilter("status", "==", Status.PROPOSED))
        .order_by("at")
        .order_by("__name__")
    )


def _decide(tx: Transaction, approved: Approved, status: Status, reason: str) -> None:
    proposal = approved.proposal
    tx.update(
        ref(proposal.proposal_id),
        {
            "status": status,
            "decidedBy": approved.actor,
            "decidedAt": approved.at,
            "decision": reason,
        },
    )
    verb = "approve" if status is Status.APPROVED else "reject"
    after = {"proposalId": proposal.proposal_id, "payloadHash": proposal.payload_hash}
    what = f"{verb} {proposal.action}"
    act = Act(approved.actor, what, _target(proposal), reason, after=after)
    audit.append(tx, approved.chain, act)


def _target(proposal: Proposal) -> str:
    return str(proposal.payload.get("userId") or proposal.action)


def _encoded(proposal: Proposal) -> dict[str, Any]:
    return {
        "action": proposal.action,
        "payload": dict(proposal.payload),
        "payloadHash": proposal.payload_hash,
        "reason": proposal.reason,
        "proposerId": proposal.proposer_id,
        "userId": proposal.payload.get("userId"),
        "status": proposal.status,
        "at": proposal.at,
        "expiresAt": proposal.expires_at,
        "decidedBy": None,
        "decidedAt": None,
        "decision": None,
    }


def _decoded(proposal_id: str, fields: Mapping[str, Any]) -> Proposal:
    return Proposal(
        proposal_id=proposal_id,
        action=fields["action"],
        payload=fields["payload"],
        payload_hash=fields["payloadHash"],
        reason=fields["reason"],
        proposer_id=fields["proposerId"],
        status=Status(fields["status"]),
        at=fields["at"],
        expires_at=fields["expiresAt"],
    )
