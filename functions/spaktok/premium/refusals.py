"""How premium says no."""

from spaktok.core.refusal import Code, Refusal


class SlotOccupied(Refusal):
    """Somebody else holds this slot."""

    code = Code.ALREADY_EXISTS
    message = "This slot is held by another account"


class SlotUnknown(Refusal):
    """There is no slot of that number, by the maximum that is set."""

    code = Code.INVALID_ARGUMENT
    message = "There is no such slot"


class NoSlotFree(Refusal):
    """As many slots are held as there may be."""

    code = Code.RESOURCE_EXHAUSTED
    message = "All premium slots are taken"


class HoldsAnotherSlot(Refusal):
    """The account holds a slot; it must be taken from there first. `slotId` names it."""

    code = Code.FAILED_PRECONDITION
    message = "This account holds {slotId}: unassign it there first"


class NotTheHolder(Refusal):
    """The account does not hold this slot (any more)."""

    code = Code.FAILED_PRECONDITION
    message = "This account does not hold this slot"


class SlotsNotSold(Refusal):
    """Slots are not sold now, or not in this currency."""

    code = Code.NOT_FOUND
    message = "Premium slots are not sold"


class TicketOpen(Refusal):
    """The account is paying for a slot: it pays, or waits until that is over. `ticketId` names it."""

    code = Code.FAILED_PRECONDITION
    message = "Finish or leave the purchase that you have begun"


class NotTheirTurn(Refusal):
    """Others have waited longer, and nobody said to pass them over."""

    code = Code.FAILED_PRECONDITION
    message = "Others have waited longer for a slot"


class NothingRenews(Refusal):
    """No subscription pays for a slot of the caller's."""

    code = Code.FAILED_PRECONDITION
    message = "You have no premium subscription"


class PremiumAlready(Refusal):
    """Whoever holds a slot waits for none."""

    code = Code.ALREADY_EXISTS
    message = "This account is premium already"
