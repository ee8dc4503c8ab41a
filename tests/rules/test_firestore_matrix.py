"""Who may do what: every answer of `firestore.rules` follows from the inventory."""

from __future__ import annotations

from spaktok.core.inventory import INVENTORY, Audience, Store, in_store
from tests.rules.coverage import gaps
from tests.rules.firestore import Project
from tests.rules.people import PEOPLE
from tests.rules.probes import matrix
from tests.rules.replay import Replay


def test_everybody_may_do_what_the_inventory_says_and_nothing_else(
    firestore_replay: Replay, project: Project, firestore_rules: str
) -> None:
    """Among the questions: query shapes, missing documents, forged writes, the end of a ban.

    They have every expression of the rules decided both ways; the next test shows that the check
    for that finds a gap.
    """
    assert firestore_replay.load(firestore_rules) == []
    assert list(firestore_replay.failures()) == []
    assert gaps(project.coverage(), firestore_rules) == []


def test_the_coverage_check_names_what_was_not_asked(firestore_rules: str) -> None:
    quiet = Project("quiet")
    quiet.load(firestore_rules)
    assert any("never evaluated" in gap for gap in gaps(quiet.coverage(), firestore_rules))


def test_every_entry_is_asked_about_by_everyone(project: Project) -> None:
    asked = {(probe.topic, probe.person.role) for probe in matrix(project)}
    entries = {entry.path for entry in in_store(Store.FIRESTORE)}
    assert asked == {(entry, person.role) for entry in entries for person in PEOPLE}


def test_every_audience_is_let_in_somewhere(project: Project) -> None:
    """Rules that refuse everything would pass most of the matrix."""
    allowed = {probe.topic for probe in matrix(project) if probe.allowed}
    readable = {
        entry.path for entry in in_store(Store.FIRESTORE) if entry.get is not Audience.NOBODY
    }
    assert allowed == readable


def test_no_client_creates_a_document() -> None:
    """The day one may, its create needs typed fields here, and a fuzzer in `client_writes`."""
    assert all(
        entry.create is Audience.NOBODY for entry in INVENTORY if entry.store is Store.FIRESTORE
    )
