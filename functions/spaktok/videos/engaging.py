"""What clients and tasks may ask of comments, shares and saves."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, Keyed, Line, Nothing, PageSize, Request, Vid
from spaktok.users import text
from spaktok.videos.commenting import WORD_MAX, WORDS_MAX, Hold, fold
from spaktok.videos.model import COMMENT_MAX

COLLECTION_NAME_MAX = 60

CommentKey = Annotated[str, Field(pattern=ID_PATTERN, description="A comment's id.")]
CollectionKey = Annotated[str, Field(pattern=ID_PATTERN, description="A collection's id.")]
CollectionName = Annotated[Line, AfterValidator(text.line), Field(max_length=COLLECTION_NAME_MAX)]
Said = Annotated[Line, Field(max_length=COMMENT_MAX)]


class ShareMethod(StrEnum):
    """By which way a video is shared."""

    INTERNAL = "internal"
    WHATSAPP = "whatsapp"
    INSTAGRAM = "instagram"
    COPY_LINK = "copy_link"
    OTHER = "other"


def _words(words: list[str]) -> list[str]:
    if not all(fold(word) for word in words):
        raise ValueError("must hold a letter or a digit each")
    return list(dict.fromkeys(word.strip() for word in words))


class CommentOnVideo(Keyed):
    """Write a comment under a video, or an answer to one."""

    video_id: Vid
    text: Said
    parent_comment_id: CommentKey | None = None


class EditComment(Request):
    """Change the text of one's own comment."""

    comment_id: CommentKey
    text: Said


class DeleteComment(Request):
    """Delete one's own comment, or one under one's own video, with the answers to it."""

    comment_id: CommentKey


class RemoveComment(Request):
    """Take a comment down, as one of the staff, with a reason for the record."""

    comment_id: CommentKey
    reason: Annotated[Line, AfterValidator(text.line), Field(max_length=300)]


class LikeComment(Request):
    """Say whether the caller likes a comment."""

    comment_id: CommentKey
    action: Literal["like", "unlike"]


class PinComment(Request):
    """Pin a comment under one's own video, in the place of any other, or let it go."""

    comment_id: CommentKey
    action: Literal["pin", "unpin"]


class ReviewComment(Request):
    """Decide about a comment that waits for the caller."""

    comment_id: CommentKey
    action: Literal["approve", "reject"]


class GetVideoComments(Request):
    """List a video's comments, the pinned one and then the newest first."""

    video_id: Vid
    limit: PageSize = 20
    cursor: Cursor | None = None


class GetCommentReplies(Request):
    """List the answers to a comment, oldest first."""

    comment_id: CommentKey
    limit: PageSize = 20
    cursor: Cursor | None = None


class GetHeldComments(Request):
    """List what waits for the caller under their videos, oldest first."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class GetCommentFilters(Nothing):
    """Read one's own filters."""


class UpdateCommentFilters(Request):
    """Say which comments wait for the caller; what is left out stays as it is."""

    words: (
        Annotated[
            list[Annotated[str, Field(min_length=1, max_length=WORD_MAX)]],
            Field(max_length=WORDS_MAX),
            AfterValidator(_words),
        ]
        | None
    ) = None
    hold: Annotated[Hold, Field(strict=False)] | None = None


class ShareVideo(Keyed):
    """Get a link to a video, to be shared by some way."""

    video_id: Vid
    share_method: Annotated[ShareMethod, Field(strict=False)] = ShareMethod.INTERNAL


class SaveVideo(Request):
    """Save a video for oneself, into a collection or none, or let it go."""

    video_id: Vid
    action: Literal["save", "unsave"]
    collection_id: CollectionKey | None = None


class GetSavedVideos(Request):
    """List what the caller saved, or put into one collection, the latest first."""

    collection_id: CollectionKey | None = None
    limit: PageSize = 20
    cursor: Cursor | None = None


class CreateSavedCollection(Keyed):
    """Make a collection for saved videos."""

    name: CollectionName


class RenameSavedCollection(Request):
    """Give a collection another name."""

    collection_id: CollectionKey
    name: CollectionName


class DeleteSavedCollection(Request):
    """Delete a collection; what is in it stays saved, in none."""

    collection_id: CollectionKey


class GetSavedCollections(Nothing):
    """List one's own collections."""


class DropReplies(Request):
    """A task: delete the answers to a comment that is gone."""

    comment_id: CommentKey


class RenewCommentRules(Request):
    """A task: have a user's videos repeat their owner's rules."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]
    at: Annotated[datetime, Field(strict=False)]
