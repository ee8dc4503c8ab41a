"""Finding videos, hashtags and sounds: what is public now, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from spaktok.core import age, clients, standing
from spaktok.core.age import Age, Band
from spaktok.core.ids import UserId
from spaktok.graph import circles
from spaktok.graph import service as graph
from spaktok.search.requests import SearchVideos, Uploaded
from spaktok.search.service import clips, topics
from spaktok.users.relation import Visibility
from spaktok.videos import store as videos
from tests.support.ages import join_aged
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.watching import clip


def indexed(owner: UserId, caption: str = "Sunrise over Lisbon", **fields: Any) -> str:
    made = clip(owner, **{"caption": caption, "hashtags": ["travel"], **fields})
    clips.refresh(made)
    return made


def found(query: str, viewer: UserId = BEN, **more: Any) -> list[str]:
    page = clips.search(viewer, SearchVideos(query=query, **more))
    return [one.video_id for one in page.videos]


@pytest.mark.parametrize(
    "query",
    ["sunrise", "SUNR", "lisbon sunrise", "travel", "#travel", "ana.name", "sunrize", "lisbo"],
)
def test_a_video_is_found_by_caption_hashtag_and_owner_with_a_slip_or_half_a_word(
    query: str,
) -> None:
    join(ANA, BEN)
    one = indexed(ANA)
    assert found(query) == [one]
    assert found("porto") == []


HIDING: dict[str, dict[str, Any]] = {
    "private": {"visibility": Visibility.PRIVATE},
    "followers": {"visibility": Visibility.FOLLOWERS},
    "hidden": {"status": "hidden"},
    "removed": {"status": "removed"},
    "away": {"status": "away"},
    "behind a door": {"ownerPrivate": True},
}


@pytest.mark.parametrize("how", HIDING)
def test_what_is_not_public_any_more_is_not_found_however_late_the_index_is(how: str) -> None:
    """Negative control: without `_as_they_are` the stale entry is shown."""
    join(ANA, BEN)
    one = indexed(ANA)
    before = videos.ref(one).get().to_dict()
    videos.ref(one).update(HIDING[how])
    assert found("sunrise") == []
    clips.changed(one, before, videos.ref(one).get().to_dict())
    assert not clients.db().document(f"searchVideos/{one}").get().exists
    videos.ref(one).update({"status": "active", "visibility": "public", "ownerPrivate": False})
    clips.refresh(one)
    assert found("sunrise") == [one]


def test_nobody_finds_what_is_by_whom_they_block_are_blocked_by_or_muted() -> None:
    join(ANA, BEN, CARL)
    indexed(ANA), indexed(CARL)
    graph.block(ANA, BEN, None)
    circles.mute(BEN, CARL, 1)
    assert found("sunrise") == []
    assert len(found("sunrise", CARL)) == 2


def test_filters_hold_by_time_and_length(time: TestClock) -> None:
    join(ANA, BEN)
    old = indexed(ANA)
    time.pass_(days=3)
    new = indexed(ANA, **{"media.durationMs": 90_000})
    assert set(found("sunrise")) == {old, new}
    assert found("sunrise", uploaded=Uploaded.DAY) == [new]
    assert set(found("sunrise", uploaded=Uploaded.WEEK)) == {old, new}
    assert found("sunrise", duration_min=60) == [new]
    assert found("sunrise", duration_max=60) == [old]


def test_what_is_restricted_by_age_is_found_by_those_of_age() -> None:
    join(ANA, BEN)
    join_aged(Band.OLDER_TEEN, CARL)
    one = indexed(ANA, ageRestriction=18)
    assert found("sunrise") == [one]
    assert found("sunrise", CARL) == []


def test_what_a_banned_account_made_is_not_found(queue: Queue) -> None:
    join(ANA, BEN)
    indexed(ANA)
    clients.db().document(f"security/{ANA}").update({"banned": True, "bannedUntil": None})
    standing.forget()
    clips.reindex(ANA, None)
    assert found("sunrise") == []


def test_what_is_known_better_comes_first_and_pages_do_not_repeat() -> None:
    join(ANA, BEN)
    made = [indexed(ANA, views=10**number) for number in range(7)]
    seen: list[str] = []
    cursor = None
    while True:
        page = clips.search(BEN, SearchVideos(query="sunrise", limit=5, cursor=cursor))
        seen += [one.video_id for one in page.videos]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == made[::-1]


def heard(sound_id: str, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    """A sound as it stands, and the event of it."""
    clients.db().document(f"sounds/{sound_id}").set(after)
    topics.sound_changed(sound_id, before, after)


def test_hashtags_and_sounds_are_found_while_public_videos_use_them() -> None:
    tag = {"tag": "travel", "usageCount": 12}
    sound = {"name": "Morning song", "artist": "ana", "status": "active", "usageCount": 3}
    topics.hashtag_changed("travel", None, tag)
    heard("s1", None, sound)
    for query in ("trav", "#travel", "travle"):
        (one,) = topics.hashtags(BEN, query, 20, None).hashtags
        assert (one.hashtag, one.usage_count) == ("travel", 10)
    (song,) = topics.sounds(BEN, "song", 20, None).sounds
    assert (song.sound_id, song.name) == ("s1", "Morning song")
    topics.hashtag_changed("travel", tag, {**tag, "usageCount": 0})
    heard("s1", sound, {**sound, "status": "taken_down"})
    assert topics.hashtags(BEN, "trav", 20, None).hashtags == []
    assert topics.sounds(BEN, "song", 20, None).sounds == []


def test_the_sound_of_whoever_turns_out_to_be_a_minor_is_found_by_no_adult_any_more() -> None:
    """Negative control: without `refresh_sound` in `clips.reindex`, Ben goes on finding it."""
    join(ANA, BEN)
    join_aged(Band.OLDER_TEEN, CARL)
    song = indexed(ANA)
    sound = {"name": "Morning song", "artist": "ana", "status": "active", "usageCount": 3}
    heard(song, None, sound)
    who = (BEN, CARL)
    assert [len(topics.sounds(uid, "song", 20, None).sounds) for uid in who] == [1, 1]
    clients.db().document(f"security/{ANA}").update(age.encode(Age(Band.OLDER_TEEN, 16)))
    clips.reindex(ANA, None)
    assert [len(topics.sounds(uid, "song", 20, None).sounds) for uid in who] == [0, 1]
