"""No condition of the rules is idle: a sample of the mutants. `make mutants` tries them all."""

from __future__ import annotations

import pytest

from stack.paths import ROOT
from tests.rules.mutation import Mutant, mutants
from tests.rules.replay import Replay

SAMPLE = 8


def _sample(name: str) -> list[Mutant]:
    """Every k-th mutant of a rules file, always the same."""
    found = mutants((ROOT / name).read_text(encoding="utf-8"))
    return found[:: max(1, -(-len(found) // SAMPLE))]


@pytest.mark.parametrize("mutant", _sample("firestore.rules"), ids=str)
def test_a_fault_in_the_firestore_rules_is_noticed(
    firestore_replay: Replay, mutant: Mutant
) -> None:
    assert firestore_replay.killer(mutant) is not None


@pytest.mark.parametrize("mutant", _sample("storage.rules"), ids=str)
def test_a_fault_in_the_storage_rules_is_noticed(storage_replay: Replay, mutant: Mutant) -> None:
    assert storage_replay.killer(mutant) is not None


def test_every_kind_of_fault_is_made() -> None:
    rules = """
    function f(a) { return !a || (b == 1 && c < d()); } // && in a comment
    match /x/{y} { allow get, list: if f('a && b') && me() in [1, 2]; }
    """
    made = [(mutant.line, mutant.fault, "".join(mutant.rules.split())) for mutant in mutants(rules)]
    assert [(line, fault) for line, fault, _ in made] == [
        (2, "without the negation: !"),
        (2, "without: || (b == 1 && c < d())"),
        (2, "without: !a ||"),
        (2, "== became !="),
        (2, "without: && c < d()"),
        (2, "without: b == 1 &&"),
        (2, "< became <="),
        (2, "< became >="),
        (3, "without: && me() in [1, 2]"),
        (3, "without: f('a && b') &&"),
        (3, "allow get, list became true instead of: f('a && b') && me() in [1, 2]"),
    ]
    assert "{return!a;}" in made[1][2]
    assert "{return(b==1&&c<d());}" in made[2][2]
    assert "allowget,list:iftrue;" in made[-1][2]
    asked_first = {
        (tuple(sorted(one.about)), tuple(sorted(one.operations))) for one in mutants(rules)
    }
    assert asked_first == {(("x",), ("get", "list"))}  # the function decides for whoever calls it
