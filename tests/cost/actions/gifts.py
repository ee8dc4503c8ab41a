"""Actions of gifts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spaktok.core import clock, standing
from spaktok.core.ids import UserId
from spaktok.gifts import store
from spaktok.gifts.boards import Period, Side
from spaktok.gifts.requests import UpdateGift
from spaktok.gifts.service import (
    catalogue,
    history,
    leaderboards,
    proving,
    refunding,
    sending,
    showing,
    undoing,
)
from spaktok.gifts.service.proving import Progress
from spaktok.wallet.model.income import Slot
from spaktok.wallet.service import approvals, income
from tests.cost.actions.scene import Action, action
from tests.support.gifts import stream
from tests.support.giving import asked, give, quoted, rich
from tests.support.people import ANA, BEN, CARL, DINA, join


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


def _stream() -> dict[str, str]:
    """Ana has coins, Ben is live."""
    rich(ANA)
    join(BEN)
    # What the edge has read, and an instance knows.
    standing.load(ANA, fresh=True)
    catalogue.current()
    return {"context": "live_stream", "contextId": stream(BEN)}


@action("ask for the price of a gift in a stream")
def _() -> Action:
    place = _stream()
    return lambda: quoted(**place)


@action("send a gift, with a quote")
def _() -> Action:
    place = _stream()
    request = asked(quote=quoted(**place).quote, **place)
    return lambda: sending.send(ANA, request)


@action("send a gift, with a quote, again")
def _() -> Action:
    place = _stream()
    request = asked(quote=quoted(**place).quote, **place)
    sending.send(ANA, request)
    return lambda: sending.send(ANA, request)


@action("send a gift, without a quote")
def _() -> Action:
    _stream()
    return give


@action("undo a gift")
def _() -> Action:
    place = _stream()
    gift = give(**place)
    return lambda: undoing.undo(ANA, gift.transaction_id)


def _large() -> str:
    """A gift that one of the staff does not refund alone."""
    rich(ANA)
    join(BEN)
    return give(gift_id="star", quantity=60).transaction_id


@action("refund a small gift")
def _() -> Action:
    rich(ANA)
    join(BEN)
    gift = give(gift_id="star").transaction_id
    return lambda: refunding.refund(CARL, gift, "a mistake")


@action("propose to refund a large gift")
def _() -> Action:
    gift = _large()
    return lambda: refunding.refund(CARL, gift, "a mistake", "key-12345678")


@action("approve a refund of a large gift")
def _() -> Action:
    proposal = str(refunding.refund(CARL, _large(), "a mistake", "key-12345678").proposal_id)
    seen: str = approvals.ref(proposal).get().get("payloadHash")
    return lambda: refunding.approve(DINA, proposal, seen, "seen")


def _window_of_20() -> Slot:
    """A second of a stream's gifts, all in one part."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("spaktok.wallet.service.spending.part_of", lambda *_: "all")
        place = _stream()
        for _ in range(20):
            give(**place)
    return Slot(BEN, int(clock.now().timestamp()), "all")


@action("share out and show a stream's window of 20 gifts")
def _() -> Action:
    slot = _window_of_20()
    return lambda: showing.settle(slot)


@action("prove a roll-up of 20 gifts")
def _() -> Action:
    slot = _window_of_20()
    showing.settle(slot)
    (roll_up,) = income.roll_ups_of(slot)
    lane = int((roll_up.lane or "").removeprefix("roll-"))
    return lambda: proving.page(Progress(f"{roll_up.committed_at:%Y-%m-%d}", lane=lane))


@action("prove a day without gifts")
def _() -> Action:
    return lambda: proving.page(Progress("2026-03-01", lane=9))


@action("paint what is seen of a stream's gifts")
def _() -> Action:
    place = _stream()
    give(**place)
    showing.settle(Slot(BEN, int(clock.now().timestamp()), "all"))
    return lambda: showing.paint("liveStreams/stream-1")


@action("list 20 gifts")
def _() -> Action:
    _stream()
    for _ in range(21):
        give()
    return lambda: history.page(ANA, "sent", 20, None)
