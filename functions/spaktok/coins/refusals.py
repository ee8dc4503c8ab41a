"""How buying coins is refused."""

from spaktok.core.refusal import Code, Refusal


class PackageUnavailable(Refusal):
    """The package is not sold, or not in this currency."""

    code = Code.NOT_FOUND
    message = "This package is not available"


class PackageExists(Refusal):
    """Another package has this id."""

    code = Code.ALREADY_EXISTS
    message = "There is a package of this id"


class ProductLinked(Refusal):
    """The store's product is another package's, or the package has another product in that store."""

    code = Code.ALREADY_EXISTS
    message = "A product in this store is one package's for good"

    def __init__(self, *, store: str) -> None:
        super().__init__(store=store)


class TooManyPackages(Refusal):
    """As many packages as there can be: change one that is not sold any more."""

    code = Code.RESOURCE_EXHAUSTED
    message = "There are as many packages as there can be"


class PurchaseClosed(Refusal):
    """The purchase of this idempotency key can no longer be paid: start another."""

    message = "This purchase is over. Start a new one"


class VerificationRequired(Refusal):
    """More than that a day is sold only to whoever has shown an identity document."""

    message = "Verify your identity to buy more today"

    def __init__(self, *, limit_usd: int, spent_usd: int) -> None:
        super().__init__(limitUsd=limit_usd, spentUsd=spent_usd)


class DailyPurchaseLimit(Refusal):
    """As much was bought today as can be."""

    code = Code.RESOURCE_EXHAUSTED
    message = "You have reached the most that can be bought in a day"

    def __init__(self, *, limit_usd: int, spent_usd: int) -> None:
        super().__init__(limitUsd=limit_usd, spentUsd=spent_usd)


class TooManyOpenPurchases(Refusal):
    """Too many purchases wait to be paid."""

    code = Code.RESOURCE_EXHAUSTED
    message = "Finish or leave your open purchases first"


class PaymentDeclined(Refusal):
    """The provider refuses to make this payment."""

    message = "The payment could not be started"


class PaymentsUnavailable(Refusal):
    """The provider can't be reached; nothing was charged, and a retry is safe."""

    code = Code.UNAVAILABLE
    message = "Payments are not available right now. Try again"


class NotRefundable(Refusal):
    """There is nothing to refund, or not as much."""

    message = "This purchase can't be refunded: {reason}"

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason=reason)


class VersionConflict(Refusal):
    """The package was changed meanwhile."""

    code = Code.ABORTED
    message = "The package has changed: it is at version {version}"

    def __init__(self, *, version: int) -> None:
        super().__init__(version=version)


class NotOurs(Refusal):
    """What arrived is not signed by the provider, or not meant for us."""

    code = Code.PERMISSION_DENIED
    message = "Permission denied"


class ReceiptUsed(Refusal):
    """The receipt was redeemed before, by another account or for another purchase."""

    code = Code.ALREADY_EXISTS
    message = "This receipt was used before"


class ReceiptInvalid(Refusal):
    """The receipt is not the store's, not for this app, or was not paid."""

    code = Code.INVALID_ARGUMENT
    message = "This receipt is not valid"
