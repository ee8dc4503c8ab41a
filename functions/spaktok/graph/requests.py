"""What clients and tasks may ask of the graph."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, Line, PageSize, Request, Uid
from spaktok.graph.model import Tie

REASON_MAX = 200
MUTE_HOURS_MAX = 24 * 366

FriendRequestId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9-]{1,160}_[A-Za-z0-9-]{1,160}$",
        description="As `sendFriendRequest` and `getFriendRequests` answer it.",
    ),
]


class FollowUser(Request):
    """Follow a user, or ask to, where the account is private."""

    target_user_id: Uid


class UnfollowUser(Request):
    """Stop following a user, or take back the request to."""

    target_user_id: Uid


class RemoveFollower(Request):
    """Make somebody stop following the caller."""

    follower_id: Uid


class UpdateFollowNotifications(Request):
    """Turn on or off that the caller hears of what a followed user publishes."""

    target_user_id: Uid
    enabled: bool


class AcceptFollowRequest(Request):
    """Let somebody who asked follow the caller."""

    requester_id: Uid


class RejectFollowRequest(Request):
    """Let a request to follow the caller lapse; its sender is not told."""

    requester_id: Uid


class CancelFollowRequest(Request):
    """Take back one's own request to follow somebody."""

    target_user_id: Uid


class Page(Request):
    """A page of one of the caller's own lists, newest first."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class GetFollowRequests(Page):
    """List who asks to follow the caller, newest first."""


class GetFriends(Page):
    """List the caller's friends, newest first."""


class GetCloseFriendsList(Page):
    """List the caller's close friends, newest first."""


class GetMutedUsers(Page):
    """List whom the caller mutes, newest first."""


class GetBlockedUsers(Page):
    """List whom the caller blocks, newest first."""


class GetFollowers(Page):
    """List who follows a user, newest first."""

    user_id: Uid


class GetFollowing(Page):
    """List whom a user follows, newest first."""

    user_id: Uid


class SendFriendRequest(Request):
    """Ask a user to be friends: to follow each other."""

    receiver_id: Uid


class RespondToFriendRequest(Request):
    """Answer a friend request."""

    request_id: FriendRequestId
    action: Literal["accept", "decline"]


class AcceptFriendRequest(Request):
    """Accept a friend request."""

    request_id: FriendRequestId


class DeclineFriendRequest(Request):
    """Decline a friend request; its sender is not told."""

    request_id: FriendRequestId


class RemoveFriend(Request):
    """End a friendship both ways, or take back a friend request."""

    friend_id: Uid


class GetFriendRequests(Request):
    """List the friend requests that wait, sent and received, newest first."""

    limit: PageSize = 20
    sent_cursor: Cursor | None = None
    received_cursor: Cursor | None = None


class AddToCloseFriends(Request):
    """Put a user on the caller's list of close friends; nobody else learns of it."""

    friend_id: Uid


class RemoveFromCloseFriends(Request):
    """Take a user off the caller's list of close friends."""

    friend_id: Uid


class MuteUser(Request):
    """Hear nothing of a user any more; they never learn of it."""

    target_user_id: Uid
    duration_hours: Annotated[int, Field(ge=1, le=MUTE_HOURS_MAX)] | None = None


class UnmuteUser(Request):
    """Take a mute back."""

    target_user_id: Uid


class BlockUser(Request):
    """Block a user: neither exists for the other any more."""

    target_user_id: Uid
    reason: Annotated[Line, Field(max_length=REASON_MAX)] | None = None


class UnblockUser(Request):
    """Take a block back. Follows it ended stay ended."""

    target_user_id: Uid


class GetSuggestedUsers(Request):
    """List users the caller may want to follow."""

    limit: Annotated[int, Field(ge=1, le=20, description="How many, at most.")] = 10


class CountFollows(Request):
    """A task: count whom a user follows, or who follows them."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]
    run_at: Annotated[datetime, Field(strict=False)]


class SeverTies(Request):
    """A task: end everything between two users that a block ended."""

    one: Annotated[str, Field(pattern=ID_PATTERN)]
    other: Annotated[str, Field(pattern=ID_PATTERN)]
    by_one: list[Annotated[Tie, Field(strict=False)]]
    by_other: list[Annotated[Tie, Field(strict=False)]]


class ApplyPrivacy(Request):
    """A task: make what a user has follow whether the account is private."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]
    at: Annotated[datetime, Field(strict=False)]


class Follower(Request):
    """A task: something about how a follower is reached."""

    uid: Uid


class WeighFollower(Request):
    """A task: tell whom a user follows that these are very many."""

    uid: Uid
    follows: Annotated[int, Field(ge=0)]
