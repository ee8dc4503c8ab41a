"""The videos of minors are suggested to no adult: not in feeds, not where things trend, on no page."""

from __future__ import annotations

import pytest

from spaktok.core import clients, clock
from spaktok.core.age import Band
from spaktok.core.ids import UserId
from spaktok.discovery import service as discovery
from spaktok.discovery.requests import Order
from spaktok.feed import fan_out, personal, pool, sources
from spaktok.feed.model import Mode
from spaktok.graph import service as graph
from spaktok.safety.service import suggesting
from spaktok.trends.service import computing
from spaktok.views import store as views
from tests.support.ages import join_aged
from tests.support.people import ANA, BEN
from tests.support.watching import clip

TEEN = UserId("teen")
GROWN = UserId("grown")


def meets(viewer: UserId, video_id: str) -> set[str]:
    """Where a viewer comes across a video."""
    sources.forget()
    pages = {
        "for you": personal.page(viewer, 20, None, None).videos,
        "newest": personal.page(viewer, 20, None, Mode.CHRONOLOGICAL).videos,
        "trending": discovery.trending_videos(viewer, 20, None).videos,
        "hashtag": discovery.by_hashtag(viewer, "sun", Order.RECENT, 20, None).videos,
        "hashtag's trends": discovery.by_hashtag(viewer, "sun", Order.TRENDING, 20, None).videos,
        "sound": discovery.by_sound(viewer, "song", Order.POPULAR, 20, None).videos,
    }
    return {name for name, found in pages.items() if video_id in [one.video_id for one in found]}


def shown(owner: UserId) -> str:
    """A public video of whoever is private by default and chose not to be, where everybody looks."""
    clients.db().document(f"users/{owner}").update({"isPrivate": False})
    made = clip(owner, soundId="song")
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    views.hour_ref("now").set({"hour": hour, "videos": {made: 9}})
    clients.db().document("settings/trends").set({"waitMinutes": 0})
    pool.refresh()
    computing.compute(clock.now())
    return made


EVERYWHERE = {"for you", "newest", "trending", "hashtag", "hashtag's trends", "sound"}
FOR_TEENS = EVERYWHERE - {"newest"}
"""What a minor is given unasked is the newest already, and no feed repeats what it showed."""


@pytest.mark.parametrize("band", [Band.OLDER_TEEN, Band.UNKNOWN])
def test_a_minors_video_is_suggested_to_no_adult_and_to_whoever_is_a_minor(band: Band) -> None:
    """Negative control: with `kept_from_adults` empty the adult meets it everywhere."""
    join_aged(band, ANA)
    join_aged(Band.OLDER_TEEN, TEEN)
    join_aged(Band.ADULT, GROWN)
    made = shown(ANA)
    assert meets(GROWN, made) == set()
    assert meets(TEEN, made) == FOR_TEENS


def test_an_adults_video_is_suggested_to_both() -> None:
    join_aged(Band.ADULT, ANA, GROWN)
    join_aged(Band.OLDER_TEEN, TEEN)
    made = shown(ANA)
    assert meets(GROWN, made) == EVERYWHERE
    assert meets(TEEN, made) == FOR_TEENS


def test_whoever_follows_a_minor_meets_them_in_the_feed_alone() -> None:
    join_aged(Band.OLDER_TEEN, ANA)
    join_aged(Band.ADULT, BEN)
    made = shown(ANA)
    graph.follow(BEN, ANA)
    fan_out.carry(ANA, made)
    assert meets(BEN, made) == {"for you", "newest"}


def test_a_look_at_an_age_is_kept_for_ten_minutes() -> None:
    from spaktok.core import meter

    join_aged(Band.ADULT, ANA)
    join_aged(Band.OLDER_TEEN, TEEN)
    for reads in (2, 0):
        with meter.counting() as cost:
            assert suggesting.kept_from_adults([ANA, TEEN, ANA]) == {TEEN}
        assert cost.reads == reads
