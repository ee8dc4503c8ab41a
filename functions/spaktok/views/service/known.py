"""What is known of videos while their plays are counted: read once by an instance, then remembered.

So it may be of a video that was deleted meanwhile. Whatever counts writes only where the video's sums
are, which go with it: the commit fails, and `while_there` has it done anew without that video.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from spaktok.core import clock, transaction
from spaktok.users import store as users
from spaktok.videos import store as videos
from spaktok.videos.model import Video, VideoStatus
from spaktok.views.model import Facts

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

REMEMBERED_S: Final = 600.0
REMEMBERED_MAX: Final = 20_000
CHUNK: Final = 300
UNKNOWN: Final = "und"
GONE_MAX: Final = 3

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


def while_there(work: Callable[[], None], video_ids: Iterable[str] = ()) -> None:
    """Do what writes to videos; again, having looked at them anew, where one of them went meanwhile.

    `video_ids`: those that may never have been counted. One of a version that made no sums with a
    video is given them then: two reads each.
    """
    from google.api_core.exceptions import NotFound as Missing

    names = sorted({*video_ids})
    for attempt in range(GONE_MAX):
        try:
            return work()
        except Missing:
            forget()
            if attempt + 1 == GONE_MAX:
                raise
            for name in names:
                transaction.run(lambda tx, one=name: _begin(tx, one))  # type: ignore[misc]
    return None


def _begin(tx: Transaction, video_id: str) -> None:
    """Stage the sums of a video that is there and has none."""
    found, sums = users.read([videos.ref(video_id), videos.analytics_ref(video_id)], tx)
    about = _of(videos.decode(found))
    if about is not None and not sums.exists:
        tx.create(sums.reference, {"userId": about.owner})


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
