"""Taking gifts back: by the sender within ten seconds, and what a refund by the staff has of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from spaktok.core import clock, dispatch, ids
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.gifts import giving
from spaktok.gifts.model import undo_until
from spaktok.gifts.refusals import TooLateToUndo
from spaktok.gifts.service.sending import deal_of
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry, Kind, id_of
from spaktok.wallet.refusals import NothingToReverse, UnknownEntry
from spaktok.wallet.service import income, reading, reversals
from spaktok.wallet.service.booking import Beside, Stage

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

UNDO: Final = "undo"
UNSHOWN_AFTER: Final = timedelta(seconds=1)
"""How long after a gift's roll-up is due what was taken back is subtracted from what is seen."""


@dataclass(frozen=True, slots=True)
class Undone:
    """A gift that was taken back."""

    transaction_id: str
    """Of the entry that took it back."""
    coins: int
    """Returned to the lots they came from."""
    balance: int


def undo(sender: UserId, gift_id: str) -> Undone:
    """Take one's gift back: the coins return, whatever was shared of them is reversed.

    Judged by the server's clock, at the instant of the commit's attempt. A repeat gets the same
    answer, later too. Two reads, and two to four a lot; three writes, and one a lot. Raises `NotFound`,
    `TooLateToUndo`.
    """
    gift = gift_of(gift_id)
    if gift.user_id != sender:
        raise NotFound
    if clock.now() >= undo_until(gift.at):
        done = reading.entry(id_of(sender, Kind.UNDO, gift.id))
        if done is None or done.facts["why"] != UNDO:
            raise TooLateToUndo
        return _undone(done)
    try:
        return _undone(reverse(gift, UNDO, _in_time(gift)))
    except NothingToReverse:
        raise TooLateToUndo from None


def unshow_task(undo: str, gift: Entry) -> Task:
    """The task that subtracts a gift that was taken back from what is seen, once it was shown."""
    due = income.slot_of(gift).due + UNSHOWN_AFTER
    return Task("unshowGift", ids.digest("unshow", undo), {"undoId": undo, "runAt": due}, due)


def gift_of(gift_id: str) -> Entry:
    """The gift of that id. One read. Raises `NotFound`."""
    gift = reading.entry(gift_id)
    if gift is None or gift.kind is not Kind.GIFT:
        raise NotFound
    return gift


def _in_time(gift: Entry) -> Callable[[datetime], None]:
    def check(at: datetime) -> None:
        if at >= undo_until(gift.at):
            raise TooLateToUndo

    return check


def reverse(
    gift: Entry,
    why: str,
    check: Callable[[datetime], None],
    beside: Beside | None = None,
) -> Entry:
    """Reverse it in the ledger, in its sender's notes and in what is seen; once, and its entry.

    `check` may refuse at the instant of the commit's attempt. Raises `NotFound`, `NothingToReverse`,
    and what `check` and `beside` refuse.
    """
    task = unshow_task(id_of(gift.user_id, Kind.UNDO, gift.id), gift)

    def adapt(decision: Decision, _: str, at: datetime) -> Decision:
        check(at)
        held = giving.decode(decision.wallet.notes.get(giving.NOTE, {}))
        after = giving.take_back(held, deal_of(gift, sign=-1), gift.facts["comboId"])
        return replace(decision, wallet=decision.wallet.noted(giving.NOTE, giving.encode(after)))

    def staged(tx: Transaction) -> Stage:
        others = beside(tx) if beside is not None else None

        def stage(entry: Entry, decision: Decision) -> None:
            dispatch.stage(tx, task)
            if others is not None:
                others(entry, decision)

        return stage

    try:
        entry = reversals.reverse_gift(gift.user_id, gift.id, why, adapt=adapt, beside=staged)
    except UnknownEntry:
        raise NotFound from None
    for reversal in reversals.reversals_of(entry):
        income.committed(reversal)
    dispatch.release(task)
    return entry


def _undone(entry: Entry) -> Undone:
    return Undone(entry.id, entry.facts["coins"], entry.facts["after"]["coins"])
