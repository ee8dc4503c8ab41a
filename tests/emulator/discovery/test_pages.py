"""The pages of hashtags and sounds."""

from __future__ import annotations

import pytest

from spaktok.core.refusal import InvalidRequest
from spaktok.discovery import service as discovery
from spaktok.discovery.requests import GetVideosByHashtag, Order
from spaktok.videos import store as videos
from tests.support.people import ANA, BEN, join
from tests.support.watching import clip
from tests.support.worlds import video


def all_of(order: Order, tag: str = "sun", limit: int = 3) -> list[str]:
    seen: list[str] = []
    cursor = None
    while True:
        page = discovery.by_hashtag(BEN, tag, order, limit, cursor)
        seen += [one.video_id for one in page.videos]
        cursor = page.next_cursor
        if cursor is None:
            return seen


def test_a_hashtags_videos_come_newest_or_most_viewed_first_each_once() -> None:
    join(ANA, BEN)
    clips = [video(ANA, minutes=number) for number in range(7)]
    for number, one in enumerate(clips):
        videos.ref(one).update({"views": number * 3 % 7})
    other = video(ANA)
    videos.ref(other).update({"hashtags": ["rain"]})
    assert all_of(Order.RECENT) == clips[::-1]
    by_views = sorted(range(7), key=lambda number: -(number * 3 % 7))
    assert all_of(Order.POPULAR) == [clips[number] for number in by_views]
    assert set(all_of(Order.TRENDING)) == set(clips)
    assert all_of(Order.RECENT, "rain") == [other]


def test_a_tag_is_one_however_it_is_written() -> None:
    assert GetVideosByHashtag(hashtag="#Sun").hashtag == "sun"
    with pytest.raises(ValueError, match="letters"):
        GetVideosByHashtag(hashtag="#sun set")


def test_a_sounds_videos_are_those_that_use_it() -> None:
    join(ANA, BEN)
    one, other = clip(ANA, soundId="s1"), clip(ANA, soundId="s2")
    assert other
    for order in Order:
        found = discovery.by_sound(BEN, "s1", order, 20, None).videos
        assert [card.video_id for card in found] == [one]
    assert discovery.by_sound(BEN, "nothing", Order.RECENT, 20, None).videos == []


def test_a_cursor_of_another_topic_is_refused() -> None:
    join(ANA, BEN)
    for _ in range(3):
        video(ANA)
    cursor = discovery.by_hashtag(BEN, "sun", Order.RECENT, 2, None).next_cursor
    for tag, order in (("rain", Order.RECENT), ("sun", Order.POPULAR)):
        with pytest.raises(InvalidRequest, match="cursor"):
            discovery.by_hashtag(BEN, tag, order, 2, cursor)
