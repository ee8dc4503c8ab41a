"""The figures of payouts that are decisions and not mechanics: `policy.json`, checked when read."""

from __future__ import annotations

import json
from datetime import timedelta
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
MINIMUM_MINOR: Final = _POLICY["minimumMinor"]
DAILY_MAX_MINOR: Final = _POLICY["dailyMaxMinor"]
"""What a user may ask for on one day of UTC, whatever becomes of it."""
FOUR_EYES_ABOVE_MINOR: Final = _POLICY["fourEyesAboveMinor"]
APPROVAL_LASTS: Final = timedelta(hours=_POLICY["approvalHours"])
"""How long a first approval waits for the second."""
COOLDOWN: Final = timedelta(hours=_POLICY["cooldownHours"])
"""How long nothing goes to a method that was linked after another one."""
PAYPAL_FEE_BPS: Final = _POLICY["paypalFeeBps"]
PAYPAL_FEE_MINOR: Final = _POLICY["paypalFeeMinor"]
BANK_FEE_MINOR: Final = _POLICY["bankFeeMinor"]
PAYPAL_RETRY: Final = timedelta(hours=_POLICY["paypalRetryHours"])
"""How long a payout of unknown outcome is sent again with its key: PayPal knows it for 30 days."""
BANK_RETRY: Final = timedelta(hours=_POLICY["bankRetryHours"])
"""The same at Stripe, which knows a key for 24 hours."""
UNMATCHED_ALARM: Final = timedelta(hours=_POLICY["unmatchedAlarmHours"])
RING_GIFTS: Final = _POLICY["ringGiftsLookedAt"]
"""The latest gifts to whoever withdraws, and by them, that are looked at for rings."""
RING_GIVERS: Final = _POLICY["ringGiversLookedAt"]
"""Of how many of those who gave most it is looked at who gave to them."""
RING_GIFTS_OF_GIVER: Final = _POLICY["ringGiftsOfGiverLookedAt"]
RING_MINIMUM_MINOR: Final = _POLICY["ringMinimumMinor"]
"""What must have gone each step of a circle; friends who thank each other are none."""
RING_SHARE_BPS: Final = _POLICY["ringShareBps"]
"""The part of what came in that must have come round."""
ONE_GIVER_YOUNG: Final = timedelta(days=_POLICY["oneGiverYoungDays"])
"""How long after the first gift it counts that nearly all comes from one."""
ONE_GIVER_MINIMUM_MINOR: Final = _POLICY["oneGiverMinimumMinor"]
ONE_GIVER_SHARE_BPS: Final = _POLICY["oneGiverShareBps"]
