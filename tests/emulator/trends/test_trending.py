"""What trends: by people one can trust, after somebody could look, and only what is for everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spaktok.core import clients
from spaktok.core.ids import UserId
from spaktok.discovery import service as discovery
from spaktok.graph import circles
from spaktok.graph import service as graph
from spaktok.trends import store
from spaktok.trends.model import Drawn, HoldState, Policy, TrendingTopic, TrendKind
from spaktok.trends.service import computing, holding
from spaktok.users import settings
from spaktok.users.relation import Visibility
from spaktok.videos import catalogue
from spaktok.videos import store as videos
from spaktok.views.service import known
from tests.support import worlds
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.watching import clip, count, crowd, drawn, watch

STAFF = UserId("staff")
WAIT = timedelta(minutes=Policy().wait_minutes)


@pytest.fixture(autouse=True)
def fresh() -> None:
    known.forget()


def compute(time: TestClock, *, waited: bool = True) -> None:
    """Make the lists, and once more after what is new has been there to be seen."""
    computing.compute(time.at)
    if waited:
        time.at += WAIT
        computing.compute(time.at)


def trending(viewer: UserId = BEN) -> list[str]:
    return [one.video_id for one in discovery.trending_videos(viewer, 20, None).videos]


def hashtags() -> list[str]:
    return [one.hashtag for one in discovery.trending_hashtags(20).hashtags]


def test_people_make_a_trend_and_one_of_them_moves_nothing(time: TestClock) -> None:
    """Negative control: counting plays for people, the clip that Carl played fifty times leads."""
    join(ANA, BEN, CARL)
    people = crowd(7)
    more, less, lonely = clip(ANA), clip(ANA), clip(ANA, hashtags=["alone"])
    drawn(people, more)
    drawn(people[:5], less)
    for _ in range(5):
        watch(people[0], *[less] * 10, *[lonely] * 10)
    count(time)
    compute(time)
    assert trending() == [more, less]
    assert hashtags() == ["sun"]


def test_new_accounts_make_no_trend(time: TestClock) -> None:
    join(ANA, BEN)
    puppets = [UserId(f"puppet{number}") for number in range(8)]
    join(*puppets)
    drawn(puppets, clip(ANA))
    count(time)
    compute(time)
    assert trending() == []


def test_nothing_trends_before_it_was_there_to_be_seen_and_nothing_that_is_held(
    time: TestClock,
) -> None:
    """Negative control: without `lets` in `_allowed` it trends at once, held or not."""
    join(ANA, BEN)
    one, two = clip(ANA), clip(ANA)
    drawn(crowd(6), one, two)
    count(time)
    compute(time, waited=False)
    assert trending() == []
    waiting = holding.candidates(STAFF, TrendKind.VIDEOS, 20, None).candidates
    assert {candidate.name for candidate in waiting} == {one, two}
    holding.decide(STAFF, TrendKind.VIDEOS, one, HoldState.RELEASED, "fine")
    compute(time, waited=False)
    assert trending() == [one]
    compute(time)
    assert set(trending()) == {one, two}
    for _ in range(2):
        holding.decide(STAFF, TrendKind.VIDEOS, two, HoldState.HELD, "not now")
    assert trending() == [one]
    compute(time)
    assert trending() == [one]
    holding.decide(STAFF, TrendKind.HASHTAGS, "sun", HoldState.HELD, "hm")
    assert hashtags() == []
    acts = [record.get("what") for record in clients.db().collection_group("entries").stream()]
    assert sorted(acts) == ["holdTrend", "holdTrend", "releaseTrend"]


def test_a_kind_that_is_reviewed_trends_by_a_moderators_word_alone(time: TestClock) -> None:
    join(ANA, BEN)
    store.policy_ref().set({"reviewed": ["hashtags"], "viewersMin": 2})
    drawn(crowd(3), clip(ANA))
    count(time)
    compute(time)
    assert len(trending()) == 1
    assert hashtags() == []
    holding.decide(STAFF, TrendKind.HASHTAGS, "sun", HoldState.RELEASED, "fine")
    compute(time)
    assert hashtags() == ["sun"]


def test_what_drew_people_long_ago_gives_way(time: TestClock) -> None:
    join(ANA, BEN)
    people = crowd(8)
    old, new = clip(ANA), clip(ANA)
    drawn(people, old)
    count(time)
    time.pass_(hours=20)
    drawn(people[:6], new)
    count(time)
    compute(time)
    assert trending() == [new]
    time.pass_(days=4)
    compute(time)
    assert trending() == []


HIDING = {
    "private": {"visibility": Visibility.PRIVATE},
    "for followers": {"visibility": Visibility.FOLLOWERS},
    "hidden": {"status": "hidden"},
    "away": {"status": "away"},
    "removed": {"status": "removed"},
    "behind a door": {"ownerPrivate": True},
}


@pytest.mark.parametrize("how", HIDING)
def test_what_is_not_for_everybody_leaves_the_list_before_it_is_made_anew(
    how: str, time: TestClock
) -> None:
    """Negative control: without `_open` the list of ten minutes ago is shown as it was."""
    join(ANA, BEN)
    shown, kept = clip(ANA), clip(ANA)
    drawn(crowd(6), shown, kept)
    count(time)
    compute(time)
    assert set(trending()) == {shown, kept}
    videos.ref(shown).update(HIDING[how])
    assert trending() == [kept]
    assert len(discovery.by_hashtag(BEN, "sun", discovery.Order.TRENDING, 20, None).videos) == 1
    compute(time)
    items = store.decode_videos(store.list_ref(TrendKind.VIDEOS).get()).items
    assert [one.video_id for one in items] == [kept]


def test_nobody_is_shown_whom_they_block_are_blocked_by_or_muted(time: TestClock) -> None:
    """Negative control: without the mask Ben is shown all three."""
    join(ANA, BEN, CARL, DINA)
    mine = [clip(owner) for owner in (ANA, CARL, DINA)]
    drawn(crowd(6), *mine)
    count(time)
    compute(time)
    assert set(trending()) == set(mine)
    graph.block(ANA, BEN, None)
    graph.block(BEN, CARL, None)
    circles.mute(BEN, DINA, 1)
    assert trending() == []
    for order in discovery.Order:
        assert discovery.by_hashtag(BEN, "sun", order, 20, None).videos == []
    assert set(trending(DINA)) == set(mine)


def test_what_is_not_recommended_or_not_for_all_ages_is_found_and_does_not_trend(
    time: TestClock,
) -> None:
    join(ANA, BEN)
    copy, grown = clip(ANA, recommendable=False), clip(ANA, ageRestriction=18)
    drawn(crowd(6), copy, grown)
    count(time)
    compute(time)
    assert trending() == []
    page = discovery.by_hashtag(BEN, "sun", discovery.Order.RECENT, 20, None)
    assert {one.video_id for one in page.videos} == {copy, grown}


def test_a_private_account_takes_its_videos_along(time: TestClock, queue: Queue) -> None:
    join(ANA, BEN)
    shown = clip(ANA)
    drawn(crowd(6), shown)
    count(time)
    compute(time)
    settings.set_private(ANA, private=True)
    queue.drain()
    assert trending() == []
    graph.follow(BEN, ANA)
    assert discovery.by_hashtag(BEN, "sun", discovery.Order.RECENT, 20, None).videos == []


def test_trends_come_in_pages_each_once(time: TestClock) -> None:
    join(ANA, BEN)
    clips = [clip(ANA) for _ in range(7)]
    drawn(crowd(6), *clips)
    count(time)
    compute(time)
    seen: list[str] = []
    cursor = None
    while True:
        page = discovery.trending_videos(BEN, 3, cursor)
        seen += [one.video_id for one in page.videos]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(clips)


def test_a_sound_that_is_heard_no_more_trends_no_more_and_nobody_hears_of_whom_they_blocked(
    time: TestClock,
) -> None:
    """Negative controls: without `_heard` the list keeps it; without the status in
    `trending_sounds` it is named until the next list; without the mask Ben is told of Ana's."""
    join(ANA, BEN, CARL)
    made = [worlds.ready(ANA), worlds.ready(CARL)]
    items = [TrendingTopic(one, 1.0, 9) for one in made]
    store.list_ref(TrendKind.SOUNDS).set(store.encode_list(items, time.at))

    def heard() -> list[str]:
        return [one.sound_id for one in discovery.trending_sounds(BEN, 20).sounds]

    assert heard() == made
    graph.block(ANA, BEN, None)
    assert heard() == made[1:]
    catalogue.sound_ref(made[1]).update({"status": "taken_down"})
    assert heard() == []
    drew = {one: Drawn(9, 9.0) for one in made}
    assert [one.name for one in computing._items(TrendKind.SOUNDS, drew, made)] == made[:1]
