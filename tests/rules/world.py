"""The documents of the rules' tests, made from the inventory: a new entry is in the tests at once.

Maria has an instance of every entry, and so has everyone whose standing matters: only an owner
shows that a ban refuses what nothing else would.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from spaktok.core.inventory import Audience, Entry, Place, Store, in_store
from spaktok.users.relation import Visibility
from spaktok.videos.model import VISIBILITIES, VideoStatus
from tests.rules.firestore import Filter
from tests.rules.oracle import LIVE
from tests.rules.people import (
    DEACTIVATED,
    NOW,
    OWNER,
    PEOPLE,
    RENEWED,
    RETURNED,
    STRANGER,
    TROUBLED,
    Fields,
    Person,
    relation_documents,
)

OWNERS = (OWNER, *TROUBLED, RETURNED, RENEWED, DEACTIVATED)
COMPANION = "rules-olga"
"""The other uid of entries that hold two; she asks for nothing."""

LIST_FILTERS: dict[str, tuple[Filter, ...]] = {"videos/{videoId}": (("status", "!=", "removed"),)}
"""What a query has to say besides whose documents it wants."""


@dataclass(frozen=True)
class Document:
    """One seeded document: whose it is, and whom it names besides."""

    entry: Entry
    path: str
    owner: str
    subjects: frozenset[str]
    fields: Fields = field(repr=False)
    variant: bool = False
    """Differs from the entry's first instance only in what decides who may get it."""

    @property
    def collection(self) -> str:
        """The path of the collection it is in."""
        return self.path.rpartition("/")[0]


def documents() -> Iterator[Document]:
    """An instance of every entry for each owner, in every variant that may change a verdict.

    What is the server's alone has Maria's instances only: nobody's standing matters there.
    """
    for entry in in_store(Store.FIRESTORE):
        for person in (OWNER,) if entry.servers_alone else OWNERS:
            for number, document in enumerate(_instances(entry, person)):
                yield replace(document, variant=number > 0)


def world() -> dict[str, Fields]:
    """Everything that is seeded, by path."""
    seeded = {document.path: document.fields for document in documents()}
    standings = {
        f"security/{person.uid}": person.security
        for person in PEOPLE
        if person.security is not None
    }
    for person in OWNERS:
        if person.security is None:
            seeded.pop(f"security/{person.uid}", None)
    return {**seeded, **relation_documents(), **standings}


def own(person: Person) -> Iterator[Document]:
    """What someone who owns nothing could try to make for themselves."""
    for entry in in_store(Store.FIRESTORE):
        yield next(_instances(entry, person))


def askers(document: Document) -> tuple[Person, ...]:
    """Who tries: everyone at Maria's, a stranger and the owner elsewhere."""
    if document.owner == OWNER.uid:
        return PEOPLE
    return tuple(person for person in PEOPLE if person.uid in (STRANGER.uid, document.owner))


def _instances(entry: Entry, person: Person) -> Iterator[Document]:
    if entry.get is Audience.VIEWER:
        for visibility in sorted(VISIBILITIES):
            yield _document(entry, person.uid, visibility, visibility=visibility)
            yield _document(
                entry,
                person.uid,
                f"{visibility}-behind-a-door",
                visibility=visibility,
                owner_private=True,
            )
        for status in sorted(set(VideoStatus) - {VideoStatus.ACTIVE}):
            yield _document(entry, person.uid, status, status=status)
    elif entry.get is Audience.WATCHER:
        for visibility in sorted(VISIBILITIES):
            for private in (False, True):
                door = "-behind-a-door" if private else ""
                yield _document(
                    entry,
                    person.uid,
                    f"{visibility}{door}",
                    visibility=visibility,
                    owner_private=private,
                    status=LIVE,
                )
        yield _document(entry, person.uid, "ended", status="ended")
    elif entry.get is Audience.PARTIES:
        yield _document(entry, person.uid, "first")
        yield _document(entry, person.uid, "second", swapped=True)
    else:
        yield _document(entry, person.uid, "one")


def _document(
    entry: Entry,
    uid: str,
    variant: str,
    *,
    swapped: bool = False,
    visibility: Visibility = Visibility.PUBLIC,
    status: str = VideoStatus.ACTIVE,
    owner_private: bool = False,
) -> Document:
    companions = [COMPANION, *(f"{COMPANION}-{n}" for n in range(2, len(entry.subjects)))]
    uids = [uid, *companions][: len(entry.subjects)]
    if swapped:
        uids.reverse()
    named = dict(zip((subject.name for subject in entry.subjects), uids, strict=True))

    def fill(variable: re.Match[str]) -> str:
        name = variable.group(1)
        return named.get(name) or f"{name}-{uid}-{variant}".replace("_", "-")

    content: Fields = {
        "note": variant,
        "visibility": visibility,
        "ownerPrivate": owner_private,
        "status": status,
        "ageRestriction": 0,
        "media": {"state": "created"},
        "deactivated": uid == DEACTIVATED.uid,
        "isPrivate": False,
        "isRead": False,
        "createdAt": NOW,
    }
    for subject in entry.subjects:
        match subject.place:
            case Place.FIELD | Place.PATH:
                content[subject.name] = named[subject.name]
            case Place.ARRAY:
                content[subject.name] = [named[subject.name]]
            case Place.MAP_KEYS:
                content[subject.name] = {named[subject.name]: True}
    return Document(
        entry=entry,
        path=re.sub(r"\{(\w+)\}", fill, entry.path),
        owner=uid,
        subjects=frozenset(uids),
        fields=content,
    )
