"""A Stripe of the test's own: the local stand-in, to which the official SDK speaks without a network.

`Till` pays, refunds and disputes as payers, banks and the dashboard do, and delivers webhooks to the
real entry point; the stand-in's ledger is the oracle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

import main
from localstripe.api import LocalStripe
from localstripe.events import Delivery
from localstripe.payments import GOOD
from spaktok.core import clock
from spaktok.integrations.stripe import client
from spaktok.wallet import encoding
from spaktok.wallet import store as ledger
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.service import auditing
from tests.support.edge import Answer, Sender

KEY = "sk_test_local"
SECRET = "whsec_local"


class InProcess(stripe.HTTPClient):
    """The SDK's transport: what would go over the wire goes to the stand-in, byte for byte."""

    name = "in-process"

    def __init__(self, account: LocalStripe) -> None:
        super().__init__()
        self.account = account

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        address = urlsplit(url)
        params = (post_data or "") if method == "post" else address.query
        reply = self.account.request(method.upper(), address.path, params, dict(headers))
        if reply.lost:
            raise stripe.APIConnectionError("the connection was lost", should_retry=True)
        return reply.body.decode(), reply.status, {k.lower(): v for k, v in reply.headers.items()}

    def close(self) -> None:
        """Nothing is open."""

    @staticmethod
    def _sleep_time_seconds(*_: Any) -> float:
        return 0.0


def sdk(account: LocalStripe, *, retries: int = 2) -> stripe.StripeClient:
    """The official SDK, speaking to the stand-in."""
    return stripe.StripeClient(
        KEY,
        http_client=InProcess(account),
        max_network_retries=retries,
        base_addresses={"api": "http://stripe.local"},
    )


@dataclass
class Till:
    """One account of the provider, and what happens at it."""

    account: LocalStripe = field(
        default_factory=lambda: LocalStripe(lambda: clock.now().timestamp())
    )

    def session_of(self, purchase_id: str) -> dict[str, Any]:
        """The session of a purchase."""
        (found,) = self.account.objects.all("checkout.session", client_reference_id=purchase_id)
        return found

    def pay(self, purchase_id: str, method: str = GOOD) -> str:
        """Pay on the page; the PaymentIntent's id."""
        session = self.account.payments.pay(self.session_of(purchase_id)["id"], method)
        return str(session["payment_intent"])

    def deliver(self, *only: Delivery) -> list[int]:
        """Deliver what waits, or these; the statuses answered."""
        return [self.send(one).status for one in only or self.account.teller.deliveries()]

    def send(self, one: Delivery, **headers: str) -> Answer:
        """One delivery, to the entry point."""
        headers = {"Stripe_Signature": one.signature, **headers}
        return Sender().send(main.stripeWebhook, one.body, **headers)

    def received_micro(self) -> int:
        """What the account holds, by its own ledger."""
        return self.account.objects.balance_minor() * 10_000


@contextmanager
def till(patch: pytest.MonkeyPatch, account: LocalStripe | None = None) -> Iterator[Till]:
    """Have the integration speak to a stand-in for as long as the block lasts."""
    one = Till() if account is None else Till(account)
    speaking = sdk(one.account)
    patch.setattr(client, "_connect", lambda *_: speaking)
    yield one


def agree(shop: Till) -> None:
    """The ledger holds, and says of Stripe what Stripe's own says."""
    assert auditing.everything() == []
    assert booked_micro() == shop.received_micro()


def booked_micro() -> int:
    """What came from Stripe, less what it keeps of it, by our ledger."""
    return -sum(
        posting.amount
        for one in ledger.entries().stream()
        for posting in encoding.decode_entry(one.to_dict() or {}).postings
        if posting.account in (Account.STRIPE, Account.FEES)
    )


def new(shop: Till, known: set[str]) -> list[str]:
    """How many objects of each kind there are of which `known` has none; it has them then.

    What tells of others, or opens a sheet, may be once more.
    """
    found = [one for one in shop.account.objects.by_id.values() if one["id"] not in known]
    known.update(one["id"] for one in found)
    kinds = Counter(one["object"] for one in found)
    del kinds["event"], kinds["ephemeral_key"]
    return [f"{count} {kind}" for kind, count in sorted(kinds.items())]
