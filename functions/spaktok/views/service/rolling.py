"""Counting views: many batches at once, each exactly once, whatever is killed or repeated.

A run is a stretch of one bucket's batches by arrival (`stretches`). Which view of a viewer's is the
first is told by `firsts`. Every document has a bound, and one that the database refuses all the same
holds up no other.

    a batch:   1 write to report it; 1 read, 1 write of what its viewer saw, 1 of their interests,
               and 1 read in `TRIM_ONE_IN` to see whether those have grown too many
    a video:   1 read (remembered for 10 minutes), 2 writes, however many views
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock, fan_out, ids, log, transaction
from spaktok.core.dispatch import Task, send_if_possible
from spaktok.users import store as users
from spaktok.users.relation import Visibility, can_view
from spaktok.videos import store as videos
from spaktok.videos.model import VideoStatus
from spaktok.views import interests, store
from spaktok.views.interests import About, Sign
from spaktok.views.model import Batch, Facts, Tally, engages, tally
from spaktok.views.service import firsts, known, stretches, trimming
from spaktok.views.service.stretches import Run

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, WriteBatch

BATCHES_MAX: Final = 1_000
"""Batches of one run; what is left over is the next run's."""
HOUR_RUNS: Final = 10
"""So many runs in a row share an hour's documents, which so hold some 4,000 keys each, 250 KB. The
schedule starts six an hour; what catches up on a backlog makes more documents, not larger ones."""
TRIM_ONE_IN: Final = 16
"""After how many runs, on average, a viewer's interests are looked at for keys that came to nothing."""

Firsts = set[tuple[str, str]]
"""(batch, key): what this batch engaged its viewer with before any other of theirs did."""
Hours = dict[datetime, dict[str, Counter[str]]]
"""How many people each thing drew, by hour and kind."""


@dataclass(slots=True)
class Sums:
    """What a run adds, by what it is added to."""

    videos: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    hours: Hours = field(default_factory=dict)
    interests: dict[str, list[dict[str, dict[str, float]]]] = field(
        default_factory=lambda: defaultdict(list)
    )


def roll_up_task(bucket: int, at: datetime) -> Task:
    """The task that counts a bucket: one a minute however often it is asked for."""
    minute = at.replace(second=0, microsecond=0)
    return Task(
        "rollUpViews",
        ids.digest("roll-up-views", str(bucket), minute.isoformat()),
        {"bucket": bucket, "at": at},
    )


def start(buckets: int, at: datetime) -> None:
    """Have every bucket counted."""
    for bucket in range(buckets):
        send_if_possible(roll_up_task(bucket, at))


def roll_up(bucket: int) -> int:
    """Count what waits in a bucket, run by run; how many batches. Repeatable, and resumable.

    Raises `TryAgain` where another delivery keeps overtaking this one.
    """
    count = 0
    reference = store.roll_ref(str(bucket))

    def find(after: datetime, until: datetime, most: int | None) -> list[DocumentSnapshot[Any]]:
        query = store.batches_between(bucket, after, until)
        return list((query if most is None else query.limit(most)).stream())

    def begin() -> tuple[Run, list[DocumentSnapshot[Any]]] | None:
        return stretches.begin(reference, find, "at", BATCHES_MAX)

    while (opened := transaction.settle(begin)) is not None:
        run, found = opened
        batches = [store.decode_batch(snapshot) for snapshot in found]
        known.while_there(
            lambda now=run, all_=batches: _apply(now, all_),  # type: ignore[misc]
            (video_id for batch in batches for video_id in batch.plays),
        )
        transaction.settle(lambda done=run: stretches.end(reference, done))  # type: ignore[misc]
        log.info("views counted", batches=len(batches), run=run.number)
        count += len(batches)
    return count


def first_of(batches: Sequence[Batch], facts: Mapping[str, Facts]) -> Firsts:
    """Which batches engaged their viewers with what, first of all. A write a viewer and month."""
    claims = [(batch, key) for batch in batches for key in _keys(batch, facts)]
    won = firsts.least(claims)
    return {
        (batch.batch_id, key)
        for batch, key in claims
        if won.get((batch.viewer, batch.month, key)) == batch.rank
    }


def sum_up(batches: Iterable[Batch], facts: Mapping[str, Facts], first_ones: Firsts) -> Sums:
    """What batches add to everything. Pure."""
    sums = Sums()
    keys: dict[str, set[str]] = defaultdict(set)
    for name, key in first_ones:
        keys[name].add(key)
    for batch in batches:
        if batch.withheld:
            continue
        for video_id in batch.plays:
            about = facts.get(video_id)
            if about is None:
                continue
            first = store.seen_key("video", video_id) in keys[batch.batch_id]
            found = tally(batch, video_id, about, first=first)
            sums.videos[video_id].add(found)
            if found.engaged:
                sums.interests[batch.viewer].append(_shown(batch, about, found))
        add_drawn(sums.hours, batch, facts, keys[batch.batch_id])
    return sums


def add_drawn(
    hours: Hours, batch: Batch, facts: Mapping[str, Facts], first_ones: Collection[str]
) -> None:
    """Add a batch's viewer to each thing that drew them in its hour, if they are trusted. Pure.

    `first_ones`: the keys with which this batch was the first to engage them.
    """
    if not batch.trusted:
        return
    drawn: dict[str, Counter[str]] = defaultdict(Counter)
    for video_id in batch.plays:
        about = facts.get(video_id)
        if about is None or not about.public or not engages(batch, video_id, about):
            continue
        if store.seen_key("video", video_id) not in first_ones:
            continue
        drawn["videos"][video_id] = 1
        for kind, name in _topics(about):
            if _topic_key(batch, kind, name) in first_ones:
                drawn[kind][name] = 1
    hour = batch.at.replace(minute=0, second=0, microsecond=0)
    for kind, names in drawn.items():
        hours.setdefault(hour, defaultdict(Counter))[kind].update(names)


def _apply(run: Run, batches: list[Batch]) -> None:
    facts = known.facts(video_id for batch in batches for video_id in batch.plays)
    counting = _admitted([batch for batch in batches if not batch.withheld], facts)
    sums = sum_up(counting, facts, first_of(counting, facts))
    fan_out.serve(
        run.name,
        fan_out.over(list(sums.videos)),
        lambda batch, name: store.add_tally(batch, name, sums.videos[name]),
        writes_each=2,
        instead=lambda _, name: log.warning("views not counted", video=name),
    )
    parts = hour_parts(f"{run.stream}-{run.number // HOUR_RUNS}", sums.hours)
    fan_out.serve(
        f"{run.name}:rest",
        fan_out.over([*parts, *(f"~{viewer}" for viewer in sums.interests)]),
        lambda batch, name: _add_rest(batch, name, parts, sums),
        instead=lambda batch, name: _replace_rest(batch, name, parts, sums),
    )
    for viewer in sums.interests:
        if int(ids.digest("trim", run.name, viewer), 16) % TRIM_ONE_IN == 0:
            trimming.ask(viewer, clock.now())


def _add_rest(
    batch: WriteBatch,
    name: str,
    parts: Mapping[str, tuple[datetime, dict[str, Counter[str]]]],
    sums: Sums,
) -> None:
    if name in parts:
        hour, counts = parts[name]
        store.add_hour(batch, name, hour, counts)
    else:
        store.add_interests(batch, name[1:], _interests(sums, name[1:]), clock.now())


def _replace_rest(
    batch: WriteBatch,
    name: str,
    parts: Mapping[str, tuple[datetime, dict[str, Counter[str]]]],
    sums: Sums,
) -> None:
    """What is done where a document takes nothing more: interests begin anew."""
    if name in parts:
        log.warning("an hour was not counted", part=name)
    else:
        log.warning("interests were too many, and begin anew")
        store.replace_interests(batch, name[1:], _interests(sums, name[1:]), clock.now())


def _interests(sums: Sums, viewer: str) -> dict[str, dict[str, float]]:
    """What a run adds to somebody's interests: the strongest, which one commit can hold."""
    return interests.trimmed(interests.together(sums.interests[viewer]))


def _admitted(batches: list[Batch], facts: Mapping[str, Facts]) -> list[Batch]:
    """The batches without plays of videos that were not for their viewers, which are struck for good.

    Of a video for everyone nothing is looked up; for the others a read a viewer and owner.
    """
    narrow = sorted(
        {
            (batch.viewer, video_id)
            for batch in batches
            for video_id in batch.plays
            if (about := facts.get(video_id)) is not None
            and not about.open
            and about.owner != batch.viewer
        }
    )
    barred = set(narrow) - _may_view(narrow) if narrow else set()
    return [
        _struck(batch, {name for who, name in barred if who == batch.viewer}) for batch in batches
    ]


def _struck(batch: Batch, names: set[str]) -> Batch:
    """A batch without some of its plays, in the database too, so that a recount finds the same."""
    struck = names & batch.plays.keys()
    if not struck:
        return batch
    store.strike(batch.batch_id, sorted(struck))
    return replace(
        batch, plays={name: one for name, one in batch.plays.items() if name not in struck}
    )


def _may_view(pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    names = sorted({video_id for _, video_id in pairs})
    found = {one.id: videos.decode(one) for one in users.read([videos.ref(name) for name in names])}
    allowed = set()
    for viewer, video_id in pairs:
        video = found[video_id]
        if video is None or video.status is not VideoStatus.ACTIVE:
            continue
        if video.visibility is Visibility.PUBLIC and not video.owner_private:
            allowed.add((viewer, video_id))
            continue
        (pair,) = users.read([users.relation_ref(viewer, video.user_id)])
        relation = users.decode_relation(pair, viewer, video.user_id)
        if can_view(relation, video.visibility, owner_private=video.owner_private):
            allowed.add((viewer, video_id))
    return allowed


def _keys(batch: Batch, facts: Mapping[str, Facts]) -> set[str]:
    """What a batch may have been the first to engage its viewer with."""
    keys: set[str] = set()
    for video_id in batch.plays:
        about = facts.get(video_id)
        if about is None or not engages(batch, video_id, about):
            continue
        keys.add(store.seen_key("video", video_id))
        if batch.trusted and about.public:
            keys.update(_topic_key(batch, kind, name) for kind, name in _topics(about))
    return keys


def _topics(about: Facts) -> list[tuple[str, str]]:
    sounds = [] if about.sound_id is None else [("sounds", about.sound_id)]
    return [*(("hashtags", tag) for tag in about.hashtags), *sounds]


def _topic_key(batch: Batch, kind: str, name: str) -> str:
    """A topic counts a person once a day: who watches ten videos of a tag is one who was drawn."""
    return store.seen_key(kind, f"{batch.at.date().isoformat()}:{name}")


def hour_parts(
    label: str, hours: Mapping[datetime, Mapping[str, Counter[str]]]
) -> dict[str, tuple[datetime, dict[str, Counter[str]]]]:
    """The counts of each hour by the documents they are added to, each small enough for one commit.

    What has the same label shares them.
    """
    parts: dict[str, tuple[datetime, dict[str, Counter[str]]]] = {}
    for hour, counts in hours.items():
        flat = sorted(
            (kind, name, n) for kind, found in counts.items() for name, n in found.items()
        )
        for number, at in enumerate(range(0, len(flat), firsts.KEYS_MAX)):
            some: dict[str, Counter[str]] = defaultdict(Counter)
            for kind, name, count in flat[at : at + firsts.KEYS_MAX]:
                some[kind][name] += count
            name = f"{hour:%Y%m%d%H}-{label}-{number}"
            parts[name] = (hour, dict(some))
    return parts


def _shown(batch: Batch, about: Facts, found: Tally) -> dict[str, dict[str, float]]:
    sign = Sign.COMPLETED if found.completed else Sign.ENGAGED
    return interests.shown(
        About(about.owner, about.hashtags, about.sound_id, about.language), sign, batch.at
    )
