"""Which PayPal account is the platform's, by the environment."""

from __future__ import annotations

import os
from functools import cache
from typing import Final

from spaktok.core import config, keys
from spaktok.integrations.paypal.client import PayPal

LIVE: Final = "https://api-m.paypal.com"
URL_VARIABLE: Final = "SPAKTOK_PAYPAL_URL"
ID_VARIABLE: Final = "SPAKTOK_PAYPAL_CLIENT_ID"
WEBHOOK_VARIABLE: Final = "SPAKTOK_PAYPAL_WEBHOOK_ID"
ROOT_VARIABLE: Final = "SPAKTOK_PAYPAL_ROOT"
"""A file with the root certificate of a stand-in; counts beside emulators alone."""
LOCAL_ID: Final = "local-client"
LOCAL_WEBHOOK: Final = "LOCALWEBHOOK"


def connect() -> PayPal:
    """The platform's account; one for an instance."""
    return _connected(url(), client_id(), keys.paypal_secret())


@cache
def _connected(at: str, client: str, secret: str) -> PayPal:
    return PayPal(at, client, secret)


def url() -> str:
    """Where PayPal is: the live API, or what the environment says (the sandbox, a stand-in)."""
    return os.environ.get(URL_VARIABLE, LIVE)


def client_id() -> str:
    """The REST app's id. It is no secret."""
    return _named(ID_VARIABLE, LOCAL_ID)


def webhook_id() -> str:
    """The id PayPal gave our webhook when it was registered; not that of an event."""
    return _named(WEBHOOK_VARIABLE, LOCAL_WEBHOOK)


def root() -> str | None:
    """The file with the only root that counts; None: those that the world trusts."""
    return os.environ.get(ROOT_VARIABLE) if config.emulated() else None


def _named(variable: str, local: str) -> str:
    value = os.environ.get(variable, "") or (local if config.emulated() else "")
    if not value:
        raise RuntimeError(f"{variable} is missing: set it as PayPal's dashboard shows it")
    return value
