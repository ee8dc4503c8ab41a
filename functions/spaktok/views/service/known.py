"""What is known of videos while their plays are counted: read once by an instance, then remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from spaktok.core import clock
from spaktok.users import store as users
from spaktok.videos import store as videos
from spaktok.videos.model import Video, VideoStatus
from spaktok.views.model import Facts

REMEMBERED_S: Final = 600.0
REMEMBERED_MAX: Final = 20_000
CHUNK: Final = 300
UNKNOWN: Final = "und"

_facts: Final[OrderedDict[str, tuple[float, Facts | None]]] = OrderedDict()


def facts(video_ids: Iterable[str]) -> dict[str, Facts]:
    """What is known of these videos; nothing of one that is not there for anyone.

    A read for each that this instance has not looked at for ten minutes.
    """
    now_s = clock.monotonic()
    wanted = sorted(set(video_ids))
    missing = [
        name for name in wanted if name not in _facts or now_s - _facts[name][0] > REMEMBERED_S
    ]
    for start in range(0, len(missing), CHUNK):
        names = missing[start : start + CHUNK]
        for name, snapshot in zip(
            names, users.read([videos.ref(name) for name in names]), strict=True
        ):
            _facts[name] = (now_s, _of(videos.decode(snapshot)))
            _facts.move_to_end(name)
    found = {name: kept for name in wanted if (kept := _facts[name][1]) is not None}
    while len(_facts) > REMEMBERED_MAX:
        _facts.popitem(last=False)
    return found


def forget() -> None:
    """Look at every video anew: one of them is gone."""
    _facts.clear()


def _of(video: Video | None) -> Facts | None:
    if video is None or video.status is VideoStatus.REMOVED:
        return None
    return Facts(
        owner=video.user_id,
        duration_ms=video.duration_ms,
        hashtags=video.hashtags,
        sound_id=video.sound_id,
        language=None if video.language == UNKNOWN else video.language,
        open=video.is_public,
        public=video.is_public and not video.age_restriction and video.recommendable,
    )
