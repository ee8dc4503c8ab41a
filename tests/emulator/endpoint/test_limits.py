"""The first wall: so many calls a user and instance, and a word on when to come back."""

from __future__ import annotations

from spaktok.core import meter
from tests.emulator.endpoint import entries
from tests.emulator.endpoint.conftest import Monotonic
from tests.support.edge import Sender

ANA, BEN = Sender("ana"), Sender("ben")


def test_the_fourth_call_of_three_a_minute_is_told_when_to_return(seconds: Monotonic) -> None:
    for _ in range(3):
        assert ANA.call(entries.limited).status == 200
    answer = ANA.call(entries.limited)
    assert answer.status == 429
    assert answer.error["status"] == "RESOURCE_EXHAUSTED"
    wait_ms = answer.error["details"]["retryAfterMs"]
    assert wait_ms == 20_000
    seconds.now_s += 19.9
    assert ANA.call(entries.limited).refused == "too-many-requests"
    seconds.now_s += wait_ms / 1000 - 19.9
    assert ANA.call(entries.limited).status == 200


def test_one_user_uses_up_nothing_of_anothers(seconds: Monotonic) -> None:
    for _ in range(4):
        ANA.call(entries.limited)
    assert BEN.call(entries.limited).status == 200


def test_a_refused_request_counts_too_and_beyond_the_limit_it_costs_no_read(
    seconds: Monotonic,
) -> None:
    """Negative control: with the limit checked after the standing, each refusal was a read."""
    for _ in range(3):
        assert ANA.call(entries.limited, {"no": "such field"}).refused == "invalid-request"
    with meter.counting() as cost:
        assert ANA.call(entries.limited).refused == "too-many-requests"
    assert (cost.reads, cost.rpcs) == (0, 0)
