"""Rate limits: a free bucket in every instance as the first wall, an exact count behind it.

Every limit has the first wall: per user and action, in this instance's memory, without an RPC. A
limit declared `.exact()` is counted in Firestore too, for all instances together, where abuse is
costly: one commit without a read, per user and, where declared, per address block. What is bounded
per target (messages to one stranger, key fetches of one user) is charged by the service: `charge`.

An exact limit counts in fixed windows (a minute's begin with the minute), with the number taken from
the commit's answer (`core.tickets`), so no interleaving lets one call too many through; a lost
acknowledgement counts double, which is safe.

Owns `rateLimits/{digest(action, who, window)}`: {count, expiresAt}. Nobody's id or address stands in
it. Swept by TTL.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from spaktok.core import clients, clock, ids, log
from spaktok.core.caller import Caller
from spaktok.core.dispatch import window
from spaktok.core.refusal import TooManyRequests, TryAgain

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

_CALLERS_MAX: Final = 50_000
_NS_PER_MS: Final = 1_000_000
_NS_PER_S: Final = 1_000_000_000
_KEPT_FOR: Final = timedelta(hours=1)
_COUNT_S_MAX: Final = 2.0
"""How long a call may wait for its count before the limit decides without one."""
_COUNT_ATTEMPTS_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` calls at once, refilled over `window_s` seconds, for each user."""

    count: int
    window_s: int
    counted: bool = False
    """Whether all instances count together, in Firestore."""
    per_block: int | None = None
    """The most that one address block (/24, or /64 of IPv6) may do in the window; None: no bound."""
    fail_closed: bool = False
    """What to do while the count can't be had: refuse (money, authentication) or let through."""

    def exact(self, *, per_block: int | None = None, fail_closed: bool = False) -> Limit:
        """The same limit, exact over all instances: one write a call, two with `per_block`."""
        return replace(self, counted=True, per_block=per_block, fail_closed=fail_closed)


def per_minute(count: int) -> Limit:
    """That many a minute."""
    return Limit(count, 60)


def per_hour(count: int) -> Limit:
    """That many an hour."""
    return Limit(count, 3600)


def per_day(count: int) -> Limit:
    """That many a day, of UTC where exact."""
    return Limit(count, 86_400)


def check(limit: Limit, action: str, caller: Caller) -> None:
    """Take one call of `caller`'s, or raise `TooManyRequests`.

    No RPC, unless the limit is exact: then one commit, and `TryAgain` where it fails and the limit
    fails closed.
    """
    _take_here(limit, action, caller.uid)
    if not limit.counted:
        return
    bounds = [(f"user:{caller.uid}", limit.count)]
    if limit.per_block is not None:
        bounds.append((f"block:{address_block(caller.ip)}", limit.per_block))
    _count(limit, action, bounds)


def charge(limit: Limit, action: str, target: str) -> None:
    """Take one of what `target` may receive or be asked for, whoever asks. Always exact.

    One write, no read. `target` is any name: a user's id, a pair, a phone number's hash. Raises
    `TooManyRequests`, `TryAgain` as the limit says, and `RuntimeError` inside a transaction.
    """
    _count(limit, action, [(f"target:{target}", limit.count)])


def address_block(address: str) -> str:
    """The block one customer is likely to hold: /24 of IPv4, /64 of IPv6.

    What is no address shares one block: it may not escape the limit by being malformed.
    """
    from ipaddress import IPv6Address, ip_address, ip_network

    try:
        found = ip_address(address)
    except ValueError:
        return "none"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    bits = 64 if isinstance(found, IPv6Address) else 24
    return str(ip_network(f"{found}/{bits}", strict=False))


def forget() -> None:
    """Empty this instance's memory (tests)."""
    _due.clear()
    _full.clear()


_lock: Final = Lock()
_due: Final[OrderedDict[tuple[str, str], int]] = OrderedDict()
_full: Final[OrderedDict[str, datetime]] = OrderedDict()
"""Windows this instance knows to be full, and when they end: refused without asking again."""


def _take_here(limit: Limit, action: str, who: str) -> None:
    """The bucket as one integer: when it will be full again (GCRA, as ATM networks metered cells).

    Times are in nanoseconds times `count`, so that a call's share of the window is a whole number
    and nothing is ever rounded but the answer.
    """
    key = (action, who)
    share = limit.window_s * _NS_PER_S
    with _lock:
        now = clock.monotonic_ns() * limit.count
        due = max(_due.get(key, now), now)
        early = due - now - (limit.count - 1) * share
        if early > 0:
            raise TooManyRequests(retry_after_ms=-(-early // (limit.count * _NS_PER_MS)))
        _due[key] = due + share
        _due.move_to_end(key)
        if len(_due) > _CALLERS_MAX:
            _due.popitem(last=False)


def _count(limit: Limit, action: str, bounds: list[tuple[str, int]]) -> None:
    at = clock.now()
    number, end = window(at, limit.window_s)
    names = [ids.digest(action, who, str(limit.window_s), str(number)) for who, _ in bounds]
    for name in names:
        if _full.get(name, at) > at:
            raise _too_many(at, end)
    counts = _draw(limit, action, [_document(name) for name in names], end)
    for name, count, (_, bound) in zip(names, counts, bounds, strict=False):
        if count > bound:
            _remember_full(name, end)
            raise _too_many(at, end)


def _draw(
    limit: Limit, action: str, documents: list[DocumentReference], end: datetime
) -> list[int]:
    """The counts with this call in them, or none where the limit lets it through uncounted."""
    from google.api_core.exceptions import Aborted, GoogleAPIError

    from spaktok.core import tickets

    beside = {"expiresAt": end.astimezone(UTC) + _KEPT_FOR}
    last: GoogleAPIError | None = None
    for _ in range(_COUNT_ATTEMPTS_MAX):
        try:
            return tickets.draw(
                [(document, "count", beside) for document in documents], timeout_s=_COUNT_S_MAX
            )
        except Aborted as error:  # contended, and surely not counted
            last = error
        except GoogleAPIError as error:
            last = error
            break
    if limit.fail_closed:
        raise TryAgain from last
    log.warning("limit not counted", action=action, exception=type(last).__name__)
    return []


def _too_many(at: datetime, end: datetime) -> TooManyRequests:
    return TooManyRequests(retry_after_ms=-((at - end) // timedelta(milliseconds=1)))


def _remember_full(name: str, end: datetime) -> None:
    with _lock:
        _full[name] = end
        if len(_full) > _CALLERS_MAX:
            _full.popitem(last=False)


def _document(name: str) -> DocumentReference:
    return clients.db().collection("rateLimits").document(name)
