"""What clients and tasks may ask of videos."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, model_validator

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, Keyed, Line, PageSize, Request, Uid, Vid
from spaktok.users.relation import Visibility
from spaktok.videos.model import (
    CAPTION_MAX,
    HASHTAGS_MAX,
    VISIBILITIES,
    Kinship,
    Sort,
    fold_hashtag,
)


def _hashtag(tag: str) -> str:
    folded = _folded(tag)
    from spaktok.videos.policy import policy  # few calls say hashtags

    if folded.replace("_", "") in policy().banned_hashtags:
        raise ValueError("is not allowed as a hashtag")
    return folded


def _hashtags(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(_hashtag(tag) for tag in tags))


def _instant(value: Any) -> Any:
    """An instant from its text: strict types take none, and pydantic's own would take numbers."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be an instant as ISO 8601 has it") from None


def _video_visibility(visibility: Visibility) -> Visibility:
    if visibility not in VISIBILITIES:
        raise ValueError("is not a visibility of videos")
    return visibility


Language = Annotated[
    str,
    Field(
        pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$",
        description="Of the caption, as BCP 47 has it (`pt-BR`); `und` where it is not known.",
    ),
]


Caption = Annotated[str, Field(max_length=CAPTION_MAX)]
Hashtag = Annotated[str, Field(max_length=64)]
Hashtags = Annotated[list[Hashtag], Field(max_length=HASHTAGS_MAX), AfterValidator(_hashtags)]
VideoVisibility = Annotated[Visibility, Field(strict=False), AfterValidator(_video_visibility)]
Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_instant),
    Field(description="ISO 8601 with a zone: `2026-03-14T12:00:00Z`."),
]
Sid = Annotated[str, Field(pattern=ID_PATTERN, description="A sound's id.")]
Cid = Annotated[str, Field(pattern=ID_PATTERN, description="A challenge's id.")]


class UploadVideo(Keyed):
    """Ask for a place to upload a video to."""

    file_name: Annotated[
        Line,
        Field(max_length=255, description="As the device has it; the file lies under our own."),
    ] = ""
    content_type: Literal["video/mp4"] = "video/mp4"
    thumbnail_at: Annotated[
        int | None,
        Field(ge=0, le=600_000, description="Milliseconds into the clip; None is the best frame."),
    ] = None
    caption: Caption = ""
    hashtags: Hashtags = Field(default_factory=list)
    visibility: VideoVisibility = Visibility.PUBLIC
    language: Language = "und"
    allow_comments: bool = True
    allow_duet: bool = True
    allow_stitch: bool = True
    draft: Annotated[bool, Field(description="Keep it to its owner once it is processed.")] = False
    publish_at: Annotated[Instant | None, Field(description="Publish it then.")] = None
    sound_id: Sid | None = None
    challenge_id: Cid | None = None
    parent_id: Annotated[Vid | None, Field(description="What it is a duet with or stitch of.")] = (
        None
    )
    kinship: Annotated[Kinship, Field(strict=False)] | None = None

    @model_validator(mode="after")
    def _agrees(self) -> UploadVideo:
        if (self.parent_id is None) is not (self.kinship is None):
            raise ValueError("parentId and kinship belong together")
        if self.draft and self.publish_at is not None:
            raise ValueError("a draft has no publishAt")
        return self


class UpdateVideo(Request):
    """Change what a video of one's own says, permits, or whom it is for."""

    video_id: Vid
    caption: Caption | None = None
    hashtags: Hashtags | None = None
    language: Language | None = None
    visibility: VideoVisibility | None = None
    allow_comments: bool | None = None
    allow_duet: bool | None = None
    allow_stitch: bool | None = None


class PublishVideo(Request):
    """Publish a draft or a scheduled video now."""

    video_id: Vid


class ScheduleVideo(Request):
    """Have a video published at an hour, or keep it as a draft."""

    video_id: Vid
    publish_at: Annotated[Instant | None, Field(description="None keeps it as a draft.")]


class DeleteVideo(Request):
    """Delete a video of one's own."""

    video_id: Vid


class ModerateVideo(Request):
    """Decide about a video."""

    video_id: Vid
    action: Literal["approve", "reject"]
    reason: Annotated[Line, Field(max_length=500)]


class GetPendingVideos(Request):
    """List the videos that wait for a moderator."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class GetSound(Request):
    """Read one sound."""

    sound_id: Sid


class TakeDownSound(Request):
    """Take a sound from everyone, and from what uses it."""

    sound_id: Sid
    reason: Annotated[Line, Field(max_length=500)]


def _folded(tag: str) -> str:
    folded = fold_hashtag(tag)
    if folded is None:
        raise ValueError("must be letters, digits and inner underscores, at most 50")
    return folded


class BanHashtag(Request):
    """Ban a hashtag, or let it be again."""

    hashtag: Annotated[str, Field(max_length=64), AfterValidator(_folded)]
    action: Literal["ban", "allow"]
    reason: Annotated[Line, Field(max_length=500)]


class CreateChallenge(Keyed):
    """Call out a challenge."""

    title: Annotated[Line, Field(max_length=80)]
    hashtag: Annotated[str, Field(max_length=64), AfterValidator(_hashtag)]
    description: Annotated[str, Field(max_length=500)] = ""
    rules: Annotated[str, Field(max_length=1000)] = ""
    start_date: Annotated[Instant | None, Field(description="None is now.")] = None
    end_date: Annotated[Instant | None, Field(description="None is open.")] = None


class GetChallenge(Request):
    """Read one challenge."""

    challenge_id: Cid


class JoinChallenge(Request):
    """Enter a video of one's own in a challenge."""

    challenge_id: Cid
    video_id: Vid


class GetTrendingChallenges(Request):
    """List the challenges that run now, those of most participants first."""

    limit: PageSize = 20


class GetVideo(Request):
    """Read one video."""

    video_id: Vid


class GetUserVideos(Request):
    """List the published videos of a user."""

    user_id: Uid
    sort: Annotated[Sort, Field(strict=False)] = Sort.RECENT
    limit: PageSize = 20
    cursor: Cursor | None = None


class LikeVideo(Request):
    """Say whether the caller likes a video."""

    video_id: Vid
    action: Literal["like", "unlike"]


ContentType = Literal["video"]


class SetContentAgeRestriction(Request):
    """Say from which age on something of one's own is."""

    content_id: Vid
    content_type: ContentType
    age_restriction: Annotated[int, Field(ge=0, le=21, description="Years; 0 is for everyone.")]


class CheckContentAgeRestriction(Request):
    """Ask whether something is for one's age."""

    content_id: Vid
    content_type: ContentType


class OfVideo(Request):
    """A task about one video."""

    video_id: Vid


class TellMentioned(Request):
    """A task: tell whom a text mentions."""

    entity_type: Literal["video", "comment"]
    entity_id: Annotated[str, Field(pattern=ID_PATTERN)]
    actor: Uid
    handles: list[str]
    told: list[str]


class PublishScheduled(Request):
    """A task: publish a video whose hour has come."""

    video_id: Vid
    publish_at: Annotated[datetime, Field(strict=False)]


class PurgeVideo(Request):
    """A task: delete what a deleted video left."""

    owner: Annotated[str, Field(pattern=ID_PATTERN)]
    video_id: Vid


class OfOwner(Request):
    """A task about all videos of a user."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]


class SettleReused(Request):
    """A task about what was made from a user's videos, or between two users from each other's."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]
    other: Annotated[str, Field(pattern=ID_PATTERN)] | None = None


class MuteDependents(Request):
    """A task: mute whatever uses a sound that was taken down."""

    sound_id: Sid


class ProcessVideo(Request):
    """A task: make an uploaded video watchable."""

    owner: Annotated[str, Field(pattern=ID_PATTERN)]
    video_id: Vid
    generation: int
