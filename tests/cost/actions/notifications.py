"""Actions of notifications."""

from __future__ import annotations

from spaktok.core import clock
from spaktok.notifications import inbox as notifications
from spaktok.notifications import service as telling
from spaktok.notifications.kinds import entry_of
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.videos.service import likes
from tests.cost.actions.scene import Action, action
from tests.support.people import ANA, BEN, join
from tests.support.worlds import video


def _reply(number: int = 0) -> News:
    return News(
        recipient=ANA,
        type=NotificationType.STORY_REPLY,
        entity_type=EntityType.STORY,
        entity_id=f"s{number}",
        actor=BEN,
        at=clock.now(),
    )


@action("deliver a notification")
def _() -> Action:
    join(ANA, BEN)
    return lambda: telling.deliver(_reply())


@action("settle the likes of a window")
def _() -> Action:
    join(ANA, BEN)
    shown = video(ANA)
    likes.like(BEN, shown)
    news = News(ANA, NotificationType.VIDEO_LIKE, EntityType.VIDEO, shown)
    return lambda: telling.deliver(news)


@action("list 20 notifications")
def _() -> Action:
    join(ANA, BEN)
    for number in range(21):
        telling.deliver(_reply(number))
    return lambda: notifications.inbox(ANA, 20, None)


@action("mark a notification as read")
def _() -> Action:
    join(ANA, BEN)
    telling.deliver(_reply())
    return lambda: notifications.mark_read(ANA, entry_of(_reply()))
