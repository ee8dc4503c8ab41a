"""The SDK's client, and the vendor's errors in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final

from spaktok.core import config, keys, log

if TYPE_CHECKING:
    from stripe import StripeClient

URL_VARIABLE: Final = "SPAKTOK_STRIPE_URL"
TIMEOUT_S: Final = 8.0
RETRIES_MAX: Final = 2
"""The SDK's own, with one and the same idempotency key."""


class Unreachable(Exception):
    """The vendor did not answer, or not with an answer: what became of the request is unknown."""


class Declined(Exception):
    """The vendor answered that it will not do it; `code` is its reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code: Final = code


def client() -> StripeClient:
    """The client of our account. Raises `RuntimeError` where the keys are not for here."""
    return _connect(keys.stripe(), config.stand_in(URL_VARIABLE))


@cache
def _connect(key: str, url: str | None) -> StripeClient:
    from stripe import RequestsClient, StripeClient

    http = RequestsClient(timeout=TIMEOUT_S)
    if url is None:
        return StripeClient(key, max_network_retries=RETRIES_MAX, http_client=http)
    return StripeClient(
        key, max_network_retries=RETRIES_MAX, http_client=http, base_addresses={"api": url}
    )


@contextmanager
def speaking() -> Iterator[None]:
    """Say in our words what the SDK raises. Raises `Unreachable`, `Declined`.

    Nothing of the vendor's text goes into a log: it quotes what was sent.
    """
    import stripe

    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        log.warning("Stripe declined", code=error.code, request=error.request_id)
        raise Declined(error.code or "declined") from None
    except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError) as error:
        log.warning("Stripe unreachable", exception=type(error).__name__, status=error.http_status)
        raise Unreachable from None
