"""What was taken back: copies of it must not be shown any more, from the commit on.

Videos are copied into packed documents (inboxes, slates, pools) that many hold, and no commit can
change them all. So whoever narrows the reach of a video or of an account says it here, in the commit
that narrows it; and whoever shows copies reads this one document beside them and asks `admits`. Where
the reach widens again the entry goes, also in the same commit. It is the present state and no log:
nothing compares instants to decide what is shown.

An entry may go by itself once no copy is left that it hides: those in inboxes were withdrawn (`done`),
and the others are never used when older than `COPIES_LIVE`.

Owns `revocations/{part}`: {videos: {id: entry}, users: {uid: entry}}, an entry {reach, age, nonce,
done, at}. One part takes about one entry a second for good, which is what some ten million users need;
each further one costs every page of a feed a read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, log, transaction

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction, WriteBatch

COPIES_LIVE: Final = timedelta(hours=1)
"""The oldest that a packed copy outside inboxes may be when it is shown."""
KEPT_FOR: Final = 3 * COPIES_LIVE
"""An entry is kept that long at least: copies and entries may be dated by clocks that disagree."""
PARTS: Final = 1
STUCK_AFTER: Final = timedelta(days=1)


class Reach(StrEnum):
    """Whom copies may be shown to."""

    NOBODY = "nobody"
    FOLLOWERS = "followers"
    EVERYONE = "everyone"
    """Only the age counts."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What an entry says of a video, or of all an account has."""

    reach: Reach
    age: int = 0
    """Years that a viewer must have completed."""

    def admits(self, *, follows: bool, years: int) -> bool:
        """Whether a copy may be shown to somebody."""
        if self.reach is Reach.NOBODY or years < self.age:
            return False
        return follows or self.reach is Reach.EVERYONE


@dataclass(frozen=True, slots=True)
class Revocations:
    """All that was taken back lately."""

    videos: dict[str, Limit] = field(default_factory=dict)
    users: dict[str, Limit] = field(default_factory=dict)

    def admits(self, video_id: str, owner: str, *, follows: bool, years: int) -> bool:
        """Whether a copy of a video may be shown to someone of so many years, who follows or not."""
        limits = (self.videos.get(video_id), self.users.get(owner))
        return all(one is None or one.admits(follows=follows, years=years) for one in limits)


def refs() -> list[DocumentReference]:
    """The documents that say it, to be read together with the copies. A read each."""
    return [_ref(part) for part in range(PARTS)]


def decode(snapshots: list[DocumentSnapshot[Any]]) -> Revocations:
    """What the documents say."""
    videos: dict[str, Limit] = {}
    users: dict[str, Limit] = {}
    for snapshot in snapshots:
        fields: dict[str, Any] = snapshot.to_dict() or {}
        for kind, found in (("videos", videos), ("users", users)):
            for key, entry in fields.get(kind, {}).items():
                found[key] = Limit(Reach(entry["reach"]), entry["age"])
    return Revocations(videos, users)


def limit_video(batch: WriteBatch, video_id: str, owner: str, limit: Limit) -> str:
    """Stage that copies of a video reach no further. One write; returns what names the entry."""
    return _limit(batch, "videos", video_id, owner, limit, done=False)


def limit_user(batch: WriteBatch, uid: str, limit: Limit) -> str:
    """Stage that copies of all that an account has reach no further. One write.

    Followers keep what they were brought: there is nothing to withdraw for their sake.
    """
    return _limit(batch, "users", uid, uid, limit, done=limit.reach is not Reach.NOBODY)


def lift_video(batch: WriteBatch, video_id: str, owner: str) -> None:
    """Stage that nothing is held back of a video. One write."""
    _lift(batch, "videos", video_id, owner)


def lift_user(batch: WriteBatch, uid: str) -> None:
    """Stage that nothing is held back of an account. One write."""
    _lift(batch, "users", uid, uid)


def named(kind: str, key: str, owner: str) -> str | None:
    """What names the entry that stands now; None where there is none. One read."""
    fields = _ref(_part(owner)).get().to_dict() or {}
    nonce: str | None = fields.get(kind, {}).get(key, {}).get("nonce")
    return nonce


def pending(kind: str, key: str, owner: str, nonce: str) -> bool:
    """Whether this very entry still stands, and copies in inboxes may be left. One read."""
    fields = _ref(_part(owner)).get().to_dict() or {}
    entry = fields.get(kind, {}).get(key, {})
    return entry.get("nonce") == nonce and not entry["done"]


def withdrawn(kind: str, key: str, owner: str, nonce: str) -> None:
    """Note that the copies in inboxes are gone, unless the entry is another by now. Repeatable."""

    def body(tx: Transaction) -> None:
        fields = next(iter(tx.get_all([_ref(_part(owner))]))).to_dict() or {}
        if fields.get(kind, {}).get(key, {}).get("nonce") == nonce:
            tx.set(_ref(_part(owner)), {kind: {key: {"done": True}}}, merge=True)

    transaction.run(body)


def prune(at: datetime) -> int:
    """Forget the entries that hide nothing any more; how many. A read, and a write if there are any."""
    return sum(transaction.run(lambda tx, part=part: _prune(tx, part, at)) for part in range(PARTS))  # type: ignore[misc]


def forget(uid: str) -> None:
    """Drop every entry that names an account, its own and those of its videos. A read and a write.

    For an erasure, when all that was packed of it is older than `COPIES_LIVE`. Repeatable.
    """

    def body(tx: Transaction) -> None:
        from google.cloud.firestore import DELETE_FIELD

        fields = next(iter(tx.get_all([_ref(_part(uid))]))).to_dict() or {}
        gone = {
            kind: {
                key: DELETE_FIELD for key in fields.get(kind, {}) if uid in (key, ids.owner_of(key))
            }
            for kind in ("videos", "users")
        }
        if any(gone.values()):
            tx.set(
                _ref(_part(uid)), {kind: keys for kind, keys in gone.items() if keys}, merge=True
            )

    transaction.run(body)


def _prune(tx: Transaction, part: int, at: datetime) -> int:
    from google.cloud.firestore import DELETE_FIELD

    fields = next(iter(tx.get_all([_ref(part)]))).to_dict() or {}
    gone: dict[str, dict[str, Any]] = {}
    stuck = 0
    for kind in ("videos", "users"):
        for key, entry in fields.get(kind, {}).items():
            if entry["done"] and entry["at"] < at - KEPT_FOR:
                gone.setdefault(kind, {})[key] = DELETE_FIELD
            stuck += not entry["done"] and entry["at"] < at - STUCK_AFTER
    if gone:
        tx.set(_ref(part), gone, merge=True)
    if stuck:
        log.warning("copies not withdrawn yet", entries=stuck)
    return sum(len(keys) for keys in gone.values())


def _limit(  # noqa: PLR0913 - an entry's fields
    batch: WriteBatch, kind: str, key: str, owner: str, limit: Limit, *, done: bool
) -> str:
    nonce = ids.random_id()
    entry = {
        "reach": limit.reach,
        "age": limit.age,
        "nonce": nonce,
        "done": done,
        "at": clock.now(),
    }
    batch.set(_ref(_part(owner)), {kind: {key: entry}}, merge=True)
    return nonce


def _lift(batch: WriteBatch, kind: str, key: str, owner: str) -> None:
    from google.cloud.firestore import DELETE_FIELD

    batch.set(_ref(_part(owner)), {kind: {key: DELETE_FIELD}}, merge=True)


def _part(owner: str) -> int:
    return int(ids.digest(owner), 16) % PARTS


def _ref(part: int) -> DocumentReference:
    return clients.db().collection("revocations").document(str(part))
