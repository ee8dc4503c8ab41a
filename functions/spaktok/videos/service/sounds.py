"""Sounds: hearing of one, using one, and taking one down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from spaktok.core import audit, clients, clock, dispatch, ids, transaction
from spaktok.core.audit import Act
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.users import store as users
from spaktok.users.refusals import NotYourOwn
from spaktok.videos import catalogue, store
from spaktok.videos.catalogue import Sound, SoundStatus, SoundType
from spaktok.videos.service import silencing

if TYPE_CHECKING:
    from google.cloud.firestore import Query, Transaction

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class SoundView:
    """A sound as its page shows it. `audioPath` is read with the Storage SDK, under its rules."""

    sound_id: str
    name: str
    artist: str
    created_by: str
    source_video_id: str
    type: SoundType
    audio_path: str
    duration_ms: int
    usage_count: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TakenDown:
    """The sound is heard no more."""

    sound_id: str


def get(viewer: UserId, sound_id: str) -> SoundView:
    """One sound, for whom its creator is there: two reads, one RPC.

    Raises `NotFound` for one that is withdrawn, taken down, or of somebody a block hides.
    """
    owner = ids.owner_of(sound_id)
    if owner is None:
        raise NotFound
    found, pair = users.read([catalogue.sound_ref(sound_id), users.relation_ref(viewer, owner)])
    sound = catalogue.decode_sound(found)
    if sound is None or sound.status is not SoundStatus.ACTIVE:
        raise NotFound
    if users.decode_relation(pair, viewer, UserId(owner)).barred:
        raise NotFound
    return _view(sound)


def take_down(actor: UserId, sound_id: str, reason: str) -> TakenDown:
    """Take a sound from everyone; repeated, it changes nothing. Two reads, four writes.

    Recorded with the reason in the same commit. What uses it is muted by a task: at once in what is
    said of it, and a moment later in its files. Raises `NotFound`, `NotYourOwn`.
    """
    task = mute_task(sound_id)

    def body(tx: Transaction) -> bool:
        chain = audit.load(tx, actor)
        sound = catalogue.decode_sound(users.read([catalogue.sound_ref(sound_id)], tx)[0])
        if sound is None:
            raise NotFound
        if sound.created_by == actor:
            raise NotYourOwn
        if sound.status is SoundStatus.TAKEN_DOWN:
            return False
        tx.update(catalogue.sound_ref(sound_id), {"status": SoundStatus.TAKEN_DOWN})
        audit.append(
            tx,
            chain,
            Act(
                actor,
                "takeDownSound",
                sound_id,
                reason,
                before={"status": sound.status},
                after={"status": SoundStatus.TAKEN_DOWN},
            ),
        )
        dispatch.stage(tx, task)
        return True

    if transaction.run(body):
        dispatch.release(task)
    return TakenDown(sound_id)


def mute_task(sound_id: str) -> Task:
    """The task that mutes whatever uses a sound."""
    return Task("muteDependents", ids.digest("mute-all", sound_id), {"soundId": sound_id})


def mute_dependents(sound_id: str) -> int:
    """Mute the videos that use a sound that was taken down; how many now. Repeatable.

    A read and a write each, and a task that makes their files anew. A sound that is not taken down
    mutes nothing.
    """
    sound = catalogue.decode_sound(catalogue.sound_ref(sound_id).get())
    if sound is None or sound.status is not SoundStatus.TAKEN_DOWN:
        return 0
    count = 0
    while found := list(heard_in(sound_id).limit(PAGE).stream()):
        batch = clients.db().batch()
        tasks = [dispatch.stage(batch, silencing.task(one.id)) for one in found]
        for one in found:
            batch.update(store.ref(one.id), {"media.muted": True, "lastModified": clock.now()})
        batch.commit()
        dispatch.release_all(tasks)
        count += len(found)
    return count


def heard_in(sound_id: str) -> Query:
    """The videos that are still heard with a sound."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("videos")
        .where(filter=FieldFilter("soundId", "==", sound_id))
        .where(filter=FieldFilter("media.muted", "==", False))
    )


def _view(sound: Sound) -> SoundView:
    return SoundView(
        sound_id=sound.sound_id,
        name=sound.name,
        artist=sound.artist,
        created_by=sound.created_by,
        source_video_id=sound.source_video_id,
        type=sound.type,
        audio_path=sound.audio_path,
        duration_ms=sound.duration_ms,
        usage_count=sound.usage_count,
        created_at=sound.created_at,
    )
