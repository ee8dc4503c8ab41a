"""No action costs more than its budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple

import pytest

from spaktok.core import clients, meter
from tests.cost.actions import ACTIONS
from tests.cost.budgets import BUDGETS, Budget
from tests.support.sample import WHOLE

IN_A_WHOLE_RUN = frozenset({"publish to 10,000 followers"})
"""What takes as long as a hundred others; of a thousand followers it is measured in every run."""


def measured(work: Callable[[], object]) -> Budget:
    with meter.counting() as tally:
        work()
    return Budget(tally.reads, tally.writes, tally.deletes, tally.rpcs, tally.hottest)


def test_every_action_has_a_budget_and_every_budget_an_action() -> None:
    assert ACTIONS.keys() == BUDGETS.keys()


@pytest.mark.parametrize("name", [name for name in BUDGETS if WHOLE or name not in IN_A_WHOLE_RUN])
def test_an_action_keeps_its_budget(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    cost = measured(ACTIONS[name]())
    numbers = f"{cost.reads:>7}{cost.writes:>7}{cost.deletes:>8}{cost.rpcs:>6}{cost.hottest:>8}"
    record_property("cost", f"{name:<44}{numbers}")
    excess = [
        f"{what}: {spent} of {allowed}"
        for what, spent, allowed in zip(
            ("reads", "writes", "deletes", "RPCs", "hottest document"),
            astuple(cost),
            astuple(BUDGETS[name]),
            strict=True,
        )
        if spent > allowed
    ]
    assert excess == []


def test_the_meter_sees_an_excess() -> None:
    """The control: one read too many is seen."""
    document = clients.db().collection("videos").document("none")
    cost = measured(lambda: [document.get(), document.get()])
    assert (cost.reads, cost.rpcs) == (2, 2)
