"""The gate's thresholds, the banned hashtags and how much may be uploaded: data in `policy.json`.

Read once an instance.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from spaktok.videos.model import ModerationStatus


@dataclass(frozen=True, slots=True)
class Uploads:
    """How much may be uploaded: standard, and with the entitlement that a premium slot is."""

    per_day: int
    per_day_premium: int
    more_from_level: tuple[tuple[int, int], ...]
    """From which level on how many more a day; the highest level reached counts, alone."""
    duration_ms_max: int
    duration_ms_max_premium: int

    def per_day_of(self, *, premium: bool, level: int) -> int:
        """How many a day somebody may upload."""
        more = max((more for start, more in self.more_from_level if level >= start), default=0)
        return (self.per_day_premium if premium else self.per_day) + more

    def duration_of(self, *, premium: bool) -> int:
        """How long a video of theirs may be, in milliseconds."""
        return self.duration_ms_max_premium if premium else self.duration_ms_max


@dataclass(frozen=True, slots=True)
class Policy:
    """What the product decided."""

    version: str
    approve_below: float
    reject_above: float
    frames_shared: float
    """The share of frames from which on two clips are one."""
    duplicate_distance_max: int
    length_differs: float
    """By which share of the longer one two lengths may differ."""
    abuse_distance_max: int
    banned_hashtags: frozenset[str]
    uploads: Uploads

    def verdict(self, risk: float) -> ModerationStatus:
        """What follows from a risk of 0 to 1: the middle, its ends included, is for a human."""
        if risk < self.approve_below:
            return ModerationStatus.APPROVED
        if risk > self.reject_above:
            return ModerationStatus.REMOVED
        return ModerationStatus.FLAGGED


@cache
def policy() -> Policy:
    """The policy of this version."""
    data = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return Policy(
        version=data["version"],
        approve_below=data["risk"]["approveBelow"],
        reject_above=data["risk"]["rejectAbove"],
        frames_shared=data["duplicates"]["framesShared"],
        duplicate_distance_max=data["duplicates"]["distanceMax"],
        length_differs=data["duplicates"]["lengthDiffers"],
        abuse_distance_max=data["knownAbuse"]["distanceMax"],
        banned_hashtags=frozenset(data["bannedHashtags"]),
        uploads=_uploads(data["uploads"]),
    )


def _uploads(data: dict[str, Any]) -> Uploads:
    more = {int(level): count for level, count in data["perDayMoreFromLevel"].items()}
    return Uploads(
        per_day=data["perDay"]["standard"],
        per_day_premium=data["perDay"]["premium"],
        more_from_level=tuple(sorted(more.items())),
        duration_ms_max=data["durationMsMax"]["standard"],
        duration_ms_max_premium=data["durationMsMax"]["premium"],
    )
