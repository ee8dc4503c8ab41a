"""Replaying a ranking from its record: the same inputs, packed; the same function; the same slate."""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from typing import Any

from spaktok.feed.slating import Candidate, Inputs, Ranked, assemble

_LEVEL = 6


def pack(inputs: Inputs) -> bytes:
    """The inputs as compressed JSON, every number as it was: some 40 bytes a candidate."""
    raw: dict[str, Any] = {
        "recipe": inputs.recipe,
        "seed": inputs.seed,
        "at": inputs.at.isoformat(),
        "taste": inputs.taste,
        "candidates": [_row(one) for one in inputs.candidates],
    }
    return zlib.compress(json.dumps(raw, separators=(",", ":")).encode(), _LEVEL)


def unpack(packed: bytes) -> Inputs:
    """What `pack` was given."""
    raw: dict[str, Any] = json.loads(zlib.decompress(packed))
    return Inputs(
        recipe=raw["recipe"],
        seed=raw["seed"],
        at=datetime.fromisoformat(raw["at"]),
        taste=tuple((name, weight) for name, weight in raw["taste"]),
        candidates=tuple(_candidate(row) for row in raw["candidates"]),
    )


def replay(packed: bytes) -> list[Ranked]:
    """The slate that the recorded inputs give, by the recipe that they name."""
    return assemble(unpack(packed))


def _row(one: Candidate) -> list[Any]:
    return [
        one.video_id,
        one.author,
        one.published_at.isoformat(),
        one.hashtags,
        one.sound_id,
        one.counts,
        one.viewers,
        one.watched,
        one.side,
        one.followed,
        one.new_creator,
        one.trending,
    ]


def _candidate(row: list[Any]) -> Candidate:
    return Candidate(
        video_id=row[0],
        author=row[1],
        published_at=datetime.fromisoformat(row[2]),
        hashtags=tuple(row[3]),
        sound_id=row[4],
        counts=tuple(row[5]),
        viewers=row[6],
        watched=row[7],
        side=row[8],
        followed=row[9],
        new_creator=row[10],
        trending=row[11],
    )
