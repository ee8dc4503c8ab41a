"""Recognising a clip: as one that was published before, or as known abuse.

Owns `frameHashes/{videoId | known-…}`: {kind, userId?, videoId?, hashes, bands, durationMs, at}. Both
are found by the same few queries: each frame is looked for under 16 bands, 30 to a query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from spaktok.core import clients, clock, ids
from spaktok.media import hashes
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.model import Video, VideoStatus
from spaktok.videos.policy import policy

BANDS_A_QUERY: Final = 30
"""What one `array_contains_any` takes."""
FRAMES_ASKED: Final = 5
CANDIDATES_MAX: Final = 20
"""Of one query: by chance there is none, so these are copies already."""

_SHOWN: Final = frozenset({VideoStatus.ACTIVE, VideoStatus.AWAY, VideoStatus.PROCESSING})


@dataclass(frozen=True, slots=True)
class Findings:
    """What a clip's frames were recognised as."""

    known_abuse: str | None = None
    """The entry of the list that it matches."""
    is_copy: bool = False
    """Of a public video that was there before; not of which: an id names its owner, whom whoever
    uploads the copy may be hidden from, and who may be erased."""


def recognise(video: Video, found: Sequence[hashes.FrameHash], duration_ms: int) -> Findings:
    """Remember the clip's frames and look for them: at most 3 queries, and a read a candidate.

    Remembered first: of two copies that are processed at once each then finds the other, and the
    later one is the copy. Only what is public can be copied here: whoever uploads a clip must not
    learn that it exists among what is private.
    """
    usable = hashes.usable(found)
    remember(video, usable, duration_ms)
    if not usable:
        return Findings()
    entries = _candidates(usable)
    for entry in entries:
        if entry["kind"] == "known" and _matches_abuse(usable, entry["hashes"]):
            return Findings(known_abuse=entry["id"])
    return Findings(is_copy=_is_copy(video, usable, duration_ms, entries))


def remember(video: Video, usable: Sequence[str], duration_ms: int) -> None:
    """Put a video's frames into the index. One write; repeated, the same."""
    store.frames_ref(video.video_id).set(
        {
            "kind": "video",
            "userId": video.user_id,
            "videoId": video.video_id,
            "hashes": list(usable),
            "bands": _bands(usable),
            "durationMs": duration_ms,
            "at": clock.now(),
        }
    )


def list_abuse(digits: str, source: str) -> str:
    """Add a hash to the list of known abuse; the entry's id. One write.

    `source` names the list that it came from (a hotline's, the platform's own).
    """
    name = f"known-{ids.digest('known', digits)}"
    store.frames_ref(name).set(
        {
            "kind": "known",
            "source": source,
            "hashes": [digits],
            "bands": _bands([digits]),
            "at": clock.now(),
        }
    )
    return name


def _candidates(usable: Sequence[str]) -> list[dict[str, Any]]:
    from google.cloud.firestore import FieldFilter

    step = max(1, -(-len(usable) // FRAMES_ASKED))
    asked = _bands(usable[::step])
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(asked), BANDS_A_QUERY):
        query = (
            clients.db()
            .collection("frameHashes")
            .where(
                filter=FieldFilter(
                    "bands", "array_contains_any", asked[start : start + BANDS_A_QUERY]
                )
            )
            .limit(CANDIDATES_MAX)
        )
        for snapshot in query.stream():
            found[snapshot.id] = {**(snapshot.to_dict() or {}), "id": snapshot.id}
    return list(found.values())


def _matches_abuse(usable: Sequence[str], known: Sequence[str]) -> bool:
    limit = policy().abuse_distance_max
    return any(hashes.distance(one, bad) <= limit for one in usable for bad in known)


def _is_copy(
    video: Video, usable: Sequence[str], duration_ms: int, entries: Sequence[dict[str, Any]]
) -> bool:
    likely = [
        entry["videoId"]
        for entry in entries
        if entry["kind"] == "video"
        and entry["videoId"] != video.video_id
        and _as_long(duration_ms, entry["durationMs"])
        and hashes.alike(usable, entry["hashes"], policy().duplicate_distance_max)
        >= policy().frames_shared
    ]
    if not likely:
        return False
    others = [store.decode(one) for one in users.read([store.ref(one) for one in likely])]
    return any(one is not None and _came_before(one, video) for one in others)


def _as_long(one_ms: int, other_ms: int) -> bool:
    return abs(one_ms - other_ms) <= policy().length_differs * max(one_ms, other_ms)


def _came_before(other: Video, video: Video) -> bool:
    public = other.visibility is Visibility.PUBLIC and not other.owner_private
    return public and other.status in _SHOWN and _place(other) < _place(video)


def _place(video: Video) -> tuple[datetime, str]:
    return video.created_at, video.video_id


def _bands(usable: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(band for digits in usable for band in hashes.bands(digits)))
