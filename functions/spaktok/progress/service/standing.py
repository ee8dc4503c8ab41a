"""From a day's counts to experience, level and achievements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spaktok.core import clock, counters, dispatch, transaction
from spaktok.core.dispatch import Task
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.progress import store
from spaktok.progress.model import CATALOGUE, Metric, Summary, settle
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


def counts(path: str) -> bool:
    """Whether what lies at this path is a day of a user's, to be rolled up here."""
    return store.parse_day(path) is not None


def roll_up(path: str, fields: tuple[str, ...]) -> None:
    """Sum a day up and carry what is new of it into its user's standing. Repeatable.

    One task a user and window of 5 s does this, so neither the summary nor the card is written more
    often than that. Five reads and one a shard, at most five writes and two an achievement.
    """
    found = store.parse_day(path)
    if found is None:
        raise ValueError("Not the path of a user's day")
    uid, date = found
    if not _opened(uid, date):
        return
    counters.roll_up(path, fields)
    dispatch.release_all(transaction.run(lambda tx: _settle(tx, uid, date)))


def _opened(uid: str, date: str) -> bool:
    """Whether the day is there to be written: made now where it is not, unless the user is gone."""
    from google.api_core.exceptions import AlreadyExists

    reference = store.day_ref(uid, date)
    card, day = users.read([users.card_ref(uid), reference])
    if not card.exists:
        return False
    if not day.exists:
        try:
            transaction.settle(
                lambda: reference.create({"userId": uid, "date": date, "settled": {}})
            )
        except AlreadyExists:
            return True
    return True


def _settle(tx: Transaction, uid: str, date: str) -> list[Task]:
    """Stage what the day changes; the news of it, staged too."""
    reference = store.day_ref(uid, date)
    day, held = users.read([reference, store.summary_ref(uid)], tx)
    if not day.exists:
        return []
    fields: dict[str, Any] = day.to_dict() or {}
    now, at = store.counts(fields), clock.now()
    if fields["settled"] == now:
        return []
    before = store.decode_summary(held)
    after = settle(before, fields["settled"], now, at)
    tx.update(reference, {"settled": now})
    tx.set(store.summary_ref(uid), store.encode_summary(uid, after, at))
    won = sorted(after.awarded.keys() - before.awarded.keys())
    if shown := _shown(before, after, won):
        tx.update(users.card_ref(uid), shown)
    for achievement in won:
        # create, not set: each is awarded once.
        tx.create(
            store.award_ref(uid, achievement),
            {"achievementId": achievement, "earnedAt": at, "progress": 100, "isDisplayed": True},
        )
    return [dispatch.stage(tx, notifications.task(news)) for news in _news(uid, before, after)]


def _shown(before: Summary, after: Summary, won: list[str]) -> dict[str, Any]:
    """What of it changes on the card. Totals that fell below nothing are shown as nothing."""
    from google.cloud.firestore import ArrayUnion

    fields: dict[str, Any] = {}
    if after.level != before.level:
        fields["level"] = after.level
    for name, metric in (("likeCount", Metric.LIKES), ("viewCount", Metric.VIDEO_VIEWS)):
        if after.measure(metric) != before.measure(metric):
            fields[name] = max(0, after.measure(metric))
    if won:
        fields["badges"] = ArrayUnion(won)
    return fields


def _news(uid: str, before: Summary, after: Summary) -> list[News]:
    told = [
        News(
            recipient=uid,
            type=NotificationType.ACHIEVEMENT,
            entity_type=EntityType.ACHIEVEMENT,
            entity_id=one.id,
            detail=one.name,
        )
        for one in CATALOGUE
        if one.id in after.awarded and one.id not in before.awarded
    ]
    if after.top_level > before.top_level:
        told.append(
            News(
                recipient=uid,
                type=NotificationType.LEVEL_UP,
                entity_type=EntityType.LEVEL,
                entity_id=str(after.top_level),
                detail=str(after.top_level),
            )
        )
    return told
