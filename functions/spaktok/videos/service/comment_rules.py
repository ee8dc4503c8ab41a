"""Who may comment, and what waits for the owner first.

The truth is the owner's: their privacy settings say who, `users/{uid}/private/comments` what is held.
A video repeats what commenting asks (`commentSeal`) from the start, sealed (`rule_seals`); a change of
the truth renews the copies by a task. A copy is made in a transaction that reads the truth: one made
before a change is found by the change's task, one made after it is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock, dispatch, ids, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.users import store as users
from spaktok.users.privacy import DEFAULTS, Contact
from spaktok.videos import engaged, rule_seals, store
from spaktok.videos.commenting import CommentRules, Filters, Hold
from spaktok.videos.engaging import UpdateCommentFilters
from spaktok.videos.model import Video

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction

PAGE: Final = 400


@dataclass(frozen=True, slots=True)
class CommentFilters:
    """Which comments wait for the caller."""

    words: list[str]
    hold: Hold


def of(video: Video) -> CommentRules:
    """The rules for this video: no read; two where it repeats none. Raises `NotFound`."""
    if video.comment_seal is not None:
        rules = rule_seals.opened(video.video_id, video.comment_seal)
        if rules is not None:
            return rules
    account, kept = users.read(truth(video.user_id))
    if not account.exists:
        raise NotFound
    return decode(account, kept)


def truth(owner: str) -> list[DocumentReference]:
    """Where an owner's rules stand: two reads."""
    return [users.account_ref(owner), engaged.filters_ref(owner)]


def decode(account: DocumentSnapshot[Any], kept: DocumentSnapshot[Any]) -> CommentRules:
    """What `truth` leads to."""
    return CommentRules(_who(account.to_dict()), not engaged.decode_filters(kept).empty)


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
    task = renew_task(uid)

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
    """The owner's settings were written: a task where they say otherwise who may comment."""
    if _who(before) is not _who(after):
        dispatch.send(renew_task(uid))


def renew_task(uid: str) -> Task:
    """The task that has the user's videos repeat the rules as they are now."""
    return Task(
        "renewCommentRules",
        ids.digest("comment-rules", uid, ids.random_id()),
        {"uid": uid, "at": clock.now()},
    )


def renew(uid: str) -> int:
    """Have the user's videos repeat the rules as they are now; how many did not.

    Repeatable; two reads for 400 videos, a read each, and a write for those that said otherwise.
    """
    count, after = 0, None
    while True:
        seen, changed, after = transaction.run(lambda tx, last=after: _renew(tx, uid, last))  # type: ignore[misc]
        count += changed
        if seen < PAGE:
            return count


def _renew(
    tx: Transaction, uid: str, after: DocumentSnapshot[Any] | None
) -> tuple[int, int, DocumentSnapshot[Any] | None]:
    account, kept = users.read(truth(uid), tx)
    query = store.of_owner(uid).limit(PAGE)
    page = list(tx.get(query if after is None else query.start_after(after)))
    if not account.exists or not page:
        return 0, 0, None
    rules = decode(account, kept)
    stale = [
        one
        for one in page
        if rule_seals.opened(one.id, (one.to_dict() or {}).get("commentSeal") or "") != rules
    ]
    for one in stale:
        tx.update(one.reference, {"commentSeal": rule_seals.seal(one.id, rules)})
    return len(page), len(stale), page[-1]


def _who(account: dict[str, Any] | None) -> Contact:
    settings: dict[str, Any] = (account or {}).get("privacySettings", {})
    return Contact(settings.get("comments", DEFAULTS["comments"]))
