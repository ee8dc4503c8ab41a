"""The pool of what is new and public: candidates for whoever follows little, and for exploration.

Owns `feedPools/fresh`. Made anew every ten minutes, and when somebody finds it old: from the videos
themselves, so that it is as true as its age. Once for everybody: its reads are shared by all sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, log
from spaktok.feed import regards, store
from spaktok.feed.model import encode_card
from spaktok.safety.service import suggesting
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import store as videos
from spaktok.videos.model import VideoStatus
from spaktok.views import store as views

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

SIZE: Final = 300
"""Videos; about 150 KB."""


def refresh() -> int:
    """Make the pool anew; how many videos it holds. Two reads a video, two an author; one write.

    And what `regards.packed` reads, some 2,000 where much is watched.
    """
    at = clock.now()
    items = packed(list(newest().stream()))
    known = regards.packed(at, {item["videoId"] for item in items})
    store.pool_ref().set({"at": at, "items": items, "regards": known})
    log.info("pool made", videos=len(items), regards=len(known))
    return len(items)


def packed(snapshots: Sequence[DocumentSnapshot[Any]]) -> list[dict[str, Any]]:
    """What a pool holds of these videos: their cards, and what the ranking is told of each."""
    found = [
        (video, (snapshot.to_dict() or {}).get("saves", 0))
        for snapshot in snapshots
        if (video := videos.decode(snapshot)) is not None and video.published_at is not None
    ]
    authors = sorted({video.user_id for video, _ in found})
    wanted = [users.card_ref(uid) for uid in authors]
    wanted += [views.analytics_ref(video.video_id) for video, _ in found]
    read = users.read(wanted) if wanted else []
    cards = {one.id: users.decode_card(one) for one in read[: len(authors)]}
    minors = suggesting.kept_from_adults(authors)
    items: list[dict[str, Any]] = []
    for (video, saves), known in zip(found, read[len(authors) :], strict=True):
        author = cards[video.user_id]
        if author is None or author.deactivated or author.is_private:
            continue
        items.append(
            {
                **encode_card(video),
                **regards.regarded(video, saves, views.decode_regard(known)),
                "videoId": video.video_id,
                "followers": author.follower_count,
                "forAdults": video.user_id not in minors,
            }
        )
    return items


def newest() -> Query:
    """The latest videos that may be shown to everyone."""
    from google.cloud.firestore import FieldFilter, Query

    return (
        clients.db()
        .collection("videos")
        .where(filter=FieldFilter("status", "==", VideoStatus.ACTIVE))
        .where(filter=FieldFilter("visibility", "==", Visibility.PUBLIC))
        .where(filter=FieldFilter("ownerPrivate", "==", False))
        .where(filter=FieldFilter("recommendable", "==", True))
        .order_by("publishedAt", direction=Query.DESCENDING)
        .limit(SIZE)
    )
