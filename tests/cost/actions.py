"""Each action of the budget: how it comes about, and the one thing that is measured."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from spaktok.accounts.requests import RegisterSession
from spaktok.accounts.service import erasing, exporting, presence, sessions
from spaktok.core import clients, clock, counters, dispatch, standing
from spaktok.core.age import Band
from spaktok.core.caller import Caller, Role
from spaktok.core.ids import UserId
from spaktok.core.refusal import Refusal
from spaktok.feed import fan_out
from spaktok.feed import service as feed
from spaktok.feed import store as inboxes
from spaktok.graph import asking, circles, counting, friends, lists, suggestions
from spaktok.graph import service as graph
from spaktok.graph import store as edges
from spaktok.notifications import inbox as notifications
from spaktok.notifications import service as telling
from spaktok.notifications.kinds import entry_of
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.progress.model import Source
from spaktok.progress.service import reading, visits
from spaktok.safety.model import FilterLevel, SignalBand
from spaktok.safety.model import Store as SignalStore
from spaktok.safety.requests import RequestIdVerification, SetBirthDate
from spaktok.safety.service import birth, filters, identity
from spaktok.search.service import finding, indexing
from spaktok.users import editing, photos, rename, roles, settings
from spaktok.users import service as people
from spaktok.users import store as users
from spaktok.users.model import AccountType
from spaktok.users.pictures import ImageType
from spaktok.users.requests import CreateUserProfile, UpdateProfile
from spaktok.verification import service as verification
from spaktok.videos import store as videos
from spaktok.videos.model import Sort
from spaktok.videos.requests import CommentOnVideo, UploadVideo
from spaktok.videos.service import access, comments, likes, profile_tab, restriction, upload
from tests.support.ages import join_aged
from tests.support.people import ANA, BEN, CARL, GROWN_UP, join
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


def tried(work: Action) -> None:
    """What is refused costs too."""
    with suppress(Refusal):
        work()


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
    return lambda: people.availability(ANA, "some.name")


@action("create a profile")
def _() -> Action:
    request = CreateUserProfile(username="ana.name", display_name="Ana", **GROWN_UP.model_dump())
    return lambda: people.create_profile(ANA, "ana@example.com", request)


@action("read a profile")
def _() -> Action:
    join(ANA, BEN)
    return lambda: people.get_profile(ANA, BEN)


@action("change a username")
def _() -> Action:
    join(ANA)
    return lambda: rename.change_username(ANA, "ana.other")


@action("edit a profile")
def _() -> Action:
    join(ANA)
    request = UpdateProfile(display_name="Ana B", bio="Mornings")
    return lambda: editing.update_profile(ANA, request)


@action("choose an account type")
def _() -> Action:
    join(ANA)
    return lambda: editing.set_account_type(ANA, AccountType.BUSINESS, email_verified=True)


@action("make an account of 20 videos private")
def _() -> Action:
    join(ANA)
    for _ in range(20):
        video(ANA)
    return lambda: settings.set_private(ANA, private=True)


@action("change a privacy setting")
def _() -> Action:
    join(ANA)
    return lambda: settings.update(ANA, {"suggestMe": False})


@action("ask for a photo upload")
def _() -> Action:
    join(ANA)
    return lambda: photos.issue(ANA, ImageType.PROFILE)


@action("give a role")
def _() -> Action:
    join(ANA, BEN)
    return lambda: roles.set_role(ANA, BEN, Role.MODERATOR, "Joined the team")


@action("set a birth date")
def _() -> Action:
    join_aged(Band.UNKNOWN, ANA)
    request = SetBirthDate(**GROWN_UP.model_dump())
    return lambda: birth.set_birth_date(ANA, request)


@action("note an age signal")
def _() -> Action:
    join(ANA)
    return lambda: birth.submit_signal(ANA, SignalStore.APPLE, SignalBand.ADULT)


@action("choose a content filter")
def _() -> Action:
    join(ANA)
    return lambda: filters.choose(ANA, FilterLevel.STRICT)


@action("ask for verification of age")
def _() -> Action:
    join(ANA)
    request = RequestIdVerification(id_type="passport", id_number="AB 12345", image_count=1)
    return lambda: identity.ask(ANA, request)


@action("record a profile view")
def _() -> Action:
    join(ANA, BEN)
    return lambda: visits.record(ANA, BEN, Source.FEED)


@action("record a profile view again")
def _() -> Action:
    join(ANA, BEN)
    visits.record(ANA, BEN, Source.FEED)
    return lambda: visits.record(ANA, BEN, Source.FEED)


@action("read 28 days of analytics")
def _() -> Action:
    join(ANA)
    return lambda: reading.analytics(ANA, None, 28)


@action("read another's achievements")
def _() -> Action:
    join(ANA, BEN)
    return lambda: reading.achievements(ANA, BEN)


def _sign_in(minute: int = 0) -> Caller:
    at = clock.now() + timedelta(minutes=minute)
    return Caller(ANA, "request", signed_in_at=at)


_PHONE = RegisterSession(device_id="phone-12345", name="Pixel 9", platform="android")


@action("register a second session")
def _() -> Action:
    join(ANA)
    sessions.register(_sign_in(), _PHONE)
    return lambda: sessions.register(_sign_in(5), _PHONE)


@action("register a session again")
def _() -> Action:
    join(ANA)
    sessions.register(_sign_in(), _PHONE)
    return lambda: sessions.register(_sign_in(), _PHONE)


@action("list 2 sessions")
def _() -> Action:
    join(ANA)
    for minute in (0, 5):
        sessions.register(_sign_in(minute), _PHONE)
    return lambda: sessions.sessions(_sign_in())


@action("revoke a session")
def _() -> Action:
    join(ANA)
    session = sessions.register(_sign_in(), _PHONE).session_id
    return lambda: sessions.revoke_one(_sign_in(5), session)


@action("revoke all of 2 sessions")
def _() -> Action:
    join(ANA)
    for minute in (0, 5):
        sessions.register(_sign_in(minute), _PHONE)
    return lambda: sessions.revoke_all(ANA)


@action("deactivate an account of 20 videos")
def _() -> Action:
    join(ANA)
    for _ in range(20):
        video(ANA)
    return lambda: presence.deactivate(ANA)


@action("reactivate an account of 20 videos")
def _() -> Action:
    join(ANA)
    for _ in range(20):
        video(ANA)
    presence.deactivate(ANA)
    return lambda: presence.reactivate(ANA)


@action("ask for an export")
def _() -> Action:
    join(ANA)
    return lambda: exporting.request(ANA)


@action("ask to be erased")
def _() -> Action:
    join(ANA)
    return lambda: erasing.request(ANA)


@action("ask for a verification, and be refused")
def _() -> Action:
    join(ANA)
    return lambda: tried(lambda: verification.ask(ANA))


@action("restrict a video to 16")
def _() -> Action:
    join(ANA)
    video_id = video(ANA)
    return lambda: restriction.restrict(ANA, video_id, 16)


@action("list 20 videos of a profile")
def _() -> Action:
    join(ANA, BEN)
    for _ in range(21):
        video(BEN)
    return lambda: profile_tab.videos_of(ANA, BEN, sort=Sort.RECENT, limit=20, cursor=None)


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
    return lambda: graph.sever(ANA, BEN)


@action("count whom one follows (1,000)")
def _() -> Action:
    join(ANA)
    at = clock.now()
    write_all(
        {edges.edge_ref(ANA, f"u{n}"): edges.new_edge(ANA, f"u{n}", at) for n in range(1_000)}
    )
    return lambda: counting.count_following(ANA)


def _private() -> None:
    """Ben's account is private, and Ana asked to follow him."""
    join(ANA, BEN)
    settings.set_private(BEN, private=True)
    graph.follow(ANA, BEN)


def _friends() -> None:
    join(ANA, BEN)
    graph.follow(ANA, BEN)
    graph.follow(BEN, ANA)


@action("ask to follow")
def _() -> Action:
    join(ANA, BEN)
    settings.set_private(BEN, private=True)
    return lambda: graph.follow(ANA, BEN)


@action("accept a follow request")
def _() -> Action:
    _private()
    return lambda: asking.accept(BEN, ANA)


@action("reject a follow request")
def _() -> Action:
    _private()
    return lambda: asking.reject(BEN, ANA)


@action("cancel a follow request")
def _() -> Action:
    _private()
    return lambda: asking.cancel(ANA, BEN)


@action("remove a follower")
def _() -> Action:
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    return lambda: graph.remove_follower(ANA, BEN)


@action("ring the bell of someone followed")
def _() -> Action:
    join(ANA, BEN)
    graph.follow(ANA, BEN)
    return lambda: graph.set_bell(ANA, BEN, enabled=True)


@action("ask to be friends")
def _() -> Action:
    join(ANA, BEN)
    return lambda: friends.send(ANA, BEN)


@action("accept a friend request")
def _() -> Action:
    join(ANA, BEN)
    request = friends.send(ANA, BEN).request_id
    assert request is not None
    return lambda: friends.accept(BEN, request)


@action("decline a friend request")
def _() -> Action:
    join(ANA, BEN)
    request = friends.send(ANA, BEN).request_id
    assert request is not None
    return lambda: friends.decline(BEN, request)


@action("end a friendship")
def _() -> Action:
    _friends()
    return lambda: friends.remove(ANA, BEN)


@action("add a close friend")
def _() -> Action:
    join(ANA, BEN)
    return lambda: circles.add_close_friend(ANA, BEN)


@action("remove a close friend")
def _() -> Action:
    join(ANA, BEN)
    circles.add_close_friend(ANA, BEN)
    return lambda: circles.remove_close_friend(ANA, BEN)


@action("mute")
def _() -> Action:
    join(ANA, BEN)
    return lambda: circles.mute(ANA, BEN, 24)


@action("unmute")
def _() -> Action:
    join(ANA, BEN)
    circles.mute(ANA, BEN, None)
    return lambda: circles.unmute(ANA, BEN)


def _crowd(count: int) -> list[UserId]:
    crowd = [UserId(f"fan{number}") for number in range(count)]
    join(ANA, *crowd)
    return crowd


@action("list 20 followers")
def _() -> Action:
    for one in _crowd(21):
        graph.follow(one, ANA)
    return lambda: lists.followers(ANA, ANA, 20, None)


@action("list 20 follow requests")
def _() -> Action:
    crowd = _crowd(21)
    settings.set_private(ANA, private=True)
    for one in crowd:
        graph.follow(one, ANA)
    return lambda: lists.requests(ANA, 20, None)


@action("list 20 friends")
def _() -> Action:
    for one in _crowd(21):
        graph.follow(one, ANA)
        graph.follow(ANA, one)
    return lambda: lists.friends(ANA, 20, None)


@action("list 20 friend requests received")
def _() -> Action:
    for one in _crowd(21):
        friends.send(one, ANA)
    return lambda: lists.friend_requests(ANA, 20, None, None)


@action("list 20 close friends")
def _() -> Action:
    for one in _crowd(21):
        circles.add_close_friend(ANA, one)
    return lambda: lists.close_friends(ANA, 20, None)


@action("list 20 muted users")
def _() -> Action:
    for one in _crowd(21):
        circles.mute(ANA, one, None)
    return lambda: lists.muted(ANA, 20, None)


@action("list 20 blocked users")
def _() -> Action:
    for one in _crowd(21):
        graph.block(ANA, one, None)
    return lambda: lists.blocked(ANA, 20, None)


@action("suggest users, from 10 who follow 10 each")
def _() -> Action:
    crowd = _crowd(22)
    for number, one in enumerate(crowd[:10]):
        graph.follow(ANA, one)
        for other in range(10):
            graph.follow(one, crowd[10 + (number + other) % 12])
    return lambda: suggestions.suggest(ANA, 20)


@action("search users, a page of 20")
def _() -> Action:
    for number in range(21):
        uid = UserId(f"fan{number:02}")
        join(uid)
        indexing.refresh(uid)
    join(ANA)
    standing.load(ANA, fresh=True)  # as the edge did
    return lambda: finding.users(ANA, "fan", 20, None)


@action("index a user")
def _() -> Action:
    join(ANA)
    return lambda: indexing.refresh(ANA)


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
    return lambda: fan_out.deliver(BEN, video_id, 0, 1)


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
