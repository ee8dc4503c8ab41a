"""Work of gifts that no client waits for."""

from datetime import datetime

from spaktok.core import clock, dispatch
from spaktok.core.endpoint.declaration import MONEY
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.gifts.requests import (
    AuditRollUps,
    PaintGifts,
    RollUpGifts,
    TellGifts,
    UnshowGift,
)
from spaktok.gifts.service import leaderboards, showing, telling
from spaktok.gifts.service.telling import Word
from spaktok.wallet.model.income import Slot


@job(RollUpGifts, rate=500, patience=MONEY)
def rollUpGifts(task: RollUpGifts, delivery: Delivery) -> None:
    """Share out the gifts of a second to a receiver, and show them."""
    clock.wait_until(task.run_at)
    slot = Slot(task.receiver, task.window, task.part, task.named)
    showing.settle(slot, again=delivery.retry > 0)


@job(PaintGifts, rate=500)
def paintGifts(task: PaintGifts, _: Delivery) -> None:
    """Work out what is seen of the gifts at a place: once a second at most."""
    clock.wait_until(task.run_at)
    showing.paint(task.path)


@job(UnshowGift)
def unshowGift(task: UnshowGift, _: Delivery) -> None:
    """Subtract a gift that was taken back from what is seen."""
    clock.wait_until(task.run_at)
    showing.unshow(task.undo_id)


@job(TellGifts)
def tellGifts(task: TellGifts, _: Delivery) -> None:
    """Tell a creator of gifts, once they can't be taken back any more."""
    clock.wait_until(task.run_at)
    words = [
        Word(one.gift, one.sender, one.anonymous, one.context, one.context_id, one.at)
        for one in task.words
    ]
    telling.tell(task.receiver, words)


@schedule("every 60 minutes")
def updateGiftLeaderboards(at: datetime) -> None:
    """Work every board of givers and receivers out anew."""
    leaderboards.rebuild(at)


@schedule("every day 04:00")
def auditGifts(at: datetime) -> None:
    """Begin to look whether the last days' gifts are shared out once, as they were due, and shown."""
    from spaktok.gifts.service import proving  # once a day

    proving.begin(at)


@job(AuditRollUps, patience=MONEY)
def auditRollUps(task: AuditRollUps, _: Delivery) -> None:
    """Prove the next roll-ups of a day, and go on."""
    from spaktok.gifts.service import proving

    after = proving.page(proving.Progress(**task.model_dump()))
    if after is not None:
        dispatch.send(proving.page_task(after))
