"""Counting what people do with videos besides watching them: for their interests, and for the ranking.

Likes, comments, shares, saves and "not interested" are documents already, so nothing is written when
they are made: a run reads those of a stretch of time (`stretches`), as far as they still stand. Of one
person's marks of a kind on a video the first of a month counts (`firsts`), the owner's never do. For
the ranking only accounts count that had been there for a day: one actor is one, however often, and a
new one is none. Those of a banned account are taken back (`withholding`), which is why whether somebody
counts follows from the mark alone, whenever its run is.

    a mark:    1 read
    an actor:  1 read of the account, 1 write of what they did, 1 of their interests
    a video:   1 read (remembered for 10 minutes), 1 write, however many marks
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock, fan_out, ids, log, standing, transaction
from spaktok.core.dispatch import Task, send_if_possible
from spaktok.users import store as users
from spaktok.views import interests, store
from spaktok.views.interests import About, Sign
from spaktok.views.model import TRUSTED_AFTER, Deed, Facts, Mark
from spaktok.views.service import firsts, known, stretches
from spaktok.views.service.stretches import Run

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

STREAM: Final = "engagement"
MARKS_MAX: Final = 1_000
"""Marks of one run; what is left over is the next run's."""
CHUNK: Final = 300
SIGNS: Final[Mapping[Deed, Sign]] = {
    Deed.LIKED: Sign.LIKED,
    Deed.COMMENTED: Sign.COMMENTED,
    Deed.SHARED: Sign.SHARED,
    Deed.SAVED: Sign.SAVED,
}
"""Which deeds show an interest. What is unwanted is the feed's tuning's."""


@dataclass(slots=True)
class Sums:
    """What a run adds."""

    actors: dict[str, Counter[Deed]] = field(default_factory=lambda: defaultdict(Counter))
    """By video."""
    interests: dict[str, list[dict[str, dict[str, float]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By viewer."""


def roll_up_task(at: datetime) -> Task:
    """The task that counts: one a minute, however often it is asked for."""
    minute = at.replace(second=0, microsecond=0)
    return Task("rollUpEngagement", ids.digest("roll-up-engagement", minute.isoformat()), {})


def start(at: datetime) -> None:
    """Have what was done counted."""
    send_if_possible(roll_up_task(at))


def roll_up() -> int:
    """Count what waits, run by run; how many marks. Repeatable, and resumable.

    Raises `TryAgain` where another delivery keeps overtaking this one.
    """
    reference = store.roll_ref(STREAM)
    count = 0

    def begin() -> tuple[Run, list[DocumentSnapshot[Any]]] | None:
        return stretches.begin(reference, _find, "timestamp", MARKS_MAX)

    while (opened := transaction.settle(begin)) is not None:
        run, found = opened
        marks = [store.decode_mark(one) for one in found]
        known.while_there(
            lambda now=run, all_=marks: _apply(now, all_),  # type: ignore[misc]
            (mark.video_id for mark in marks),
        )
        transaction.settle(lambda done=run: stretches.end(reference, done))  # type: ignore[misc]
        log.info("engagement counted", marks=len(found), run=run.number)
        count += len(found)
    return count


def sum_up(
    marks: Iterable[Mark], facts: Mapping[str, Facts], born: Mapping[str, datetime | None]
) -> Sums:
    """What marks, each the first of its kind, add to everything. Pure.

    `born`: since when each account is there.
    """
    sums = Sums()
    for mark in marks:
        about = facts[mark.video_id]
        if trusts(born[mark.viewer], mark.at):
            sums.actors[mark.video_id][mark.deed] += 1
        if (sign := SIGNS.get(mark.deed)) is not None:
            topics = About(about.owner, about.hashtags, about.sound_id, about.language)
            sums.interests[mark.viewer].append(interests.shown(topics, sign, mark.at))
    return sums


def trusts(born: datetime | None, at: datetime) -> bool:
    """Whether what an account of that age did then moves a ranking."""
    return born is not None and at - born >= TRUSTED_AFTER


def deed_key(deed: Deed, video_id: str) -> str:
    """Under which key `watched` holds who did this first."""
    return store.seen_key(f"deed-{deed}", video_id)


def _find(after: datetime, until: datetime, most: int | None) -> list[DocumentSnapshot[Any]]:
    found: list[DocumentSnapshot[Any]] = []
    for collection in store.MARKS:
        query = store.marks_between(collection, after, until)
        found += (query if most is None else query.limit(most)).stream()
    found.sort(key=lambda one: (one.get("timestamp"), one.reference.path))
    return found if most is None else found[:most]


def _apply(run: Run, marks: Sequence[Mark]) -> None:
    facts = known.facts(mark.video_id for mark in marks)
    counted = [
        (mark, deed_key(mark.deed, mark.video_id))
        for mark in marks
        if mark.video_id in facts and facts[mark.video_id].owner != mark.viewer
    ]
    won = firsts.least(counted)
    first = [mark for mark, key in counted if won.get((mark.viewer, mark.month, key)) == mark.rank]
    sums = sum_up(first, facts, _born({mark.viewer for mark in first}))
    keys = [*sums.actors, *(f"~{viewer}" for viewer in sums.interests)]

    def stage(batch: Any, name: str) -> None:
        if name in sums.actors:
            store.add_actors(batch, name, sums.actors[name])
            return
        shown = interests.trimmed(interests.together(sums.interests[name[1:]]))
        store.add_interests(batch, name[1:], shown, clock.now())

    def instead(batch: Any, name: str) -> None:
        if name in sums.actors:
            log.warning("engagement not counted", video=name)
            return
        log.warning("interests were too many, and begin anew")
        shown = interests.trimmed(interests.together(sums.interests[name[1:]]))
        store.replace_interests(batch, name[1:], shown, clock.now())

    fan_out.serve(run.name, fan_out.over(keys), stage, instead=instead)


def _born(viewers: set[str]) -> dict[str, datetime | None]:
    """Since when these accounts are there. A read each."""
    names = sorted(viewers)
    born: dict[str, datetime | None] = {}
    for begin in range(0, len(names), CHUNK):
        some = names[begin : begin + CHUNK]
        found = users.read([users.security_ref(name) for name in some])
        for name, snapshot in zip(some, found, strict=True):
            born[name] = standing.decode(snapshot.to_dict() or {}).created_at
    return born
