"""Cards and pages of the feed: values and pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from spaktok.core import ids
from spaktok.core.revocations import Revocations
from spaktok.users.relation import Visibility
from spaktok.videos.model import PROCESSED, THUMBNAIL, Video, folder

INBOX_MAX: Final = 200
"""Cards an inbox keeps, about 90 KB: ten pages of twenty, and nobody scrolls back further."""
OUTBOX_MAX: Final = 50
"""An author's cards that a new follower is given."""
SLATE_LIVES: Final = timedelta(minutes=30)
"""How long a session's slate is read on from; then a new one is made. Far less than
`revocations.COPIES_LIVE`, so that whatever is taken back meanwhile is still known."""


class Mode(StrEnum):
    """What a feed is made of, and in which order."""

    FOR_YOU = "for_you"
    """Ranked for the viewer, from everywhere."""
    CHRONOLOGICAL = "chronological"
    """Newest first, from whom the viewer follows and from what is new and public: no profile."""
    FOLLOWING = "following"
    """Newest first, from whom the viewer follows alone."""


@dataclass(frozen=True, slots=True)
class Term:
    """One of the terms that weigh most in a card's score."""

    term: str
    points: float
    about: str | None


@dataclass(frozen=True, slots=True)
class FeedCard:
    """A video in the feed. Totals come with the listener on `videos/{id}` of the one in view."""

    video_id: str
    user_id: str
    username: str
    user_profile_image: str | None
    user_is_verified: bool
    caption: str
    hashtags: list[str]
    duration_ms: int
    width: int
    height: int
    published_at: datetime
    reason: str
    video_path: str
    thumbnail_path: str
    sound_id: str | None = None
    age_restriction: int = 0
    """Years that a viewer must have completed."""
    why: tuple[Term, ...] = ()
    """Of a ranked feed: why it stands where it does, the heaviest term first."""
    visibility: Visibility = Visibility.PUBLIC

    @property
    def place(self) -> tuple[datetime, str]:
        """Where it stands in the order: newest first, the id deciding among equals."""
        return self.published_at, self.video_id


@dataclass(frozen=True, slots=True)
class Mask:
    """Whom and what a user must not see."""

    users: frozenset[str]
    """Those with whom a block stands, in whichever direction."""
    videos: frozenset[str]
    muted: frozenset[str] = frozenset()
    """Those of whom the user wants to hear nothing; they are shown where one looks for them."""

    def hides(self, video_id: str, user_id: str) -> bool:
        """Whether copies of that video of that author's stay out of the feed."""
        return user_id in self.users or user_id in self.muted or video_id in self.videos


@dataclass(frozen=True, slots=True)
class Viewer:
    """What decides, on every read, which copies are shown to somebody."""

    uid: str
    mask: Mask
    revoked: Revocations
    years: int
    """That they have certainly completed."""
    left: frozenset[str] = frozenset()
    """Whom they follow no more, as `key`."""

    def sees(self, video_id: str, card: dict[str, Any], *, follows: bool) -> bool:
        """Whether an encoded card is for them; `follows` where it came by a follow."""
        author = card["userId"]
        return (
            author != self.uid
            and not self.mask.hides(video_id, author)
            and not (follows and key(author) in self.left)
            and card.get("ageRestriction", 0) <= self.years
            and (
                # Which is asked of the video itself wherever it is shown (`pages.not_narrowed`).
                is_narrow(card)
                or self.revoked.admits(video_id, author, follows=follows, years=self.years)
            )
        )


def is_narrow(card: dict[str, Any]) -> bool:
    """Whether an encoded card is for fewer than all followers, so that each showing asks anew."""
    return card.get("visibility", Visibility.PUBLIC) not in (
        Visibility.PUBLIC,
        Visibility.FOLLOWERS,
    )


def key(name: str) -> str:
    """Under which key a document holds an id that it must not name: 16 hex digits."""
    return ids.digest("feed", name)[:16]


def encode_card(video: Video) -> dict[str, Any]:
    """The card of a published video, as inboxes hold it."""
    return {
        "userId": video.user_id,
        "username": video.username,
        "userProfileImage": video.user_profile_image,
        "userIsVerified": video.user_is_verified,
        "caption": video.caption,
        "hashtags": list(video.hashtags),
        "durationMs": video.duration_ms,
        "width": video.width,
        "height": video.height,
        "publishedAt": video.published_at,
        "soundId": video.sound_id,
        "ageRestriction": video.age_restriction,
        "visibility": video.visibility,
    }


def decode_card(
    video_id: str, fields: dict[str, Any], reason: str = "following", why: tuple[Term, ...] = ()
) -> FeedCard:
    """The card as a client gets it."""
    place = folder(fields["userId"], video_id)
    return FeedCard(
        video_id=video_id,
        user_id=fields["userId"],
        username=fields["username"],
        user_profile_image=fields["userProfileImage"],
        user_is_verified=fields.get("userIsVerified", False),
        caption=fields["caption"],
        hashtags=fields["hashtags"],
        duration_ms=fields["durationMs"],
        width=fields["width"],
        height=fields["height"],
        published_at=fields["publishedAt"],
        reason=reason,
        video_path=f"{place}/{PROCESSED}",
        thumbnail_path=f"{place}/{THUMBNAIL}",
        sound_id=fields.get("soundId"),
        age_restriction=fields.get("ageRestriction", 0),
        why=why,
        visibility=Visibility(fields.get("visibility", Visibility.PUBLIC)),
    )


def page_after(
    cards: Iterable[FeedCard], *, after: tuple[datetime, str] | None, limit: int
) -> tuple[list[FeedCard], bool]:
    """The next `limit` cards after a place, newest first, and whether there are more.

    A place and not an offset: a card that arrives or goes in between shifts nothing.
    """
    shown = sorted(
        (card for card in cards if after is None or card.place < after),
        key=lambda card: card.place,
        reverse=True,
    )
    return shown[:limit], len(shown) > limit


def newest(cards: dict[str, Any], limit: int) -> dict[str, Any]:
    """The latest `limit` of an encoded collection of cards."""
    kept = sorted(cards.items(), key=lambda item: (item[1]["publishedAt"], item[0]), reverse=True)
    return dict(kept[:limit])
