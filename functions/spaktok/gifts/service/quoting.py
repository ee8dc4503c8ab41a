"""What a gift costs, and what the creator gets of it: shown before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from spaktok.core import clock
from spaktok.core.ids import UserId
from spaktok.gifts import giving, quotes
from spaktok.gifts.model import FACE_VALUE_MICRO
from spaktok.gifts.quotes import Terms
from spaktok.gifts.requests import QuoteGift
from spaktok.gifts.service import access, catalogue
from spaktok.premium.service import shares
from spaktok.wallet.model.income import split
from spaktok.wallet.model.wallet import Wallet, consume
from spaktok.wallet.service import reading


@dataclass(frozen=True, slots=True)
class Quote:
    """What would be paid and received, were the gift sent now."""

    quote: str
    """To be sent with the gift, until `expiresAt`."""
    expires_at: datetime
    unit_coins: int
    coins: int
    price_usd_micro: int
    """The coins at their face value of one cent, in millionths of a dollar."""
    net_usd_micro: int | None
    """What is left of what the sender paid for these very coins, after stores and providers: what is
    shared. None where there are too few coins."""
    creator_usd_micro: int | None
    """The creator's share of it, as their share is now; the commit decides."""
    creator_share_bps: int
    """In hundredths of a percent."""
    balance: int
    """The sender's coins."""
    daily_coins_left: int | None
    """What may be given today; None: any number."""


def quote(sender: UserId, request: QuoteGift) -> Quote:
    """The price of a gift, for somebody who may give it. Nine reads on a profile, ten elsewhere.

    Raises what `access.admit` does, and `NoSuchGift`. That the coins are too few is no refusal here.
    """
    at = clock.now()
    target = access.target_of(request.receiver_id, request.context, request.context_id)
    gift, unit, version = catalogue.on_sale(request.gift_id, at)
    admission = access.admit(sender, target, gift, at)
    bps = shares.of(target.receiver).at(at)
    wallet = reading.load(sender)
    until = quotes.until(gift, at)
    terms = Terms(target, gift.gift_id, version, unit, admission.daily_coins_max, until)
    coins = unit * request.quantity
    net = _net(wallet, coins)
    return Quote(
        quote=quotes.sign(sender, terms),
        expires_at=until,
        unit_coins=unit,
        coins=coins,
        price_usd_micro=coins * FACE_VALUE_MICRO,
        net_usd_micro=net,
        creator_usd_micro=None if net is None else split(net, bps)[0],
        creator_share_bps=bps,
        balance=wallet.coins,
        daily_coins_left=_left(wallet, admission.daily_coins_max, at),
    )


def _net(wallet: Wallet, coins: int) -> int | None:
    """What the coins that would be taken stand for; None where there are too few."""
    if coins > wallet.coins:
        return None
    _, taken = consume(wallet, coins)
    return sum(part.net_micro for part in taken)


def _left(wallet: Wallet, daily_max: int | None, at: datetime) -> int | None:
    """The least of what the platform and what the user themselves allow for the day."""
    given = giving.decode(wallet.notes.get(giving.NOTE, {}))
    bounds = []
    if daily_max is not None:
        bounds.append(daily_max - giving.coins_on(given, at))
    if (limit := wallet.limit.on(at)) is not None:
        bounds.append(limit - wallet.spent_on(at))
    return max(0, min(bounds)) if bounds else None
