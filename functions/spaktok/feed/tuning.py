"""What a user says of their feed: less of this, nothing of that, no profile, start anew.

Owns `users/{uid}/feed/tuning`: {videos: {key: at}, authors | hashtags | sounds: {key: {weight, at}},
personalised: bool | absent, resetAt}. Keys are digests, so the document names nobody. It counts on
the next page: the slate that is being read learns of it in the same commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock, ids, transaction
from spaktok.core.ids import UserId
from spaktok.feed import store
from spaktok.feed.model import Mode, key
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from spaktok.feed.slating import Candidate
    from spaktok.views.interests import Interests

LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
KEPT_MAX: Final = 500
"""Entries of a kind; the oldest go."""
LESS: Final = -1.0
"""What somebody wants less of weighs as much against as the strongest interest weighs for."""
_AUTHOR_OF_UNWANTED: Final = -0.25
"""What one unwanted video says of its author."""
_HALF_KNOWN: Final = 5.0
"""An interest of so many engaged views' worth weighs one half of the strongest."""
_KINDS: Final = {"users": "authors", "hashtags": "hashtags", "sounds": "sounds"}


@dataclass(frozen=True, slots=True)
class Tuning:
    """What a user said."""

    videos: frozenset[str] = frozenset()
    """Keys of the videos that they do not want."""
    authors: dict[str, float] = field(default_factory=dict)
    hashtags: dict[str, float] = field(default_factory=dict)
    sounds: dict[str, float] = field(default_factory=dict)
    """Weights below zero, by key."""
    personalised: bool | None = None
    """Whether they want a profile; None where they never said."""
    reset_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tuned:
    """What holds now."""

    kind: str
    active: bool


@dataclass(frozen=True, slots=True)
class Personalisation:
    """Whether the feed is ranked by a profile."""

    personalised: bool


def decode(fields: dict[str, Any] | None) -> Tuning:
    """What the document says; nothing where there is none."""
    if fields is None:
        return Tuning()
    return Tuning(
        videos=frozenset(fields.get("videos", {})),
        **{
            kind: {name: entry["weight"] for name, entry in fields.get(kind, {}).items()}
            for kind in _KINDS.values()
        },
        personalised=fields.get("personalised"),
        reset_at=fields.get("resetAt"),
    )


def taste(
    interests: Interests, said: Tuning, candidates: Iterable[Candidate]
) -> list[tuple[str, float]]:
    """What the viewer wants of what these candidates are about, as weights from −1 to 1.

    What they want less of comes first, then the strongest interests.
    """
    from spaktok.feed.slating import topics  # only the making of a slate asks for it
    from spaktok.views.interests import author_key

    weights: dict[str, float] = {}
    for topic in sorted({topic for one in candidates for topic in topics(one)}):
        mark, name = topic[0], topic[1:]
        known, against = {
            "#": (interests.hashtags.get(name, 0.0), said.hashtags),
            "♪": (interests.sounds.get(name, 0.0), said.sounds),
            "@": (interests.authors.get(author_key(name), 0.0), said.authors),
        }[mark]
        weight = against.get(key(name), known / (known + _HALF_KNOWN))
        if weight:
            weights[topic] = weight
    return sorted(weights.items(), key=lambda one: (one[1] > 0, -abs(one[1]), one[0]))


def less(uid: UserId, kind: str, name: str, *, active: bool) -> Tuned:
    """Want less of a user, hashtag or sound (`kind`), or take that back. 1 read, 2 writes.

    Repeated, it changes nothing that shows. What `name` is, and whether it is at all, is not asked.
    """
    field_name = _KINDS[kind]

    def body(tx: Transaction) -> None:
        fields = users.read([store.tuning_ref(uid)], tx)[0].to_dict() or {}
        held = dict(fields.get(field_name, {}))
        held.pop(key(name), None)
        if active:
            held[key(name)] = {"weight": LESS, "at": clock.now()}
            store.hide(tx, uid, kind, name)
        tx.set(store.tuning_ref(uid), {**fields, field_name: _newest(held)})

    transaction.run(body)
    return Tuned(kind, active)


def unwanted(uid: UserId, video_id: str, *, active: bool) -> Tuned:
    """Never show a video again, and its author a little less; or take that back. 1 read, 3 writes.

    The mark is counted later (`views.service.engaging`): for everybody it lowers the video a little.
    """
    from spaktok.views import store as views

    owner = ids.owner_of(video_id)

    def body(tx: Transaction) -> None:
        fields = users.read([store.tuning_ref(uid)], tx)[0].to_dict() or {}
        videos, authors = dict(fields.get("videos", {})), dict(fields.get("authors", {}))
        if (key(video_id) in videos) is active:
            return
        change = _AUTHOR_OF_UNWANTED if active else -_AUTHOR_OF_UNWANTED
        if active:
            videos[key(video_id)] = clock.now()
            store.hide(tx, uid, "videos", video_id)
            mark = {"userId": uid, "videoId": video_id, "timestamp": clock.now()}
            tx.set(views.unwanted_ref(uid, video_id), mark)
        else:
            del videos[key(video_id)]
            tx.delete(views.unwanted_ref(uid, video_id))
        if owner is not None:
            weight = authors.pop(key(owner), {"weight": 0.0})["weight"] + change
            if weight < 0:
                authors[key(owner)] = {"weight": max(LESS, weight), "at": clock.now()}
        kept = dict(sorted(videos.items(), key=lambda one: one[1])[-KEPT_MAX:])
        tx.set(store.tuning_ref(uid), {**fields, "videos": kept, "authors": _newest(authors)})

    transaction.run(body)
    return Tuned("video", active)


def personalise(uid: UserId, *, wanted: bool) -> Personalisation:
    """Turn the profile on or off. One write."""
    store.tuning_ref(uid).set({"personalised": wanted}, merge=True)
    return Personalisation(wanted)


def reset(uid: UserId) -> None:
    """Start anew: what one was interested in before, or wanted less of, counts no more.

    What was seen stays seen, what was refused ("not interested") stays refused. A read, two writes
    and a delete.
    """
    from spaktok.views import store as views

    def body(tx: Transaction) -> None:
        fields = users.read([store.tuning_ref(uid)], tx)[0].to_dict() or {}
        for kind in _KINDS.values():
            fields.pop(kind, None)
        tx.set(store.tuning_ref(uid), {**fields, "resetAt": clock.now()})
        tx.delete(views.interests_ref(uid))
        # The slate stays for what was served of it, and nobody reads on from it.
        tx.set(store.slate_ref(uid), {"modes": {Mode.FOR_YOU: {"builtAt": LONG_AGO}}}, merge=True)

    transaction.run(body)


def _newest(held: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return dict(sorted(held.items(), key=lambda one: one[1]["at"])[-KEPT_MAX:])
