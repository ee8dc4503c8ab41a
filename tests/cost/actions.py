"""Each action of the budget: how it comes about, and the one thing that is measured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from spaktok.core import clients, clock, counters, dispatch
from spaktok.core.ids import UserId
from spaktok.feed import fan_out
from spaktok.feed import service as feed
from spaktok.feed import store as inboxes
from spaktok.graph import service as graph
from spaktok.graph import store as edges
from spaktok.notifications import inbox as notifications
from spaktok.notifications import service as telling
from spaktok.notifications.kinds import entry_of
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users import service as people
from spaktok.users import store as users
from spaktok.users.requests import CreateUserProfile
from spaktok.videos import store as videos
from spaktok.videos.requests import CommentOnVideo, UploadVideo
from spaktok.videos.service import access, comments, likes, upload
from tests.support.people import ANA, BEN, CARL, join
from tests.support.worlds import video

Action = Callable[[], Any]
ACTIONS: dict[str, Callable[[], Action]] = {}
"""By name: what sets the scene, and returns what is measured."""


def action(name: str) -> Callable[[Callable[[], Action]], Callable[[], Action]]:
    def register(scene: Callable[[], Action]) -> Callable[[], Action]:
        ACTIONS[name] = scene
        return scene

    return register


def write_all(documents: dict[Any, dict[str, Any]]) -> None:
    """Many documents, in commits of 500."""
    items = list(documents.items())
    for start in range(0, len(items), 500):
        batch = clients.db().batch()
        for reference, fields in items[start : start + 500]:
            batch.set(reference, fields)
        batch.commit()


def cards(author: str, count: int) -> dict[str, Any]:
    """Encoded feed cards, each newer than the one before."""
    at = clock.now()
    return {
        f"v{number:03}-{author}": {
            "userId": author,
            "username": author,
            "userProfileImage": None,
            "caption": "Morning",
            "hashtags": ["sun"],
            "durationMs": 3000,
            "width": 360,
            "height": 640,
            "publishedAt": at + timedelta(seconds=number),
        }
        for number in range(count)
    }


@action("check a username")
def _() -> Action:
    return lambda: people.availability("some.name")


@action("create a profile")
def _() -> Action:
    request = CreateUserProfile(username="ana.name", display_name="Ana")
    return lambda: people.create_profile(ANA, "ana@example.com", request)


@action("read a profile")
def _() -> Action:
    join(ANA, BEN)
    return lambda: people.get_profile(ANA, BEN)


@action("follow, with a backfill of 50")
def _() -> Action:
    join(ANA, BEN)
    inboxes.outbox_ref(BEN).set({"cards": cards(BEN, 50)})
    return lambda: graph.follow(ANA, BEN)


@action("follow again")
def _() -> Action:
    join(ANA, BEN)
    graph.follow(ANA, BEN)
    return lambda: graph.follow(ANA, BEN)


@action("unfollow")
def _() -> Action:
    join(ANA, BEN)
    inboxes.outbox_ref(BEN).set({"cards": cards(BEN, 50)})
    graph.follow(ANA, BEN)
    return lambda: graph.unfollow(ANA, BEN)


@action("block")
def _() -> Action:
    join(ANA, BEN)
    graph.follow(ANA, BEN)
    graph.follow(BEN, ANA)
    return lambda: graph.block(ANA, BEN, "spam")


@action("unblock")
def _() -> Action:
    join(ANA, BEN)
    graph.block(ANA, BEN, None)
    return lambda: graph.unblock(ANA, BEN)


@action("end the follows of a block, both ways")
def _() -> Action:
    join(ANA, BEN)
    for one, other in ((ANA, BEN), (BEN, ANA)):
        inboxes.outbox_ref(other).set({"cards": cards(other, 5)})
        graph.follow(one, other)
    graph.block(ANA, BEN, None)
    return lambda: graph.sever(ANA, BEN, clock.now())


@action("count whom one follows (1,000)")
def _() -> Action:
    join(ANA)
    at = clock.now()
    write_all(
        {edges.edge_ref(ANA, f"u{n}"): edges.new_edge(ANA, f"u{n}", at) for n in range(1_000)}
    )
    return lambda: graph.count_following(ANA)


@action("ask for an upload")
def _() -> Action:
    join(ANA)
    return lambda: upload.issue(ANA, UploadVideo(caption="Morning"))


@action("ask for an upload, with a key")
def _() -> Action:
    join(ANA)
    request = UploadVideo(caption="Morning", idempotency_key="key-12345678")
    return lambda: upload.issue(ANA, request)


@action("note that an upload arrived")
def _() -> Action:
    join(ANA)
    ticket = upload.issue(ANA, UploadVideo())
    return lambda: upload.arrived(ticket.storage_path, 7, 1_000)


@action("read a video")
def _() -> Action:
    join(ANA, BEN)
    video_id = video(BEN)
    return lambda: access.get_video(ANA, video_id)


@action("read one's own video")
def _() -> Action:
    join(BEN)
    video_id = video(BEN)
    return lambda: access.get_video(BEN, video_id)


@action("like")
def _() -> Action:
    join(ANA, BEN)
    video_id = video(BEN)
    return lambda: likes.like(ANA, video_id)


@action("unlike")
def _() -> Action:
    join(ANA, BEN)
    video_id = video(BEN)
    likes.like(ANA, video_id)
    return lambda: likes.unlike(ANA, video_id)


@action("comment")
def _() -> Action:
    join(ANA, BEN)
    request = CommentOnVideo(video_id=video(BEN), text="Nice", idempotency_key="key-12345678")
    return lambda: comments.comment(ANA, request)


@action("list 20 comments of 5 authors")
def _() -> Action:
    join(ANA, BEN)
    video_id = video(BEN)
    for number in range(25):
        comments.comment(
            UserId(f"author{number % 5}"), CommentOnVideo(video_id=video_id, text="Nice")
        )
    return lambda: comments.comments_of(ANA, video_id, 20, None)


@action("read a page of 20 of a feed of 200")
def _() -> Action:
    join(ANA)
    inboxes.inbox_ref(ANA).set({"cards": cards(BEN, 200)})
    inboxes.mask_ref(ANA).set({"users": {"carl": True}})
    return lambda: feed.page(ANA, 20, None)


@action("start a fan-out")
def _() -> Action:
    join(BEN)
    video_id = video(BEN)
    return lambda: fan_out.begin(BEN, video_id)


@action("fan out to 1,000 followers")
def _() -> Action:
    join(BEN)
    video_id = video(BEN)
    shard = users.card_ref(BEN).collection("shards").document("0")
    shard.set({"followerIds": [f"u{n}" for n in range(1_000)], "followerCount": 1_000})
    return lambda: fan_out.deliver(BEN, video_id, 0)


@action("trim an inbox")
def _() -> Action:
    join(ANA)
    inboxes.inbox_ref(ANA).set({"cards": cards(BEN, 260)})
    return lambda: feed.trim(ANA)


def _reply(number: int = 0) -> News:
    return News(
        recipient=ANA,
        type=NotificationType.STORY_REPLY,
        entity_type=EntityType.STORY,
        entity_id=f"s{number}",
        actor=BEN,
        at=clock.now(),
    )


@action("deliver a notification")
def _() -> Action:
    join(ANA, BEN)
    return lambda: telling.deliver(_reply())


@action("settle the likes of a window")
def _() -> Action:
    join(ANA, BEN)
    shown = video(ANA)
    likes.like(BEN, shown)
    news = News(ANA, NotificationType.VIDEO_LIKE, EntityType.VIDEO, shown)
    return lambda: telling.deliver(news)


@action("list 20 notifications")
def _() -> Action:
    join(ANA, BEN)
    for number in range(21):
        telling.deliver(_reply(number))
    return lambda: notifications.inbox(ANA, 20, None)


@action("mark a notification as read")
def _() -> Action:
    join(ANA, BEN)
    telling.deliver(_reply())
    return lambda: notifications.mark_read(ANA, entry_of(_reply()))


@action("roll up a counter of one shard")
def _() -> Action:
    join(ANA, BEN, CARL)
    video_id = video(BEN)
    for one in (ANA, CARL):
        likes.like(one, video_id)
    return lambda: counters.roll_up(videos.ref(video_id).path, videos.TOTALS)


@action("sweep an empty outbox")
def _() -> Action:
    return dispatch.sweep
