"""The buyer hears that bought coins have come: once, staged beside them, and never how many."""

from __future__ import annotations

from typing import Any

import pytest

from spaktok.core import clients, dispatch
from spaktok.wallet.service import reading
from tests.emulator.coins.conftest import start
from tests.support.paying import Till
from tests.support.people import ANA
from tests.support.queue import Queue
from tests.support.time import TestClock


def told() -> list[dict[str, Any]]:
    """What is in inboxes of purchases of coins."""
    found = [one.to_dict() or {} for one in clients.db().collection("notifications").stream()]
    return [one for one in found if one["type"] == "coin_purchase"]


def test_coins_that_have_come_are_told_once_and_without_a_figure(
    stripe: Till, queue: Queue, time: TestClock
) -> None:
    purchase = start()
    stripe.pay(purchase)
    events = stripe.account.teller.deliveries()
    assert told() == []
    for _ in range(3):
        stripe.deliver(*events)
        queue.drain()
        time.pass_(seconds=1)
    (news,) = told()
    assert (news["userId"], news["entityType"], news["entityId"]) == (ANA, "purchase", purchase)
    assert not any(figure in str(sorted(news.items())) for figure in ("1010", "1,010", "999"))


def test_the_news_of_coins_outlives_a_queue_that_is_away(
    stripe: Till, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F15, I17. Control tried: told after the commit and not staged, nobody ever hears of it."""
    stripe.pay(start())

    def away(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(clients, "queue", away)
        stripe.deliver()
    assert reading.load(ANA).coins == 1010
    assert "deliverNotification" not in queue.names()
    time.pass_(minutes=2)
    dispatch.sweep()
    queue.drain()
    assert len(told()) == 1


def test_coins_that_went_back_in_the_same_breath_are_no_news(stripe: Till, queue: Queue) -> None:
    payment = stripe.pay(start())
    stripe.account.reversals.create_refund({"payment_intent": payment})
    events = stripe.account.teller.deliveries()
    stripe.deliver(*(one for one in events if one.kind == "charge.refunded"))
    stripe.deliver(*events)
    queue.drain()
    assert reading.load(ANA).coins == 0
    assert told() == []


def test_what_is_not_paid_is_not_told(stripe: Till, queue: Queue) -> None:
    start()
    stripe.deliver()
    queue.drain()
    assert told() == []
