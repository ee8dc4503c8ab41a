"""Rate limits: a free token bucket in every instance, as the first wall.

Per user. The bucket refills continuously; an instance
forgets the least recently seen callers beyond `_CALLERS_MAX`.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from spaktok.core import clock
from spaktok.core.caller import Caller
from spaktok.core.refusal import TooManyRequests

_CALLERS_MAX: Final = 50_000


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` calls at once, refilled over `window_s` seconds."""

    count: int
    window_s: int

    @property
    def per_s(self) -> float:
        """Calls that come back every second."""
        return self.count / self.window_s


def per_minute(count: int) -> Limit:
    """That many a minute."""
    return Limit(count, 60)


def per_hour(count: int) -> Limit:
    """That many an hour."""
    return Limit(count, 3600)


_buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()


def check(limit: Limit, action: str, caller: Caller) -> None:
    """Take one token, or raise `TooManyRequests`. No read, no RPC."""
    key = (action, caller.uid)
    now_s = clock.monotonic()
    tokens, at_s = _buckets.get(key, (float(limit.count), now_s))
    tokens = min(float(limit.count), tokens + (now_s - at_s) * limit.per_s)
    if tokens < 1:
        raise TooManyRequests(retry_after_ms=round((1 - tokens) / limit.per_s * 1000) + 1)
    _buckets[key] = (tokens - 1, now_s)
    _buckets.move_to_end(key)
    if len(_buckets) > _CALLERS_MAX:
        _buckets.popitem(last=False)


def forget() -> None:
    """Empty this instance's buckets (tests)."""
    _buckets.clear()
