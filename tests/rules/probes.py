"""Every question the tests put to the Firestore rules, each with the answer it must get.

The matrix comes from the inventory; beside it stand the shapes of queries, the writes that clients
may make with everything that could be wrong about them, and instants. Mutants replay them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from spaktok.core.inventory import Audience, Place
from tests.rules import ages, doors, firestore, people
from tests.rules.firestore import Call, Filter, Project
from tests.rules.oracle import admits
from tests.rules.people import NOW, OWNER, PEOPLE, STRANGER, Person
from tests.rules.world import LIST_FILTERS, OWNERS, Document, askers, documents, own, world

NOTIFICATION = "notifications/{notificationId}"
MARKED = {"isRead": True}
READ_PATH = "notifications/read-before"
BURIED_PATH = "notifications/buried"
GROUP_FIELDS = ("actorCount", "acts", "detail", "heldUntil", "lastActivityAt", "seenUpTo")
ATTEMPTS_MAX = 20


@dataclass(frozen=True)
class Probe:
    """One question: `topic` groups them, `question` is it in words."""

    topic: str
    question: str
    person: Person
    call: Call
    allowed: bool
    nobodys: bool = False
    """Whether one line of the rules, or the want of one, refuses it to everybody."""

    def __str__(self) -> str:
        verdict = "allowed" if self.allowed else "refused"
        return f"{self.person.role}: {self.question} must be {verdict} [{self.topic}]"

    def holds(self, project: Project) -> bool:
        """Whether the rules of this project answer as they must."""
        return project.permits(self.person, self.call) is self.allowed


@dataclass(frozen=True)
class ThisSecond(Probe):
    """Something begins or ends with the beginning of a second; asked within that very second."""

    standing: Callable[[datetime], dict[str, Any]] = field(kw_only=True)
    """What `security/{uid}` says of it."""

    def holds(self, project: Project) -> bool:
        """Whether the answer is already the one from then on."""
        for _ in range(ATTEMPTS_MAX):
            second = datetime.now(UTC).replace(microsecond=0)
            project.seed({f"security/{self.person.uid}": self.standing(second)})
            answer = project.permits(self.person, self.call)
            if datetime.now(UTC) < second + timedelta(seconds=1):
                return answer is self.allowed
        raise AssertionError(f"no answer within one second in {ATTEMPTS_MAX} attempts")


def all_probes(project: Project) -> list[Probe]:
    """Every probe, for this project."""
    return [
        *matrix(project),
        *query_shapes(),
        *missing_documents(),
        *client_writes(project),
        *age_limits(),
        *private_cards(),
        *instants(),
    ]


def seeds() -> dict[str, dict[str, Any]]:
    """The documents that the probes are about."""
    read = {**_notification().fields, "isRead": True, "readAt": NOW}
    buried = {**_notification().fields, "userId": None}
    aged = {f"security/{person.uid}": person.security or {} for person, _ in ages.people()}
    limited = {
        f"videos/{ages.RESTRICTED_ID}-{years}": ages.restricted(years)
        for years in ages.RESTRICTIONS
    }
    return {
        **world(),
        **aged,
        **limited,
        **doors.documents(),
        READ_PATH: read,
        BURIED_PATH: buried,
    }


def matrix(project: Project) -> Iterator[Probe]:
    """Roles × entries × operations, for every instance of every entry."""
    for document in documents():
        for person in askers(document):
            yield _get(document, person)
            if not document.variant:
                yield from _writes(project, document, person)
            if not document.variant or document.entry.get is Audience.PARTIES:
                yield from _queries(document, person)
    for person in PEOPLE:
        if person.uid and person not in OWNERS:
            for document in own(person):
                call = project.create(document.path, {**document.fields, "isAdmin": True})
                yield _probe(document, person, "create one's own", document.entry.create, call)


def _get(document: Document, person: Person) -> Probe:
    return _probe(document, person, "get", document.entry.get, firestore.get(document.path))


def _writes(project: Project, document: Document, person: Person) -> Iterator[Probe]:
    entry, path = document.entry, document.path
    readable = entry.path == NOTIFICATION
    changed, now = (MARKED, ("readAt",)) if readable else ({"touched": True}, ())
    created = project.create(f"{path}-new", document.fields)
    yield _probe(document, person, "create", entry.create, created)
    yield _probe(document, person, "update", entry.update, project.update(path, changed, now))
    yield _probe(document, person, "delete", entry.delete, project.delete(path))


def _probe(
    document: Document, person: Person, operation: str, audience: Audience, call: Call
) -> Probe:
    allowed = admits(audience, person, document.owner, document.subjects, document.fields)
    question, nobodys = f"{operation} {document.path}", audience is Audience.NOBODY
    return Probe(document.entry.path, question, person, call, allowed, nobodys)


def _queries(document: Document, person: Person) -> Iterator[Probe]:
    entry = document.entry
    parent, _, collection = document.collection.rpartition("/")
    allowed = admits(
        entry.list, person, document.owner, frozenset({document.owner}), document.fields
    )
    for filters in _owner_filters(document):
        whose = " and ".join(f"{name} {operator} {wanted}" for name, operator, wanted in filters)
        asked = f"{document.collection} where {whose or 'nothing'}"
        yield Probe(
            entry.path,
            f"list {asked}",
            person,
            firestore.query(parent, collection, filters),
            allowed,
            nobodys=entry.list is Audience.NOBODY,
        )
        # No rule speaks of groups: a namesake elsewhere would be read along.
        yield Probe(
            entry.path,
            f"list all {asked}",
            person,
            firestore.query("", collection, filters, group=True),
            allowed=False,
            nobodys=True,
        )


def _owner_filters(document: Document) -> Iterator[tuple[Filter, ...]]:
    """The queries by which an owner finds what is theirs; no filter where the path says whose."""
    entry = document.entry
    rest = LIST_FILTERS.get(entry.path, ())
    found = [
        ((subject.name, "==", document.owner), *rest)
        for subject in entry.subjects
        if subject.place is Place.FIELD and document.fields[subject.name] == document.owner
    ]
    yield from found or [()]


def query_shapes() -> Iterator[Probe]:
    """Rules are no filters: a query must itself say that it wants only what it may have."""
    mine: Filter = ("userId", "==", OWNER.uid)
    shown: Filter = ("status", "!=", "removed")
    asked: tuple[tuple[str, tuple[Filter, ...], bool], ...] = (
        ("videos", (), False),
        ("videos", (shown,), False),
        ("videos", (mine,), False),
        ("videos", (mine, shown), True),
        ("videos", (mine, ("status", "==", "active")), True),
        ("videos", (mine, ("status", "in", ["active", "hidden"])), True),
        ("videos", (mine, ("status", "in", ["active", "removed"])), False),
        ("videos", (("visibility", "==", "public"), ("status", "==", "active")), False),
        ("followers", (), False),
        ("followers", (("followerId", "==", people.STRANGER.uid),), False),
        ("followers", (("followerId", "in", [OWNER.uid, STRANGER.uid]),), False),
        ("followers", (("followerId", ">", OWNER.uid),), False),
        ("followRequests", (("status", "==", "pending"),), False),
        ("friendRequests", (("receiverId", "==", OWNER.uid), ("status", "==", "pending")), True),
        ("friendRequests", (("receiverId", "==", STRANGER.uid),), False),
        ("videoLikes", (), False),
        ("videoLikes", (("videoId", "==", "video-1"),), False),
        ("videoComments", (mine,), False),
        ("notifications", (), False),
        ("notifications", (("isRead", "==", False),), False),
        ("notifications", (mine, ("isRead", "==", False)), True),
        ("notifications", (("userId", "in", [OWNER.uid, STRANGER.uid]),), False),
        ("users", (("userId", "==", OWNER.uid),), False),
    )
    for collection, filters, allowed in asked:
        question = f"list {collection} where {filters or 'nothing'}"
        call = firestore.query("", collection, filters)
        yield Probe("query shapes", question, OWNER, call, allowed)
        if collection != "users":
            everywhere = firestore.query("", collection, filters, group=True)
            yield Probe("query shapes", f"{question}, everywhere", OWNER, everywhere, allowed=False)


def missing_documents() -> Iterator[Probe]:
    """What is not there: "do I follow?" and "do I like?" get an answer, other questions do not."""
    asked = (
        (f"followers/{OWNER.uid}_nobody", True),
        (f"followers/nobody_{OWNER.uid}", True),
        ("followers/nobody_noone", False),
        (f"followRequests/{OWNER.uid}_nobody", True),
        ("followRequests/nobody_noone", False),
        (f"friendRequests/nobody_{OWNER.uid}", True),
        ("friendRequests/nobody_noone", False),
        (f"videoLikes/{OWNER.uid}_nothing", True),
        (f"videoLikes/nobody_{OWNER.uid}", False),
        ("users/nobody", False),
        ("videos/nothing", False),
        ("videoComments/nothing", False),
        ("notifications/nothing", False),
        ("nowhere/nothing", False),
    )
    for path, allowed in asked:
        yield Probe("missing documents", f"get {path}", OWNER, firestore.get(path), allowed)


def client_writes(project: Project) -> Iterator[Probe]:
    """Marking a notification as read, the one write there is, and all that may be wrong with it."""
    notification = _notification()
    path, content = notification.path, notification.fields
    past, future = NOW - timedelta(days=1), NOW + timedelta(days=1)

    def refused(question: str, call: Call) -> Probe:
        return Probe("client writes", question, OWNER, call, allowed=False)

    yield Probe(
        "client writes",
        "mark as read",
        OWNER,
        project.update(path, MARKED, ["readAt"]),
        allowed=True,
    )
    for extra in (
        "surprise",
        "expiresAt",
        "role",
        *GROUP_FIELDS,
        *sorted(set(content) - {"isRead"}),
    ):
        changes = {**MARKED, extra: "forged"}
        yield refused(f"mark as read and set {extra}", project.update(path, changes, ["readAt"]))
        if extra in content:
            gone = project.update(path, MARKED, ["readAt"], gone=[extra])
            yield refused(f"mark as read and delete {extra}", gone)
    for wrong in ("true", 1, 1.0, None, [True], {"value": True}, NOW, False):
        call = project.update(path, {"isRead": wrong}, ["readAt"])
        yield refused(f"isRead = {wrong!r}", call)
    for other in ("now", 0, 1.5, None, [NOW], {"at": NOW}, True, past, future):
        call = project.update(path, {**MARKED, "readAt": other})
        yield refused(f"readAt = {other!r}", call)
    yield refused("without readAt", project.update(path, MARKED))
    yield refused("readAt alone", project.update(path, {}, ["readAt"]))
    yield refused("isRead deleted", project.update(path, {}, ["readAt"], gone=["isRead"]))
    yield refused("read a second time", project.update(READ_PATH, MARKED, ["readAt"]))
    yield refused("unread again", project.update(READ_PATH, {"isRead": False}, ["readAt"]))
    yield refused("one that is not there", project.delete("notifications/nothing"))
    yield refused("get a tombstone", firestore.get(BURIED_PATH))
    yield refused("mark a tombstone", project.update(BURIED_PATH, MARKED, ["readAt"]))
    yield refused("replaced as a whole", project.replace(path, {**content, "isRead": True}))


def age_limits() -> Iterator[Probe]:
    """What is restricted is for whoever is old enough by now, and for its owner."""
    for restriction in ages.RESTRICTIONS:
        call = firestore.get(f"videos/{ages.RESTRICTED_ID}-{restriction}")
        question = f"get a video from {restriction} years on"
        yield Probe("age limits", question, OWNER, call, allowed=True)
        for person, years in ages.people():
            yield Probe("age limits", question, person, call, restriction <= years)


def private_cards() -> Iterator[Probe]:
    """The card of a private account is for whoever follows it."""
    for person, allowed in doors.people():
        yield Probe(
            "private cards", f"get {doors.CARD}", person, firestore.get(doors.CARD), allowed
        )


def instants() -> Iterator[Probe]:
    """Bans and bands end at their second; those of sign-in and revocation are in the matrix."""
    person = Person("banned until this very second", "rules-edgar")
    call = firestore.get(f"users/{person.uid}/private/account")
    yield ThisSecond("instants", "get one's account", person, call, True, standing=_banned_until)
    child = Person("16 from this very second on", "rules-elin")
    video = firestore.get(f"videos/{ages.RESTRICTED_ID}-16")
    yield ThisSecond(
        "instants", "get a video from 16 years on", child, video, True, standing=_sixteen_at
    )


def _banned_until(second: datetime) -> dict[str, Any]:
    return {"banned": True, "bannedUntil": second}


def _sixteen_at(second: datetime) -> dict[str, Any]:
    return {"ageFloor": 13, "nextBandAt": second}


def _notification() -> Document:
    return next(
        document
        for document in documents()
        if document.entry.path == NOTIFICATION and document.owner == OWNER.uid
    )
