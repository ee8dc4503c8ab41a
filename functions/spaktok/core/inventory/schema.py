"""What an entry of the inventory says, and the words to say it in."""

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
    ADMITTED = "admitted"
    """Of those, everyone at a public account; at a private one, the owner and who follows it."""
    VIEWER = "viewer"
    """The owner, unless it was removed; others who `can_view` it, while it is active."""
    WATCHER = "watcher"
    """The owner of a stream, and others who `can_view` it while it is live."""
    MEMBERS = "members"
    """Everyone signed in."""


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
    last: bool = False
    """Only at the end, when nothing can be under way any more: until then it goes by the name."""
    forgets: tuple[str, ...] = ()
    """Of what is pseudonymised: what its first subject wrote, which is emptied with their name."""


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
    """Fields that may hold the id of a thing of somebody's (a video): it goes with that thing.
    Videos of others are not about it: they stay, and `videos.service.disowning` has them forget it."""
    holds: tuple[str, str] | None = None
    """An array of such ids, to be found by, and the map that has something of each: of a thing that
    goes, only that part goes with it."""

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
        super().__init__(f"{path} is in no collection of core/inventory: add an entry for it")


EXPORTED: Final = Export(included=True)
ERASED: Final = Erasure(Fate.ERASE)


def exported(*without: str) -> Export:
    """Exported, without these fields."""
    return Export(included=True, without=without)


def skipped(reason: str) -> Export:
    """Left out of exports, and why."""
    return Export(included=False, reason=reason)


def kept(reason: str) -> Erasure:
    """Kept after an erasure, and why."""
    return Erasure(Fate.KEEP, reason)


def path_id(name: str) -> Subject:
    """A uid in the path."""
    return Subject(name, Place.PATH)


def field(name: str) -> Subject:
    """A uid in a field."""
    return Subject(name, Place.FIELD)


IDS_ONLY: Final = "holds ids for the server's own work, deleted with it"
LOCAL_ONLY: Final = "written beside emulators only, in the place of what leaves elsewhere"
TOTALS: Final = "parts of totals that the counted document shows"
