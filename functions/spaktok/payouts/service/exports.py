"""What providers say that they moved: of withdrawals, line by line, and to or from our own bank.

PayPal's export is the history of its account. Stripe's is the account's balance transactions: the
transfers by which bank payouts leave it and their reversals. Whether a bank has credited what Stripe
sent on is in neither: a payout of a connected account says `paid`, and `failed` if it came back, and
that is looked up withdrawal by withdrawal (`service.sending`). Only our own bank's statement is
imported, on which a provider's settlements with us are lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Protocol

from spaktok.payouts.model.matching import Exported, Settled, Side
from spaktok.wallet.model.amounts import Account


class Unread(Exception):
    """The provider can't be asked now."""


class Export(Protocol):
    """A provider's side."""

    account: Account

    def lines(self, since: datetime, until: datetime) -> Iterator[Exported]:
        """What moved for withdrawals. A call a page. Raises `Unread`."""

    def settled(self, since: datetime, until: datetime) -> Iterator[Settled]:
        """What moved between its account of ours and our bank. A call a page. Raises `Unread`."""


class PayPalExport:
    """The account's history; pages of 500."""

    account: Account = Account.PAYPAL

    def lines(self, since: datetime, until: datetime) -> Iterator[Exported]:
        """As `Export`."""
        from spaktok.integrations.paypal import account, model

        try:
            for line in account.connect().history(since, until):
                if line.event_code in model.PAYOUT_CODES:
                    yield Exported(
                        transaction_id=line.transaction_id,
                        key=line.custom,
                        side=Side.OUT if line.amount_minor < 0 else Side.BACK,
                        amount_minor=abs(line.amount_minor),
                        fee_minor=-line.fee_minor,
                        currency=line.currency,
                        at=line.at,
                    )
        except model.Unknown as why:
            raise Unread(str(why)) from None

    def settled(self, since: datetime, until: datetime) -> Iterator[Settled]:
        """As `Export`: its withdrawals to a bank, under their transaction ids."""
        from spaktok.integrations.paypal import account, model

        try:
            for line in account.connect().history(since, until, code=model.BANK_CODE):
                yield Settled(line.transaction_id, -line.amount_minor, line.at)
        except model.Unknown as why:
            raise Unread(str(why)) from None


class StripeExport:
    """The account's balance transactions; pages of 100."""

    account: Account = Account.BANK

    def lines(self, since: datetime, until: datetime) -> Iterator[Exported]:
        """As `Export`: transfers to connected accounts, and their reversals."""
        from spaktok.integrations.stripe import movements
        from spaktok.integrations.stripe.client import Declined, Unreachable

        try:
            for line in movements.transfers(since, until):
                yield Exported(
                    transaction_id=line.transaction_id,
                    key=line.key,
                    side=Side.OUT if line.amount_minor < 0 else Side.BACK,
                    amount_minor=abs(line.amount_minor),
                    fee_minor=line.fee_minor,
                    currency=line.currency,
                    at=line.at,
                )
        except (Declined, Unreachable):
            raise Unread("no answer about transfers") from None

    def settled(self, since: datetime, until: datetime) -> Iterator[Settled]:
        """As `Export`: payouts of the platform's own balance, under their ids."""
        from spaktok.integrations.stripe import movements
        from spaktok.integrations.stripe.client import Declined, Unreachable

        try:
            for line in movements.payouts(since, until):
                yield Settled(line.source, -line.amount_minor, line.at)
        except (Declined, Unreachable):
            raise Unread("no answer about payouts") from None


EXPORTS: Final[tuple[Export, ...]] = (PayPalExport(), StripeExport())
