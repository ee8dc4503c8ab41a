"""Use cases of users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from spaktok.core import clock, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.core.standing import ProfileRequired
from spaktok.users import store
from spaktok.users.model import Card
from spaktok.users.refusals import ProfileExists, UsernameTaken
from spaktok.users.relation import Relation

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
    """A public profile, and how the caller stands to it."""

    user_id: UserId
    username: str
    display_name: str
    bio: str
    profile_image: str | None
    is_verified: bool
    is_private: bool
    follower_count: int
    following_count: int
    video_count: int
    created_at: datetime
    is_owner: bool
    is_following: bool
    is_followed_by: bool


def create_profile(uid: UserId, email: str | None, request: CreateUserProfile) -> Created:
    """Make the account's documents and claim the name, together or not at all.

    Of two simultaneous claims of one name exactly one succeeds. Repeating the same claim answers
    the same; another name for an account that has one is `ProfileExists`.
    """
    at = clock.now()

    def body(tx: Transaction) -> Created:
        card, name = store.read([store.card_ref(uid), store.username_ref(request.username)], tx)
        if card.exists:
            if name.exists and name.get("userId") == uid:
                return Created(uid, card.get("username"))
            raise ProfileExists
        if name.exists:
            raise UsernameTaken
        store.create(
            tx,
            uid,
            username=request.username,
            display_name=request.display_name,
            email=email,
            language=request.language,
            at=at,
        )
        return Created(uid, request.username)

    return transaction.run(body)


def availability(username: str) -> Availability:
    """Whether the name is free now. One read."""
    return Availability(username, available=not store.username_ref(username).get().exists)


def get_profile(viewer: UserId, user_id: UserId) -> Profile:
    """The profile as `viewer` may see it: two reads, one RPC.

    An unknown, a blocked and a deactivated user are the same `NotFound`.
    """
    card, relation = load(viewer, user_id)
    return Profile(
        user_id=card.user_id,
        username=card.username,
        display_name=card.display_name,
        bio=card.bio,
        profile_image=card.profile_image,
        is_verified=card.is_verified,
        is_private=card.is_private,
        follower_count=card.follower_count,
        following_count=card.following_count,
        video_count=card.video_count,
        created_at=card.created_at,
        is_owner=relation.is_self,
        is_following=relation.follows,
        is_followed_by=relation.followed_by,
    )


def load(viewer: UserId, user_id: UserId, tx: Transaction | None = None) -> tuple[Card, Relation]:
    """The card of `user_id` and the relation to it, for a viewer for whom it exists.

    Raises `NotFound`. Two reads, one RPC, whatever the answer: the cost tells nothing either.
    """
    found, pair = store.read([store.card_ref(user_id), store.relation_ref(viewer, user_id)], tx)
    card = store.decode_card(found)
    relation = store.decode_relation(pair, viewer, user_id)
    if card is None or relation.barred or (card.deactivated and not relation.is_self):
        raise NotFound
    return card, relation


def own_card(tx: Transaction, uid: UserId) -> Card:
    """The caller's own card. Raises `ProfileRequired`. One read."""
    card = store.decode_card(store.read([store.card_ref(uid)], tx)[0])
    if card is None:
        raise ProfileRequired
    return card
