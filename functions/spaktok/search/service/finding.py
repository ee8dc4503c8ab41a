"""Finding users."""

from __future__ import annotations

from dataclasses import dataclass

from spaktok.core import paging
from spaktok.core.age import Band
from spaktok.core.ids import UserId
from spaktok.feed import store as feed
from spaktok.safety.service import access
from spaktok.search.model import Entry
from spaktok.search.service import engine
from spaktok.search.store import Audience

_TEENS = frozenset({Band.YOUNGER_TEEN, Band.OLDER_TEEN})


@dataclass(frozen=True, slots=True)
class FoundUser:
    """A user who was found, as on their public card."""

    user_id: str
    username: str
    display_name: str
    profile_image: str | None
    is_verified: bool
    follower_count: int
    """Rounded down to 1, 2 or 5 times a power of ten; the profile has the exact number."""


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of results, best first."""

    users: list[FoundUser]
    next_cursor: str | None
    has_more: bool


def users(viewer: UserId, query: str, limit: int, cursor: str | None) -> FoundPage:
    """Find users: handles before names, beginnings before near misses, the well known first.

    At most a read a result, one for the viewer's mask, and one for each hit that it hides. Who must
    not be found is not in the index, and whoever the mask hides changes no page: nobody can tell a
    blocked from an unknown user by what a search answers.
    """
    audience = audience_of(viewer)
    index = engine.chosen()
    scope = f"search:{type(index).__name__}:{audience}:{viewer}:{query}"
    after = paging.unseal(cursor, scope) if cursor is not None else None
    hidden = feed.mask(feed.mask_ref(viewer).get()).users
    hits = index.search(
        query, audience, after=after, limit=limit, shows=lambda one: one.user_id not in hidden
    )
    return FoundPage(
        users=[_found(entry) for entry in hits.entries],
        next_cursor=paging.seal(hits.place, scope) if hits.place is not None else None,
        has_more=hits.place is not None,
    )


def audience_of(viewer: UserId) -> Audience:
    """As whom they search: who is not known to be a teen finds none (`access.shown_to`).

    No read: the edge has just loaded the standing.
    """
    return Audience.TEENS if access.age_of(viewer).band in _TEENS else Audience.ADULTS


def _found(entry: Entry) -> FoundUser:
    return FoundUser(
        user_id=entry.user_id,
        username=entry.username,
        display_name=entry.display_name,
        profile_image=entry.profile_image,
        is_verified=entry.is_verified,
        follower_count=entry.follower_count,
    )
