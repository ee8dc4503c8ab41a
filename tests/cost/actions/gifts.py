"""Actions of gifts."""

from __future__ import annotations

from datetime import timedelta

from spaktok.core import clock
from spaktok.core.ids import UserId
from spaktok.gifts import store
from spaktok.gifts.boards import Period, Side
from spaktok.gifts.requests import UpdateGift
from spaktok.gifts.service import catalogue, leaderboards
from tests.cost.actions.scene import Action, action
from tests.support.people import ANA, join


@action("read the catalogue of gifts")
def _() -> Action:
    catalogue.forget()
    return lambda: catalogue.shown(None, None)


@action("read the catalogue of gifts again")
def _() -> Action:
    catalogue.current()
    return lambda: catalogue.shown(None, None)


@action("change a gift")
def _() -> Action:
    request = UpdateGift(gift_id="pumpkin", coin_cost=250, reason="the season begins")
    return lambda: catalogue.update(ANA, request)


@action("read a board of 20")
def _() -> Action:
    gifters = [UserId(f"gifter{number}") for number in range(20)]
    join(ANA, *gifters)
    at = clock.now()
    rankings = [
        {"userId": uid, "coins": 100 - number, "at": at, "rank": number + 1, "change": 0}
        for number, uid in enumerate(gifters)
    ]
    store.leaderboard_ref(Period.DAILY, Side.SENDERS).set(
        {
            "key": Period.DAILY.key(at),
            "rankings": rankings,
            "userIds": gifters,
            "lastUpdated": at,
            "nextUpdate": at + timedelta(hours=1),
        }
    )
    return lambda: leaderboards.read(ANA, Period.DAILY, Side.SENDERS, 20)
