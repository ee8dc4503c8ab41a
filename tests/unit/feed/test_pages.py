"""Pages of the feed never repeat, never skip, never show what is masked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from spaktok.core.revocations import Revocations
from spaktok.feed.model import FeedCard, Mask, Viewer, newest, page_after

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def card(number: int, minutes: int = 0, author: str = "ana") -> FeedCard:
    return FeedCard(
        video_id=f"v{number}",
        user_id=author,
        username=author,
        user_profile_image=None,
        user_is_verified=False,
        caption="",
        hashtags=[],
        duration_ms=1000,
        width=720,
        height=1280,
        published_at=NOON + timedelta(minutes=minutes),
        reason="following",
        video_path="",
        thumbnail_path="",
    )


# Few distinct minutes, so that equal instants are common.
feeds = st.lists(
    st.tuples(st.integers(0, 999), st.integers(0, 5)), unique_by=lambda pair: pair[0], max_size=60
).map(lambda pairs: [card(number, minutes) for number, minutes in pairs])


@given(feeds, st.integers(1, 20))
def test_all_pages_together_are_the_feed_in_order_each_card_once(
    cards: list[FeedCard], limit: int
) -> None:
    seen: list[FeedCard] = []
    after, more = None, True
    while more:
        page, more = page_after(cards, after=after, limit=limit)
        assert len(page) <= limit
        seen += page
        after = page[-1].place if page else None
    assert seen == sorted(cards, key=lambda one: one.place, reverse=True)


@given(feeds, feeds, st.integers(1, 20))
def test_cards_that_arrive_between_pages_neither_repeat_nor_hide_older_ones(
    cards: list[FeedCard], arriving: list[FeedCard], limit: int
) -> None:
    first, more = page_after(cards, after=None, limit=limit)
    if not more:
        return
    known = {one.video_id for one in cards}
    later = [one for one in arriving if one.video_id not in known]
    second, _ = page_after([*cards, *later], after=first[-1].place, limit=100)
    assert not {one.video_id for one in first} & {one.video_id for one in second}
    assert {one.video_id for one in cards} <= {one.video_id for one in [*first, *second]}


def test_masked_authors_and_videos_are_never_shown() -> None:
    """Negative control: without `mask.hides` in `Viewer.sees` both are."""
    mask = Mask(users=frozenset({"ben"}), videos=frozenset({"v3"}))
    viewer = Viewer(uid="carl", mask=mask, revoked=Revocations(), years=0)
    cards = {"v1": "ana", "v2": "ben", "v3": "ana"}
    seen = [one for one, by in cards.items() if viewer.sees(one, {"userId": by}, follows=True)]
    assert seen == ["v1"]


def test_the_newest_cards_are_the_ones_kept() -> None:
    held = {f"v{n}": {"publishedAt": NOON + timedelta(minutes=n)} for n in range(10)}
    assert set(newest(held, 3)) == {"v9", "v8", "v7"}
