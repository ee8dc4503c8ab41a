"""Client calls of gifts: what the staff reverses."""

from spaktok.core import keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.gifts.requests import RefundGift
from spaktok.gifts.service import undoing
from spaktok.users.refusals import NotYourOwn


@call(
    RefundGift,
    message="Gift refunded",
    roles=(Role.ADMIN, Role.SUPERADMIN),
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(30),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound, NotYourOwn),
    cost="see `wallet`: a reversal, and the audit",
)
def refundGift(caller: Caller, request: RefundGift) -> undoing.Undone:
    """Reverse a gift on all sides, for a reason that is recorded; both sides are told."""
    return undoing.refund(caller.uid, request.transaction_id, request.reason)
