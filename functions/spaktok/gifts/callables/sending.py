"""Client calls of gifts: asking for a price, giving."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.gifts.refusals import (
    DailyLimitReached,
    GiftsNotAccepted,
    LevelTooLow,
    NoSuchGift,
    NotLive,
    NotToYourself,
    QuoteExpired,
)
from spaktok.gifts.requests import QuoteGift, SendGift
from spaktok.gifts.service import quoting, sending
from spaktok.safety.refusals import NotForYourAge
from spaktok.wallet.refusals import DebtOpen, LimitReached, NotEnoughCoins

_UNFIT = (
    NotForYourAge,
    NotToYourself,
    NotFound,
    GiftsNotAccepted,
    NotLive,
    NoSuchGift,
    LevelTooLow,
)


@call(
    QuoteGift,
    limit=per_minute(120),
    secrets=(keys.CURSOR_SECRET,),
    refusals=_UNFIT,
    cost="9 reads on a profile, 10 elsewhere; 3 RPCs",
)
def quoteGift(caller: Caller, request: QuoteGift) -> quoting.Quote:
    """Ask what a gift costs, what the creator gets of it, and whether it can be given here.

    The answer's `quote` makes the gift itself cheaper and quicker, for 60 seconds.
    """
    return quoting.quote(caller.uid, request)


@call(
    SendGift,
    message="Gift sent",
    sensitive=True,
    limit=per_minute(30),
    secrets=(keys.CURSOR_SECRET,),
    refusals=(
        *_UNFIT,
        QuoteExpired,
        DailyLimitReached,
        KeyReused,
        DebtOpen,
        NotEnoughCoins,
        LimitReached,
    ),
    cost="2 reads, 2 writes with a quote, the first of them the edge's; 8 or 9 reads without",
)
def sendGift(caller: Caller, request: SendGift) -> sending.Receipt:
    """Give a gift, paid from the sender's coins, at the catalogue's price.

    A repeat with the same key returns the same receipt and takes nothing. In the context
    `live_stream`, `contextId` names a document of `liveStreams` whose status is `live`: streams are
    made by the live feature, and until there are any, every such gift is `not-found`.
    """
    return sending.send(caller.uid, request)
