"""What a purchase in an app store is worth to us: the price less what the store and taxes keep. Pure.

A store settles monthly and pays in dollars by a rate of its own. Until then the worth of a purchase is
reckoned downwards from the price that the store itself states: at the least rate of its currency, less
the highest tax it may contain, less the commission (`stores.json`). Where the store states no price, or
one in a currency without a rate, the worth is nothing: the coins are the buyer's, and earn creators
nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from spaktok.coins.model.payments import NOTHING, Price, Worth

BPS: Final = 10_000
MILLI: Final = 1_000
_RULES: Final[dict[str, Any]] = json.loads(
    Path(__file__).parents[1].joinpath("stores.json").read_text(encoding="utf-8")
)
VERSION: Final[int] = _RULES["version"]
COMMISSION_BPS: Final[dict[str, int]] = _RULES["commissionBps"]
TAX_BPS: Final[dict[str, int]] = _RULES["taxBps"]
RATES: Final[dict[str, int]] = _RULES["usdMicroPerUnit"]
_WHOLE_ONLY: Final = frozenset(_RULES["withoutMinorUnits"])


def minor(price: Price) -> int:
    """In minor units of the currency, rounded down."""
    return price.milli // MILLI if price.currency in _WHOLE_ONLY else price.milli // 10


def worth(store: str, price: Price | None) -> Worth:
    """What a purchase paid in `store` (`apple`, `google`) is worth; `NOTHING` where nobody knows."""
    rate = RATES.get(price.currency) if price is not None else None
    if price is None or rate is None:
        return NOTHING
    received = min(price.milli, max(0, _received(store, price)))
    gross, net = price.milli * rate // MILLI, received * rate // MILLI
    return Worth(gross, gross - net)


def _received(store: str, price: Price) -> int:
    """Thousandths of the currency that are ours, rounded down."""
    if price.received_milli is not None:
        return price.received_milli
    if price.tax_milli is not None:
        untaxed = price.milli - price.tax_milli
    else:
        tax = TAX_BPS.get(price.country or "", TAX_BPS["other"])
        untaxed = price.milli * BPS // (BPS + tax)
    return untaxed * (BPS - COMMISSION_BPS[store]) // BPS
