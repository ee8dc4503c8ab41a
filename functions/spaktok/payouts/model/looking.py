"""When a withdrawal is looked at again. Pure.

What is not known is asked about soon, what the provider merely holds seldom, and what is paid ever more
seldom: so a hundred thousand paid withdrawals don't keep the few waiting whose outcome is unknown.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from spaktok.payouts.model.states import State

SOON: Final = timedelta(minutes=10)
SOON_FOR: Final = timedelta(hours=2)
"""How long after the first attempt it is looked at so often."""
HOURLY: Final = timedelta(hours=1)
SELDOM: Final = timedelta(hours=6)
"""What waits for a person: the receiver, the provider's review, our own checks."""
PAID_AT: Final = tuple(timedelta(days=days) for days in (1, 3, 7, 14, 30, 60))
"""At which ages a paid one is looked at: whether it came back, which the provider tells anyway.

PayPal's 30 days, and as long again.
"""


def next_look(state: State, *, held: bool, sent_at: datetime, at: datetime) -> datetime | None:
    """When it is looked at next, sent first at `sent_at`; None where there is nothing to wait for."""
    age = at - sent_at
    match state:
        case State.SUBMITTED if held:
            return at + SELDOM
        case State.SUBMITTING | State.UNKNOWN | State.SUBMITTED:
            return at + (SOON if age < SOON_FOR else HOURLY)
        case State.PAID:
            return next((sent_at + one for one in PAID_AT if one > age), None)
        case _:
            return None
