"""People who watch, as their apps report it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from spaktok.core import clients, clock, standing
from spaktok.core.ids import UserId
from spaktok.users.relation import Visibility
from spaktok.videos import store as videos
from spaktok.views.requests import Play, RecordVideoViews
from spaktok.views.service import recording, rolling
from tests.support.time import TestClock
from tests.support.worlds import video

CLIP_S = 30.0


def clip(owner: UserId, visibility: Visibility = Visibility.PUBLIC, **fields: Any) -> str:
    """A video of half a minute, which passed the gate by itself."""
    made = video(owner, visibility)
    videos.ref(made).update({"media.durationMs": 30_000, "recommendable": True, **fields})
    return made


def watch(who: UserId, *names: str, seconds: float = CLIP_S, **more: Any) -> recording.Recorded:
    """One report of what somebody watched."""
    plays = [Play(video_id=name, watch_time=seconds) for name in names]
    return recording.record(who, RecordVideoViews(plays=plays, **more))


def count(time: TestClock) -> int:
    """Have what was reported counted."""
    time.pass_(minutes=10)
    return rolling.roll_up(0)


def crowd(size: int, *, name: str = "fan") -> list[UserId]:
    """People whose accounts have been there for a while; of them nothing else is needed to watch."""
    everyone = [UserId(f"{name}{number}") for number in range(size)]
    batch = clients.db().batch()
    for one in everyone:
        since = clock.now() - timedelta(days=365)
        batch.set(clients.db().document(f"security/{one}"), standing.new(since))
    batch.commit()
    return everyone


def drawn(people: Sequence[UserId], *names: str) -> None:
    """All of them watch enough of all of these."""
    for one in people:
        watch(one, *names, seconds=CLIP_S / 2)
