"""The economy's figures that are decisions and not mechanics: `policy.json`, checked when read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).parents[1] / "policy.json"


def _read() -> dict[str, int]:
    figures: dict[str, Any] = json.loads(_FILE.read_text())
    for name, value in figures.items():
        if type(value) is not int or value < 0:
            raise ValueError(f"policy.json: {name} must be a whole number")
    return figures


_POLICY: Final = _read()

VERSION: Final = _POLICY["version"]
MATURITY_DAYS: Final = _POLICY["maturityDays"]
"""Whole days between the end of the day of a gift and the day on which its share is available."""
LOTS_MAX: Final = _POLICY["lotsMax"]
"""Lots with which a wallet takes no new order; see `room`."""
LOTS_HARD_MAX: Final = _POLICY["lotsHardMax"]
"""Lots a wallet can hold: more than orders under way could bring beyond `LOTS_MAX`, and so few that a
gift that all of them paid can be taken back in one commit of 500 writes."""
RESERVATIONS_MAX: Final = _POLICY["reservationsMax"]
LIMIT_COINS_MAX: Final = _POLICY["spendingLimitCoinsMax"]
LIMIT_RAISE_HOURS: Final = _POLICY["spendingLimitRaiseHours"]
ADJUSTMENT_COINS_MAX: Final = _POLICY["adjustmentCoinsMax"]
ADJUSTMENT_MICRO_MAX: Final = _POLICY["adjustmentMicroMax"]
APPROVAL_HOURS: Final = _POLICY["approvalHours"]
REFUND_ALONE_CENTS: Final = _POLICY["refundAloneCents"]
"""US cents of one purchase that one of the staff may send back; above, another has to approve it."""
REFUND_ALONE_COINS: Final = _POLICY["refundAloneCoins"]
"""Coins of a gift that one of the staff may reverse; above, another has to approve it."""
PROVISION_BPS: Final = _POLICY["provisionBps"]
"""Of our share of a gift, in basis points: what is set aside to bear losses."""
