"""The pools of what there is of a hashtag or a sound: candidates for whoever is interested in it.

Owns `feedPools/{digest of the topic}`. Made only of topics that somebody's session asked for, by a task
that a topic has once in `WINDOW_S` at most, and read by all who are interested. An instance keeps
those that were read lately, so that most sessions read none. What is older than `COPIES_LIVE` is not
used: a topic that nobody asked for of late brings nothing the first time, and is there the next.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, config, ids, log
from spaktok.core.dispatch import Task, send_if_possible, window
from spaktok.core.revocations import COPIES_LIVE
from spaktok.feed import pool, store
from spaktok.feed.model import key
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import store as videos
from spaktok.videos.model import VideoStatus

if TYPE_CHECKING:
    from google.cloud.firestore import Query

    from spaktok.feed.tuning import Tuning
    from spaktok.views.interests import Interests

Items = list[dict[str, Any]]

SIZE: Final = 30
"""Videos of a topic; about 15 KB."""
TOPICS: Final = 3
"""Topics that a session asks for: the viewer's strongest."""
WEIGHT_MIN: Final = 2.0
"""In engaged views' worth: less is no interest yet."""
WINDOW_S: Final = 1800
KEPT_S: Final = 300.0
KEPT_MAX: Final = 200
"""Pools that an instance keeps, some 20 MB."""

_kept: Final[OrderedDict[str, tuple[float, Items, Any]]] = OrderedDict()


def strongest(interests: Interests, said: Tuning) -> list[str]:
    """What a viewer is interested in most, as `#tag` and `♪sound`, without what they want less of."""
    found = [
        *((weight, f"#{tag}") for tag, weight in interests.hashtags.items()),
        *((weight, f"♪{sound}") for sound, weight in interests.sounds.items()),
    ]
    against = said.hashtags.keys() | said.sounds.keys()
    wanted = [one for one in found if one[0] >= WEIGHT_MIN and key(one[1][1:]) not in against]
    wanted.sort(key=lambda one: (-one[0], one[1]))
    return [topic for _, topic in wanted[:TOPICS]]


def candidates(topics: list[str]) -> Items:
    """What there is of these topics. A read for each that is not kept, in one RPC at most.

    Those that are old, or not there, are asked to be made.
    """
    now_s, at = clock.monotonic(), clock.now()
    names = {topic: f"{config.project()}/{topic}" for topic in topics}
    missing = [
        topic
        for topic, name in names.items()
        if (known := _kept.get(name)) is None or now_s - known[0] > KEPT_S
    ]
    if missing:
        found = users.read([store.topic_ref(topic) for topic in missing])
        for topic, snapshot in zip(missing, found, strict=True):
            fields: dict[str, Any] = snapshot.to_dict() or {}
            _kept[names[topic]] = (now_s, fields.get("items", []), fields.get("at"))
            _kept.move_to_end(names[topic])
    items: Items = []
    for topic, name in names.items():
        _, held, made = _kept[name]
        if made is None or (at - made).total_seconds() > WINDOW_S:
            _ask(topic)
        if made is not None and at - made < COPIES_LIVE:
            items += held
    while len(_kept) > KEPT_MAX:
        _kept.popitem(last=False)
    return items


def refresh(topic: str) -> int:
    """Make a topic's pool anew; how many videos it holds.

    Two reads a video, two an author; one write.
    """
    items = pool.packed([one for one in of(topic).stream() if _suggested(one)])
    store.topic_ref(topic).set({"at": clock.now(), "items": items})
    log.info("topic pool made", videos=len(items))
    return len(items)


def of(topic: str) -> Query:
    """A topic's public videos, the most viewed first."""
    from google.cloud.firestore import FieldFilter, Query

    having = ("hashtags", "array_contains") if topic[0] == "#" else ("soundId", "==")
    query: Query = (
        clients.db()
        .collection("videos")
        .where(filter=FieldFilter(*having, topic[1:]))
        .where(filter=FieldFilter("status", "==", VideoStatus.ACTIVE))
        .where(filter=FieldFilter("visibility", "==", Visibility.PUBLIC))
        .where(filter=FieldFilter("ownerPrivate", "==", False))
        .order_by("views", direction=Query.DESCENDING)
        .order_by("__name__", direction=Query.DESCENDING)
        .limit(SIZE)
    )
    return query


def forget() -> None:
    """Empty this instance's memory (tests)."""
    _kept.clear()


def _suggested(snapshot: Any) -> bool:
    video = videos.decode(snapshot)
    return video is not None and video.recommendable


def _ask(topic: str) -> None:
    number, _ = window(clock.now(), WINDOW_S)
    task_id = ids.digest("topic-pool", topic, str(number))
    send_if_possible(Task("refreshTopicPool", task_id, {"topic": topic}))
