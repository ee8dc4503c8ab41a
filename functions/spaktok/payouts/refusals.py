"""How payouts say no."""

from spaktok.core.refusal import Code, Refusal


class TooLittle(Refusal):
    """Less than the smallest withdrawal."""

    message = "The smallest withdrawal is {minimumMinor} cents"

    def __init__(self, *, minimum_minor: int) -> None:
        super().__init__(minimumMinor=minimum_minor)


class DailyMaximum(Refusal):
    """More than may be asked for in a day."""

    code = Code.RESOURCE_EXHAUSTED
    message = "This would exceed what can be withdrawn in a day"

    def __init__(self, *, left_minor: int) -> None:
        super().__init__(leftMinor=left_minor)


class NoPayoutMethod(Refusal):
    """No such method is linked."""

    message = "Link this payout method first"


class MethodCoolingDown(Refusal):
    """The method was changed recently."""

    message = "This payout method was changed recently. Try again later"

    def __init__(self, *, retry_after_ms: int) -> None:
        super().__init__(retryAfterMs=retry_after_ms)


class ChecksMissing(Refusal):
    """Something must be verified first; `missing` names it."""

    message = "Still to be verified: {missing}"


class AlreadySent(Refusal):
    """It is with the provider, or decided: nothing can be changed any more."""

    message = "This withdrawal can't be changed any more"


class ApprovedByYou(Refusal):
    """Above the limit two people approve; the second must be another one."""

    code = Code.PERMISSION_DENIED
    message = "Somebody else must approve this"


class PayoutsUnavailable(Refusal):
    """The provider can't be reached, or refuses the account that was named."""

    code = Code.UNAVAILABLE
    message = "This payout method can't be linked now"
