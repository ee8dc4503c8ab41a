"""Visits of profiles."""

from __future__ import annotations

from spaktok.core import clients, clock, counters, transaction
from spaktok.core.ids import UserId
from spaktok.progress import store
from spaktok.progress.model import SOURCES, Metric, Source
from spaktok.users import lookup as people
from spaktok.users import store as users


def record(viewer: UserId, profile: UserId, source: Source) -> None:
    """Count a visit: one a profile, visitor and day of UTC, and none of one's own.

    Two reads, two writes, two RPCs. The owner learns how many came, never who. Raises `NotFound`,
    as reading the profile does.
    """
    from google.api_core.exceptions import AlreadyExists

    card, relation = people.load(viewer, profile)
    if relation.is_self:
        return
    at = clock.now()
    date = store.date_of(at)
    day = store.day_ref(profile, date)
    batch = clients.db().batch()
    # The visit's own document is the guard: a second one that day fails whole.
    batch.create(store.view_ref(profile, viewer, date), store.new_view(profile, viewer, source, at))
    amounts = {Metric.VIEWS.value: 1, SOURCES[source].value: 1}
    counters.add(batch, day, amounts, shards=min(card.shards, counters.SHARDS_MAX))
    try:
        transaction.commit(batch)
    except AlreadyExists:
        return
    counters.changed(users.card_ref(profile).collection("analytics").document(date), store.METRICS)
