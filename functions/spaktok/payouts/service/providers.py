"""The providers, in one vocabulary: send an order, ask about it, search for it.

An order's key is the same for every attempt. `send` may be repeated with it for as long as the
provider remembers keys (`retry_for`); after that only `search` may find out what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from spaktok.payouts.model import policy
from spaktok.payouts.model.states import Answer, Method, Reply
from spaktok.payouts.service.methods import Receiver
from spaktok.wallet.model.amounts import Account

if TYPE_CHECKING:
    from spaktok.integrations.paypal import model as paypal
    from spaktok.integrations.stripe import connect


@dataclass(frozen=True, slots=True)
class Order:
    """What a provider is to pay."""

    key: str
    receiver: Receiver
    net_minor: int
    first_sent_at: datetime


class Refused(Exception):
    """The provider understood, and made nothing of it."""


class Unknown(Exception):
    """Whether it was done can't be told."""


class Contradicted(Unknown):
    """The provider says what can't be so: another key or amount, a fee larger than the payout."""


class Provider(Protocol):
    """One way to pay."""

    account: Account
    retry_for: timedelta

    def send(self, order: Order) -> Answer:
        """Pay, or find what was made with the same key. Raises `Refused`, `Unknown`."""

    def look_up(self, order: Order, reference: str) -> Answer:
        """What became of it. Raises `Unknown`."""

    def search(self, order: Order) -> Answer | None:
        """What the provider's own history says of it; None where it says nothing. Raises `Unknown`."""


class PayPalProvider:
    """PayPal Payouts: one batch a withdrawal, its key the batch's."""

    account: Account = Account.PAYPAL
    retry_for: timedelta = policy.PAYPAL_RETRY

    def send(self, order: Order) -> Answer:
        """As `Provider`. That a batch is made says nothing yet of its item."""
        from spaktok.integrations.paypal import account
        from spaktok.integrations.paypal.model import Contradiction, Duplicate
        from spaktok.integrations.paypal.model import Refused as No
        from spaktok.integrations.paypal.model import Unknown as Unclear

        try:
            batch = account.connect().create(_paypal(order))
        except Duplicate as same:
            if same.batch_id is None:
                raise Unknown("made before, and not said where") from None
            return self.look_up(order, same.batch_id)
        except No as no:
            raise Refused(no.name) from None
        except Contradiction as why:
            raise Contradicted(str(why)) from None
        except Unclear as why:
            raise Unknown(str(why)) from None
        return Answer(Reply.PENDING, batch.batch_id, detail=batch.status)

    def look_up(self, order: Order, reference: str) -> Answer:
        """As `Provider`."""
        from spaktok.integrations.paypal import account
        from spaktok.integrations.paypal.model import BatchStatus, Contradiction
        from spaktok.integrations.paypal.model import Refused as No
        from spaktok.integrations.paypal.model import Unknown as Unclear

        try:
            batch = account.connect().batch(reference, _paypal(order))
        except Contradiction as why:
            raise Contradicted(str(why)) from None
        except (No, Unclear) as why:
            raise Unknown(str(why)) from None
        item = batch.item
        if batch.status in (BatchStatus.DENIED, BatchStatus.CANCELED):
            return Answer(Reply.FAILED, batch.batch_id, detail=batch.status)
        if item is None:
            return Answer(Reply.PENDING, batch.batch_id, detail=batch.status)
        return Answer(
            reply=_REPLIES[item.status],
            reference=batch.batch_id,
            transaction_id=item.transaction_id,
            fee_minor=item.fee_minor,
            detail=item.error or item.status,
        )

    def search(self, order: Order) -> Answer | None:
        """As `Provider`: the account's history from a day before the first attempt on."""
        from spaktok.core import clock
        from spaktok.integrations.paypal import account
        from spaktok.integrations.paypal.model import Unknown as Unclear

        since = order.first_sent_at - timedelta(days=1)
        try:
            for line in account.connect().history(since, clock.now()):
                if line.custom == order.key and line.amount_minor == -order.net_minor:
                    return Answer(
                        Reply.PAID, "", line.transaction_id, -line.fee_minor, line.event_code
                    )
        except Unclear as why:
            raise Unknown(str(why)) from None
        return None


class BankProvider:
    """Stripe Connect: a transfer to the connected account, and a payout from there to its bank."""

    account: Account = Account.BANK
    retry_for: timedelta = policy.BANK_RETRY

    def send(self, order: Order) -> Answer:
        """As `Provider`. Either step is found again by the same key; a refused payout is taken back."""
        from spaktok.integrations.stripe import connect
        from spaktok.integrations.stripe.client import Declined, Unreachable

        try:
            moved = connect.transfer(order.receiver.text, order.net_minor, order.key)
        except Declined as no:
            raise Refused(no.code) from None
        except Unreachable:
            raise Unknown("no answer to the transfer") from None
        try:
            sent = connect.pay(order.receiver.text, order.net_minor, order.key)
        except Declined as no:
            return self._back(order.key, moved, no.code)
        except Unreachable:
            raise Unknown("no answer to the payout") from None
        return self._told(order.key, order.receiver.text, moved, sent)

    def look_up(self, order: Order, reference: str) -> Answer:
        """As `Provider`. A reference is the transfer, the payout and the connected account."""
        from spaktok.integrations.stripe import connect
        from spaktok.integrations.stripe.client import Declined, Unreachable

        moved, made, account_id = reference.split(":")
        try:
            return self._told(order.key, account_id, moved, connect.payout(account_id, made))
        except (Declined, Unreachable):
            raise Unknown("no answer about the payout") from None

    def search(self, order: Order) -> Answer | None:
        """As `Provider`: by the transfer's group and the payout's metadata."""
        from spaktok.integrations.stripe import connect
        from spaktok.integrations.stripe.client import Declined, Unreachable

        try:
            moved, sent = connect.find(order.receiver.text, order.key)
        except (Declined, Unreachable):
            raise Unknown("no answer to the search") from None
        if moved is None:
            return None
        if sent is None:
            return self._back(order.key, moved, "never sent")
        return self._told(order.key, order.receiver.text, moved, sent)

    def _told(self, key: str, account_id: str, moved: str, sent: connect.Sent) -> Answer:
        reference = f"{moved}:{sent.payout_id}:{account_id}"
        if sent.status in ("failed", "canceled"):
            return self._back(key, moved, sent.failure or sent.status, reference)
        reply = Reply.PAID if sent.status == "paid" else Reply.PENDING
        return Answer(reply, reference, sent.transaction_id, None, sent.status)

    def _back(self, key: str, moved: str, why: str, reference: str = "") -> Answer:
        """What the bank did not take lies in the connected account: take it back before saying so."""
        from spaktok.integrations.stripe import connect
        from spaktok.integrations.stripe.client import Declined, Unreachable

        try:
            connect.take_back(moved, key)
        except (Declined, Unreachable):
            raise Unknown(f"{why}, and not taken back yet") from None
        return Answer(Reply.RETURNED, reference, detail=why)


def of(method: Method) -> Provider:
    """The provider of a method."""
    return PROVIDERS[method]


def _paypal(order: Order) -> paypal.Order:
    from spaktok.integrations.paypal import model

    return model.Order(
        key=order.key,
        receiver=order.receiver.text,
        receiver_is_account=order.receiver.kind == "payer_id",
        amount_minor=order.net_minor,
    )


_REPLIES: Final = {
    "PENDING": Reply.PENDING,
    "SUCCESS": Reply.PAID,
    "FAILED": Reply.FAILED,
    "UNCLAIMED": Reply.HELD,
    "ONHOLD": Reply.HELD,
    "BLOCKED": Reply.HELD,
    "RETURNED": Reply.RETURNED,
    "REFUNDED": Reply.RETURNED,
    "REVERSED": Reply.RETURNED,
}

PROVIDERS: Final[dict[Method, Provider]] = {
    Method.PAYPAL: PayPalProvider(),
    Method.BANK: BankProvider(),
}
