"""Every question about stored files, each with the answer the rules must give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from spaktok.core.inventory import Audience, Entry, Store, find, in_store
from tests.rules.oracle import admits
from tests.rules.people import FRIEND, NOW, OWNER, RETURNED, STRANGER, Fields, Person
from tests.rules.storage_runtime import File, StorageRuntime
from tests.rules.world import Document, askers, world
from tests.rules.world import documents as firestore_documents

VIDEO_BYTES_MAX = 100 * 1024 * 1024
VIDEO = File(5_000_000, "video/mp4")
RENDITIONS = tuple(entry for entry in in_store(Store.STORAGE) if entry.get is Audience.VIEWER)
ORIGINAL = find("videos/any/any/original.mp4", Store.STORAGE)
UPLOADED_ID = "rules-already-uploaded"
ENDING = Person("banned until this instant", "rules-edgar")
ENDING_ID = "rules-of-edgar"


@dataclass(frozen=True)
class StorageProbe:
    """One question about one object: who may do what with it, when."""

    question: str
    person: Person
    method: str
    path: str
    allowed: bool
    stored: File | None = None
    arriving: File | None = None
    at: datetime = NOW

    def __str__(self) -> str:
        verdict = "allowed" if self.allowed else "refused"
        asked = f"{self.method} {self.path} ({self.question})"
        return f"{self.person.role}: {asked} must be {verdict}"

    @property
    def topic(self) -> str:
        """What it is about: the kind of object, and what is done with it."""
        return f"{self.method} {self.path.rpartition('/')[2]}"

    def holds(self, runtime: StorageRuntime) -> bool:
        """Whether the rules answer as they must."""
        answer = runtime.permits(
            self.person,
            self.method,
            self.path,
            self.at,
            stored=self.stored,
            arriving=self.arriving,
        )
        return answer is self.allowed


def documents() -> dict[str, Fields]:
    """The Firestore documents these rules look up."""
    uploaded = {"userId": OWNER.uid, "status": "active", "visibility": "public"}
    return {
        **world(),
        f"videos/{UPLOADED_ID}": {**uploaded, "media": {"state": "uploaded"}},
        f"security/{ENDING.uid}": {"banned": True, "bannedUntil": NOW},
        f"videos/{ENDING_ID}": {"userId": ENDING.uid, "media": {"state": "created"}},
    }


def videos() -> list[Document]:
    """The videos of the world."""
    return [item for item in firestore_documents() if item.entry.path == "videos/{videoId}"]


def path(entry: Entry, owner: str, video_id: str) -> str:
    """Where an entry's object of this video lies."""
    return entry.path.format(uid=owner, videoId=video_id)


def all_probes() -> list[StorageProbe]:
    """Every question."""
    return [*_roles(), *_uploads(), *_elsewhere(), *_instants()]


def _roles() -> Iterator[StorageProbe]:
    """Roles × objects × operations, for every video of the world."""
    for video in videos():
        video_id = video.path.rpartition("/")[2]
        for person in askers(video):
            for entry in (ORIGINAL, *RENDITIONS):
                yield from _object(entry, path(entry, video.owner, video_id), video, person)


def _object(entry: Entry, at: str, video: Document, person: Person) -> Iterator[StorageProbe]:
    def allowed(audience: Audience) -> bool:
        # Two documents a request: those of a viewer are the video and the relation, so that the
        # standing of others than the owner shows in their token alone (see storage.rules).
        judged = person
        if audience is Audience.VIEWER and person.uid != video.owner:
            judged = replace(person, active=person.uid != "")
        return admits(audience, judged, video.owner, video.subjects, video.fields)

    about = f"{video.fields['visibility']}, {video.fields['status']}"
    stored = File(1_000_000, "video/mp4")
    yield StorageProbe(about, person, "get", at, allowed(entry.get), stored)
    yield StorageProbe(about, person, "create", at, allowed(entry.create), None, VIDEO)
    if not video.variant:
        yield StorageProbe("an overwrite", person, "create", at, False, stored, VIDEO)
        yield StorageProbe("metadata", person, "update", at, allowed(entry.update), stored, stored)
        yield StorageProbe(about, person, "delete", at, allowed(entry.delete), stored)
        yield StorageProbe(about, person, "list", at.rpartition("/")[0], allowed(entry.list))


def _uploads() -> Iterator[StorageProbe]:
    """Maria's upload of a video that was issued to her, and everything that may be wrong."""
    video_id = videos()[0].path.rpartition("/")[2]
    good = path(ORIGINAL, OWNER.uid, video_id)
    files = (
        ("one byte", File(1, "video/mp4"), True),
        ("as large as may be", File(VIDEO_BYTES_MAX, "video/mp4"), True),
        ("too large by one byte", File(VIDEO_BYTES_MAX + 1, "video/mp4"), False),
        ("empty", File(0, "video/mp4"), False),
        ("a page", File(5_000, "text/html"), False),
        ("another container", File(5_000, "video/quicktime"), False),
        ("a type with parameters", File(5_000, "video/mp4; codecs=avc1"), False),
        ("without a type", File(5_000, None), False),
    )
    for question, file, allowed in files:
        yield StorageProbe(question, OWNER, "create", good, allowed, None, file)
    whose = next(item for item in videos() if item.owner == RETURNED.uid)
    anothers_id = whose.path.rpartition("/")[2]
    places = (
        ("an id that was never issued", path(ORIGINAL, OWNER.uid, "never-issued")),
        ("an id whose file has arrived", path(ORIGINAL, OWNER.uid, UPLOADED_ID)),
        ("another's id", path(ORIGINAL, OWNER.uid, anothers_id)),
        ("another's folder", path(ORIGINAL, RETURNED.uid, anothers_id)),
        ("one's id in another's folder", path(ORIGINAL, RETURNED.uid, video_id)),
    )
    for question, place in places:
        yield StorageProbe(question, OWNER, "create", place, False, None, VIDEO)


def _elsewhere() -> Iterator[StorageProbe]:
    """Where nothing is foreseen, nothing is allowed; and folders are nobody's to list."""
    video_id = videos()[0].path.rpartition("/")[2]
    folder = f"videos/{OWNER.uid}/{video_id}"
    for name in (
        f"{folder}/notes.txt",
        f"{folder}/original.mp4/deeper",
        f"{folder}/raw/original.mp4",
        f"{folder}/processed.mp4.bak",
        f"videos/{OWNER.uid}/original.mp4",
        f"profiles/{OWNER.uid}/picture.jpg",
        "original.mp4",
    ):
        yield StorageProbe("unforeseen", OWNER, "get", name, False, VIDEO)
        yield StorageProbe("unforeseen", OWNER, "create", name, False, None, VIDEO)
    for name in ("", "videos", f"videos/{OWNER.uid}", folder, f"{folder}/original.mp4"):
        yield StorageProbe("a folder", OWNER, "list", name, False)
    missing = path(RENDITIONS[0], OWNER.uid, "never-issued")
    for person in (OWNER, FRIEND, STRANGER):
        yield StorageProbe("of no video", person, "get", missing, False, VIDEO)


def _instants() -> Iterator[StorageProbe]:
    place = path(ORIGINAL, ENDING.uid, ENDING_ID)
    for question, at, allowed in (
        ("the last millisecond of a ban", NOW - timedelta(milliseconds=1), False),
        ("the end of a ban", NOW, True),
        ("after the end of a ban", NOW + timedelta(milliseconds=1), True),
    ):
        yield StorageProbe(question, ENDING, "get", place, allowed, VIDEO, None, at)
