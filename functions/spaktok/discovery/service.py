"""Use cases of discovery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from spaktok.core import clients, ids, paging
from spaktok.core.ids import UserId
from spaktok.discovery.requests import Order
from spaktok.feed import store as feed
from spaktok.feed.model import Mask
from spaktok.safety.service import suggesting
from spaktok.trends import store as trends
from spaktok.trends.model import TrendingTopic, TrendingVideo, TrendKind
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import catalogue
from spaktok.videos import store as videos
from spaktok.videos.catalogue import SoundStatus
from spaktok.videos.model import Video, VideoStatus
from spaktok.videos.service import bans, listing
from spaktok.videos.service.listing import VideoCard, VideoPage

if TYPE_CHECKING:
    from google.cloud.firestore import Query

T = TypeVar("T", TrendingVideo, TrendingTopic)

SCANNED_MAX: Final = 200
"""Videos looked at for one page: beyond it the page ends early, whatever hides them."""
_TOP, _REST = "top", "rest"


@dataclass(frozen=True, slots=True)
class TrendingHashtag:
    """A hashtag that trends."""

    hashtag: str
    viewers: int
    """People whom it drew in the last two days."""


@dataclass(frozen=True, slots=True)
class TrendingSound:
    """A sound that trends."""

    sound_id: str
    name: str
    artist: str
    viewers: int
    """People whom it drew in the last two days."""


@dataclass(frozen=True, slots=True)
class TrendingHashtags:
    """The hashtags that trend, best first."""

    hashtags: list[TrendingHashtag]


@dataclass(frozen=True, slots=True)
class TrendingSounds:
    """The sounds that trend, best first."""

    sounds: list[TrendingSound]


def trending_videos(viewer: UserId, limit: int, cursor: str | None) -> VideoPage:
    """A page of what trends. Two reads, and one a video looked at: two RPCs.

    A page ends at a place in the order, so a list that is made anew meanwhile repeats only what fell.
    """
    scope = f"trending:{viewer}"
    after = tuple(paging.unseal(cursor, scope)) if cursor is not None else None
    listed, masked = users.read([trends.list_ref(TrendKind.VIDEOS), feed.mask_ref(viewer)])
    items = [
        one
        for one in _suggested(viewer, trends.decode_videos(listed).items)
        if after is None or (-one.score, one.video_id) > (-after[0], after[1])
    ]
    shown, last = _page_of(viewer, items, feed.mask(masked), limit)
    more = last is not None and last is not items[-1]
    return VideoPage(
        videos=shown,
        next_cursor=paging.seal([last.score, last.video_id], scope) if last and more else None,
        has_more=more,
    )


def trending_hashtags(limit: int) -> TrendingHashtags:
    """The hashtags that trend, and are not banned. Two reads, one RPC."""
    listed, said = users.read([trends.list_ref(TrendKind.HASHTAGS), bans.ref()])
    banned = bans.decode(said)
    found = [one for one in trends.decode_topics(listed).items if one.name not in banned]
    return TrendingHashtags([TrendingHashtag(one.name, one.viewers) for one in found[:limit]])


def trending_sounds(viewer: UserId, limit: int) -> TrendingSounds:
    """The sounds that trend. Two reads, and one a sound: two RPCs.

    A sound names who made it: those of people whom the viewer's mask hides are left out, those of
    minors unless the viewer is one, and those that were taken down or withdrawn since the list was
    made.
    """
    listed, masked = users.read([trends.list_ref(TrendKind.SOUNDS), feed.mask_ref(viewer)])
    mask = feed.mask(masked)
    hidden = mask.users | mask.muted
    items = [
        one
        for one in _suggested(viewer, trends.decode_topics(listed).items)
        if ids.owner_of(one.name) not in hidden
    ][:limit]
    found = users.read([catalogue.sound_ref(one.name) for one in items])
    sounds = [catalogue.decode_sound(one) for one in found]
    return TrendingSounds(
        [
            TrendingSound(one.name, sound.name, sound.artist, one.viewers)
            for one, sound in zip(items, sounds, strict=True)
            if sound is not None and sound.status is SoundStatus.ACTIVE
        ]
    )


def by_hashtag(
    viewer: UserId, hashtag: str, order: Order, limit: int, cursor: str | None
) -> VideoPage:
    """A page of a hashtag's public videos; of a banned one, none.

    Three reads, one a video looked at, and one an author not looked at for ten minutes.
    """
    return _topic(viewer, ("hashtags", "array_contains", hashtag), order, limit, cursor)


def by_sound(
    viewer: UserId, sound_id: str, order: Order, limit: int, cursor: str | None
) -> VideoPage:
    """A page of a sound's public videos. Costs as a hashtag's."""
    return _topic(viewer, ("soundId", "==", sound_id), order, limit, cursor)


def _topic(
    viewer: UserId, having: tuple[str, str, str], order: Order, limit: int, cursor: str | None
) -> VideoPage:
    """What trends of a topic comes on a first page of its own, then the rest in its order."""
    scope = f"topic:{having}:{order}:{viewer}"
    section, place = paging.unseal(cursor, scope) if cursor is not None else (None, None)
    wanted = [trends.list_ref(TrendKind.VIDEOS), feed.mask_ref(viewer)]
    field, _, value = having
    if field == "hashtags":
        wanted.append(bans.ref())
    listed, masked, *said = users.read(wanted)
    if said and value in bans.decode(said[0]):
        return VideoPage([], None, has_more=False)
    mask = feed.mask(masked)
    top: list[TrendingVideo] = []
    if order is Order.TRENDING:
        trending = _suggested(viewer, trends.decode_videos(listed).items)
        top = [one for one in trending if _has(one, having)]
        if section is None and top:
            shown, _ = _page_of(viewer, top, mask, limit)
            return VideoPage(shown, paging.seal([_REST, None], scope), has_more=True)
    shown_before = {one.video_id for one in top}
    page = paging.page(
        _query(having, order),
        limit=limit,
        cursor=place,
        scope=scope,
    )
    found = [video for one in page.snapshots if (video := videos.decode(one)) is not None]
    minors = set[str]()
    if not suggesting.meets_minors(viewer):
        minors = suggesting.kept_from_adults(video.user_id for video in found)
    cards = [
        listing.card_of(video)
        for video in found
        if _open(viewer, video, mask)
        and video.video_id not in shown_before
        and video.user_id not in minors
    ]
    further = page.next_cursor
    return VideoPage(
        videos=cards,
        next_cursor=paging.seal([_REST, further], scope) if further is not None else None,
        has_more=further is not None,
    )


def _page_of(
    viewer: UserId, items: Sequence[TrendingVideo], mask: Mask, limit: int
) -> tuple[list[VideoCard], TrendingVideo | None]:
    """The first of these videos that are there for the viewer, and the last that was looked at."""
    cards: list[VideoCard] = []
    last: TrendingVideo | None = None
    rest = list(items[:SCANNED_MAX])
    while rest and len(cards) < limit:
        some, rest = rest[: limit - len(cards)], rest[limit - len(cards) :]
        found = users.read([videos.ref(one.video_id) for one in some])
        decoded = (videos.decode(snapshot) for snapshot in found)
        cards += [
            listing.card_of(video)
            for video in decoded
            if video is not None and _open(viewer, video, mask)
        ]
        last = some[-1]
    return cards, last


def _open(viewer: UserId, video: Video, mask: Mask) -> bool:
    """Whether a video is there for everyone, and nothing stands between it and this viewer."""
    return (
        video.is_public
        and video.user_id not in mask.users | mask.muted
        and video.video_id not in mask.videos
        and listing.for_age(viewer, video)
    )


def _suggested(viewer: UserId, items: Sequence[T]) -> list[T]:
    """What is not of minors, unless the viewer is one."""
    minors = suggesting.meets_minors(viewer)
    return [one for one in items if minors or one.for_adults]


def _has(one: TrendingVideo, having: tuple[str, str, str]) -> bool:
    field, _, wanted = having
    return wanted in one.hashtags if field == "hashtags" else one.sound_id == wanted


def _query(having: tuple[str, str, str], order: Order) -> Query:
    from google.cloud.firestore import FieldFilter, Query

    by = "publishedAt" if order is Order.RECENT else "views"
    query: Any = clients.db().collection("videos")
    for field, operator, value in (
        having,
        ("status", "==", VideoStatus.ACTIVE),
        ("visibility", "==", Visibility.PUBLIC),
        ("ownerPrivate", "==", False),
    ):
        query = query.where(filter=FieldFilter(field, operator, value))
    ordered: Query = query.order_by(by, direction=Query.DESCENDING).order_by(
        "__name__", direction=Query.DESCENDING
    )
    return ordered
