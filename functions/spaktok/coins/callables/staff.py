"""What the staff call."""

from __future__ import annotations

from spaktok.coins.refusals import (
    NotRefundable,
    PackageExists,
    PackageUnavailable,
    ProductLinked,
    TooManyPackages,
    VersionConflict,
)
from spaktok.coins.requests.staff import (
    AddCoinPackage,
    ApproveCoinRefund,
    RefundCoinPurchase,
    UpdateCoinPackage,
)
from spaktok.coins.service import pricing, refunding
from spaktok.core import keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.users.refusals import NotYourOwn
from spaktok.wallet.refusals import ProposalChanged, ProposalDecided, ProposalExpired

_STAFF = (Role.ADMIN, Role.SUPERADMIN)


@call(
    AddCoinPackage,
    message="Added",
    roles=_STAFF,
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(20),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(PackageExists, ProductLinked, TooManyPackages),
    cost="2 reads and 1 a package, 4 writes",
)
def addCoinPackage(caller: Caller, request: AddCoinPackage) -> pricing.Changed:
    """Sell a package of coins that was not there."""
    return pricing.add(caller.uid, request)


@call(
    UpdateCoinPackage,
    message="Changed",
    roles=_STAFF,
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(20),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(PackageUnavailable, ProductLinked, VersionConflict),
    cost="2 reads, 4 writes; 1 read a package where products are linked",
)
def updateCoinPackage(caller: Caller, request: UpdateCoinPackage) -> pricing.Changed:
    """Sell a package of coins otherwise from now on; what was bought keeps its price."""
    return pricing.change(
        caller.uid,
        request.package_id,
        request.version,
        request.reason,
        prices=request.prices,
        coins=request.coins,
        shown=request.shown,
        links=request.links,
    )


@call(
    RefundCoinPurchase,
    message="Refunded, or proposed where somebody else has to approve it",
    roles=_STAFF,
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(20),
    secrets=(keys.AUDIT_SECRET, keys.STRIPE_SECRET),
    refusals=(NotFound, NotYourOwn, NotRefundable, KeyReused),
    cost="up to 17 reads, 14 writes; proposed: 6 reads, 3 writes",
)
def refundCoinPurchase(caller: Caller, request: RefundCoinPurchase) -> refunding.Refunded:
    """Refund a purchase; its coins are taken back, and what of them was spent is owed.

    Above $50 of one purchase, in whatever parts, it is `proposed`, and `approveCoinRefund` sends it.
    """
    return refunding.refund(
        caller.uid,
        request.purchase_id,
        request.reason,
        request.idempotency_key,
        request.amount_minor,
    )


@call(
    ApproveCoinRefund,
    message="Approved and refunded",
    roles=_STAFF,
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(20),
    secrets=(keys.AUDIT_SECRET, keys.STRIPE_SECRET),
    refusals=(
        NotFound,
        NotYourOwn,
        NotRefundable,
        ProposalChanged,
        ProposalDecided,
        ProposalExpired,
    ),
    cost="up to 15 reads, 15 writes",
)
def approveCoinRefund(caller: Caller, request: ApproveCoinRefund) -> refunding.Refunded:
    """Approve a refund of a purchase that somebody else proposed; it is recorded in the same commit."""
    return refunding.approve(caller.uid, request.proposal_id, request.payload_hash, request.reason)
