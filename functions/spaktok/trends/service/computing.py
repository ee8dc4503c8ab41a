"""Making the lists anew: from what drew people in the last hours, and what was said of it.

A run reads the hours (two days of them, a few documents each), what was said of the candidates, and the
videos among them as they are now; it writes one document a kind. Nothing depends on the run before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from spaktok.core import clients, ids, log
from spaktok.safety.service import suggesting
from spaktok.trends import model, store
from spaktok.trends.model import (
    WINDOW,
    Drawn,
    Hold,
    HoldState,
    Policy,
    TrendingTopic,
    TrendingVideo,
    TrendKind,
)
from spaktok.users import store as users
from spaktok.videos import catalogue
from spaktok.videos import store as videos
from spaktok.videos.catalogue import SoundStatus
from spaktok.videos.model import Video
from spaktok.videos.service import bans
from spaktok.views import store as views
from spaktok.views.model import Deed, Regard

CHUNK: Final = 300
HOUR: Final = timedelta(hours=1)


def compute(at: datetime) -> dict[TrendKind, int]:
    """Make every list anew; how long each is. Repeatable.

    At most some hundred reads for the hours, two a candidate (200 a kind) and four a video, three
    writes and one for each candidate that was never seen before.
    """
    policy = store.decode_policy(store.policy_ref().get())
    hours = [
        (one.get("hour"), one.to_dict() or {})
        for one in views.hours_since(at - WINDOW - HOUR).stream()
    ]
    made = {}
    for kind in TrendKind:
        found = model.drawn(((hour, fields.get(kind, {})) for hour, fields in hours), at)
        items = _items(kind, found, _allowed(kind, model.candidates(found, policy), policy, at))
        store.list_ref(kind).set(store.encode_list(items, at))
        made[kind] = len(items)
    log.info("trends made", **{kind.value: count for kind, count in made.items()})
    return made


def _items(
    kind: TrendKind, found: Mapping[str, Drawn], names: Sequence[str]
) -> list[TrendingVideo | TrendingTopic]:
    if kind is TrendKind.VIDEOS:
        shown = _shown(names)
        minors = suggesting.kept_from_adults(video.user_id for video, _, _ in shown)
        return model.listed(
            replace(
                _video(video, saves, regard, found[video.video_id]),
                for_adults=video.user_id not in minors,
            )
            for video, saves, regard in shown
        )
    minors = set[str]()
    if kind is TrendKind.SOUNDS:
        names = _heard(names)
        minors = suggesting.kept_from_adults(owner for one in names if (owner := ids.owner_of(one)))
    else:
        banned = bans.decode(bans.ref().get())
        names = [name for name in names if name not in banned]
    topics = (
        TrendingTopic(
            name,
            model.score(found[name]),
            found[name].viewers,
            for_adults=ids.owner_of(name) not in minors,
        )
        for name in names
    )
    return model.listed(topics)


def _allowed(kind: TrendKind, names: Sequence[str], policy: Policy, at: datetime) -> list[str]:
    """Those that may trend now. What was never seen is put on the moderators' list."""
    allowed = []
    for start in range(0, len(names), CHUNK):
        some = names[start : start + CHUNK]
        batch = clients.db().batch()
        new = 0
        for name, snapshot in zip(
            some, users.read([store.hold_ref(kind, name) for name in some]), strict=True
        ):
            hold = store.decode_hold(snapshot)
            if hold is None:
                hold = Hold(HoldState.WAITING, at)
                batch.set(store.hold_ref(kind, name), store.new_hold(kind, name, at), merge=True)
                new += 1
            if policy.lets(kind, hold, at):
                allowed.append(name)
        if new:
            batch.commit()
    return allowed


def _shown(names: Sequence[str]) -> list[tuple[Video, int, Regard]]:
    """The videos that are for everybody, whoever and however old; their saves and regard."""
    found: list[tuple[Any, Any]] = []
    for start in range(0, len(names), CHUNK):
        some = names[start : start + CHUNK]
        read = users.read(
            [*(videos.ref(name) for name in some), *(views.analytics_ref(name) for name in some)]
        )
        found += zip(read[: len(some)], read[len(some) :], strict=True)
    return [
        (video, (snapshot.to_dict() or {}).get("saves", 0), views.decode_regard(known))
        for snapshot, known in found
        if (video := videos.decode(snapshot)) is not None
        and video.is_public
        and video.recommendable
        and not video.age_restriction
    ]


def _heard(names: Sequence[str]) -> list[str]:
    """The sounds that may be heard and used. A read each."""
    found: list[Any] = []
    for start in range(0, len(names), CHUNK):
        found += users.read([catalogue.sound_ref(name) for name in names[start : start + CHUNK]])
    sounds = (catalogue.decode_sound(one) for one in found)
    return [one.sound_id for one in sounds if one and one.status is SoundStatus.ACTIVE]


def _video(video: Video, saves: int, regard: Regard, one: Drawn) -> TrendingVideo:
    likes = regard.of(Deed.LIKED, video.likes, video.views)
    comments = regard.of(Deed.COMMENTED, video.comments, video.views)
    shares = regard.of(Deed.SHARED, video.shares, video.views)
    return TrendingVideo(
        video_id=video.video_id,
        score=model.score(one, likes + comments + shares, video.views),
        viewers=one.viewers,
        user_id=video.user_id,
        username=video.username,
        user_profile_image=video.user_profile_image,
        user_is_verified=video.user_is_verified,
        caption=video.caption,
        hashtags=video.hashtags,
        sound_id=video.sound_id,
        language=video.language,
        duration_ms=video.duration_ms,
        width=video.width,
        height=video.height,
        age_restriction=video.age_restriction,
        published_at=video.published_at or video.created_at,
        likes=likes,
        comments=comments,
        shares=shares,
        views=video.views,
        saves=regard.of(Deed.SAVED, saves, video.views),
        unwanted=regard.actors.get(Deed.UNWANTED, 0),
        watched=regard.shares(video.duration_ms),
    )
