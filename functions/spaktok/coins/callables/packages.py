"""What is sold."""

from __future__ import annotations

from spaktok.coins.requests.buying import GetCoinPackages
from spaktok.coins.service import offering
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute


@call(
    GetCoinPackages,
    limit=per_minute(60),
    cost="none, or a read a package once a minute and instance",
)
def getCoinPackages(
    caller: Caller,
    request: GetCoinPackages,  # noqa: ARG001 - it says nothing
) -> offering.Offers:
    """List the packages of coins that are sold, with their prices."""
    return offering.offers(caller.uid)
