"""Every place where data lies: who may touch it, whose it is, when it goes.

One table, and everything else follows from it: the rules' test matrix, the TTL configuration, later
export and erasure. A collection the code uses and this table lacks fails the tests.

Nothing is imported here but the language, so that scripts and tests read it without a database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final


class Store(StrEnum):
    """Where an entry lives."""

    FIRESTORE = "firestore"
    STORAGE = "storage"


class Audience(StrEnum):
    """Whom the rules let through. Always signed in and in good standing (`security/{uid}`)."""

    NOBODY = "nobody"
    """The server alone."""
    OWNER = "owner"
    """The entry's first subject."""
    PARTIES = "parties"
    """Any of the entry's subjects."""
    UNBLOCKED = "unblocked"
    """The owner; and, unless the account is deactivated, whoever neither blocked nor is blocked."""
    VIEWER = "viewer"
    """The owner, unless it was removed; others who `can_view` it, while it is active."""


class Place(StrEnum):
    """Where in an entry a uid stands."""

    PATH = "path"
    FIELD = "field"
    ARRAY = "array"
    MAP_KEYS = "map_keys"


@dataclass(frozen=True, slots=True)
class Subject:
    """A uid of an entry: the name of the path's variable or of the field, which may be both."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Export:
    """Whether the data export of a subject holds this, and why not."""

    included: bool
    reason: str = ""


class Fate(StrEnum):
    """What happens to an entry when its subject is erased."""

    ERASE = "erase"
    PSEUDONYMISE = "pseudonymise"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What erasing a subject does here; whatever is not erased says why."""

    fate: Fate
    reason: str = ""


@dataclass(frozen=True)
class Entry:
    """One collection or one kind of stored object.

    `path` is a pattern; a `{variable}` holds an id or a part of one (`{a}_{b}`: ids have no `_`).
    A query across all collections of one name is nobody's, whatever `list` says.
    `ttl` is the field by which Firestore deletes late; readers compare it with the time themselves.
    """

    path: str
    feature: str
    export: Export
    erasure: Erasure
    subjects: tuple[Subject, ...] = ()
    get: Audience = Audience.NOBODY
    list: Audience = Audience.NOBODY
    create: Audience = Audience.NOBODY
    update: Audience = Audience.NOBODY
    delete: Audience = Audience.NOBODY
    ttl: str | None = None
    store: Store = Store.FIRESTORE

    @property
    def collection(self) -> str:
        """The id of the collection, or the folder, that holds it: the last segment but one."""
        return self.path.split("/")[-2]

    @property
    def servers_alone(self) -> bool:
        """Whether no client may do anything with it."""
        audiences = {self.get, self.list, self.create, self.update, self.delete}
        return audiences == {Audience.NOBODY}

    @cached_property
    def _matcher(self) -> re.Pattern[str]:
        parts = re.split(r"\{(\w+)\}", self.path)
        return re.compile(
            "".join(
                f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part)
                for index, part in enumerate(parts)
            )
        )

    def match(self, path: str) -> dict[str, str] | None:
        """The variables of a concrete path, or None where it is none of this entry's."""
        found = self._matcher.fullmatch(path)
        return found.groupdict() if found else None


class UnknownPath(LookupError):
    """A path that no entry describes."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is in no collection of core/inventory.py: add an entry for it")


_EXPORTED: Final = Export(included=True)
_ERASED: Final = Erasure(Fate.ERASE)


def _skipped(reason: str) -> Export:
    return Export(included=False, reason=reason)


def _kept(reason: str) -> Erasure:
    return Erasure(Fate.KEEP, reason)


def _path(name: str) -> Subject:
    return Subject(name, Place.PATH)


def _field(name: str) -> Subject:
    return Subject(name, Place.FIELD)


_IDS_ONLY: Final = "holds ids for the server's own work, deleted with it"
_LOCAL_ONLY: Final = "written beside emulators only, in the place of what leaves elsewhere"
_TOTALS: Final = "parts of totals that the counted document shows"

INVENTORY: Final[tuple[Entry, ...]] = (
    Entry(
        path="users/{uid}",
        feature="users",
        subjects=(_path("uid"),),
        get=Audience.UNBLOCKED,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/private/account",
        feature="users",
        subjects=(_path("uid"),),
        get=Audience.OWNER,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/private/notifications",
        feature="notifications",
        subjects=(_path("uid"),),
        get=Audience.OWNER,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="usernames/{folded}",
        feature="users",
        subjects=(_field("userId"),),
        export=_skipped("the name is on the card"),
        erasure=_ERASED,
    ),
    Entry(
        path="relations/{pair}",
        feature="users",
        subjects=(Subject("users", Place.ARRAY),),
        export=_skipped("one's own side is in followers and blockedUsers; the rest is the other's"),
        erasure=_ERASED,
    ),
    Entry(
        path="security/{uid}",
        feature="core",
        subjects=(_path("uid"),),
        export=_skipped("how abuse is found; every decision is told to the user when it is made"),
        erasure=_kept("a ban outlives the account, and holds nothing but the uid"),
    ),
    Entry(
        path="followers/{followerId}_{followingId}",
        feature="graph",
        subjects=(_field("followerId"), _field("followingId")),
        get=Audience.PARTIES,
        list=Audience.PARTIES,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/blockedUsers/{blockedUserId}",
        feature="graph",
        subjects=(_path("uid"), _field("blockedUserId")),
        get=Audience.OWNER,
        list=Audience.OWNER,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/feed/inbox",
        feature="feed",
        subjects=(_path("uid"),),
        get=Audience.OWNER,
        export=_skipped("copies of what others published"),
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/feed/outbox",
        feature="feed",
        subjects=(_path("uid"),),
        export=_skipped("copies of the user's own videos, which are exported"),
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/feed/mask",
        feature="feed",
        subjects=(_path("uid"), Subject("users", Place.MAP_KEYS)),
        export=_skipped("tells who blocked the user"),
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/shards/{shard}",
        feature="core",
        subjects=(_path("uid"), Subject("followerIds", Place.ARRAY)),
        export=_skipped(_TOTALS),
        erasure=_ERASED,
    ),
    Entry(
        path="videos/{videoId}",
        feature="videos",
        subjects=(_field("userId"),),
        get=Audience.VIEWER,
        list=Audience.OWNER,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="videos/{videoId}/private/media",
        feature="videos",
        subjects=(_field("userId"),),
        get=Audience.OWNER,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="videos/{videoId}/shards/{shard}",
        feature="core",
        export=_skipped(_TOTALS),
        erasure=_kept("holds no uid; deleted with the video"),
    ),
    Entry(
        path="videoLikes/{userId}_{videoId}",
        feature="videos",
        subjects=(_field("userId"),),
        get=Audience.OWNER,
        list=Audience.OWNER,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="videoComments/{commentId}",
        feature="videos",
        subjects=(_field("userId"),),
        get=Audience.OWNER,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="notifications/{notificationId}",
        feature="notifications",
        subjects=(_field("userId"), Subject("actorIds", Place.ARRAY)),
        get=Audience.OWNER,
        list=Audience.OWNER,
        update=Audience.OWNER,
        ttl="expiresAt",
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/devices/{key}",
        feature="devices",
        subjects=(_path("uid"),),
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="deviceTokens/{key}",
        feature="devices",
        subjects=(_field("uid"),),
        export=_skipped("says again whose a device is, under a hash of its token"),
        erasure=_ERASED,
    ),
    Entry(
        path="pushes/{sendingId}",
        feature="notifications",
        ttl="expiresAt",
        export=_skipped("remembers that something was sent, under a hash"),
        erasure=_kept("found by no uid; gone within weeks"),
    ),
    Entry(
        path="localPushes/{recordId}",
        feature="notifications",
        export=_skipped(_LOCAL_ONLY),
        erasure=_kept(_LOCAL_ONLY),
    ),
    Entry(
        path="localMails/{recordId}",
        feature="notifications",
        export=_skipped(_LOCAL_ONLY),
        erasure=_kept(_LOCAL_ONLY),
    ),
    Entry(
        path="operations/{operationId}",
        feature="core",
        ttl="expiresAt",
        export=_skipped("remembers that a request was answered, under a hash"),
        erasure=_kept("found by no uid; those that matter to money must not be done twice"),
    ),
    Entry(
        path="outbox/{entryId}",
        feature="core",
        export=_skipped(_IDS_ONLY),
        erasure=_kept(_IDS_ONLY),
    ),
    Entry(
        path="fanOuts/{fanOutId}",
        feature="core",
        ttl="expiresAt",
        export=_skipped("how far a task has come, under a hash"),
        erasure=_kept("found by no uid; gone within days"),
    ),
    Entry(
        path="deadLetters/{letterId}",
        feature="core",
        export=_skipped(_IDS_ONLY),
        erasure=_kept(_IDS_ONLY),
    ),
    Entry(
        path="rateLimits/{windowId}",
        feature="core",
        ttl="expiresAt",
        export=_skipped("counts of the last minutes, under a hash"),
        erasure=_kept("found by no uid; gone within a day"),
    ),
    Entry(
        path="audit/{chain}",
        feature="core",
        export=_skipped("where a chain ends, about nobody"),
        erasure=_kept("where a chain ends, about nobody"),
    ),
    Entry(
        path="audit/{chain}/entries/{number}",
        feature="core",
        export=_skipped("who of the staff did what; every decision is told to its subject"),
        erasure=_kept("an audit with holes proves nothing; it names ids only"),
    ),
    Entry(
        path="system/{name}",
        feature="core",
        export=_skipped("about the system, about nobody"),
        erasure=_kept("about the system, about nobody"),
    ),
    Entry(
        path="videos/{uid}/{videoId}/original.mp4",
        store=Store.STORAGE,
        feature="videos",
        subjects=(_path("uid"),),
        get=Audience.OWNER,
        create=Audience.OWNER,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="videos/{uid}/{videoId}/processed.mp4",
        store=Store.STORAGE,
        feature="videos",
        subjects=(_path("uid"),),
        get=Audience.VIEWER,
        export=_skipped("made from the original, which is exported"),
        erasure=_ERASED,
    ),
    Entry(
        path="videos/{uid}/{videoId}/thumbnail.jpg",
        store=Store.STORAGE,
        feature="videos",
        subjects=(_path("uid"),),
        get=Audience.VIEWER,
        export=_skipped("made from the original, which is exported"),
        erasure=_ERASED,
    ),
)


def find(path: str, store: Store = Store.FIRESTORE) -> Entry:
    """The entry of a concrete document or object path. Raises `UnknownPath` where there is none."""
    for entry in INVENTORY:
        if entry.store is store and entry.match(path) is not None:
            return entry
    raise UnknownPath(path)


def in_store(store: Store) -> tuple[Entry, ...]:
    """The entries of Firestore, or those of Storage."""
    return tuple(entry for entry in INVENTORY if entry.store is store)
