"""Client calls of the wallet: corrections by the staff, proposed by one and approved by another."""

from dataclasses import dataclass

from spaktok.core import ids, keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_hour, per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.users.refusals import NotYourOwn
from spaktok.wallet.refusals import (
    NotEnoughCoins,
    NotEnoughEarnings,
    ProposalChanged,
    ProposalDecided,
    ProposalExpired,
)
from spaktok.wallet.requests import (
    ApproveAdjustment,
    GetPendingApprovals,
    ProposeAdjustment,
    RejectProposal,
)
from spaktok.wallet.service import adjusting, approvals

_STAFF = (Role.ADMIN, Role.SUPERADMIN)


@dataclass(frozen=True, slots=True)
class AdjustmentBooked:
    """The correction's entry in the ledger."""

    entry_id: str


@call(
    ProposeAdjustment,
    message="Proposed: somebody else has to approve it",
    roles=_STAFF,
    sensitive=True,
    recent_sign_in=True,
    limit=per_hour(30),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound, NotYourOwn, KeyReused),
    cost="3 reads, 3 writes",
)
def proposeAdjustment(caller: Caller, request: ProposeAdjustment) -> approvals.Proposal:
    """Propose a correction of somebody's coins, earnings or debt."""
    asked = adjusting.Adjustment(request.user_id, request.account, request.amount)
    key = request.idempotency_key or ids.random_id()
    return adjusting.propose(caller.uid, key, asked, request.reason)


@call(
    ApproveAdjustment,
    message="Approved and carried out",
    roles=_STAFF,
    sensitive=True,
    recent_sign_in=True,
    limit=per_hour(30),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(
        NotFound,
        NotYourOwn,
        ProposalChanged,
        ProposalExpired,
        ProposalDecided,
        NotEnoughCoins,
        NotEnoughEarnings,
        KeyReused,
    ),
    cost="4 reads, 5 writes",
)
def approveAdjustment(caller: Caller, request: ApproveAdjustment) -> AdjustmentBooked:
    """Approve a correction that somebody else proposed; it is carried out in the same commit."""
    entry = adjusting.approve(caller.uid, request.proposal_id, request.payload_hash, request.reason)
    return AdjustmentBooked(entry.id)


@call(
    RejectProposal,
    message="Rejected",
    roles=_STAFF,
    sensitive=True,
    limit=per_hour(60),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound, ProposalDecided),
    cost="2 reads, 3 writes",
)
def rejectProposal(caller: Caller, request: RejectProposal) -> None:
    """Reject what was proposed, or withdraw one's own proposal."""
    approvals.reject(caller.uid, request.proposal_id, request.reason)


@call(
    GetPendingApprovals,
    roles=_STAFF,
    sensitive=True,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 read a proposal, and 1",
)
def getPendingApprovals(caller: Caller, request: GetPendingApprovals) -> approvals.ProposalPage:
    """List what waits for an approval, the oldest first."""
    return approvals.waiting(caller.uid, request.limit, request.cursor)
