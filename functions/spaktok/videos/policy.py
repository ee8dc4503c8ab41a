"""The gate's thresholds and the banned hashtags: data in `policy.json`, read once an instance."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spaktok.videos.model import ModerationStatus


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
    )
