"""Client calls of gifts: taking one back."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.gifts.refusals import TooLateToUndo
from spaktok.gifts.requests import UndoGift
from spaktok.gifts.service import undoing


@call(
    UndoGift,
    message="Gift taken back",
    sensitive=True,
    limit=per_minute(30),
    refusals=(NotFound, TooLateToUndo),
    cost="see `wallet`: a reversal",
)
def undoGift(caller: Caller, request: UndoGift) -> undoing.Undone:
    """Take a gift back within ten seconds: the coins return to where they came from."""
    return undoing.undo(caller.uid, request.transaction_id)
