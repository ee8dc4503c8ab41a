"""How gifts say no. None tells the sender why somebody takes none."""

from spaktok.core.refusal import Code, Refusal


class NoSuchGift(Refusal):
    """The catalogue has no such gift, or it is not on sale: retired, out of season, sold out."""

    code = Code.FAILED_PRECONDITION
    message = "This gift is not available"


class NotToYourself(Refusal):
    """Nobody gives to themselves."""

    code = Code.FAILED_PRECONDITION
    message = "You can't send a gift to yourself"


class GiftsNotAccepted(Refusal):
    """The receiver takes no gifts from this sender or here; why, is theirs to know."""

    code = Code.FAILED_PRECONDITION
    message = "Gifts can't be sent here"


class NotLive(Refusal):
    """The stream is not, or no more, on the air."""

    code = Code.FAILED_PRECONDITION
    message = "This stream is not live"


class LevelTooLow(Refusal):
    """The gift is for higher levels."""

    code = Code.FAILED_PRECONDITION
    message = "This gift is available from level {minimumLevel}"


class DailyLimitReached(Refusal):
    """As many coins were given today as may be: `limitCoins`, until `retryAfterMs`."""

    code = Code.RESOURCE_EXHAUSTED
    message = "You have reached your limit of {limitCoins} coins for today"


class QuoteExpired(Refusal):
    """The quote is over, or not one for this gift: ask for another."""

    code = Code.FAILED_PRECONDITION
    message = "This price is no longer valid. Ask for a new one"


class TooLateToUndo(Refusal):
    """More than ten seconds have passed."""

    code = Code.FAILED_PRECONDITION
    message = "This gift can't be taken back any more"


class GiftExists(Refusal):
    """The catalogue has a gift of that id."""

    code = Code.ALREADY_EXISTS
    message = "There is a gift with this id"


class GiftsHidden(Refusal):
    """A private account shows what it was given to its followers."""

    code = Code.PERMISSION_DENIED
    message = "Follow this account to see its gifts"
