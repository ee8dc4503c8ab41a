"""What the stores' lists must be like, by the vendors' documentation, and what is made of them.

Only the local stores can be asked here: the vendors' need an app that is sold. Sources:
developer.apple.com/documentation/appstoreserverapi/get-notification-history (NotificationHistoryRequest
and …Response), developers.google.com/android-publisher/api-ref/rest/v3/purchases.voidedpurchases/list.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from spaktok.coins.model.receipts import News, Refunding
from spaktok.core import clock
from spaktok.integrations.stores import apple, google
from spaktok.integrations.stores.jws import Unproven
from tests.support.storefronts import PACKAGE, Stores, millis, stores
from tests.support.time import TestClock

HISTORY = "/inApps/v1/notifications/history"
VOIDED = f"/androidpublisher/v3/applications/{PACKAGE}/purchases/voidedpurchases"


@pytest.fixture
def time() -> Iterator[TestClock]:
    told = TestClock()
    with clock.set_to(told):
        yield told


@pytest.fixture
def shops(monkeypatch: pytest.MonkeyPatch, time: TestClock) -> Iterator[Stores]:
    # Beside emulators alone a stand-in is asked; here no database is.
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "nobody.invalid:1")
    with stores(monkeypatch) as made:
        yield made


def url(path: str) -> str:
    return f"{os.environ['SPAKTOK_APPLE_URL']}{path}"


def test_apple_keeps_what_it_sent_signed_as_it_was_and_gives_twenty_a_call(
    shops: Stores, time: TestClock
) -> None:
    sale = shops.apple.sells("ana")
    before = shops.apple.notify("ONE_TIME_CHARGE", sale)
    time.pass_(days=5)
    sent = [shops.apple.notify("REFUND", {**sale, "revocationDate": 1}) for _ in range(45)]
    since = time.at - timedelta(days=4)
    found = list(apple.history(since, time.at))
    assert [apple.notice(one) for one in found] == [apple.notice(one) for one in sent]
    assert apple.notice(found[0]).news is News.LOOK
    assert list(apple.history(since - timedelta(days=1), since)) == [before]
    span = {"startDate": millis(since), "endDate": millis()}
    head = {"Authorization": f"Bearer {apple._token()}"}
    first = requests.post(url(HISTORY), json=span, headers=head, timeout=5).json()
    assert (len(first["notificationHistory"]), first["hasMore"]) == (20, True)
    asked = f"{HISTORY}?paginationToken={first['paginationToken']}"
    second = requests.post(url(asked), json=span, headers=head, timeout=5).json()
    assert second["notificationHistory"] != first["notificationHistory"]


def test_google_lists_what_was_voided_in_a_time_a_thousand_a_call(
    shops: Stores, time: TestClock
) -> None:
    shops.google.page = 2
    tokens = [shops.google.sells("ana", f"token-{number}") for number in range(5)]
    since = time.at - timedelta(days=1)
    assert list(google.voided(since, time.at)) == []
    for token in tokens:
        shops.google.void(token)
    found = list(google.voided(since, time.at))
    assert [one.id for one in found] == [f"GPA.{token}" for token in tokens]
    assert {(one.refunding, one.paid) for one in found} == {(Refunding.YES, False)}
    assert list(google.voided(since - timedelta(days=1), since)) == []
    query = f"?startTime={millis(since)}&endTime={millis()}&type=0"
    told = requests.get(url(VOIDED + query), timeout=5).json()
    assert set(told["voidedPurchases"][0]) == {
        "kind",
        "purchaseToken",
        "purchaseTimeMillis",
        "voidedTimeMillis",
        "orderId",
        "voidedSource",
        "voidedReason",
    }
    assert told["tokenPagination"]["nextPageToken"]


@pytest.mark.parametrize(
    "told",
    [
        {"notificationHistory": [{}]},
        {"notificationHistory": 1},
        {"hasMore": True},
        {"voidedPurchases": [{"orderId": "1"}]},
        {"tokenPagination": 1},
    ],
)
def test_a_list_that_is_none_is_not_believed(
    told: dict[str, Any], shops: Stores, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shops.apple, "history", lambda *_: told)
    monkeypatch.setattr(shops.google, "list_voided", lambda _: told)
    look = apple.history if {"notificationHistory", "hasMore"} & set(told) else google.voided
    with pytest.raises(Unproven):
        list(look(time.at - timedelta(days=1), time.at))


def test_a_list_without_an_end_is_not_read_for_ever(
    shops: Stores, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apple, "HISTORY_PAGES_MAX", 3)
    monkeypatch.setattr(google, "VOIDED_PAGES_MAX", 3)
    more = {"hasMore": True, "paginationToken": "x", "tokenPagination": {"nextPageToken": "x"}}
    monkeypatch.setattr(shops.apple, "history", lambda *_: more)
    monkeypatch.setattr(shops.google, "list_voided", lambda _: more)
    for look in (apple.history, google.voided):
        with pytest.raises(OSError, match="no end"):
            list(look(time.at - timedelta(days=1), time.at))
