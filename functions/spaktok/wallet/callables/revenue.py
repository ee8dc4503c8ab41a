"""Client calls of the wallet: the platform's own books, for the staff."""

from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.wallet.requests import GetPlatformRevenue
from spaktok.wallet.service import revenue


@call(
    GetPlatformRevenue,
    roles=(Role.ADMIN, Role.SUPERADMIN),
    sensitive=True,
    limit=per_minute(30),
    cost="1 read a day that is asked for, and 2",
)
def getPlatformRevenue(caller: Caller, request: GetPlatformRevenue) -> revenue.Books:  # noqa: ARG001 - every administrator sees the same
    """Show what each day brought, made and burnt, and what is owed and held over all."""
    return revenue.books(request.first_day, request.last_day)
