"""Client calls of gifts: what the staff reverses."""

from spaktok.core import keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.gifts.requests import ApproveGiftRefund, RefundGift
from spaktok.gifts.service import refunding
from spaktok.users.refusals import NotYourOwn
from spaktok.wallet.refusals import ProposalChanged, ProposalDecided, ProposalExpired

_STAFF = (Role.ADMIN, Role.SUPERADMIN)


@call(
    RefundGift,
    message="Gift refunded, or proposed where somebody else has to approve it",
    roles=_STAFF,
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(30),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound, NotYourOwn, KeyReused),
    cost="see `wallet`: a reversal, and the audit; proposed: 4 reads, 3 writes",
)
def refundGift(caller: Caller, request: RefundGift) -> refunding.Refund:
    """Reverse a gift on all sides, for a reason that is recorded; both sides are told.

    Above 5,000 coins it is `proposed`, and `approveGiftRefund` carries it out.
    """
    return refunding.refund(
        caller.uid, request.transaction_id, request.reason, request.idempotency_key
    )


@call(
    ApproveGiftRefund,
    message="Approved and refunded",
    roles=_STAFF,
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(30),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound, NotYourOwn, ProposalChanged, ProposalDecided, ProposalExpired),
    cost="see `wallet`: a reversal, and the approval of a proposal",
)
def approveGiftRefund(caller: Caller, request: ApproveGiftRefund) -> refunding.Refund:
    """Approve a refund of a gift that somebody else proposed; it is carried out in the same commit."""
    return refunding.approve(caller.uid, request.proposal_id, request.payload_hash, request.reason)
