"""Actions of notifications."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from spaktok.core import clock
from spaktok.devices import service as devices
from spaktok.integrations import fcm
from spaktok.links import service as links
from spaktok.notifications import choices, delivery, many
from spaktok.notifications import inbox as notifications
from spaktok.notifications import service as telling
from spaktok.notifications import store as inboxes
from spaktok.notifications.kinds import entry_of
from spaktok.notifications.model import EntityType, ManyNews, News, NotificationType
from spaktok.notifications.push import service as push
from spaktok.notifications.requests import UpdateNotificationSettings
from spaktok.videos.service import likes
from tests.cost.actions.scene import Action, action
from tests.support import phones
from tests.support.news import adults, crowd
from tests.support.people import ANA, BEN, CARL, join
from tests.support.phones import Scripted
from tests.support.worlds import video


def _sent(work: Action) -> Action:
    """With FCM in the place of what writes down beside emulators: that costs writes of its own."""

    def measured() -> None:
        with patch.object(fcm, "transport", Scripted):
            work()

    return measured


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


@action("mark 20 notifications as read")
def _() -> Action:
    join(ANA, BEN)
    for number in range(20):
        telling.deliver(_reply(number))
    return lambda: notifications.mark_all(ANA, None)


@action("delete a notification")
def _() -> Action:
    join(ANA, BEN)
    telling.deliver(_reply())
    return lambda: notifications.delete(ANA, entry_of(_reply()))


@action("say why a notification came")
def _() -> Action:
    join(ANA, BEN)
    telling.deliver(_reply())
    return lambda: notifications.explain(ANA, entry_of(_reply()))


@action("retune a notification")
def _() -> Action:
    join(ANA, BEN)
    telling.deliver(_reply())
    return lambda: choices.retune(ANA, entry_of(_reply()), "fewer")


@action("read notification settings")
def _() -> Action:
    join(ANA)
    return lambda: choices.settings(ANA)


@action("change notification settings")
def _() -> Action:
    join(ANA)
    return lambda: choices.update(ANA, UpdateNotificationSettings(hidden_content=True))


@action("like a video whose likes wait to be told")
def _() -> Action:
    join(ANA, BEN, CARL)
    shown = video(ANA)
    likes.like(BEN, shown)
    return lambda: likes.like(CARL, shown)


@action("push a notification to a phone")
def _() -> Action:
    join(ANA, BEN)
    phones.register(ANA)
    telling.deliver(_reply())
    entry = inboxes.decode(inboxes.ref(entry_of(_reply())).get())
    assert entry
    later = replace(inboxes.note(entry), created_at=clock.now() + timedelta(seconds=1))
    return _sent(lambda: push.send(ANA, later))


@action("tell a morning's digest of 20")
def _() -> Action:
    adults(ANA, BEN)
    phones.register(ANA)
    quiet = {"start": "11:00", "end": "15:00", "zone": "UTC"}
    choices.update(ANA, UpdateNotificationSettings.model_validate({"quietHours": quiet}))
    for number in range(20):
        telling.deliver(_reply(number))
    until = clock.now().replace(hour=15, minute=0, second=0, microsecond=0)

    def release() -> None:
        with clock.set_to(lambda: until):
            assert delivery.release(ANA, until)

    return _sent(release)


def _battle() -> ManyNews:
    kind, about = NotificationType.PK_STARTED, EntityType.BATTLE
    return ManyNews(ANA, kind, about, "battle", clock.now())


@action("tell 200 followers")
def _() -> Action:
    adults(ANA)
    fans = crowd(ANA, 200)
    return lambda: many.tell(_battle(), fans)


@action("tell 200 followers with a phone each")
def _() -> Action:
    adults(ANA)
    fans = crowd(ANA, 200)
    for fan in fans:
        phones.register(fan, fan)
    return _sent(lambda: many.tell(_battle(), fans))


@action("tell 200 followers again in the window")
def _() -> Action:
    adults(ANA)
    crowd(ANA, 200)
    many.begin(_battle())
    return lambda: many.begin(_battle())


@action("register a phone")
def _() -> Action:
    join(ANA)
    return lambda: phones.register(ANA)


@action("register a phone again")
def _() -> Action:
    join(ANA)
    phones.register(ANA)
    return lambda: phones.register(ANA)


@action("sign a phone out")
def _() -> Action:
    join(ANA)
    token = phones.register(ANA)
    return lambda: devices.unregister(ANA, token)


@action("open a link to a video")
def _() -> Action:
    join(ANA, BEN)
    shown = video(ANA)
    return lambda: links.resolve(BEN, f"spaktok://video/{shown}")


@action("mark a notification as read")
def _() -> Action:
    join(ANA, BEN)
    telling.deliver(_reply())
    return lambda: notifications.mark_read(ANA, entry_of(_reply()))
