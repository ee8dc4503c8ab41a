"""Who may comment, and what waits for the owner first.

The truth is the owner's: their privacy settings say who, `users/{uid}/private/comments` what is held.
A video repeats what commenting asks (`commentRules`), once somebody commented; a change of the truth
takes the copies away, so the next comment looks again. The copy is made in a transaction that reads
the truth: one made before a change is found by the change's task, one made after it is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, dispatch, ids, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.users import store as users
from spaktok.users.privacy import DEFAULTS, Contact
from spaktok.videos import engaged, store
from spaktok.videos.commenting import CommentRules, Filters, Hold
from spaktok.videos.engaging import UpdateCommentFilters
from spaktok.videos.model import Video

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query, Transaction

PAGE: Final = 400


@dataclass(frozen=True, slots=True)
class CommentFilters:
    """Which comments wait for the caller."""

    words: list[str]
    hold: Hold


def of(video: Video) -> CommentRules:
    """The rules for this video: no read where it repeats them, else two. Raises `NotFound`."""
    if video.comment_rules is not None:
        return video.comment_rules
    return _rules(
        *users.read([users.account_ref(video.user_id), engaged.filters_ref(video.user_id)])
    )


def remember(video: Video) -> None:
    """Have a video repeat its owner's rules, once it was commented on. Three reads, one write."""
    if video.comment_rules is None:
        transaction.run(lambda tx: _copy(tx, video))


def filters_of(owner: UserId) -> Filters:
    """What the owner wants to see first. One read."""
    return engaged.decode_filters(engaged.filters_ref(owner).get())


def read(uid: UserId) -> CommentFilters:
    """One's own filters. One read."""
    found = filters_of(uid)
    return CommentFilters(list(found.words), found.hold)


def update(uid: UserId, request: UpdateCommentFilters) -> CommentFilters:
    """Change one's own filters; the caller's videos follow by a task. 1 read, 2 writes, 1 delete."""
    at = clock.now()
    task = forget_task(uid)

    def body(tx: Transaction) -> Filters:
        kept = engaged.decode_filters(users.read([engaged.filters_ref(uid)], tx)[0])
        words = kept.words if request.words is None else tuple(request.words)
        found = Filters(words, kept.hold if request.hold is None else request.hold)
        if found != kept:
            tx.set(
                engaged.filters_ref(uid),
                {"words": list(found.words), "hold": found.hold, "updatedAt": at},
            )
            dispatch.stage(tx, task)
        return found

    found = transaction.run(body)
    dispatch.release(task)
    return CommentFilters(list(found.words), found.hold)


def settings_changed(uid: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    """The owner's settings were written: nothing, unless they say otherwise who may comment."""
    if _who(before) is not _who(after):
        forget(uid)


def forget_task(uid: str) -> Task:
    """The task that has the user's videos look again."""
    return Task(
        "forgetCommentRules",
        ids.digest("comment-rules", uid, ids.random_id()),
        {"uid": uid, "at": clock.now()},
    )


def forget(uid: str) -> int:
    """Take the copies off the user's videos; how many. Repeatable; a read and a write each."""
    from google.cloud.firestore import DELETE_FIELD

    def body(tx: Transaction) -> int:
        found = list(tx.get(_knowing(uid)))
        for video in found:
            tx.update(video.reference, {"commentRules": DELETE_FIELD})
        return len(found)

    count = 0
    while (changed := transaction.run(body)) == PAGE:
        count += changed
    return count + changed


def _copy(tx: Transaction, video: Video) -> None:
    place = store.ref(video.video_id)
    account, kept, there = users.read(
        [users.account_ref(video.user_id), engaged.filters_ref(video.user_id), place], tx
    )
    if account.exists and there.exists:
        rules = _rules(account, kept)
        copy = {"who": rules.who, "filtered": rules.filtered, "known": True}
        tx.update(place, {"commentRules": copy})


def _rules(account: DocumentSnapshot[Any], kept: DocumentSnapshot[Any]) -> CommentRules:
    if not account.exists:
        raise NotFound
    return CommentRules(_who(account.to_dict()), not engaged.decode_filters(kept).empty)


def _who(account: dict[str, Any] | None) -> Contact:
    settings: dict[str, Any] = (account or {}).get("privacySettings", {})
    return Contact(settings.get("comments", DEFAULTS["comments"]))


def _knowing(uid: str) -> Query:
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("videos")
        .where(filter=FieldFilter("userId", "==", uid))
        .where(filter=FieldFilter("commentRules.known", "==", True))
        .limit(PAGE)
    )
