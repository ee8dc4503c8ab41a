"""Signs of a ring, from who gave whom how much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spaktok.payouts.model import policy
from spaktok.payouts.model.gates import Seen, Sign
from spaktok.payouts.model.rings import Flows, largest, seen

DOLLAR = 1_000_000
MANY = {f"fan-{number}": 20 * DOLLAR for number in range(10)}
QUIET = Flows(received=MANY, given={}, before={}, young=True)


def signs(flows: Flows, *sharing: str) -> list[Seen]:
    return seen("ana", flows, set(sharing))


def test_gifts_of_many_are_no_sign() -> None:
    assert signs(QUIET) == []
    assert signs(Flows({}, {}, {}, young=True)) == []


def test_what_comes_back_to_its_giver_is_a_circle() -> None:
    flows = replace(QUIET, given={"fan-3": 20 * DOLLAR})
    assert signs(flows) == [Seen(Sign.CIRCLE, ("fan-3",), 1_000)]


@pytest.mark.parametrize(("given", "received"), [(19, 20), (20, 19), (20, 20)])
def test_friends_who_thank_each_other_are_no_circle(given: int, received: int) -> None:
    """A step under $20 is none, nor what is under a tenth of all that came in."""
    flows = replace(
        QUIET,
        received={**MANY, "fan-3": received * DOLLAR, "whale": 10 * DOLLAR},
        given={"fan-3": given * DOLLAR},
    )
    assert signs(flows) == []


def test_what_comes_back_through_one_more_is_a_circle_of_three() -> None:
    flows = replace(
        QUIET,
        given={"mule": 30 * DOLLAR, "friend": 30 * DOLLAR},
        before={"fan-1": {"mule": 25 * DOLLAR, "stranger": 90 * DOLLAR}, "fan-2": {"friend": 1}},
    )
    assert signs(flows) == [Seen(Sign.CIRCLE_OF_THREE, ("fan-1", "mule"), 1_000)]


def test_nearly_all_of_one_giver_counts_of_a_new_receiver_alone() -> None:
    flows = Flows({"patron": 120 * DOLLAR, "fan": 60 * DOLLAR}, {}, {}, young=True)
    assert signs(flows) == [Seen(Sign.ONE_GIVER, ("patron",), 6_666)]
    assert signs(replace(flows, young=False)) == []
    assert signs(replace(flows, received={"patron": 99 * DOLLAR})) == [], "too little to matter"
    assert signs(replace(flows, received={"patron": 120 * DOLLAR, "fan": 80 * DOLLAR})) == []


def test_a_shared_destination_says_whether_its_other_owner_gave() -> None:
    assert signs(QUIET, "stranger", "fan-1") == [
        Seen(Sign.SHARED_DESTINATION, ("stranger",)),
        Seen(Sign.SHARED_WITH_GIVER, ("fan-1",), 1_000),
    ]


def test_promotional_coins_stand_for_nothing_and_make_no_sign() -> None:
    assert signs(Flows({"fan": 0}, {"fan": 0}, {"fan": {"mule": 0}}, young=True)) == []


def test_no_more_than_a_few_givers_are_looked_behind() -> None:
    received = {f"fan-{number:02}": number for number in range(20)}
    assert largest(received) == [f"fan-{19 - number:02}" for number in range(policy.RING_GIVERS)]
    assert largest({"fan": 0}) == []
