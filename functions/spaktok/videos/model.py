"""Videos: their states, captions and paths: values and pure rules."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from spaktok.core.ids import UserId, VideoId
from spaktok.users.relation import Visibility

if TYPE_CHECKING:
    from spaktok.media.model import MediaState

CAPTION_MAX: Final = 300
HASHTAGS_MAX: Final = 20
HASHTAG_MAX: Final = 50
COMMENT_MAX: Final = 500

UPLOAD_WITHIN: Final = timedelta(hours=1)
"""How long an issued upload waits for its file before it is swept."""

SCHEDULE_WITHIN: Final = timedelta(days=30)
"""How far ahead a video may be scheduled."""

ORIGINAL: Final = "original.mp4"
PROCESSED: Final = "processed.mp4"
THUMBNAIL: Final = "thumbnail.jpg"
SOUND: Final = "audio.m4a"
CACHE_CONTROL: Final = "private, max-age=900"
"""Of what is made of an upload: kept by the device that fetched it, and by nobody between."""

VISIBILITIES: Final = frozenset(
    {
        Visibility.PUBLIC,
        Visibility.FOLLOWERS,
        Visibility.FRIENDS,
        Visibility.CLOSE_FRIENDS,
        Visibility.PRIVATE,
    }
)
"""What a video can be; `custom` is for stories."""
WIDTH: Final = (
    Visibility.PRIVATE,
    Visibility.CLOSE_FRIENDS,
    Visibility.FRIENDS,
    Visibility.FOLLOWERS,
    Visibility.PUBLIC,
)
"""From the narrowest audience to the widest, of one owner."""

_HASHTAG: Final = re.compile(r"^[^\W_](?:\w*[^\W_])?$")


class VideoStatus(StrEnum):
    """Where a video stands for others; only `active` is there for anyone but its owner."""

    PROCESSING = "processing"
    REVIEW = "review"
    """Processed, and not passed yet: a moderator has to look, or the check could not be made."""
    DRAFT = "draft"
    """Passed, and waiting for its owner to publish it."""
    SCHEDULED = "scheduled"
    """Passed, and waiting for its hour (`publishAt`)."""
    ACTIVE = "active"
    AWAY = "away"
    """It would be active, were its owner not away: the account is deactivated."""
    WITHHELD = "withheld"
    """It was out, and what it was made from does not allow that any more; its owner has it still."""
    HIDDEN = "hidden"
    """Taken from everyone but its owner by moderation."""
    QUARANTINED = "quarantined"
    """It matches known abuse: nobody reaches its files, its owner neither."""
    REMOVED = "removed"
    FAILED = "failed"


class ModerationStatus(StrEnum):
    """What the gate said. Nothing is public that is not approved."""

    PENDING = "pending"
    """Not asked yet, or the gate is out of order."""
    APPROVED = "approved"
    FLAGGED = "flagged"
    """A moderator decides."""
    REMOVED = "removed"
    """Rejected."""


class Intent(StrEnum):
    """What its owner wants to become of a video once it has passed."""

    PUBLISH = "publish"
    DRAFT = "draft"
    SCHEDULE = "schedule"


class Kinship(StrEnum):
    """How a video was made from another."""

    DUET = "duet"
    STITCH = "stitch"


class Sort(StrEnum):
    """The order of a profile's videos."""

    RECENT = "recent"
    OLDEST = "oldest"
    POPULAR = "popular"
    """By views; a page is a position in that order, so a video that overtakes it meanwhile may be
    listed twice or not at all."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """One encoding of a video, beside the others in its folder."""

    name: str
    codec: str
    width: int
    height: int
    bitrate: int
    """Bits per second, as measured."""
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Video:
    """The public document of a video."""

    video_id: VideoId
    user_id: UserId
    username: str
    user_profile_image: str | None
    user_is_verified: bool
    caption: str
    hashtags: tuple[str, ...]
    visibility: Visibility
    status: VideoStatus
    media_state: MediaState
    duration_ms: int
    width: int
    height: int
    likes: int
    comments: int
    allow_comments: bool
    age_restriction: int
    """Years that a viewer must have completed; 0 is for everyone."""
    created_at: datetime
    published_at: datetime | None
    shards: int
    owner_private: bool
    """Whether the account it belongs to is private: then it is for followers only."""
    moderation: ModerationStatus = ModerationStatus.PENDING
    intent: Intent = Intent.PUBLISH
    publish_at: datetime | None = None
    """When a scheduled video goes out; None once it did."""
    recommendable: bool = False
    """Whether it may be shown to people who did not ask for its author: it was published, and is no
    copy of another. Says nothing of the visibility."""
    audience_epoch: int = 0
    """Grows with every change of the visibility, so that what was copied before is known as old. Where
    it began says nothing."""
    language: str = "und"
    allow_duet: bool = True
    allow_stitch: bool = True
    sound_id: str | None = None
    """The sound it uses. An original sound has the id of the video that it came from."""
    muted: bool = False
    """Its sound was taken down: the renditions are, or are about to be, without sound."""
    challenge_id: str | None = None
    parent_id: str | None = None
    """The video that it is a duet with or a stitch of."""
    kinship: Kinship | None = None
    renditions: tuple[Rendition, ...] = ()
    last_modified: datetime | None = None
    views: int = 0
    """Engaged views, by `views`: distinct people, each once a month."""
    shares: int = 0
    saves: int = 0
    reused: bool = False
    """Whether a video was ever published that was made from it: then its changes concern that."""
    pinned_comment_id: str | None = None
    comment_seal: str | None = None
    """The owner's comment rules (`rule_seals`); None in a video of an earlier version."""

    @property
    def is_public(self) -> bool:
        """Whether it is there for everyone: what totals, tags and sounds may count."""
        return (
            self.status is VideoStatus.ACTIVE
            and self.visibility is Visibility.PUBLIC
            and not self.owner_private
        )


def wider(one: Visibility, other: Visibility) -> bool:
    """Whether one audience of an owner's reaches beyond another."""
    return WIDTH.index(one) > WIDTH.index(other)


def folder(owner: str, video_id: str) -> str:
    """Where a video's files lie in Storage."""
    return f"videos/{owner}/{video_id}"


def parse_original(path: str) -> tuple[UserId, VideoId] | None:
    """Whose upload of which video lies at this path; None for any other object."""
    match path.split("/"):
        case ["videos", owner, video_id, name] if name == ORIGINAL:
            return UserId(owner), VideoId(video_id)
        case _:
            return None


def fold_hashtag(tag: str) -> str | None:
    """The form under which a hashtag is stored and found; None for what is not one.

    NFKC and case folding make `#Café`, its decomposed or full-width form and `CAFÉ` one tag (Unicode
    UAX #15 and #31).
    """
    folded = unicodedata.normalize("NFKC", tag.strip().lstrip("#\uff03")).casefold()
    if not 1 <= len(folded) <= HASHTAG_MAX or _HASHTAG.match(folded) is None:
        return None
    return folded
