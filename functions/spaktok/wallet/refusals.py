"""How the wallet says no."""

from spaktok.core.refusal import Code, Refusal


class NotEnoughCoins(Refusal):
    """Fewer coins are in the wallet than would be spent."""

    message = "You need {needed} coins and have {available}"

    def __init__(self, *, needed: int, available: int) -> None:
        super().__init__(needed=needed, available=available)


class NotEnoughEarnings(Refusal):
    """Less has matured, and is not reserved or owed, than would be withdrawn."""

    message = "Less than that is available"

    def __init__(self, *, available_micro: int) -> None:
        super().__init__(availableMicro=available_micro)


class DebtOpen(Refusal):
    """A refund or a dispute of coins that were spent is open: nothing is given or withdrawn."""

    message = "Settle what is open from a refunded purchase first"

    def __init__(self, *, debt_micro: int) -> None:
        super().__init__(debtMicro=debt_micro)


class LimitReached(Refusal):
    """The user's own limit for the day."""

    code = Code.RESOURCE_EXHAUSTED
    message = "This would exceed the limit you set for a day"

    def __init__(self, *, limit: int, spent: int) -> None:
        super().__init__(limit=limit, spent=spent)


class TooManyLots(Refusal):
    """The wallet holds as many unspent purchases as it can."""

    message = "Spend some of your coins first"


class TooManyReservations(Refusal):
    """As many withdrawals are open as a wallet holds."""

    message = "Too many withdrawals are open"


class ReservationGone(Refusal):
    """The withdrawal's reservation was released or paid before, or never made."""

    message = "Nothing is reserved for this withdrawal"


class NothingToReverse(Refusal):
    """The gift was reversed before, as a whole."""

    message = "This was reversed before"


class UnknownEntry(Refusal):
    """No ledger entry of that kind has this id."""

    code = Code.NOT_FOUND
    message = "Not found"


class RefundTooLarge(Refusal):
    """More than the purchase would have been refunded."""

    message = "More than was paid can't be refunded"


class DisputeOpen(Refusal):
    """The purchase is in dispute already."""

    code = Code.ALREADY_EXISTS
    message = "This purchase is in dispute"


class NoDispute(Refusal):
    """The purchase has no open dispute of that id."""

    message = "This purchase has no such open dispute"


class ProposalDecided(Refusal):
    """The proposal was approved or rejected before."""

    message = "This proposal was decided before"


class ProposalExpired(Refusal):
    """A proposal can be approved for a day."""

    message = "This proposal has expired: propose it anew"


class ProposalChanged(Refusal):
    """What would be done is not what the approver saw."""

    message = "This is not what was proposed: read it again"
