"""Use cases of users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from spaktok.core import clock, transaction
from spaktok.core.ids import UserId
from spaktok.safety.refusals import NotOldEnough
from spaktok.users import handles, pictures, store
from spaktok.users.model import AccountType, Location
from spaktok.users.refusals import ProfileExists
from spaktok.users.relation import Visibility, can_view
from spaktok.users.reserved import is_reserved

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from spaktok.users.requests import CreateUserProfile


@dataclass(frozen=True, slots=True)
class Created:
    """The new profile."""

    user_id: UserId
    username: str


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether the name is free at this moment; only creating the profile claims it."""

    username: str
    available: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile, and how the caller stands to it.

    Of a private account that the caller does not follow, `bio`, `website`, `socialLinks`, `location`,
    `coverImage`, `coverImages` and `badges` are empty.
    """

    user_id: UserId
    username: str
    display_name: str
    bio: str
    profile_image: str | None
    profile_images: dict[str, str]
    """The photo's paths in Storage by their width in pixels."""
    cover_image: str | None
    cover_images: dict[str, str]
    website: str | None
    social_links: dict[str, str]
    location: Location | None
    account_type: AccountType
    is_verified: bool
    is_premium_account: bool
    is_private: bool
    follower_count: int
    following_count: int
    video_count: int
    like_count: int
    view_count: int
    """Likes and views of all the user's videos."""
    level: int
    badges: tuple[str, ...]
    created_at: datetime
    is_owner: bool
    is_following: bool
    is_followed_by: bool
    is_friend: bool
    is_follow_requested: bool
    """The caller asked to follow, and has no answer yet."""
    is_muted: bool


def create_profile(uid: UserId, email: str | None, request: CreateUserProfile) -> Created:
    """Make the account's documents and claim the name, together or not at all.

    Of two simultaneous claims of one name exactly one succeeds. Repeating the same claim answers
    the same; another name for an account that has one is `ProfileExists`. Who is too young, or was
    within a day, is `NotOldEnough`, and nothing of the account is kept: its sign-in goes in a day.
    """
    from spaktok.safety.service import gate  # of these, only signing up asks for an age

    at = clock.now()
    declared = gate.declare(request, at)
    references = [store.card_ref(uid), store.username_ref(request.username)]
    references += gate.lock_refs(uid, request)

    def body(tx: Transaction) -> Created | None:
        card, name, *locks = store.read(references, tx)
        if card.exists:
            if handles.same(card.get("username"), request.username):
                return Created(uid, card.get("username"))
            raise ProfileExists
        if not gate.admits(tx, declared, locks, at):
            gate.stage_forgetting(tx, uid, at)
            return None
        handles.claim(tx, name, uid, request.username, at)
        store.create(
            tx,
            uid,
            username=request.username,
            display_name=request.display_name,
            email=email,
            language=request.language,
            age=gate.stage(tx, uid, declared, at),
            at=at,
        )
        return Created(uid, request.username)

    created = transaction.run(body)
    if created is None:
        gate.forget_later(uid, at)
        raise NotOldEnough
    return created


def availability(uid: UserId, username: str) -> Availability:
    """Whether the name is free now for `uid`, who may hold it from before. One read."""
    found = store.username_ref(username).get()
    free = not is_reserved(username) and handles.is_free(found, uid, clock.now())
    return Availability(username, available=free)


def get_profile(viewer: UserId, user_id: UserId) -> Profile:
    """The profile as `viewer` may see it: two reads, one RPC.

    An unknown, a blocked and a deactivated user are the same `NotFound`. Of a private account, whoever
    does not follow it gets names, photo, verification and counts, and the rest empty.
    """
    from spaktok.users import lookup

    card, relation = lookup.load(viewer, user_id)
    if not can_view(relation, Visibility.PUBLIC, owner_private=card.is_private):
        card = card.from_outside()
    return Profile(
        user_id=card.user_id,
        username=card.username,
        display_name=card.display_name,
        bio=card.bio,
        profile_image=card.profile_image,
        profile_images=pictures.sizes(card.profile_image),
        cover_image=card.cover_image,
        cover_images=pictures.sizes(card.cover_image),
        website=card.website,
        social_links=card.social_links,
        location=card.location,
        account_type=card.account_type,
        is_verified=card.is_verified,
        is_premium_account=card.is_premium_account,
        is_private=card.is_private,
        follower_count=card.follower_count,
        following_count=card.following_count,
        video_count=card.video_count,
        like_count=card.like_count,
        view_count=card.view_count,
        level=card.level,
        badges=card.badges,
        created_at=card.created_at,
        is_owner=relation.is_self,
        is_following=relation.follows,
        is_followed_by=relation.followed_by,
        is_friend=relation.friends,
        is_follow_requested=relation.asks,
        is_muted=relation.mutes,
    )
