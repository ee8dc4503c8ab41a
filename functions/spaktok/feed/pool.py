"""The pool of what is new and public: candidates for whoever follows little, and for exploration.

Owns `feedPools/fresh`. Made anew every ten minutes, and when somebody finds it old: from the videos
themselves, so that it is as true as its age. Once for everybody: its reads are shared by all sessions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, log
from spaktok.feed import store
from spaktok.feed.model import encode_card
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import store as videos
from spaktok.videos.model import VideoStatus

if TYPE_CHECKING:
    from google.cloud.firestore import Query

SIZE: Final = 300
"""Videos; about 150 KB."""


def refresh() -> int:
    """Make the pool anew; how many videos it holds. A read a video and one an author; one write."""
    found = []
    for snapshot in newest().stream():
        video, fields = videos.decode(snapshot), snapshot.to_dict() or {}
        if video is not None and video.published_at is not None:
            found.append((video, fields))
    authors = sorted({video.user_id for video, _ in found})
    read = users.read([users.card_ref(uid) for uid in authors]) if authors else []
    cards = {one.id: users.decode_card(one) for one in read}
    items: list[dict[str, Any]] = []
    for video, fields in found:
        author = cards[video.user_id]
        if author is None or author.deactivated or author.is_private:
            continue
        counts = {
            name: fields.get(name, 0)
            for name in ("likes", "comments", "shares", "saves", "views", "reports")
        }
        items.append(
            {
                **encode_card(video),
                **counts,
                "videoId": video.video_id,
                "followers": author.follower_count,
            }
        )
    store.pool_ref().set({"at": clock.now(), "items": items})
    log.info("pool made", videos=len(items))
    return len(items)


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
