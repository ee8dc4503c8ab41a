"""What the database tells of what people do: recorded, to be delivered as a test likes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import pytest

import main
from spaktok.core import clients, clock
from tests.support.events import written

TRIGGERS = {
    "videos": "onVideoWritten",
    "videoLikes": "onLikeWritten",
    "videoComments": "onCommentWritten",
    "followers": "onFollowWritten",
    "videoShares": "onShareWritten",
    "users": "onGiftStatsWritten",
}


@dataclass
class Wire:
    """The events between the database and the triggers."""

    sent: list[Any] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    stands: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    """What was written last, by path: nobody else writes there."""

    def write(self, path: str, after: dict[str, Any] | None, at: datetime | None = None) -> None:
        """Write or delete a document as its feature would, and keep the event of it."""
        place = clients.db().document(path)
        before = self.fields(path)
        if after is None:
            place.delete()
        else:
            place.set(after)
        self.stands[path] = after
        number = f"event-{next(self.numbers)}"
        self.sent.append(written(path, before, after, event_id=number, at=at or clock.now()))

    def fields(self, path: str) -> dict[str, Any] | None:
        """What lies there; None for nothing."""
        if path not in self.stands:
            self.stands[path] = clients.db().document(path).get().to_dict()
        return self.stands[path]

    def deliver(self, events: list[Any] | None = None) -> None:
        """Run the trigger of every event, in this order."""
        for event in self.sent if events is None else events:
            getattr(main, TRIGGERS[event["document"].split("/")[0]])(event)

    def like(self, uid: str, video_id: str, at: datetime | None = None) -> None:
        fields = {"userId": uid, "videoId": video_id, "timestamp": at or clock.now()}
        self.write(f"videoLikes/{uid}_{video_id}", fields)

    def unlike(self, uid: str, video_id: str) -> None:
        self.write(f"videoLikes/{uid}_{video_id}", None)

    def comment(self, comment_id: str, uid: str, video_id: str, at: datetime | None = None) -> None:
        fields = {
            "userId": uid,
            "videoId": video_id,
            "timestamp": at or clock.now(),
            "moderationStatus": "active",
        }
        self.write(f"videoComments/{comment_id}", fields)

    def share(self, share_id: str, uid: str, video_id: str) -> None:
        fields = {"userId": uid, "videoId": video_id, "timestamp": clock.now()}
        self.write(f"videoShares/{share_id}", fields)

    def follow(self, follower: str, followed: str, at: datetime | None = None) -> None:
        fields = {
            "followerId": follower,
            "followingId": followed,
            "timestamp": at or clock.now(),
        }
        self.write(f"followers/{follower}_{followed}", fields)


@pytest.fixture
def wire() -> Wire:
    """Nothing has happened yet."""
    return Wire()
