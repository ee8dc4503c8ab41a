"""Which video won a follower: the last one of theirs that was watched before, or right after."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import ids, once
from spaktok.core.dispatch import Task, send
from spaktok.core.ids import UserId
from spaktok.users import store as users
from spaktok.views import store

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

Fields = dict[str, Any] | None

BEFORE: Final = timedelta(minutes=30)
AFTER: Final = timedelta(minutes=10)
"""Apps report what was watched by then."""
BATCHES: Final = 5


def won(at: datetime, before: Fields, after: Fields) -> None:
    """A follow began: look, once the app will have reported, what was watched."""
    if before is not None or after is None:
        return
    follower, followed = after["followerId"], after["followingId"]
    send(
        Task(
            "attributeFollow",
            ids.digest("attribute-follow", follower, followed, at.isoformat()),
            {"follower": follower, "followed": followed, "at": at},
            run_at=at + AFTER,
        )
    )


def attribute(follower: UserId, followed: UserId, at: datetime) -> str | None:
    """Count the follower for the video that won them, once; the video. At most 8 reads, 2 writes."""
    found = store.batches_around(follower, at - BEFORE, at + AFTER).limit(BATCHES).stream()
    batches = [store.decode_batch(snapshot) for snapshot in found]
    watched = [name for batch in batches for name in batch.plays if ids.owner_of(name) == followed]
    if not watched:
        return None
    video_id = watched[0]
    event = once.event(ids.digest(follower, followed, at.isoformat()), "attributeFollow")

    def body(tx: Transaction) -> None:
        from google.cloud.firestore import Increment

        (sums,) = users.read([store.analytics_ref(video_id)], tx)
        if sums.exists:
            tx.update(sums.reference, {"followers": Increment(1)})

    once.handle(event, body)
    return video_id
