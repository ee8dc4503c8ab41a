"""The calls as clients send them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import main
from spaktok.notifications import service
from spaktok.notifications.kinds import entry_of
from spaktok.notifications.model import NotificationType
from tests.support import edge
from tests.support.edge import Sender
from tests.support.news import adults, news
from tests.support.people import ANA, BEN, CARL

T = NotificationType


@pytest.fixture(autouse=True)
def emulated(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    edge.emulate(monkeypatch)
    yield
    edge.forget_app()


def test_the_inbox_is_read_marked_explained_and_emptied() -> None:
    adults(ANA, BEN, CARL)
    one = news(ANA, T.STORY_REPLY, "s", BEN)
    service.deliver(one)
    ana, carl = Sender(ANA), Sender(CARL)
    page = ana.call(main.getNotifications, {}).data
    assert page["unreadCount"] == 1
    [entry] = page["notifications"]
    assert (entry["notificationId"], entry["actorIds"]) == (entry_of(one), [BEN])
    assert "ben.name" in entry["message"]
    named = {"notificationId": entry["notificationId"]}
    why = ana.call(main.explainNotification, named).data
    assert why["setting"] == "default"
    for call in (
        main.explainNotification,
        main.markNotificationAsRead,
        main.deleteNotification,
    ):
        assert carl.call(call, named).refused == "not-found"
    assert carl.call(main.retuneNotification, {**named, "action": "fewer"}).refused == "not-found"
    marked = ana.call(main.markAllNotificationsAsRead, {"upTo": "2026-03-14T12:00:00Z"}).data
    assert marked == {"count": 1, "hasMore": False}
    ana.call(main.markNotificationAsRead, named)
    ana.call(main.deleteNotification, named)
    assert ana.call(main.getNotifications, {}).data["notifications"] == []


def test_settings_travel_both_ways_and_strictly() -> None:
    adults(ANA)
    ana = Sender(ANA)
    asked = {
        "settings": {"video_like": {"inApp": True, "push": False}},
        "quietHours": {"start": "22:00", "end": "07:00", "zone": "Europe/Stockholm"},
        "batching": {"every": "hourly"},
        "hiddenContent": True,
    }
    after = ana.call(main.updateNotificationSettings, asked).data
    assert after == ana.call(main.getNotificationSettings, {}).data
    assert after["types"]["video_like"]["push"] is False
    assert after["quietHours"]["days"] == [0, 1, 2, 3, 4, 5, 6]
    off = {"settings": {"security": {"push": False}}}
    assert ana.call(main.updateNotificationSettings, off).refused == "always-told"
    wrong = {"quietHours": {"start": "22:00", "end": "07:00", "zone": "Mars/Olympus"}}
    refused = ana.call(main.updateNotificationSettings, wrong)
    assert refused.refused == "invalid-request"
    assert "IANA" in refused.error["message"]
