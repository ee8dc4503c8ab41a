"""Ending what binds an account to others, so that what others keep stays true.

Totals are corrected in the commit that takes their cause away, which fails as a whole where the cause
is gone already: a run that dies anywhere, or runs beside another, counts nothing twice. Each function
takes what it finds until it finds nothing, and yields after every commit, where its caller may stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from spaktok.accounts.service import presence
from spaktok.core import clients, clock, counters, ids, transaction, walk
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.feed import store as feed
from spaktok.graph import counting
from spaktok.graph import store as graph
from spaktok.notifications import service as inboxes
from spaktok.premium.service import assigning
from spaktok.users import shards
from spaktok.users import store as users
from spaktok.videos import engaged
from spaktok.videos import store as videos
from spaktok.videos.model import VideoStatus
from spaktok.videos.service import curating
from spaktok.views import store as views

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query, Transaction, WriteBatch

T = TypeVar("T")

PAGE: Final = 100
"""Ties that are ended in one commit, each with up to three writes."""


def end(uid: UserId) -> Iterator[None]:
    """End every tie of an account that is closed already."""
    yield from _likes(uid)
    yield from _shares(uid)
    yield from _saves(uid)
    yield from _comment_likes(uid)
    yield from _comments(uid)
    yield from _drawn(uid)
    yield from _followed(uid)
    yield from _followers(uid)
    yield from _pulls(uid)
    yield from _heard(uid)
    yield from _relations(uid)
    yield from presence.withdraw(uid)
    yield from inboxes.forget(uid)
    assigning.vacate(uid)
    yield


@dataclass(frozen=True, slots=True)
class _Mark:
    """A document that is counted on a video."""

    snapshot: DocumentSnapshot[Any]
    video_id: str
    shards: int | None
    """None where the video is gone or going: there is no total to keep true."""


def _likes(uid: UserId) -> Iterator[None]:
    yield from _uncount(_where("videoLikes", "userId", uid), "likes")


def _comments(uid: UserId) -> Iterator[None]:
    """Delete the comments, as their author would: with the answers to them, out of every total."""
    while found := list(_where("videoComments", "userId", uid).limit(PAGE).stream()):
        for one in found:
            with suppress(
                NotFound
            ):  # the video's owner may be leaving too, and have taken it along
                curating.delete(uid, one.id)
            curating.drop_replies(one.id)
            walk.delete(one.reference)
            yield


def _comment_likes(uid: UserId) -> Iterator[None]:
    while found := list(_where("commentLikes", "userId", uid).limit(PAGE).stream()):
        names = sorted({one.get("commentId") for one in found})
        there = {
            one.id
            for one in users.read([engaged.comment_ref(name) for name in names])
            if one.exists
        }
        for one in found:
            _together([one], lambda batch, like: _unlike(batch, like, there))  # noqa: B023
        for name in there:
            counters.changed(engaged.comment_ref(name), engaged.COMMENT_TOTALS)
        yield


def _unlike(batch: WriteBatch, like: DocumentSnapshot[Any], there: set[str]) -> None:
    batch.delete(like.reference, option=clients.db().write_option(exists=True))
    if like.get("commentId") in there:
        counters.add(batch, engaged.comment_ref(like.get("commentId")), {"likes": -1}, shards=1)


def _shares(uid: UserId) -> Iterator[None]:
    yield from _uncount(_where("videoShares", "userId", uid), "shares")


def _saves(uid: UserId) -> Iterator[None]:
    yield from _uncount(_where("videoSaves", "userId", uid), "saves")


def _uncount(query: Query, total: str) -> Iterator[None]:
    """Delete what is counted on videos, and take it off the totals. A read and two writes each."""
    while found := list(query.limit(PAGE).stream()):
        marks = _on_videos(found)
        _together(marks, lambda batch, mark: _stage(batch, mark, total))
        for video_id in {mark.video_id for mark in marks if mark.shards is not None}:
            counters.changed(videos.ref(video_id), videos.TOTALS)
        yield


def _on_videos(found: list[DocumentSnapshot[Any]]) -> list[_Mark]:
    names = sorted({one.get("videoId") for one in found})
    spread: dict[str, int | None] = {
        video.id: video.get("shards") if video.exists and not _going(video) else None
        for video in users.read([videos.ref(name) for name in names])
    }
    return [_Mark(one, one.get("videoId"), spread[one.get("videoId")]) for one in found]


def _going(video: DocumentSnapshot[Any]) -> bool:
    return bool(video.get("status") == VideoStatus.REMOVED)


def _stage(batch: WriteBatch, mark: _Mark, total: str) -> None:
    exists = clients.db().write_option(exists=True)
    batch.delete(mark.snapshot.reference, option=exists)
    if mark.shards is not None:
        counters.add(batch, videos.ref(mark.video_id), {total: -1}, shards=mark.shards)


def _drawn(uid: UserId) -> Iterator[None]:
    """Forget whom the account's videos and sounds drew: the few documents of the last days."""
    from google.cloud.firestore import DELETE_FIELD
    from google.cloud.firestore_v1.field_path import FieldPath

    for hour in views.hours_since(clock.now() - views.HOURS_KEPT * 2).stream():
        fields = hour.to_dict() or {}
        parts = [
            FieldPath(kind, name).to_api_repr()
            for kind in ("videos", "sounds")
            for name in fields.get(kind, {})
            if ids.owner_of(name) == uid
        ]
        if parts:
            hour.reference.update(dict.fromkeys(parts, DELETE_FIELD))
            yield


def _together(marks: list[T], stage: Callable[[WriteBatch, T], None]) -> None:
    """Commit all; where one is gone or changed, which fails them all, each by itself."""
    from google.api_core.exceptions import FailedPrecondition
    from google.api_core.exceptions import NotFound as Missing

    batch = clients.db().batch()
    for mark in marks:
        stage(batch, mark)
    try:
        transaction.commit(batch)
    except (Missing, FailedPrecondition):
        if len(marks) > 1:
            for mark in marks:
                _together([mark], stage)


def _followed(uid: UserId) -> Iterator[None]:
    """Unfollow everyone: three reads, a write and a delete each."""
    while found := list(graph.followed_by(uid).limit(PAGE).stream()):
        for edge in found:
            followed = UserId(edge.get("followingId"))
            transaction.run(lambda tx, other=followed: _unfollow(tx, uid, other))  # type: ignore[misc]
            yield


def _unfollow(tx: Transaction, uid: UserId, followed: UserId) -> None:
    edge, card = users.read([graph.edge_ref(uid, followed), users.card_ref(followed)], tx)
    if not edge.exists:
        return
    tx.delete(edge.reference)
    if card.exists:
        # Nothing is counted on who is being erased too: it would outlive them.
        shards.remove(tx, followed, uid, card.get("shards"))


def _followers(uid: UserId) -> Iterator[None]:
    """Let everyone go who follows. A read and a delete each."""
    while found := list(graph.followers_of(uid).limit(PAGE).stream()):
        batch = clients.db().batch()
        for edge in found:
            batch.delete(edge.reference)
        batch.commit()
        yield


def _pulls(uid: UserId) -> Iterator[None]:
    """Have nobody look for the account's cards any more. A read and a write each who was to look."""
    while found := list(feed.pulling(uid).limit(PAGE).stream()):
        _together(found, lambda batch, inbox: feed.pull_no_more(batch, inbox, uid))
        yield


def _heard(uid: UserId) -> Iterator[None]:
    """Forget who is interested in the account's sounds. A read and a write each.

    Whoever's summary grew meanwhile is found once more.
    """
    while found := list(views.hearing(uid).limit(PAGE).stream()):
        _together(found, lambda batch, summary: views.take_out_sounds(batch, summary, uid))
        yield


def _relations(uid: UserId) -> Iterator[None]:
    """Forget what others are to the account; who hid it need hide it no more.

    Where a follow was, the other's totals are counted anew, now that its edge is gone; the relation
    goes after that, so that a run that dies in between asks again.
    """
    related = _where("relations", "users", uid, "array_contains").limit(PAGE)
    while found := list(related.stream()):
        others = [_other(one, uid) for one in found]
        for one, other in zip(found, others, strict=True):
            if (one.to_dict() or {}).get("follows"):
                counting.recount(other, other)
        masks = users.read([feed.mask_ref(other) for other in others])
        batch = clients.db().batch()
        for one, mask in zip(found, masks, strict=True):
            batch.delete(one.reference)
            if changes := _shown(mask, uid):
                batch.update(mask.reference, changes)
        batch.commit()
        yield


def _shown(mask: DocumentSnapshot[Any], uid: str) -> dict[str, Any]:
    """What takes a user out of a mask, in whichever of its maps they stand."""
    from google.cloud.firestore import DELETE_FIELD
    from google.cloud.firestore_v1.field_path import FieldPath

    fields: dict[str, Any] = mask.to_dict() or {}
    return {
        FieldPath(name, uid).to_api_repr(): DELETE_FIELD
        for name, held in fields.items()
        if isinstance(held, dict) and uid in held
    }


def _other(relation: DocumentSnapshot[Any], uid: UserId) -> UserId:
    return UserId(next((one for one in relation.get("users") if one != uid), uid))


def _where(collection: str, field: str, uid: str, operator: str = "==") -> Query:
    from google.cloud.firestore import FieldFilter

    return clients.db().collection(collection).where(filter=FieldFilter(field, operator, uid))
