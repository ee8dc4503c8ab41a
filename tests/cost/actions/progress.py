"""Actions of progress."""

from __future__ import annotations

from spaktok.core import clock
from spaktok.progress import store
from spaktok.progress.model import Source
from spaktok.progress.service import displaying, reading, visits
from tests.cost.actions.scene import Action, action
from tests.support.people import ANA, BEN, join


@action("record a profile view")
def _() -> Action:
    join(ANA, BEN)
    return lambda: visits.record(ANA, BEN, Source.FEED)


@action("record a profile view again")
def _() -> Action:
    join(ANA, BEN)
    visits.record(ANA, BEN, Source.FEED)
    return lambda: visits.record(ANA, BEN, Source.FEED)


@action("read 28 days of analytics")
def _() -> Action:
    join(ANA)
    return lambda: reading.analytics(ANA, None, 28)


@action("hide a badge")
def _() -> Action:
    join(ANA)
    award = {"achievementId": "first-video", "progress": 100, "isDisplayed": True}
    store.award_ref(ANA, "first-video").set({**award, "earnedAt": clock.now()})
    return lambda: displaying.display(ANA, "first-video", shown=False)


@action("read another's achievements")
def _() -> Action:
    join(ANA, BEN)
    return lambda: reading.achievements(ANA, BEN)
