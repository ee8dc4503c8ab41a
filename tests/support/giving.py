"""Giving in tests: somebody with coins gives, and all that follows happens."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from spaktok.core.ids import UserId
from spaktok.gifts.requests import QuoteGift, SendGift
from spaktok.gifts.service import quoting, sending
from spaktok.gifts.service.sending import Receipt
from tests.support.money import buy
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.time import TestClock

_keys = count(1)


def rich(*uids: UserId, coins: int = 10_000) -> None:
    """People with coins, of which each stands for 6,600 micro-USD."""
    join(*uids)
    for uid in uids:
        buy(uid, coins, key=f"p-{uid}", gross=coins * 9_900, fee=coins * 3_300)


def asked(receiver: UserId = BEN, gift_id: str = "rose", **changes: Any) -> SendGift:
    """A request to give, under a key of its own."""
    return SendGift.model_validate(
        {
            "giftId": gift_id,
            "receiverId": receiver,
            "idempotencyKey": f"key-{next(_keys):08}",
            **changes,
        }
    )


def give(
    sender: UserId = ANA, receiver: UserId = BEN, gift_id: str = "rose", **changes: Any
) -> Receipt:
    """Give without a quote."""
    return sending.send(sender, asked(receiver, gift_id, **changes))


def quoted(
    sender: UserId = ANA, receiver: UserId = BEN, gift_id: str = "rose", **changes: Any
) -> quoting.Quote:
    """Ask for the price."""
    fields = {"giftId": gift_id, "receiverId": receiver, **changes}
    return quoting.quote(sender, QuoteGift.model_validate(fields))


def settle(queue: Queue, time: TestClock) -> None:
    """Let the seconds pass in which gifts are shared, shown, swept and told."""
    time.at += timedelta(seconds=2)
    queue.drain()
