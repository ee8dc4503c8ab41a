"""Actions of search."""

from __future__ import annotations

from spaktok.core import standing
from spaktok.core.ids import UserId
from spaktok.search.service import finding, indexing
from tests.cost.actions.scene import Action, action
from tests.support.people import ANA, join


@action("search users, a page of 20")
def _() -> Action:
    for number in range(21):
        uid = UserId(f"fan{number:02}")
        join(uid)
        indexing.refresh(uid)
    join(ANA)
    standing.load(ANA, fresh=True)  # as the edge did
    return lambda: finding.users(ANA, "fan", 20, None)


@action("index a user")
def _() -> Action:
    join(ANA)
    return lambda: indexing.refresh(ANA)
