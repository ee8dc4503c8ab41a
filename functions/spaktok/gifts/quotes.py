"""Quotes: what a sender was shown before giving, signed, so that the gift need not look again.

A quote says that this sender was found free to give this gift to this receiver at this place, at this
price. It is good for 60 seconds, for its sender alone, and holds for less where the gift's season ends
before. What changes in between (a block, the end of a stream, a new price) counts with the next quote;
a ban counts at once, because the call itself reads the sender's standing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from spaktok.core import paging
from spaktok.core.refusal import InvalidRequest
from spaktok.gifts.model import QUOTED_FOR, Context, Gift, Target
from spaktok.gifts.refusals import QuoteExpired


@dataclass(frozen=True, slots=True)
class Terms:
    """What was found of a gift before it is given."""

    target: Target
    gift_id: str
    version: int
    """Of the catalogue."""
    unit_coins: int
    daily_coins_max: int | None
    """What the sender may give in a day; None: any number of coins."""
    until: datetime


def until(gift: Gift, at: datetime) -> datetime:
    """How long terms found at an instant hold."""
    ends = at + QUOTED_FOR
    return ends if gift.available_until is None else min(ends, gift.available_until)


def sign(sender: str, terms: Terms) -> str:
    """The terms as a text that only this server can have made, for this sender."""
    values: list[Any] = [
        terms.target.receiver,
        str(terms.target.context),
        terms.target.context_id,
        terms.gift_id,
        terms.version,
        terms.unit_coins,
        terms.daily_coins_max,
        terms.until,
    ]
    return paging.seal(values, _scope(sender))


def read(sender: str, quote: str, gift_id: str, target: Target, at: datetime) -> Terms:
    """The terms of a quote.

    Raises `QuoteExpired` where it is over, another's, of another gift or place, or was altered:
    whichever it is, the sender asks for a new one.
    """
    try:
        values = paging.unseal(quote, _scope(sender))
    except InvalidRequest:
        raise QuoteExpired from None
    receiver, context, context_id, quoted, version, unit, daily_max, ends = values
    terms = Terms(
        Target(receiver, Context(context), context_id), quoted, version, unit, daily_max, ends
    )
    if terms.target != target or terms.gift_id != gift_id or at >= terms.until:
        raise QuoteExpired
    return terms


def _scope(sender: str) -> str:
    return f"gift quote:{sender}"
