"""What clients and tasks may ask of videos."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, Keyed, PageSize, Request, Uid, Vid
from spaktok.users.relation import Visibility
from spaktok.videos.model import (
    CAPTION_MAX,
    HASHTAGS_MAX,
    VISIBILITIES,
    Sort,
    fold_hashtag,
)


def _hashtags(tags: list[str]) -> list[str]:
    folded = [fold_hashtag(tag) for tag in tags]
    if None in folded:
        raise ValueError("must be letters, digits and inner underscores, at most 50")
    return list(dict.fromkeys(tag for tag in folded if tag is not None))


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


class UploadVideo(Keyed):
    """Ask for a place to upload a video to."""

    caption: Annotated[str, Field(max_length=CAPTION_MAX)] = ""
    hashtags: Annotated[
        list[Annotated[str, Field(max_length=64)]],
        Field(max_length=HASHTAGS_MAX),
        AfterValidator(_hashtags),
    ] = Field(default_factory=list)
    visibility: Annotated[Visibility, Field(strict=False), AfterValidator(_video_visibility)] = (
        Visibility.PUBLIC
    )
    language: Language = "und"
    allow_comments: bool = True
    allow_duet: bool = True
    allow_stitch: bool = True


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


class ProcessVideo(Request):
    """A task: make an uploaded video watchable."""

    owner: Annotated[str, Field(pattern=ID_PATTERN)]
    video_id: Vid
    generation: int
