"""Actions of comments, shares and saves."""

from __future__ import annotations

from spaktok.core.ids import UserId
from spaktok.videos.engaging import CommentOnVideo, SaveVideo, ShareVideo, UpdateCommentFilters
from spaktok.videos.service import (
    comment_likes,
    comment_rules,
    comments,
    curating,
    saves,
    shares,
    threads,
)
from tests.cost.actions.scene import Action, action
from tests.support.people import ANA, BEN, CARL, join
from tests.support.worlds import video


def say(who: UserId, video_id: str, to: str | None = None) -> str:
    asked = CommentOnVideo(video_id=video_id, text="Nice", parent_comment_id=to)
    return comments.comment(who, asked).comment_id


def discussed() -> tuple[str, str]:
    """A video of Ben's and Carl's comment under it: the video knows its owner's rules."""
    join(ANA, BEN, CARL)
    video_id = video(BEN)
    return video_id, say(CARL, video_id)


@action("comment")
def _() -> Action:
    video_id, _ = discussed()
    request = CommentOnVideo(video_id=video_id, text="Nice", idempotency_key="key-12345678")
    return lambda: comments.comment(ANA, request)


@action("comment first under a video")
def _() -> Action:
    join(ANA, BEN)
    request = CommentOnVideo(video_id=video(BEN), text="Nice")
    return lambda: comments.comment(ANA, request)


@action("answer a comment")
def _() -> Action:
    video_id, first = discussed()
    return lambda: say(ANA, video_id, first)


@action("edit a comment")
def _() -> Action:
    _, first = discussed()
    return lambda: comments.edit(CARL, first, "Nicer")


@action("delete a comment")
def _() -> Action:
    _, first = discussed()
    return lambda: curating.delete(CARL, first)


@action("delete the 10 answers to a comment")
def _() -> Action:
    video_id, first = discussed()
    for _ in range(10):
        say(ANA, video_id, first)
    curating.delete(CARL, first)
    return lambda: curating.drop_replies(first)


@action("pin a comment")
def _() -> Action:
    _, first = discussed()
    return lambda: curating.pin(BEN, first)


@action("like a comment")
def _() -> Action:
    _, first = discussed()
    return lambda: comment_likes.like(ANA, first)


@action("unlike a comment")
def _() -> Action:
    _, first = discussed()
    comment_likes.like(ANA, first)
    return lambda: comment_likes.unlike(ANA, first)


@action("change the comment filters")
def _() -> Action:
    join(ANA)
    return lambda: comment_rules.update(ANA, UpdateCommentFilters(words=["bad"]))


@action("let a held comment stand")
def _() -> Action:
    join(ANA, BEN)
    comment_rules.update(BEN, UpdateCommentFilters(words=["nice"]))
    held = say(ANA, video(BEN))
    return lambda: curating.review(BEN, held, approve=True)


@action("list 20 comments of 6 authors")
def _() -> Action:
    video_id, _ = discussed()
    for number in range(25):
        say(UserId(f"author{number % 5}"), video_id)
    return lambda: threads.comments_of(ANA, video_id, 20, None)


@action("list 20 answers of 5 authors")
def _() -> Action:
    video_id, first = discussed()
    for number in range(25):
        say(UserId(f"author{number % 5}"), video_id, first)
    return lambda: threads.replies_of(ANA, first, 20, None)


@action("share")
def _() -> Action:
    join(ANA, BEN)
    request = ShareVideo(video_id=video(BEN), idempotency_key="key-12345678")
    return lambda: shares.share(ANA, request)


@action("save")
def _() -> Action:
    join(ANA, BEN)
    request = SaveVideo(video_id=video(BEN), action="save")
    return lambda: saves.save(ANA, request)


@action("unsave")
def _() -> Action:
    join(ANA, BEN)
    video_id = video(BEN)
    saves.save(ANA, SaveVideo(video_id=video_id, action="save"))
    return lambda: saves.unsave(ANA, video_id)


@action("list 20 saved videos of 5 owners")
def _() -> Action:
    owners = [UserId(f"owner{number}") for number in range(5)]
    join(ANA, *owners)
    for number in range(21):
        request = SaveVideo(video_id=video(owners[number % 5]), action="save")
        saves.save(ANA, request)
    return lambda: saves.saved_by(ANA, None, 20, None)
