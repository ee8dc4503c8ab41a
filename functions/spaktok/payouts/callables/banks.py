"""Client calls of payouts that speak to Stripe, whose SDK only they load."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_day
from spaktok.payouts.refusals import PayoutsUnavailable
from spaktok.payouts.requests import CreateStripeAccount, LinkBankAccount
from spaktok.payouts.service import banks, methods
from spaktok.safety.refusals import NotForYourAge


@call(
    CreateStripeAccount,
    sensitive=True,
    recent_sign_in=True,
    limit=per_day(10).exact(fail_closed=True),
    secrets=(keys.STRIPE_SECRET,),
    refusals=(NotForYourAge, PayoutsUnavailable),
    cost="2 reads, 2 writes and a call to Stripe",
)
def createStripeAccount(caller: Caller, request: CreateStripeAccount) -> banks.Opened:
    """Make the caller's connected account at Stripe; made before, it is the same."""
    return banks.open_account(caller.uid, request.country)


@call(
    LinkBankAccount,
    message="Linked",
    sensitive=True,
    recent_sign_in=True,
    limit=per_day(10).exact(fail_closed=True),
    secrets=(keys.STRIPE_SECRET, keys.AUDIT_SECRET),
    refusals=(NotForYourAge, PayoutsUnavailable),
    cost="up to 4 reads, 5 writes and three calls to Stripe",
)
def linkBankAccount(caller: Caller, request: LinkBankAccount) -> methods.Linked:
    """Have payouts go to the bank account that a token of Stripe's stands for."""
    return banks.link(caller.uid, request.country, request.token)
