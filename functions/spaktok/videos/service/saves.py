"""Saving videos for oneself: who saved what is told to nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from spaktok.core import clients, clock, counters, ids, once, paging, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.users import store as users
from spaktok.videos import engaged, store
from spaktok.videos.engaging import CreateSavedCollection, SaveVideo
from spaktok.videos.refusals import COLLECTIONS_MAX, TooManyCollections
from spaktok.videos.service import listing
from spaktok.videos.service.access import access_video
from spaktok.videos.service.listing import VideoCard, VideoPage

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

PAGE: Final = 400


@dataclass(frozen=True, slots=True)
class Saved:
    """Whether the caller has the video saved now."""

    saved: bool


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of saved videos."""

    collection_id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Collections:
    """One's own collections, the oldest first."""

    collections: list[Collection]


def save(uid: UserId, request: SaveVideo) -> Saved:
    """Save a video: one effect, however often it is repeated; into another collection, it moves.

    Three reads, two writes, three RPCs; a read less without a collection. Raises as `access_video`
    does, and `NotFound` for a collection that is not there.
    """
    from google.api_core.exceptions import AlreadyExists

    video = access_video(uid, request.video_id)
    wanted = request.collection_id
    if wanted is not None and not engaged.folder_ref(uid, wanted).get().exists:
        raise NotFound
    reference = engaged.save_ref(uid, request.video_id)
    batch = clients.db().batch()
    batch.create(
        reference,
        {
            "userId": uid,
            "videoId": request.video_id,
            "collectionId": request.collection_id,
            "timestamp": clock.now(),
        },
    )
    counters.add(batch, store.ref(request.video_id), {"saves": 1}, shards=video.shards)
    try:
        transaction.commit(batch)
    except AlreadyExists:
        _move(uid, request)
        return Saved(True)
    counters.changed(store.ref(request.video_id), store.TOTALS)
    return Saved(True)


def unsave(uid: UserId, video_id: str) -> Saved:
    """Let a saved video go, with the same guarantees. Two reads, one write and one delete."""
    from google.api_core.exceptions import NotFound as Missing

    video = access_video(uid, video_id)
    batch = clients.db().batch()
    there = clients.db().write_option(exists=True)
    batch.delete(engaged.save_ref(uid, video_id), option=there)
    counters.add(batch, store.ref(video_id), {"saves": -1}, shards=video.shards)
    try:
        transaction.commit(batch)
    except Missing:
        return Saved(False)
    counters.changed(store.ref(video_id), store.TOTALS)
    return Saved(False)


def saved_by(uid: UserId, collection_id: str | None, limit: int, cursor: str | None) -> VideoPage:
    """A page of what one saved, as far as it is still there for one. The latest first.

    A read a save and one more, one a video, one a distinct owner.
    """
    page = paging.page(
        engaged.saves_of(uid, collection_id),
        limit=limit,
        cursor=cursor,
        scope=f"saves:{uid}:{collection_id or ''}",
    )
    shown: list[VideoCard] = listing.load(uid, [one.get("videoId") for one in page.snapshots])
    return VideoPage(shown, page.next_cursor, has_more=page.next_cursor is not None)


def create_collection(uid: UserId, request: CreateSavedCollection) -> Collection:
    """Make a collection. With a key once. At most 101 reads. Raises `TooManyCollections`."""
    key = request.idempotency_key
    name = ids.digest(uid, "collection", key)[:20] if key else ids.random_id()
    asked = once.input_hash(request)
    at = clock.now()

    def body(tx: Transaction) -> Collection:
        reference = engaged.folder_ref(uid, name)
        (before,) = users.read([reference], tx)
        if before.exists:
            if before.get("inputHash") != asked:
                raise KeyReused
            return Collection(name, before.get("name"), before.get("createdAt"))
        held = list(tx.get(reference.parent.limit(COLLECTIONS_MAX)))
        if len(held) == COLLECTIONS_MAX:
            raise TooManyCollections
        fields = {"name": request.name, "createdAt": at, "updatedAt": at, "inputHash": asked}
        tx.create(reference, fields)
        return Collection(name, request.name, at)

    return transaction.run(body)


def rename_collection(uid: UserId, collection_id: str, name: str) -> Collection:
    """Give a collection another name. 1 read, 1 write. Raises `NotFound`."""
    at = clock.now()

    def body(tx: Transaction) -> Collection:
        (before,) = users.read([engaged.folder_ref(uid, collection_id)], tx)
        if not before.exists:
            raise NotFound
        if before.get("name") != name:
            tx.update(before.reference, {"name": name, "updatedAt": at})
        return Collection(collection_id, name, before.get("createdAt"))

    return transaction.run(body)


def delete_collection(uid: UserId, collection_id: str) -> None:
    """Delete a collection: what is in it stays saved, in none. Repeatable; a read and a write a save.

    The collection goes last, so that a call that is cut off can be made again. Raises `NotFound`.
    """
    reference = engaged.folder_ref(uid, collection_id)
    if not reference.get().exists:
        raise NotFound
    while found := list(engaged.saves_of(uid, collection_id).limit(PAGE).stream()):
        batch = clients.db().batch()
        for one in found:
            batch.set(one.reference, {"collectionId": None}, merge=True)
        batch.commit()
    reference.delete()


def collections_of(uid: UserId) -> Collections:
    """One's own collections: a read each."""
    found = engaged.folder_ref(uid, "any").parent.order_by("createdAt").limit(COLLECTIONS_MAX)
    return Collections(
        [Collection(one.id, one.get("name"), one.get("createdAt")) for one in found.stream()]
    )


def _move(uid: UserId, request: SaveVideo) -> None:
    """Put what is saved already where it is wanted now; nothing where it went meanwhile."""
    from google.api_core.exceptions import NotFound as Missing

    try:
        engaged.save_ref(uid, request.video_id).update({"collectionId": request.collection_id})
    except Missing:
        return
