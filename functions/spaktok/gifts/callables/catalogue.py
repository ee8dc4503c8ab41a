"""Client calls of gifts: the catalogue, and its changes by the staff."""

from spaktok.core import keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.gifts.refusals import GiftExists, NoSuchGift
from spaktok.gifts.requests import AddGift, GetGiftCatalog, RetireGift, UpdateGift
from spaktok.gifts.service import catalogue

_STAFF = (Role.ADMIN, Role.SUPERADMIN)


@call(GetGiftCatalog, limit=per_minute(60), cost="no read, or 1")
def getGiftCatalog(caller: Caller, request: GetGiftCatalog) -> catalogue.Shown:  # noqa: ARG001
    """List the gifts that can be given, with prices in coins."""
    return catalogue.shown(request.category, request.known_version)


@call(
    AddGift,
    message="Gift added",
    roles=_STAFF,
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(30),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(GiftExists,),
    cost="2 reads, 4 writes",
)
def addGift(caller: Caller, request: AddGift) -> catalogue.Changed:
    """Put a new gift into the catalogue, as a new version of it."""
    return catalogue.add(caller.uid, request)


@call(
    UpdateGift,
    message="Gift changed",
    roles=_STAFF,
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(30),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NoSuchGift,),
    cost="2 reads, 4 writes",
)
def updateGift(caller: Caller, request: UpdateGift) -> catalogue.Changed:
    """Change a gift, its price or its season; what was given before keeps its price."""
    return catalogue.update(caller.uid, request)


@call(
    RetireGift,
    message="Gift retired",
    roles=_STAFF,
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(30),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NoSuchGift,),
    cost="2 reads, 4 writes",
)
def removeGift(caller: Caller, request: RetireGift) -> catalogue.Changed:
    """Take a gift off sale for good; what was given of it stays."""
    return catalogue.retire(caller.uid, request.gift_id, request.reason)
