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
    TEXT = "text"
    """Anywhere inside: it is found only by reading all there is, which must be little."""


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
    without: tuple[str, ...] = ()
    """Fields that tell of another person, or of how the server works: left out."""


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
    sealed: tuple[str, ...] = ()
    """Fields that hold sealed bytes (`core.sealed`); the document says in `sealedWith` by which key."""
    about: tuple[str, ...] = ()
    """Fields that may hold the id of a thing of somebody's (a video): it goes with that thing."""

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


def _exported(*without: str) -> Export:
    return Export(included=True, without=without)


def _skipped(reason: str) -> Export:
    return Export(included=False, reason=reason)


def _kept(reason: str) -> Erasure:
    return Erasure(Fate.KEEP, reason)


def _path(name: str) -> Subject:
    return Subject(name, Place.PATH)


def _field(name: str) -> Subject:
    return Subject(name, Place.FIELD)


_IDS_ONLY: Final = "holds ids for the server's own work, deleted with it"
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
        path="users/{uid}/private/safety",
        feature="safety",
        subjects=(_path("uid"),),
        sealed=("birthDate",),
        export=_skipped(
            "the person's own birth date, which nothing that leaves the server may hold"
        ),
        erasure=_ERASED,
    ),
    Entry(
        path="ageLocks/{lockId}",
        feature="safety",
        ttl="expiresAt",
        export=_skipped("that somebody was refused an account, under a hash"),
        erasure=_kept("found by no uid; gone within a day"),
    ),
    Entry(
        path="idVerificationRequests/{requestId}",
        feature="safety",
        subjects=(_field("userId"),),
        sealed=("idNumber",),
        export=_exported("idNumber", "sealedWith"),
        erasure=_ERASED,
    ),
    Entry(
        path="usernames/{folded}",
        feature="users",
        subjects=(_field("userId"),),
        ttl="heldUntil",
        export=_skipped("the name is on the card"),
        erasure=_ERASED,
    ),
    Entry(
        path="profileImages/{imageId}",
        feature="users",
        subjects=(_field("userId"),),
        ttl="expiresAt",
        export=_skipped("how an upload went; the photos themselves are exported"),
        erasure=_ERASED,
    ),
    Entry(
        path="verificationRequests/{requestId}",
        feature="verification",
        subjects=(_field("userId"),),
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="verifications/{uid}",
        feature="verification",
        subjects=(_path("uid"),),
        export=_skipped("repeats the last request, which is exported"),
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
        erasure=_ERASED,
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
        path="followRequests/{requesterId}_{targetId}",
        feature="graph",
        subjects=(_field("requesterId"), _field("targetId")),
        get=Audience.PARTIES,
        list=Audience.PARTIES,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="friendRequests/{senderId}_{receiverId}",
        feature="graph",
        subjects=(_field("senderId"), _field("receiverId")),
        get=Audience.PARTIES,
        list=Audience.PARTIES,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/mutedUsers/{mutedUserId}",
        feature="graph",
        subjects=(_path("uid"), _field("mutedUserId")),
        get=Audience.OWNER,
        list=Audience.OWNER,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/closeFriends/{friendId}",
        feature="graph",
        subjects=(_path("uid"), _field("friendId")),
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
        path="users/{uid}/analytics/{date}",
        feature="progress",
        subjects=(_path("uid"),),
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/analytics/{date}/shards/{shard}",
        feature="core",
        subjects=(_path("uid"),),
        export=_skipped(_TOTALS),
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/progress/summary",
        feature="progress",
        subjects=(_path("uid"),),
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/achievements/{achievementId}",
        feature="progress",
        subjects=(_path("uid"),),
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="progressEvents/{eventId}",
        feature="progress",
        subjects=(_field("userId"), _field("actorId")),
        export=_skipped("which comment counted; the comments are exported, and what they gave"),
        erasure=_ERASED,
    ),
    Entry(
        path="profileViews/{profileId}_{viewerId}_{date}",
        feature="progress",
        subjects=(_field("profileId"), _field("viewerId")),
        ttl="expiresAt",
        export=_skipped("tells who looked at whom; the owner's totals are exported"),
        erasure=_ERASED,
    ),
    Entry(
        path="searchUsers/{uid}",
        feature="search",
        subjects=(_path("uid"),),
        export=_skipped("made from the card, which is exported"),
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
        erasure=_kept("a number, deleted with the video"),
    ),
    Entry(
        path="videoLikes/{userId}_{videoId}",
        feature="videos",
        subjects=(_field("userId"),),
        about=("videoId",),
        get=Audience.OWNER,
        list=Audience.OWNER,
        export=_EXPORTED,
        erasure=_ERASED,
    ),
    Entry(
        path="videoComments/{commentId}",
        feature="videos",
        subjects=(_field("userId"),),
        about=("videoId",),
        get=Audience.OWNER,
        export=_exported("inputHash"),
        erasure=_ERASED,
    ),
    Entry(
        path="notifications/{notificationId}",
        feature="notifications",
        subjects=(_field("userId"), _field("actorId")),
        about=("entityId",),
        get=Audience.OWNER,
        list=Audience.OWNER,
        update=Audience.OWNER,
        delete=Audience.OWNER,
        ttl="expiresAt",
        export=_exported("actorId", "actorName", "message"),
        erasure=_ERASED,
    ),
    Entry(
        path="users/{uid}/sessions/{sessionId}",
        feature="accounts",
        subjects=(_path("uid"),),
        ttl="expiresAt",
        export=_exported("device"),
        erasure=_ERASED,
    ),
    Entry(
        path="exports/{uid}",
        feature="accounts",
        subjects=(_path("uid"),),
        ttl="removeAt",
        export=_skipped("how far the export itself has come"),
        erasure=_ERASED,
    ),
    Entry(
        path="exports/{uid}/files/{name}",
        feature="accounts",
        subjects=(_path("uid"),),
        ttl="removeAt",
        export=_skipped("the export's own table of contents"),
        erasure=_ERASED,
    ),
    Entry(
        path="erasures/{erasureId}",
        feature="accounts",
        subjects=(_field("subject"),),
        export=_skipped("that somebody is being erased"),
        erasure=_kept("that somebody was erased, not who: the link is destroyed last of all"),
    ),
    Entry(
        path="erasures/{erasureId}/things/{thingId}",
        feature="accounts",
        export=_skipped("the erasure's own list"),
        erasure=_kept("the erasure's own list, which it deletes as it ends"),
    ),
    Entry(
        path="operations/{operationId}",
        feature="core",
        subjects=(_field("userId"),),
        ttl="expiresAt",
        export=_skipped("remembers that a request was answered, under a hash"),
        erasure=Erasure(Fate.PSEUDONYMISE, "what was done is not done twice, with money for good"),
    ),
    Entry(
        path="outbox/{entryId}",
        feature="core",
        subjects=(Subject("payload", Place.TEXT),),
        export=_skipped(_IDS_ONLY),
        erasure=_ERASED,
    ),
    Entry(
        path="fanOuts/{fanOutId}",
        feature="core",
        subjects=(_field("cursor"),),
        ttl="expiresAt",
        export=_skipped("how far a task has come, under a hash"),
        erasure=Erasure(
            Fate.PSEUDONYMISE, "a task that is delivered again must find that it is done"
        ),
    ),
    Entry(
        path="deadLetters/{letterId}",
        feature="core",
        subjects=(Subject("body", Place.TEXT),),
        export=_skipped(_IDS_ONLY),
        erasure=_ERASED,
    ),
    Entry(
        path="rateLimits/{windowId}",
        feature="core",
        ttl="expiresAt",
        export=_skipped("counts of the last minutes, under a hash"),
        erasure=_kept("found by no uid; gone within a day"),
    ),
    Entry(
        path="pseudonyms/{uid}",
        feature="core",
        subjects=(_path("uid"),),
        export=_skipped("the secret by which the money's history names the user"),
        erasure=_ERASED,
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
        subjects=(_field("who"), _field("target")),
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
        path="idVerification/{uid}/{requestId}/{image}",
        store=Store.STORAGE,
        feature="safety",
        subjects=(_path("uid"),),
        create=Audience.OWNER,
        export=_skipped("deleted with the decision they are for"),
        erasure=_ERASED,
    ),
    Entry(
        path="profiles/{uid}/incoming/{imageId}",
        store=Store.STORAGE,
        feature="users",
        subjects=(_path("uid"),),
        create=Audience.OWNER,
        export=_skipped("gone within a minute; what was made of it is exported"),
        erasure=_ERASED,
    ),
    Entry(
        path="profiles/{uid}/{kind}_{version}_{width}.jpg",
        store=Store.STORAGE,
        feature="users",
        subjects=(_path("uid"),),
        get=Audience.UNBLOCKED,
        export=_EXPORTED,
        erasure=_ERASED,
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
    Entry(
        path="exports/{uid}/{exportId}/{name}",
        store=Store.STORAGE,
        feature="accounts",
        subjects=(_path("uid"),),
        get=Audience.OWNER,
        export=_skipped("the export itself"),
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
