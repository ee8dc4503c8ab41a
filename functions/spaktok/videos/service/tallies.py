"""Totals of what videos share: uses of a hashtag and a sound, entries of a challenge.

Only what everyone may see counts, so that a total betrays nothing: each change of a video's document
adds what it shows more than before, once an event, however the event comes. Since there are only sums
of differences, neither the order of events nor how late they come changes the total; and whoever
makes a video public or takes it away (its owner, a moderator, a deactivation, an erasure) need not
think of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spaktok.core import clock, counters, ids, once, transaction
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import catalogue, store
from spaktok.videos.model import VideoStatus
from spaktok.videos.service import origins

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction

Fields = dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Shares:
    """What a video adds to as it stands."""

    hashtags: frozenset[str] = frozenset()
    sound: str | None = None
    challenge: str | None = None


def shares(fields: Fields) -> Shares:
    """What a video with these fields adds to: nothing, unless it is public."""
    if (
        fields is None
        or fields.get("status") != VideoStatus.ACTIVE
        or fields.get("visibility") != Visibility.PUBLIC
        or fields.get("ownerPrivate")
    ):
        return Shares()
    return Shares(
        frozenset(fields.get("hashtags", ())), fields.get("soundId"), fields.get("challengeId")
    )


def follow(event_id: str, video_id: str, before: Fields, after: Fields) -> None:
    """Count what a change of a video's document changed. Without a change of it, nothing is read.

    A read and a write for the event and for each total, and a write more for one that is new.
    """
    was, now = shares(before), shares(after)
    if was == now:
        return
    changes = _changes(was, now)
    owner = ids.owner_of(video_id)
    event = once.event(event_id, "tallies")
    references = list(changes)
    entries = _entries(was, now, owner) if owner else {}

    def body(tx: Transaction) -> None:
        found = users.read([*references, *entries], tx)
        there = {snapshot.id for snapshot in found[: len(references)] if snapshot.exists}
        for snapshot in found[: len(references)]:
            amount = changes[snapshot.reference]
            _add(tx, snapshot, amount)
        for snapshot in found[len(references) :]:
            # An entry of a challenge that is gone would name who called it out, for good.
            if _challenge_of(snapshot) in there:
                _enter(tx, snapshot, entries[snapshot.reference], str(owner))

    if once.handle(event, body):
        for reference in references:
            counters.changed(reference, _FIELDS[reference.parent.id])
    _follow_sound(video_id)


_FIELDS: dict[str, tuple[str, ...]] = {
    "hashtags": ("usageCount",),
    "sounds": ("usageCount",),
    "challenges": ("participantCount", "videoCount"),
}


def _changes(was: Shares, now: Shares) -> dict[DocumentReference, int]:
    """By how much each total changes."""
    found: dict[DocumentReference, int] = {}
    for shown, amount in ((was, -1), (now, 1)):
        things = [catalogue.hashtag_ref(tag) for tag in sorted(shown.hashtags)]
        if shown.sound:
            things.append(catalogue.sound_ref(shown.sound))
        if shown.challenge:
            things.append(catalogue.challenge_ref(shown.challenge))
        for reference in things:
            found[reference] = found.get(reference, 0) + amount
    return {reference: amount for reference, amount in found.items() if amount}


def _entries(was: Shares, now: Shares, owner: str) -> dict[DocumentReference, int]:
    """By how much the owner's entries of a challenge change."""
    if was.challenge == now.challenge:
        return {}
    return {
        catalogue.participant_ref(challenge, owner): amount
        for challenge, amount in ((was.challenge, -1), (now.challenge, 1))
        if challenge
    }


def _add(tx: Transaction, total: DocumentSnapshot[Any], amount: int) -> None:
    kind = total.reference.parent.id
    if not total.exists:
        if kind != "hashtags":
            return
        # The sum is its own from the first: a hashtag begins with its first public use.
        tx.create(
            total.reference,
            {
                "tag": total.reference.id,
                "usageCount": 0,
                "shards": 1,
                "createdAt": clock.now(),
            },
        )
    field = "videoCount" if kind == "challenges" else "usageCount"
    spread = (total.to_dict() or {}).get("shards", 1)
    counters.add(tx, total.reference, {field: amount}, shards=spread)


def _enter(tx: Transaction, entry: DocumentSnapshot[Any], amount: int, owner: str) -> None:
    """A participant is who has an entry, whatever their number."""
    before = (entry.to_dict() or {}).get("entries", 0)
    after = before + amount
    challenge_id = _challenge_of(entry)
    tx.set(entry.reference, {"challengeId": challenge_id, "userId": owner, "entries": after})
    step = (after > 0) - (before > 0)
    if step:
        challenge = catalogue.challenge_ref(challenge_id)
        counters.add(tx, challenge, {"participantCount": step}, shards=1)


def _challenge_of(entry: DocumentSnapshot[Any]) -> str:
    return str(entry.reference.id.rpartition("_")[0])


def _follow_sound(video_id: str) -> None:
    """Let the video's own sound be there just while the video is public, whoever changed that.

    Three reads, and a write where they differ: what stands now counts, not what the event says.
    """

    def body(tx: Transaction) -> None:
        found, heard, private = users.read(
            [store.ref(video_id), catalogue.sound_ref(video_id), store.media_ref(video_id)], tx
        )
        sound = catalogue.decode_sound(heard)
        video = store.decode(found)
        if sound is None:
            return
        if video is None:
            tx.update(heard.reference, {"status": catalogue.SoundStatus.WITHDRAWN})
            return
        origins.follow(
            tx,
            origins.Origin(sound, None),
            video,
            private.to_dict() or {},
            status=video.status,
            at=clock.now(),
        )

    transaction.run(body)
