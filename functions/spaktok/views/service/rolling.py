"""Counting views: many batches at once, each exactly once, whatever is killed or repeated.

A run is a stretch of one bucket's batches by arrival, from where the last run ended to `LAG` before
now: nothing can arrive behind that any more, so the stretch is the same for whoever looks.
`viewRolls/{bucket}` names the stretch while it is counted, and the run's number names its commits
(`core.fan_out`), so a run that was killed is taken up where it was. Which view of a viewer's is the
first follows from the least rank in `watched/{uid_month}`, which no order of writing changes. Every
document has a bound, and one that the database refuses all the same holds up no other.

    a batch:   1 write to report it; 1 read, 1 write of what its viewer saw, 1 of their interests,
               and 1 read in `TRIM_ONE_IN` to see whether those have grown too many
    a video:   1 read (remembered for 10 minutes), 2 writes, however many views
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, fan_out, ids, log, transaction
from spaktok.core.dispatch import Task, send_if_possible
from spaktok.users import store as users
from spaktok.users.relation import Visibility, can_view
from spaktok.videos import store as videos
from spaktok.videos.model import VideoStatus
from spaktok.views import interests, store
from spaktok.views.interests import About, Sign
from spaktok.views.model import KEPT_FOR, Batch, Facts, Tally, engages, tally
from spaktok.views.service import known, trimming

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, WriteBatch

LAG: Final = timedelta(minutes=1)
"""Longer than a call takes, and than instances' clocks differ."""
BATCHES_MAX: Final = 1_000
"""Batches of one run; what is left over is the next run's."""
SEEN_CHUNK: Final = 200
KEYS_MAX: Final = 400
"""Firestore takes 500 changes of one document in a commit."""
HOUR_RUNS: Final = 10
"""So many runs in a row share an hour's documents, which so hold some 4,000 keys each, 250 KB. The
schedule starts six an hour; what catches up on a backlog makes more documents, not larger ones."""
TRIM_ONE_IN: Final = 16
"""After how many runs, on average, a viewer's interests are looked at for keys that came to nothing."""
BEGINNING: Final = datetime(2020, 1, 1, tzinfo=UTC)
GONE_MAX: Final = 3

Firsts = set[tuple[str, str]]
"""(batch, key): what this batch engaged its viewer with before any other of theirs did."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of batches that is counted at once."""

    bucket: int
    number: int
    after: datetime
    until: datetime

    @property
    def name(self) -> str:
        """What its commits are known by."""
        return f"views:{self.bucket}:{self.number}"


@dataclass(slots=True)
class Sums:
    """What a run adds, by what it is added to."""

    videos: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    owners: dict[str, str] = field(default_factory=dict)
    hours: dict[datetime, dict[str, Counter[str]]] = field(default_factory=dict)
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
    while (opened := transaction.settle(lambda: _open(bucket))) is not None:
        run, batches = opened
        while_there(lambda now=run, all_=batches: _apply(now, all_))  # type: ignore[misc]
        transaction.settle(lambda done=run: _close(done))  # type: ignore[misc]
        log.info("views counted", batches=len(batches), run=run.number)
        count += len(batches)
    return count


def first_of(batches: Sequence[Batch], facts: Mapping[str, Facts]) -> Firsts:
    """Which batches engaged their viewers with what, first of all. A write a viewer and month.

    The least rank wins whoever writes when, so it is repeatable and asks for no order.
    """
    wanted: dict[tuple[str, str], dict[str, Batch]] = defaultdict(dict)
    claims: list[tuple[Batch, str]] = []
    for batch in batches:
        for key in _keys(batch, facts):
            claims.append((batch, key))
            held = wanted[batch.viewer, batch.month].get(key)
            if held is None or batch.rank < held.rank:
                wanted[batch.viewer, batch.month][key] = batch
    won: dict[tuple[str, str, str], int] = {}
    for places in _commits(wanted):
        won.update(_least(wanted, places))
    return {
        (batch.batch_id, key)
        for batch, key in claims
        if won.get((batch.viewer, batch.month, key)) == batch.rank
    }


@dataclass(frozen=True, slots=True)
class Place:
    """Some of a viewer's keys of a month: as many as may be changed in one commit."""

    viewer: str
    month: str
    keys: tuple[str, ...]
    """In the order of their names."""


def _commits(wanted: Mapping[tuple[str, str], Mapping[str, Batch]]) -> Iterator[list[Place]]:
    """The claims, a commit at a time: no document twice in one, and of none too many keys."""
    rounds: dict[int, list[Place]] = defaultdict(list)
    for viewer, month in sorted(wanted):
        keys = sorted(wanted[viewer, month])
        for number, at in enumerate(range(0, len(keys), KEYS_MAX)):
            rounds[number].append(Place(viewer, month, tuple(keys[at : at + KEYS_MAX])))
    for places in rounds.values():
        for start_ in range(0, len(places), SEEN_CHUNK):
            yield places[start_ : start_ + SEEN_CHUNK]


def sum_up(batches: Iterable[Batch], facts: Mapping[str, Facts], firsts: Firsts) -> Sums:
    """What batches add to everything. Pure."""
    sums = Sums()
    for batch in batches:
        drawn: dict[str, Counter[str]] = defaultdict(Counter)
        for video_id in batch.plays:
            about = facts.get(video_id)
            if about is None or batch.withheld:
                continue
            first = (batch.batch_id, store.seen_key("video", video_id)) in firsts
            found = tally(batch, video_id, about, first=first)
            sums.videos[video_id].add(found)
            sums.owners[video_id] = about.owner
            if found.trusted and about.public:
                drawn["videos"][video_id] = 1
                for kind, name in _topics(about):
                    if (batch.batch_id, _topic_key(batch, kind, name)) in firsts:
                        drawn[kind][name] = 1
            if found.engaged:
                sums.interests[batch.viewer].append(_shown(batch, about, found))
        _add_drawn(sums, batch, drawn)
    return sums


def _add_drawn(sums: Sums, batch: Batch, drawn: Mapping[str, Counter[str]]) -> None:
    """Add one person to each thing that drew them in this hour."""
    hour = batch.at.replace(minute=0, second=0, microsecond=0)
    for kind, names in drawn.items():
        sums.hours.setdefault(hour, defaultdict(Counter))[kind].update(names)


def _open(bucket: int) -> tuple[Run, list[Batch]] | None:
    """The stretch that is to be counted, and what lies in it: one that was begun, else the next.

    None where nothing waits.
    """
    from google.api_core.exceptions import AlreadyExists, FailedPrecondition

    reference = store.roll_ref(bucket)
    snapshot = reference.get()
    fields: dict[str, Any] = snapshot.to_dict() or {}
    if fields.get("open"):
        run = Run(bucket, fields["run"], _instant(fields["from"]), _instant(fields["to"]))
        return run, _decoded(store.batches_between(bucket, run.after, run.until).stream())
    after = _instant(fields.get("to", BEGINNING))
    until = clock.now() - LAG
    if until <= after:
        return None
    found = list(store.batches_between(bucket, after, until).limit(BATCHES_MAX + 1).stream())
    if not found:
        return None
    if len(found) > BATCHES_MAX:
        # Only whole instants, so that a run's end leaves nothing behind; one instant at least.
        last = _instant(found[-1].get("at")) - timedelta(microseconds=1)
        until = max(last, _instant(found[0].get("at")))
        if last < until:
            found = list(store.batches_between(bucket, after, until).stream())
    run = Run(bucket, fields.get("run", 0) + 1, after, until)
    opened = {"run": run.number, "from": run.after, "to": run.until, "open": True}
    try:
        if snapshot.exists:
            unchanged = clients.db().write_option(last_update_time=snapshot.update_time)
            reference.update(opened, option=unchanged)
        else:
            reference.create(opened)
    except (AlreadyExists, FailedPrecondition) as error:
        raise transaction.Overtaken from error
    return run, [batch for batch in _decoded(found) if batch.at <= until]


def _decoded(found: Iterable[DocumentSnapshot[Any]]) -> list[Batch]:
    return [store.decode_batch(snapshot) for snapshot in found]


def _close(run: Run) -> None:
    from google.api_core.exceptions import FailedPrecondition

    reference = store.roll_ref(run.bucket)
    snapshot = reference.get()
    if snapshot.get("run") != run.number or not snapshot.get("open"):
        return
    unchanged = clients.db().write_option(last_update_time=snapshot.update_time)
    try:
        reference.update({"open": False}, option=unchanged)
    except FailedPrecondition as error:
        raise transaction.Overtaken from error


def while_there(work: Callable[[], None]) -> None:
    """Do what writes to videos; again, having looked at them anew, where one of them went meanwhile."""
    from google.api_core.exceptions import NotFound as Missing

    for attempt in range(GONE_MAX):
        try:
            return work()
        except Missing:
            known.forget()
            if attempt + 1 == GONE_MAX:
                raise
    return None


def _apply(run: Run, batches: list[Batch]) -> None:
    facts = known.facts(video_id for batch in batches for video_id in batch.plays)
    counting = _admitted([batch for batch in batches if not batch.withheld], facts)
    sums = sum_up(counting, facts, first_of(counting, facts))
    fan_out.serve(
        run.name,
        fan_out.over(list(sums.videos)),
        lambda batch, name: store.add_tally(batch, name, sums.owners[name], sums.videos[name]),
        writes_each=2,
        instead=lambda _, name: log.warning("views not counted", video=name),
    )
    parts = _parts(run, sums.hours)
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


def _least(
    wanted: Mapping[tuple[str, str], Mapping[str, Batch]], places: Sequence[Place]
) -> dict[tuple[str, str, str], int]:
    """The least rank of every key, once these claims are in. One RPC.

    Nothing is known of a document that takes no more, and so nothing of it counts: it has more keys
    than a person can watch in a month. The others are found by halving.
    """
    from google.api_core.exceptions import InvalidArgument
    from google.cloud.firestore import Minimum

    batch = clients.db().batch()
    for place in places:
        claims = wanted[place.viewer, place.month]
        batch.set(
            store.watched_ref(place.viewer, place.month),
            {
                "userId": place.viewer,
                "seen": {key: Minimum(claims[key].rank) for key in place.keys},
                "expiresAt": max(claims[key].at for key in place.keys) + KEPT_FOR,
            },
            merge=True,
        )
    try:
        results: Any = transaction.settle(batch.commit)
    except InvalidArgument:
        if len(places) == 1:
            log.warning("what was watched takes no more", month=places[0].month)
            return {}
        half = len(places) // 2
        return {**_least(wanted, places[:half]), **_least(wanted, places[half:])}
    return {
        (place.viewer, place.month, key): int(value.integer_value)
        for place, result in zip(places, results, strict=True)
        # The answer holds the values in the order of their fields' names.
        for key, value in zip(place.keys, result.transform_results, strict=True)
    }


def _parts(
    run: Run,
    hours: Mapping[datetime, Mapping[str, Counter[str]]],
) -> dict[str, tuple[datetime, dict[str, Counter[str]]]]:
    """The counts of each hour, in documents small enough for one commit, and for good."""
    parts: dict[str, tuple[datetime, dict[str, Counter[str]]]] = {}
    for hour, counts in hours.items():
        flat = sorted(
            (kind, name, n) for kind, found in counts.items() for name, n in found.items()
        )
        for number, at in enumerate(range(0, len(flat), KEYS_MAX)):
            some: dict[str, Counter[str]] = defaultdict(Counter)
            for kind, name, count in flat[at : at + KEYS_MAX]:
                some[kind][name] += count
            name = f"{hour:%Y%m%d%H}-{run.bucket}-{run.number // HOUR_RUNS}-{number}"
            parts[name] = (hour, dict(some))
    return parts


def _shown(batch: Batch, about: Facts, found: Tally) -> dict[str, dict[str, float]]:
    sign = Sign.COMPLETED if found.completed else Sign.ENGAGED
    return interests.shown(
        About(about.owner, about.hashtags, about.sound_id, about.language), sign, batch.at
    )


def _instant(value: datetime) -> datetime:
    """The database's time as a plain instant: the library's own type loses its zone in arithmetic."""
    return datetime.fromtimestamp(value.timestamp(), UTC)
