"""Counting a video anew from the batches, to prove its totals or to put them right."""

from __future__ import annotations

from dataclasses import dataclass

from spaktok.core import clients, log, transaction
from spaktok.videos import store as videos
from spaktok.views import store
from spaktok.views.model import Facts, Tally, recounted
from spaktok.views.service import known


@dataclass(frozen=True, slots=True)
class Recount:
    """What a video's totals say, and what its batches do."""

    stored: Tally
    counted: Tally

    @property
    def drift(self) -> int:
        """By how much they differ, over plays, engaged views and watch time. 0 in good order."""
        return sum(
            abs(one - other)
            for one, other in (
                (self.stored.plays, self.counted.plays),
                (self.stored.engaged, self.counted.engaged),
                (self.stored.completed, self.counted.completed),
                (self.stored.watched_ms, self.counted.watched_ms),
                (self.stored.seen_ms, self.counted.seen_ms),
                *(
                    (self.stored.sources[name], self.counted.sources[name])
                    for name in self.stored.sources | self.counted.sources
                ),
                *(
                    (self.stored.retention[step], self.counted.retention[step])
                    for step in self.stored.retention | self.counted.retention
                ),
                *(
                    (self.stored.days[day], self.counted.days[day])
                    for day in self.stored.days | self.counted.days
                ),
            )
        )


def recount(video_id: str) -> Recount:
    """Both, for a video that is there: a read a batch, and two.

    Of batches that are still to be counted the totals know nothing yet.
    """
    facts: Facts | None = known.facts([video_id]).get(video_id)
    batches = [store.decode_batch(one) for one in store.batches_with(video_id).stream()]
    counted = recounted(batches, video_id, facts) if facts is not None else Tally()
    return Recount(store.decode_tally(store.analytics_ref(video_id).get()), counted)


def correct(video_id: str) -> int:
    """Put a video's totals right; by how much they were wrong. As `recount`, and two writes.

    Only for a video all of whose batches are kept: totals of an older one know more than they do.
    """
    from google.api_core.exceptions import NotFound as Missing

    found = recount(video_id)
    if not found.drift:
        return 0
    log.warning("views drifted", drift=found.drift)
    counted = found.counted
    batch = clients.db().batch()
    batch.update(videos.ref(video_id), {"views": counted.engaged})
    batch.update(
        store.analytics_ref(video_id),
        {
            "plays": counted.plays,
            "engaged": counted.engaged,
            "completed": counted.completed,
            "watchedMs": counted.watched_ms,
            "seenMs": counted.seen_ms,
            "retention": {str(step): count for step, count in counted.retention.items()},
            "sources": dict(counted.sources),
            "days": dict(counted.days),
        },
    )
    try:
        transaction.settle(batch.commit)
    except Missing:
        return 0  # it was deleted meanwhile
    return found.drift
