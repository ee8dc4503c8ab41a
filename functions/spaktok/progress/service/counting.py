"""Counting what happened, by the events of the documents that say so.

A document that counts (a like, a comment, a follow, a published video) adds to the day it is dated;
one that ceases to takes it back from that day. Each event is counted in the transaction that
remembers its id, so redeliveries change nothing; and since there are only sums, neither does the
order of events or how late they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clients, counters, ids, once, transaction
from spaktok.core.once import Operation
from spaktok.progress import store
from spaktok.progress.model import EXPERIENCE, Deed, Metric
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction, WriteBatch

Fields = dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a day of a user's has more of."""

    uid: str
    date: str
    amounts: dict[str, int]


def video(event_id: str, before: Fields, after: Fields) -> None:
    """A video came to stand published, or ceased to: experience for its owner."""
    said = _turned(before, after, lambda one: one["status"] == "active")
    if said is None or (at := said.fields.get("publishedAt")) is None:
        return
    amounts = {Metric.VIDEOS: 1, Metric.POINTS: EXPERIENCE[Deed.VIDEO_POSTED]}
    change = _change(said.fields["userId"], at, amounts, said.sign)
    _count(event_id, change)


def watched(event_id: str, at: datetime, before: Fields, after: Fields) -> None:
    """A video's total of views moved: so does its owner's.

    Once a roll-up of the video, so a view costs next to nothing; and as differences, which come to the
    same in whatever order they come.
    """
    if before is None or after is None:
        return
    more = after.get("views", 0) - before.get("views", 0)
    if more:
        change = Change(after["userId"], store.date_of(at), {Metric.VIDEO_VIEWS.value: more})
        _count(f"{event_id}.views", change)


def gifts(event_id: str, uid: str, at: datetime, before: Fields, after: Fields) -> None:
    """The total of gifts that a user was given moved, by what was given or taken back."""
    more = (after or {}).get("gifts", 0) - (before or {}).get("gifts", 0)
    if after is not None and more:
        _count(event_id, Change(uid, store.date_of(at), {Metric.GIFTS.value: more}))


def like(event_id: str, before: Fields, after: Fields) -> None:
    """A like was given or taken back: experience for the video's owner, by whomever but themselves."""
    said = _turned(before, after)
    if said is None:
        return
    owner = ids.owner_of(said.fields["videoId"])
    if owner is None or owner == said.fields["userId"]:
        return
    amounts = {Metric.LIKES: 1, Metric.POINTS: EXPERIENCE[Deed.LIKE_RECEIVED]}
    change = _change(owner, said.fields["timestamp"], amounts, said.sign)
    _count(event_id, change)


def follow(event_id: str, at: datetime, before: Fields, after: Fields) -> None:
    """A user won a follower or lost one; won and lost within a day, it never was."""
    said = _turned(before, after)
    if said is None:
        return
    since = said.fields["timestamp"]
    if said.sign > 0 or store.date_of(at) == store.date_of(since):
        change = _change(said.fields["followingId"], since, {Metric.FOLLOWERS_GAINED: 1}, said.sign)
    else:
        change = _change(said.fields["followingId"], at, {Metric.FOLLOWERS_LOST: 1}, 1)
    _count(event_id, change)


def comment(event_id: str, comment_id: str, before: Fields, after: Fields) -> None:
    """A comment came to stand, or ceased to: experience for its author and the video's owner.

    All comments of one author on one video count as comments; experience comes of the first of them
    alone, and goes with it: nobody talks their way up. First by its own date, so that it is the same
    one in whatever order the events come. Four reads, four writes.
    """
    said = _turned(before, after, lambda one: one["moderationStatus"] == "active")
    if said is None:
        return
    author, video_id = said.fields["userId"], said.fields["videoId"]
    owner = ids.owner_of(video_id)
    if owner is None or owner == author:
        return
    at = said.fields["timestamp"]
    counted = [
        _change(owner, at, {Metric.COMMENTS: 1}, said.sign),
        _change(author, at, {Metric.COMMENTS_MADE: 1}, said.sign),
    ]
    deeds = ((owner, Deed.COMMENT_RECEIVED), (author, Deed.COMMENT_MADE))
    about = _About("comment", author, owner, video_id, deeds)
    _claimed(event_id, about, _Claim.made(at, comment_id, said.sign), counted)


def share(event_id: str, share_id: str, before: Fields, after: Fields) -> None:
    """A video was shared: experience for its owner, of everyone's first share. Costs as a comment.

    The record of a share goes with the video or with who shared it, and the experience with it.
    """
    said = _turned(before, after)
    if said is None:
        return
    actor, video_id = said.fields["userId"], said.fields["videoId"]
    owner = ids.owner_of(video_id)
    if owner is None or owner == actor:
        return
    about = _About("share", actor, owner, video_id, ((owner, Deed.SHARE_RECEIVED),))
    _claimed(event_id, about, _Claim.made(said.fields["timestamp"], share_id, said.sign), [])


@dataclass(frozen=True, slots=True)
class _About:
    """What gives experience once: who did it, to whose thing, and who gets what for it."""

    kind: str
    actor: str
    owner: str
    thing: str
    deeds: tuple[tuple[str, Deed], ...]

    def points(self, claim: _Claim | None, sign: int) -> list[Change]:
        """What a claim gives while it stands."""
        if claim is None or claim.live <= 0:
            return []
        return [
            Change(uid, claim.date, {Metric.POINTS: sign * EXPERIENCE[deed]})
            for uid, deed in self.deeds
        ]


def _claimed(event_id: str, about: _About, claim: _Claim, counted: list[Change]) -> None:
    """Count, and give experience for the first of its kind alone."""
    owner, actor = about.owner, about.actor
    reference = store.claim_ref(about.kind, actor, about.thing)
    shards = _shards([owner, actor])
    event = _once(event_id)

    def body(tx: Transaction) -> list[Change]:
        if once.done(tx, event):
            return []
        changes = list(counted)
        # A claim names both: none is left of whoever is gone.
        if shards.keys() >= {owner, actor}:
            held = _Claim.of(users.read([reference], tx)[0].to_dict())
            now = claim.beside(held)
            changes += about.points(held, -1) + about.points(now, 1)
            facts = {
                "kind": about.kind,
                "actorId": actor,
                "userId": owner,
                "entityId": about.thing,
            }
            tx.set(reference, {**facts, "rank": now.rank, "live": now.live, "date": now.date})
        changes = _merged(change for change in changes if change.uid in shards)
        once.mark(tx, event)
        for change in changes:
            _add(tx, change, shards)
        return changes

    _changed(transaction.run(body))


@dataclass(frozen=True, slots=True)
class _Claim:
    """Which of an actor's deeds to a thing gives experience, and whether it stands."""

    rank: str
    """Its date and id: the least of them is the first."""
    live: int
    """1 while it stands; what its events say so far, summed."""
    date: str

    @classmethod
    def made(cls, at: datetime, name: str, sign: int) -> _Claim:
        """What an event says of a deed of that instant and id."""
        return cls(f"{at.isoformat()}|{name}", sign, store.date_of(at))

    @classmethod
    def of(cls, fields: Fields) -> _Claim | None:
        """The claim as it is stored, if it is."""
        return None if fields is None else cls(fields["rank"], fields["live"], fields["date"])

    def beside(self, held: _Claim | None) -> _Claim:
        """The claim that stands once this one is known too."""
        if held is None or self.rank < held.rank:
            return self
        if self.rank > held.rank:
            return held
        return _Claim(held.rank, held.live + self.live, held.date)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A document that began (1) or ceased (-1) to count, and what it says."""

    sign: int
    fields: dict[str, Any]


def _turned(
    before: Fields, after: Fields, counts: Callable[[dict[str, Any]], bool] = lambda _: True
) -> _Turn | None:
    did, does = before is not None and counts(before), after is not None and counts(after)
    if did == does:
        return None
    return _Turn(1, after or {}) if does else _Turn(-1, before or {})


def _change(uid: str, at: datetime, amounts: dict[Metric, int], sign: int) -> Change:
    signed = {metric.value: sign * amount for metric, amount in amounts.items()}
    return Change(uid, store.date_of(at), signed)


def _count(event_id: str, change: Change) -> None:
    """Count an event once for all time; nothing for whoever is not there any more.

    One read and two writes, in a commit that fails whole where the event was counted before.
    """
    from google.api_core.exceptions import AlreadyExists

    shards = _shards([change.uid])
    if not shards:
        return
    batch = clients.db().batch()
    once.mark(batch, _once(event_id))
    _add(batch, change, shards)
    try:
        transaction.commit(batch)
    except AlreadyExists:
        return
    _changed([change])


def _merged(changes: Iterable[Change]) -> list[Change]:
    """One change a user and day, so that each is one write; none where it comes to nothing."""
    days: dict[tuple[str, str], Counter[str]] = {}
    for change in changes:
        days.setdefault((change.uid, change.date), Counter()).update(change.amounts)
    return [
        Change(uid, date, amounts)
        for (uid, date), found in days.items()
        if (amounts := {metric: amount for metric, amount in found.items() if amount})
    ]


def _shards(uids: Sequence[str]) -> dict[str, int]:
    """Over how many documents each one's days are spread; without those who are gone."""
    found = (users.decode_card(one) for one in users.read([users.card_ref(uid) for uid in uids]))
    return {card.user_id: min(card.shards, counters.SHARDS_MAX) for card in found if card}


def _once(event_id: str) -> Operation:
    return once.event(event_id, "progress")


def _add(batch: WriteBatch, change: Change, shards: dict[str, int]) -> None:
    day = store.day_ref(change.uid, change.date)
    counters.add(batch, day, change.amounts, shards=shards[change.uid])


def _changed(changes: Sequence[Change]) -> None:
    for uid, date in {(change.uid, change.date) for change in changes}:
        counters.changed(store.day_ref(uid, date), store.METRICS)
