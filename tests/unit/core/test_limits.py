"""The first wall: a bucket in the instance's memory, and whom a limit counts."""

from __future__ import annotations

import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaktok.core import clock, limits
from spaktok.core.caller import Caller
from spaktok.core.ids import UserId
from spaktok.core.limits import Limit, per_day, per_hour, per_minute
from spaktok.core.refusal import TooManyRequests

if TYPE_CHECKING:
    from tests.unit.core.conftest import Ticking


def caller(uid: str = "ana") -> Caller:
    at = datetime(2026, 3, 14, tzinfo=UTC)
    return Caller(uid=UserId(uid), request_id="request", signed_in_at=at)


def allowed(limit: Limit, uid: str = "ana", action: str = "like") -> bool:
    try:
        limits.check(limit, action, caller(uid))
    except TooManyRequests:
        return False
    return True


def wait_ms(limit: Limit) -> int:
    with pytest.raises(TooManyRequests) as refused:
        limits.check(limit, "like", caller())
    wait = refused.value.facts["retryAfterMs"]
    assert isinstance(wait, int)
    return wait


def test_so_many_at_once_and_not_one_more(ticking: Ticking) -> None:
    assert [allowed(per_minute(5)) for _ in range(7)] == [True] * 5 + [False] * 2


def test_the_bucket_refills_by_and_by(ticking: Ticking) -> None:
    limit = per_minute(6)  # one every 10 s
    for _ in range(6):
        allowed(limit)
    ticking.pass_ms(9_999)
    assert not allowed(limit)
    ticking.pass_ms(1)
    assert allowed(limit)
    assert not allowed(limit)


@given(count=st.integers(1, 100), window_s=st.integers(1, 86_400), spent_ms=st.integers(0, 99_999))
def test_the_wait_named_is_exact_to_the_millisecond(
    count: int, window_s: int, spent_ms: int
) -> None:
    """At the wait the call passes, and a millisecond earlier it does not."""
    limit = Limit(count, window_s)
    now = [10**15]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "monotonic_ns", lambda: now[0])
        limits.forget()
        for _ in range(count):
            assert allowed(limit)
        now[0] += min(spent_ms, window_s * 1000 // count - 1) * 1_000_000
        if allowed(limit):
            return
        wait = wait_ms(limit)
        now[0] += (wait - 1) * 1_000_000
        assert not allowed(limit)
        now[0] += 1_000_000
        assert allowed(limit)
    limits.forget()


def test_a_refused_call_takes_nothing(ticking: Ticking) -> None:
    limit = per_minute(1)
    allowed(limit)
    for _ in range(100):
        assert not allowed(limit)
    ticking.pass_ms(60_000)
    assert allowed(limit)


def test_users_and_actions_do_not_share_a_bucket(ticking: Ticking) -> None:
    limit = per_minute(1)
    assert allowed(limit)
    assert allowed(limit, uid="ben")
    assert allowed(limit, action="follow")
    assert not allowed(limit)


class Interrupted(OrderedDict[tuple[str, str], int]):
    """Lets another thread in between looking and taking, where CPython hardly ever does."""

    def get(self, key: Any, default: Any = None) -> Any:
        found = super().get(key, default)
        time.sleep(0)
        return found


def test_threads_of_one_instance_take_exactly_what_there_is(
    ticking: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: without the lock, more than 100 got through."""
    monkeypatch.setattr(limits, "_due", Interrupted())
    with ThreadPoolExecutor(16) as pool:
        passed = sum(pool.map(lambda _: allowed(per_hour(100)), range(400)))
    assert passed == 100


def test_memory_is_bounded_and_the_longest_unseen_are_forgotten(
    ticking: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_CALLERS_MAX", 10)
    for number in range(25):
        allowed(per_minute(1), uid=f"user-{number}")
    assert len(limits._due) == 10
    assert not allowed(per_minute(1), uid="user-24")
    assert allowed(per_minute(1), uid="user-0")


def test_a_plain_limit_needs_no_database(ticking: Ticking) -> None:
    assert not per_day(3).counted
    assert per_minute(5).exact(per_block=50, fail_closed=True) == Limit(5, 60, True, 50, True)


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.255", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("", "none"),
        ("unknown", "none"),
        ("203.0.113.7:443", "none"),
        ("0x7f.1", "none"),
    ],
)
def test_addresses_count_by_the_block_one_customer_holds(address: str, block: str) -> None:
    assert limits.address_block(address) == block
