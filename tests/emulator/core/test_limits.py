"""The exact limit: one count for all instances, in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from spaktok.core import clients, limits, meter
from spaktok.core.caller import Caller
from spaktok.core.ids import UserId
from spaktok.core.limits import Limit, per_day, per_hour, per_minute
from spaktok.core.refusal import TooManyRequests, TryAgain
from tests.support.faults import Fault, always, injected, nth
from tests.support.threads import together
from tests.support.time import NOON, TestClock


def caller(uid: str = "ana", ip: str = "203.0.113.7") -> Caller:
    return Caller(uid=UserId(uid), request_id="request", signed_in_at=NOON, ip=ip)


def ask(limit: Limit, *, uid: str = "ana", ip: str = "203.0.113.7", action: str = "pay") -> bool:
    """One call, at an instance that has seen none before."""
    limits.forget()
    try:
        limits.check(limit, action, caller(uid, ip))
    except TooManyRequests:
        return False
    return True


def test_instances_count_together(time: TestClock) -> None:
    """Control: `per_minute(3)` without `.exact()` lets all five through."""
    limit = per_minute(3).exact()
    assert [ask(limit) for _ in range(5)] == [True] * 3 + [False] * 2
    assert ask(limit, uid="ben")
    assert ask(limit, action="give")


@pytest.mark.parametrize("limit", [per_minute(1), per_hour(1), per_day(1)])
def test_a_window_ends_at_its_instant_and_not_before(limit: Limit, time: TestClock) -> None:
    exact = limit.exact()
    start = datetime(2026, 3, 15, tzinfo=UTC)
    end = start + timedelta(seconds=limit.window_s)
    time.at = start
    assert ask(exact)
    time.at = end - timedelta(milliseconds=1)
    assert not ask(exact)
    time.at = end
    assert ask(exact)
    assert not ask(exact)
    time.at = end + timedelta(milliseconds=1)
    assert not ask(exact)


@pytest.mark.parametrize(("into_ms", "wait_ms"), [(0, 60_000), (1, 59_999), (59_999, 1)])
def test_the_wait_named_is_what_is_left_of_the_window(
    into_ms: int, wait_ms: int, time: TestClock
) -> None:
    time.at = NOON + timedelta(milliseconds=into_ms)
    limits.charge(per_minute(1), "message", "ben")
    for forgotten in (False, True):  # as this instance remembers, and as the database counts
        if forgotten:
            limits.forget()
        with pytest.raises(TooManyRequests) as refused:
            limits.charge(per_minute(1), "message", "ben")
        assert refused.value.facts == {"retryAfterMs": wait_ms}


def test_a_wait_of_less_than_a_millisecond_is_never_called_none(time: TestClock) -> None:
    time.at = NOON + timedelta(seconds=60, microseconds=-1)
    limits.charge(per_minute(1), "message", "ben")
    with pytest.raises(TooManyRequests) as refused:
        limits.charge(per_minute(1), "message", "ben")
    assert refused.value.facts == {"retryAfterMs": 1}


def test_64_at_once_get_exactly_what_there_is() -> None:
    """Control: with the count read and then written, all 64 were let through where 20 may."""
    limit = per_hour(20).exact(fail_closed=True)

    def one(_: int) -> bool:
        try:
            limits.charge(limit, "keys", "ben")
        except TooManyRequests:
            return False
        return True

    assert together(64, one).count(True) == 20


def test_an_address_block_is_bounded_over_its_users() -> None:
    limit = per_minute(5).exact(per_block=3)
    assert [ask(limit, uid=f"user-{n}", ip=f"203.0.113.{n}") for n in range(5)] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert ask(limit, uid="user-9", ip="203.0.114.1")
    assert ask(replace(limit, per_block=None), uid="user-8")


def test_a_target_is_bounded_whoever_asks() -> None:
    for _ in range(2):
        limits.charge(per_minute(2), "message", "ben")
    with pytest.raises(TooManyRequests):
        limits.charge(per_minute(2), "message", "ben")
    limits.charge(per_minute(2), "message", "carl")


def test_a_count_costs_one_rpc_and_no_read_and_a_full_window_costs_nothing() -> None:
    limit = per_minute(1).exact(per_block=100)
    with meter.counting() as cost:
        limits.check(limit, "pay", caller())
    assert (cost.reads, cost.writes, cost.rpcs) == (0, 2, 1)
    limits._due.clear()
    with pytest.raises(TooManyRequests):
        limits.check(limit, "pay", caller())
    limits._due.clear()
    with meter.counting() as cost, pytest.raises(TooManyRequests):
        limits.check(limit, "pay", caller())
    assert cost.rpcs == 0


def test_the_documents_name_nobody_and_expire() -> None:
    ask(per_minute(5).exact(per_block=50))
    kept = list(clients.db().collection("rateLimits").stream())
    assert len(kept) == 2
    for one in kept:
        assert set(one.to_dict() or {}) == {"count", "expiresAt"}
        assert one.get("expiresAt") > NOON
        assert "ana" not in one.id
        assert "203" not in repr(one.to_dict())


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.ABORTED, Fault.DENIED])
def test_while_nothing_can_be_counted_money_is_refused_and_reading_goes_on(fault: Fault) -> None:
    """Control: with `fail_closed` ignored, paying went on uncounted."""
    with injected(always("commit", fault)):
        assert [ask(per_minute(1).exact()) for _ in range(3)] == [True] * 3
        with pytest.raises(TryAgain):
            limits.charge(per_minute(1).exact(fail_closed=True), "pay", "ana")


def test_an_outage_does_not_hold_the_call_up_with_retries() -> None:
    with injected(always("commit", Fault.UNAVAILABLE)) as wire:
        assert ask(per_minute(1).exact())
    assert wire.methods() == ["commit"]


def test_a_lost_acknowledgement_counts_and_never_uncounts() -> None:
    limit = per_minute(2).exact()
    with injected(nth("commit", 0, Fault.LOST_ACK)):
        assert ask(limit)
    assert [ask(limit), ask(limit)] == [True, False]


def test_an_abort_is_tried_again_and_counted_once() -> None:
    limit = per_minute(2).exact(fail_closed=True)
    with injected(nth("commit", 0, Fault.ABORTED)):
        assert ask(limit)
    assert [ask(limit), ask(limit)] == [True, False]
