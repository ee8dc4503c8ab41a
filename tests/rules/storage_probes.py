"""Every question about stored files, each with the answer the rules must give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from spaktok.core.inventory import Audience, Entry, Store, find, in_store
from spaktok.videos.catalogue import SoundStatus
from spaktok.videos.model import VideoStatus
from tests.rules.ages import RESTRICTED_ID, RESTRICTIONS, restricted
from tests.rules.oracle import admits
from tests.rules.people import (
    ANONYMOUS,
    BANNED,
    DEACTIVATED,
    FRIEND,
    NOW,
    OWNER,
    PEOPLE,
    RETURNED,
    SIGNED_OUT,
    STRANGER,
    Fields,
    Person,
)
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
EXPORT: Fields = {
    "exportId": "rules-export",
    "state": "ready",
    "expiresAt": NOW + timedelta(days=1),
}
EXPORTS: dict[str, Fields] = {
    OWNER.uid: {},
    BANNED.uid: {},
    SIGNED_OUT.uid: {},
    RETURNED.uid: {"state": "running"},
}
"""Whose data was collected, and what is wrong with it."""

PHOTO_ID = "rules-photo"
PHOTO_BYTES_MAX = 5 * 1024 * 1024
PHOTO: Fields = {
    "userId": OWNER.uid,
    "state": "created",
    "uploadUntil": NOW + timedelta(minutes=15),
}

SOUNDS = tuple(SoundStatus)
AT_HOME: Fields = {"deactivated": False}


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
        **{f"videos/{RESTRICTED_ID}-{years}": restricted(years) for years in RESTRICTIONS},
        f"videos/{UPLOADED_ID}": {**uploaded, "media": {"state": "uploaded"}},
        f"security/{ENDING.uid}": {"banned": True, "bannedUntil": NOW},
        f"videos/{ENDING_ID}": {"userId": ENDING.uid, "media": {"state": "created"}},
        f"profileImages/{PHOTO_ID}": PHOTO,
        f"profileImages/{PHOTO_ID}-arrived": {**PHOTO, "state": "uploaded"},
        f"profileImages/{PHOTO_ID}-of-ben": {**PHOTO, "userId": BANNED.uid},
        f"profileImages/{PHOTO_ID}-of-sam": {**PHOTO, "userId": STRANGER.uid},
        **{f"sounds/sound-{status}": {"status": status} for status in SOUNDS},
        **{f"exports/{uid}": {**EXPORT, **changes} for uid, changes in EXPORTS.items()},
    }


def videos() -> list[Document]:
    """The videos of the world."""
    return [item for item in firestore_documents() if item.entry.path == "videos/{videoId}"]


def path(entry: Entry, owner: str, video_id: str) -> str:
    """Where an entry's object of this video lies."""
    return entry.path.format(uid=owner, videoId=video_id, codec="h264", size="1080")


def all_probes() -> list[StorageProbe]:
    """Every question."""
    return [
        *_roles(),
        *_ages(),
        *_uploads(),
        *_elsewhere(),
        *_exports(),
        *_photos(),
        *_sounds(),
        *_gifts(),
        *_instants(),
    ]


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
    # Known abuse is nobody's to look at, its owner's neither.
    seen = allowed(entry.get) and video.fields["status"] != VideoStatus.QUARANTINED
    yield StorageProbe(about, person, "get", at, seen, stored)
    yield StorageProbe(about, person, "create", at, allowed(entry.create), None, VIDEO)
    if not video.variant:
        yield StorageProbe("an overwrite", person, "create", at, False, stored, VIDEO)
        yield StorageProbe("metadata", person, "update", at, allowed(entry.update), stored, stored)
        yield StorageProbe(about, person, "delete", at, allowed(entry.delete), stored)
        yield StorageProbe(about, person, "list", at.rpartition("/")[0], allowed(entry.list))


def _ages() -> Iterator[StorageProbe]:
    """What is restricted is for whom the token says old enough, and for its owner."""
    of_years = ((None, {}), *((years, {"ageFloor": years}) for years in (0, 13, 16, 18, 21)))
    for restriction in RESTRICTIONS:
        at = path(RENDITIONS[0], OWNER.uid, f"{RESTRICTED_ID}-{restriction}")
        yield StorageProbe("one's own", OWNER, "get", at, True, VIDEO)
        for years, claims in of_years:
            asked = f"from {restriction} years on, with a token of {years}"
            viewer = replace(STRANGER, claims=claims)
            yield StorageProbe(asked, viewer, "get", at, restriction <= (years or 0), VIDEO)


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


def _exports() -> Iterator[StorageProbe]:
    """Collected data is its owner's to fetch, all of it and for a time; and nobody's to change."""

    def place(person: Person, export_id: str = EXPORT["exportId"]) -> str:
        return f"exports/{person.uid}/{export_id}/manifest.json"

    for person in PEOPLE:
        mine = person.uid == OWNER.uid
        yield StorageProbe("Maria's data", person, "get", place(OWNER), mine, VIDEO)
        yield StorageProbe("Maria's data", person, "create", place(OWNER), False, None, VIDEO)
    yield StorageProbe("Maria's data", OWNER, "delete", place(OWNER), False, VIDEO)
    yield StorageProbe("Maria's data", OWNER, "list", place(OWNER).rpartition("/")[0], False)
    yield StorageProbe("an earlier export", OWNER, "get", place(OWNER, "older"), False, VIDEO)
    for person in (BANNED, SIGNED_OUT):
        yield StorageProbe("one's own data", person, "get", place(person), False, VIDEO)
    yield StorageProbe("unfinished", RETURNED, "get", place(RETURNED), False, VIDEO)
    end = EXPORT["expiresAt"]
    for at, allowed in ((end - timedelta(milliseconds=1), True), (end, False)):
        yield StorageProbe("its end", OWNER, "get", place(OWNER), allowed, VIDEO, None, at)


def _photos() -> Iterator[StorageProbe]:
    """A photo is sent once, into a place that was asked for; its sizes are for whom the card is."""
    photo = File(500_000, "image/jpeg")
    for owner in (OWNER, DEACTIVATED, BANNED, RETURNED):
        for name in ("profile_0abc9_320.jpg", "cover_0abc9_600.jpg"):
            for person in PEOPLE:
                if owner is OWNER or person in (owner, STRANGER, ANONYMOUS):
                    yield from _photo(f"profiles/{owner.uid}/{name}", owner, person, photo)
    for name in ("profile_0abc9_320.png", "shop_0_1.jpg", "profile_X_1.jpg", "xprofile_0_1.jpg"):
        place = f"profiles/{OWNER.uid}/{name}"
        yield StorageProbe("no photo of ours", OWNER, "get", place, False, photo)
    yield StorageProbe("a folder", OWNER, "list", f"profiles/{OWNER.uid}", False)
    yield from _photo_uploads(photo)


def _photo(place: str, owner: Person, person: Person, photo: File) -> Iterator[StorageProbe]:
    # As with renditions, the standing of others than the owner shows in their token alone.
    judged = person if person.uid == owner.uid else replace(person, active=person.uid != "")
    fields = {"deactivated": owner is DEACTIVATED}
    seen = admits(Audience.UNBLOCKED, judged, owner.uid, frozenset({owner.uid}), fields)
    yield StorageProbe("a photo", person, "get", place, seen, photo)
    yield StorageProbe("a photo", person, "create", place, False, None, photo)
    yield StorageProbe("a photo", person, "delete", place, False, photo)


def _gifts() -> Iterator[StorageProbe]:
    """The pictures of gifts are for whoever is signed in; only the staff's tools put them there."""
    stored = File(50_000, "image/png")
    for name in ("image.png", "animation.json"):
        place = f"gifts/rose/{name}"
        for person in PEOPLE:
            yield StorageProbe("a gift's picture", person, "get", place, person.active, stored)
        yield StorageProbe("a gift's picture", OWNER, "create", place, False, None, stored)
        yield StorageProbe("a gift's picture", OWNER, "delete", place, False, stored)
    for place in ("gifts/rose/source.psd", "gifts/image.png", "gifts/rose/deep/image.png"):
        yield StorageProbe("nothing of ours", OWNER, "get", place, False, stored)
    yield StorageProbe("a folder", OWNER, "list", "gifts/rose", False)


def _photo_uploads(photo: File) -> Iterator[StorageProbe]:
    def place(person: Person, image_id: str = PHOTO_ID) -> str:
        return f"profiles/{person.uid}/incoming/{image_id}"

    def sent(
        question: str, file: File, allowed: bool, at: datetime = NOW, stored: File | None = None
    ) -> StorageProbe:
        return StorageProbe(question, OWNER, "create", place(OWNER), allowed, stored, file, at)

    for kind in ("image/jpeg", "image/png", "image/webp"):
        yield sent("a photo", File(PHOTO_BYTES_MAX, kind), True)
    for other in ("image/gif", "image/svg+xml", "text/html", None):
        yield sent("of another type", File(1_000, other), False)
    yield sent("too large by one byte", File(PHOTO_BYTES_MAX + 1, "image/jpeg"), False)
    yield sent("empty", File(0, "image/jpeg"), False)
    yield sent("an overwrite", photo, False, stored=photo)
    until = PHOTO["uploadUntil"]
    yield sent("the last millisecond", photo, True, until - timedelta(milliseconds=1))
    yield sent("too late", photo, False, until)
    for person in PEOPLE:
        if person is not OWNER:
            yield StorageProbe("Maria's", person, "create", place(OWNER), False, None, photo)
            own = StorageProbe("hers", person, "create", place(person), False, None, photo)
            yield own
        yield StorageProbe("incoming", person, "get", place(OWNER), False, photo)
    for image_id in (f"{PHOTO_ID}-arrived", "never-issued"):
        yield StorageProbe(
            "not waiting", OWNER, "create", place(OWNER, image_id), False, None, photo
        )
    elsewhere = place(OWNER, f"{PHOTO_ID}-of-sam")
    yield StorageProbe("another's folder", STRANGER, "create", elsewhere, False, None, photo)
    banned = place(BANNED, f"{PHOTO_ID}-of-ben")
    yield StorageProbe("a banned owner's", BANNED, "create", banned, False, None, photo)


def _sounds() -> Iterator[StorageProbe]:
    """A sound is for everyone whom no block keeps away, while it is active; and nobody's to change."""
    file = File(50_000, "audio/mp4")
    for status in SOUNDS:
        for owner in (OWNER, BANNED):
            place = f"videos/{owner.uid}/sound-{status}/audio.m4a"
            for person in PEOPLE:
                if owner is not OWNER and person not in (owner, STRANGER):
                    continue
                judged = (
                    person if person.uid == owner.uid else replace(person, active=person.uid != "")
                )
                met = admits(Audience.UNBLOCKED, judged, owner.uid, frozenset({owner.uid}), AT_HOME)
                heard = met and status == SoundStatus.ACTIVE
                yield StorageProbe(f"a sound, {status}", person, "get", place, heard, file)
                yield StorageProbe("a sound", person, "create", place, False, None, file)
    place = f"videos/{OWNER.uid}/never-made/audio.m4a"
    yield StorageProbe("of no sound", STRANGER, "get", place, False, file)
    for name in ("h265_720.mp4", "h264_x.mp4", "xh264_720.mp4", "h264_720.mp4.bak"):
        odd = f"videos/{OWNER.uid}/{videos()[0].path.rpartition('/')[2]}/{name}"
        yield StorageProbe("no rendition of ours", OWNER, "get", odd, False, VIDEO)


def _instants() -> Iterator[StorageProbe]:
    place = path(ORIGINAL, ENDING.uid, ENDING_ID)
    for question, at, allowed in (
        ("the last millisecond of a ban", NOW - timedelta(milliseconds=1), False),
        ("the end of a ban", NOW, True),
        ("after the end of a ban", NOW + timedelta(milliseconds=1), True),
    ):
        yield StorageProbe(question, ENDING, "get", place, allowed, VIDEO, None, at)
