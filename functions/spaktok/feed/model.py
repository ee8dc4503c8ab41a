"""Cards and pages of the feed: values and pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from spaktok.videos.model import PROCESSED, THUMBNAIL, Video, folder

INBOX_MAX: Final = 200
"""Cards an inbox keeps, about 90 KB: ten pages of twenty, and nobody scrolls back further."""
OUTBOX_MAX: Final = 50
"""An author's cards that a new follower is given."""


@dataclass(frozen=True, slots=True)
class FeedCard:
    """A video in the feed. Totals come with the listener on `videos/{id}` of the one in view."""

    video_id: str
    user_id: str
    username: str
    user_profile_image: str | None
    caption: str
    hashtags: list[str]
    duration_ms: int
    width: int
    height: int
    published_at: datetime
    reason: str
    video_path: str
    thumbnail_path: str

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

    def hides(self, card: FeedCard) -> bool:
        """Whether the card stays out of the feed."""
        return card.user_id in self.users | self.muted or card.video_id in self.videos


def encode_card(video: Video) -> dict[str, Any]:
    """The card of a published video, as inboxes hold it."""
    return {
        "userId": video.user_id,
        "username": video.username,
        "userProfileImage": video.user_profile_image,
        "caption": video.caption,
        "hashtags": list(video.hashtags),
        "durationMs": video.duration_ms,
        "width": video.width,
        "height": video.height,
        "publishedAt": video.published_at,
    }


def decode_card(video_id: str, fields: dict[str, Any]) -> FeedCard:
    """The card as a client gets it."""
    place = folder(fields["userId"], video_id)
    return FeedCard(
        video_id=video_id,
        user_id=fields["userId"],
        username=fields["username"],
        user_profile_image=fields["userProfileImage"],
        caption=fields["caption"],
        hashtags=fields["hashtags"],
        duration_ms=fields["durationMs"],
        width=fields["width"],
        height=fields["height"],
        published_at=fields["publishedAt"],
        reason="following",
        video_path=f"{place}/{PROCESSED}",
        thumbnail_path=f"{place}/{THUMBNAIL}",
    )


def slate(
    cards: Iterable[FeedCard],
    mask: Mask,
    *,
    after: tuple[datetime, str] | None,
    limit: int,
) -> tuple[list[FeedCard], bool]:
    """The next `limit` cards after a place, newest first, and whether there are more.

    A place and not an offset: a card that arrives or goes in between shifts nothing.
    """
    shown = sorted(
        (card for card in cards if not mask.hides(card) and (after is None or card.place < after)),
        key=lambda card: card.place,
        reverse=True,
    )
    return shown[:limit], len(shown) > limit


def newest(cards: dict[str, Any], limit: int) -> dict[str, Any]:
    """The latest `limit` of an encoded collection of cards."""
    kept = sorted(cards.items(), key=lambda item: (item[1]["publishedAt"], item[0]), reverse=True)
    return dict(kept[:limit])
