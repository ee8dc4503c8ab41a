"""Taking a banned viewer out of what ranks and trends, and back into it (`withholding`).

`actors` of a video are the people who did something with it, `viewHours` those whom things drew, and
neither says who they were. `watched` knows which deed and which batch of a viewer was the first, and so
was counted. Both moves are commits that happen once, known by the name of the run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from spaktok.core import clock, fan_out, ids, log, standing
from spaktok.users import store as users
from spaktok.views import store
from spaktok.views.model import KEPT_FOR, Deed
from spaktok.views.service import engaging, firsts, known, rolling

HOUR_PLACES: Final = 16
"""Over so many documents of an hour bans are spread: whoever makes the trends reads them all."""


def move_actors(uid: str, run: str, up_to: datetime | None, amount: int) -> None:
    """Count somebody `amount` times more among those who did something with a video.

    Of what they did until `up_to`: the ban's beginning. A read for each comment, unwanted video and
    mark that was laid aside, five for the months; a read and a write a video.
    """
    if up_to is None:
        return
    born = standing.load(uid, fresh=False).created_at
    deeds = {engaging.deed_key(*done): done for done in _deeds(uid)}
    actors: dict[str, Counter[Deed]] = defaultdict(Counter)
    days = range(KEPT_FOR.days + 1)
    months = {f"{up_to - timedelta(days=day):%Y-%m}" for day in days}
    for seen in firsts.of(uid, months).values():
        for key, rank in seen.items():
            at = store.arrived(rank)
            if key in deeds and at <= up_to and engaging.trusts(born, at):
                deed, video_id = deeds[key]
                actors[video_id][deed] += amount
    facts = known.facts(actors)
    fan_out.serve(
        f"{run}:actors",
        fan_out.over(list(facts)),
        lambda batch, name: store.add_actors(batch, name, actors[name]),
        instead=lambda _, name: log.warning("actors not withheld", video=name),
    )


def _deeds(uid: str) -> Iterator[tuple[Deed, str]]:
    """What a user did with which video, of what stands under a ban or is laid aside by it."""
    aside = users.card_ref(uid).collection("withheld").select(["kind", "videoId"])
    for one in aside.stream():
        if one.get("kind") in store.MARKS:
            yield store.MARKS[one.get("kind")], one.get("videoId")
    for kind in ("videoComments", "videoUnwanted"):
        for one in store.marks_of(kind, uid).select(["videoId"]).stream():
            yield store.MARKS[kind], one.get("videoId")


def move_hours(uid: str, run: str, *, withhold: bool) -> None:
    """Take a viewer off those whom things drew in the last days, or put them back among them.

    Of the batches that count, or do not, contrary to that. A read a batch and a video; a write for
    some 400 things of an hour.
    """
    at = clock.now()
    since = (at - store.HOURS_KEPT).replace(minute=0, second=0, microsecond=0)
    found = [store.decode_batch(one) for one in store.batches_around(uid, since, at).stream()]
    batches = [batch for batch in found if batch.withheld is not withhold]
    facts = known.facts(name for batch in batches for name in batch.plays)
    first: dict[int, set[str]] = defaultdict(set)
    for seen in firsts.of(uid, {batch.month for batch in batches}).values():
        for key, rank in seen.items():
            first[rank].add(key)
    hours: rolling.Hours = {}
    for batch in batches:
        rolling.add_drawn(hours, batch, facts, first[batch.rank])
    amount = -1 if withhold else 1
    for kinds in hours.values():
        for kind, names in kinds.items():
            kinds[kind] = Counter({name: amount * count for name, count in names.items()})
    place = int(ids.digest("withheld-hours", uid), 16) % HOUR_PLACES
    parts = rolling.hour_parts(f"withheld{place}", hours)
    fan_out.serve(
        f"{run}:hours",
        fan_out.over(list(parts)),
        lambda batch, name: store.add_hour(batch, name, *parts[name]),
        instead=lambda _, name: log.warning("an hour was not withheld", part=name),
    )
