"""What a view costs, reported in batches and counted together: at most 0.2 operations.

Costs are those of the use case: that the edge looks at the caller's standing is not among them.
The trace: 10⁴ views by 200 people, in batches of 50, over 300 videos by Zipf's law (s = 1), every video
unknown to the instance that counts. In `make test` a fifth of it over a fifth of the videos;
`SPAKTOK_VIEWS=100000` counts as many, and replays every report five times.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from random import Random

from spaktok.core import clients, clock, meter, standing
from spaktok.core.ids import UserId
from spaktok.media.model import MediaState
from spaktok.videos import store as videos
from spaktok.videos.model import VideoStatus
from spaktok.views.requests import Play, RecordVideoViews
from spaktok.views.service import known, recording, recounting, rolling
from tests.cost.actions.scene import write_all
from tests.support.time import TestClock
from tests.support.watching import crowd

VIEWS = int(os.environ.get("SPAKTOK_VIEWS", "2000"))
BATCH = 50
CATALOGUE = min(300, 300 * VIEWS // 10_000)
OPERATIONS_MAX = 0.2
REPLAYS = 5 if VIEWS > 10_000 else 2
AUTHORS = 10
PEOPLE = 200


def catalogue() -> list[str]:
    """The videos, most watched first."""
    names = [f"{number:020}-author{number % AUTHORS}" for number in range(CATALOGUE)]
    documents = {}
    for name in names:
        documents[videos.ref(name)] = {
            **_video(name),
            "media": {"state": MediaState.READY, "durationMs": 30_000, "width": 9, "height": 16},
        }
        documents[videos.analytics_ref(name)] = {"userId": name[21:]}
    write_all(documents)
    return names


def _video(name: str) -> dict[str, object]:
    at = clock.now()
    return {
        "videoId": name,
        "userId": name[21:],
        "username": name[21:],
        "userProfileImage": None,
        "caption": "x",
        "hashtags": ["sun"],
        "visibility": "public",
        "ownerPrivate": False,
        "status": VideoStatus.ACTIVE,
        "recommendable": True,
        **dict.fromkeys((*videos.TOTALS, "views"), 0),
        "allowComments": True,
        "ageRestriction": 0,
        "shards": 1,
        "createdAt": at,
        "publishedAt": at,
    }


def reports(names: list[str], people: list[UserId]) -> list[tuple[UserId, RecordVideoViews]]:
    """Who watched what, by Zipf's law."""
    rolls = Random(11)
    weights = [1 / rank for rank in range(1, len(names) + 1)]
    return [
        (
            people[number % len(people)],
            RecordVideoViews(
                plays=[
                    Play(video_id=name, watch_time=rolls.uniform(0, 25))
                    for name in rolls.choices(names, weights, k=BATCH)
                ],
                idempotency_key=f"report-{number:08}",
            ),
        )
        for number in range(VIEWS // BATCH)
    ]


def test_a_view_costs_a_fifth_of_an_operation_and_none_is_lost_or_counted_twice(
    time: TestClock, record_property: Callable[[str, object], None]
) -> None:
    names = catalogue()
    people = crowd(PEOPLE)
    asked = reports(names, people)
    known.forget()
    for who in people:
        standing.load(who, fresh=False)  # as the edge does, before any call
    with meter.counting() as cost:
        for who, request in asked:
            recording.record(who, request)
        time.pass_(minutes=10)
        rolling.roll_up(0)
    operations = (cost.reads + cost.writes + cost.deletes) / VIEWS
    record_property("cost", f"{f'a view, of {VIEWS:,} (operations)':<44}{operations:>7.3f}")
    for _ in range(REPLAYS):
        for who, request in asked:
            recording.record(who, request)
        time.pass_(minutes=10)
        rolling.roll_up(0)
    stored = clients.db().collection_group("private").stream()
    plays = sum((one.to_dict() or {}).get("plays", 0) for one in stored if one.id == "analytics")
    assert plays == VIEWS
    for name in names[:: max(1, len(names) // 7)]:
        assert recounting.recount(name).drift == 0
    assert operations <= OPERATIONS_MAX


def test_the_figure_would_notice_a_video_that_is_looked_up_for_each_view() -> None:
    """The control: one read a view alone would be five times the budget."""
    with meter.counting() as cost:
        for _ in range(10):
            videos.ref("none").get()
    assert cost.reads / 10 > OPERATIONS_MAX
