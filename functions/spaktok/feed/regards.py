"""How those videos are regarded that lie in no pool, for whoever was brought them by a follow.

Part of `feedPools/fresh`, which every session has at hand, so a card of an inbox is ranked by what
people did with its video, at no further read. The document holds the `KEPT` that drew most people in
the last two days. Of any other few have seen anything: the ranking expects of it what it expects of all
(the recipe's priors), which is what so few would say, and what it knows of a video for followers alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from spaktok.feed.model import key
from spaktok.trends.model import WINDOW
from spaktok.users import store as users
from spaktok.videos import store as videos
from spaktok.videos.model import Video
from spaktok.views import store as views
from spaktok.views.model import Deed, Regard

KEPT: Final = 1_000
"""Videos; about 100 KB."""
CHUNK: Final = 150

Regards = dict[str, dict[str, Any]]
"""By `key` of the video: what the ranking is told of it (`regarded`)."""


def regarded(video: Video, saves: int, regard: Regard) -> dict[str, Any]:
    """What the ranking is told of a video: distinct people, and never how often they did something.

    `watched`, the sum of the shares that were watched, is absent where nobody measured it.
    """
    totals = {
        Deed.LIKED: video.likes,
        Deed.COMMENTED: video.comments,
        Deed.SHARED: video.shares,
        Deed.SAVED: saves,
    }
    watched = regard.shares(video.duration_ms)
    return {
        **{deed.value: regard.of(deed, total, video.views) for deed, total in totals.items()},
        Deed.UNWANTED.value: regard.actors.get(Deed.UNWANTED, 0),
        "views": video.views,
        **({} if watched is None else {"watched": watched}),
    }


def packed(at: datetime, besides: Collection[str]) -> Regards:
    """What is known of those that drew most people, without those of which it is known already.

    A read for each document of the hours, and two a video.
    """
    drawn: Counter[str] = Counter()
    for hour in views.hours_since(at - WINDOW).select(["videos"]).stream():
        drawn.update((hour.to_dict() or {}).get("videos", {}))
    for name in besides:
        drawn.pop(name, None)
    best = sorted((-count, name) for name, count in drawn.items() if count > 0)[:KEPT]
    regards: Regards = {}
    for start in range(0, len(best), CHUNK):
        names = [name for _, name in best[start : start + CHUNK]]
        wanted = [*map(videos.ref, names), *map(views.analytics_ref, names)]
        read = users.read(wanted)
        for snapshot, known in zip(read[: len(names)], read[len(names) :], strict=True):
            video = videos.decode(snapshot)
            if video is not None:
                saves = (snapshot.to_dict() or {}).get("saves", 0)
                told = regarded(video, saves, views.decode_regard(known))
                regards[key(video.video_id)] = told
    return regards
