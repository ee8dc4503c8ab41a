"""Actions of verification."""

from __future__ import annotations

from spaktok.verification import service as verification
from tests.cost.actions.scene import Action, action, tried
from tests.support.people import ANA, join


@action("ask for a verification, and be refused")
def _() -> Action:
    join(ANA)
    return lambda: tried(lambda: verification.ask(ANA))
