"""The cost model: the table that the threshold comes from, and the threshold beside the best choice."""

from __future__ import annotations

import pytest

from bench import simulate_fanout as model
from spaktok.feed import recipes

TABLE = [
    (10**6, 69, 60, 21, 325, 8),
    (10**7, 694, 527, 36, 3_163, 78),
    (10**8, 6_944, 4_838, 46, 28_815, 780),
    (10**9, 69_444, 45_506, 52, 267_156, 7_980),
]
"""Users, writes a second of pushing all and of the hybrid, pulled authors a user, authors above."""


@pytest.mark.parametrize("line", TABLE)
def test_the_cost_table_is_reproduced(line: tuple[int, float, float, float, float, float]) -> None:
    users, push_all, hybrid, pulled, above, worst_s = line
    found = model.row(users)
    assert found.push_all == pytest.approx(push_all, rel=0.01)
    assert found.hybrid == pytest.approx(hybrid, rel=0.01)
    assert found.pulled_a_user == pytest.approx(pulled, rel=0.03)
    assert found.authors_above == pytest.approx(above, rel=0.01)
    assert found.worst_s == pytest.approx(worst_s, rel=0.05)


@pytest.mark.parametrize("users", model.SIZES)
def test_the_threshold_costs_what_the_best_choice_does_and_keeps_the_deadline(users: int) -> None:
    found = model.choice(users)
    assert found.ratio <= model.UNITS_MAX
    assert found.longest_s <= recipes.delivery().deadline_s


def test_the_distribution_has_the_mean_that_it_says() -> None:
    people = model.crowd(10**6)
    assert people.total(lambda size: size) / people.users == pytest.approx(model.MEAN, rel=0.01)
    assert people.authors(people.least) == pytest.approx(people.users)
