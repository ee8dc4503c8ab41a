"""What clients and tasks may ask of the feed."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, PageSize, Request, Uid, Vid
from spaktok.feed.model import Mode
from spaktok.videos.model import fold_hashtag


def _hashtag(tag: str) -> str:
    folded = fold_hashtag(tag)
    if folded is None:
        raise ValueError("must be letters, digits and inner underscores, at most 50")
    return folded


class GetUserFeed(Request):
    """Read the caller's feed."""

    limit: PageSize = 20
    cursor: Cursor | None = None
    mode: Annotated[Mode | None, Field(strict=False)] = None
    """`for_you` is ranked by a profile; `chronological` and `following` know none. Without one, the
    feed that fits the caller: ranked, unless they turned the profile off or are too young for it."""
    refresh: bool = False
    """Begin a new session. Bring the last cursor, and nothing of it is shown again; without one, what
    comes again is what the last session showed after its first page and no report says was watched."""


class GetFollowingFeed(Request):
    """Read what the accounts that the caller follows have published, newest first."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class MarkNotInterested(Request):
    """Say that a video is not wanted, or take it back."""

    video_id: Vid
    action: Literal["add", "undo"] = "add"


class SeeLess(Request):
    """Want less of one user, hashtag or sound, or take it back. Exactly one of them is named."""

    user_id: Uid | None = None
    hashtag: Annotated[str, Field(max_length=64), AfterValidator(_hashtag)] | None = None
    sound_id: Vid | None = None
    action: Literal["add", "undo"] = "add"

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(one is not None for one in (self.user_id, self.hashtag, self.sound_id)) != 1:
            raise ValueError("must name exactly one of userId, hashtag and soundId")
        return self

    @property
    def target(self) -> tuple[str, str]:
        """Of which kind, and what."""
        if self.user_id is not None:
            return "users", self.user_id
        if self.hashtag is not None:
            return "hashtags", self.hashtag
        return "sounds", self.sound_id or ""


class SetFeedPersonalisation(Request):
    """Say whether the feed may be ranked by a profile."""

    enabled: bool


class FanOutVideo(Request):
    """A task: carry a published video to the author's followers."""

    owner: Annotated[str, Field(pattern=ID_PATTERN)]
    video_id: Vid
    shards: Annotated[int, Field(ge=1)] = 1
    """How many documents the followers fill at least."""


class TrimBox(Request):
    """A task: forget the oldest cards of an inbox or outbox that grew too long."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]


class RefreshAuthorCard(Request):
    """A task: bring the copies of a user's name and photo to their card's."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]


class WithdrawVideo(Request):
    """A task: take the copies of a video back."""

    owner: Annotated[str, Field(pattern=ID_PATTERN)]
    video_id: Vid
    nonce: str
    """What names the revocation."""


class RefreshTopicPool(Request):
    """A task: make the pool of a hashtag or a sound."""

    topic: Annotated[str, Field(pattern=r"^[#♪].+$", max_length=200)]


class RefreshPool(Request):
    """A task: make the pool of new videos anew."""


class PointFollowers(Request):
    """A task: tell an author's followers to look into the outbox from now on."""

    owner: Annotated[str, Field(pattern=ID_PATTERN)]
