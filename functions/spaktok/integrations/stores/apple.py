"""Apple: signed transactions, App Store Server Notifications V2 and their history, consumption.

Documented at developer.apple.com/documentation/appstoreservernotifications and …/appstoreserverapi.
Set `SPAKTOK_APPLE_BUNDLE`, `SPAKTOK_APPLE_ROOT` (the base64 of "Apple Root CA - G3", from
apple.com/certificateauthority), `SPAKTOK_APPLE_ISSUER` and `SPAKTOK_APPLE_KEY_ID`, and the secret
`SPAKTOK_APPLE_PRIVATE_KEY` of an In-App Purchase key.
"""

from __future__ import annotations

import base64
import json
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from spaktok.coins.model.payments import Price, Provider
from spaktok.coins.model.receipts import News, Notice, Receipt, Refunding
from spaktok.core import clock, config, keys
from spaktok.integrations.stores import jws
from spaktok.integrations.stores.jws import NotConfigured, Unproven

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import Response

URL_VARIABLE: Final = "SPAKTOK_APPLE_URL"
TIMEOUT_S: Final = 10.0
HISTORY_PAGES_MAX: Final = 5_000
"""Of 20 notifications each: an answer that always has more must not be read for ever."""
ANSWER_WITHIN: Final = timedelta(hours=12)
"""How long Apple waits for consumption information."""
_PRODUCTION: Final = "https://api.storekit.itunes.apple.com"
_SANDBOX: Final = "https://api.storekit-sandbox.itunes.apple.com"
_REFUNDS: Final = {"REFUND": Refunding.YES, "REFUND_REVERSED": Refunding.TAKEN_BACK}
_LOOKED_AT: Final = frozenset({"ONE_TIME_CHARGE", "REFUND", "REFUND_REVERSED", "REFUND_DECLINED"})


def receipt(signed: str) -> Receipt:
    """The purchase that a signed transaction proves. Raises `Unproven`."""
    return _receipt(jws.opened(signed, _root(), clock.now()), None)


def notice(body: bytes) -> Notice:
    """What a notification says: `{"signedPayload": JWS}`, with a signed transaction in it.

    Raises `Unproven` for what Apple did not sign, and for another app's.
    """
    try:
        signed = json.loads(body)["signedPayload"]
        told = jws.opened(str(signed), _root(), clock.now())
        kind, data = str(told["notificationType"]), told.get("data") or {}
        if data.get("bundleId", _bundle()) != _bundle():
            raise Unproven
        transaction = data.get("signedTransactionInfo")
        found = None
        if transaction is not None:
            found = _receipt(jws.opened(str(transaction), _root(), clock.now()), _REFUNDS.get(kind))
        return Notice(
            id=str(told["notificationUUID"]),
            news=_news(kind),
            provider=Provider.APPLE,
            receipt=found,
            at=_instant(told["signedDate"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unproven from None


def answer_consumption(transaction_id: str, facts: dict[str, Any]) -> None:
    """Tell Apple how far a purchase was used. Raises `OSError` where it did not take it."""
    _asked("PUT", f"/inApps/v1/transactions/consumption/{transaction_id}", facts)


def history(since: datetime, until: datetime) -> Iterator[bytes]:
    """The bodies of all notifications of a time, whether or not they reached us.

    As `notice` reads them. Apple keeps them for 180 days and gives 20 a call. Raises `Unproven` for an
    answer that is none, and `OSError` where Apple can't be asked.
    """
    span = {"startDate": _milliseconds(since), "endDate": _milliseconds(until)}
    after = ""
    for _ in range(HISTORY_PAGES_MAX):
        query = f"?paginationToken={quote(after, safe='')}" if after else ""
        told = _asked("POST", f"/inApps/v1/notifications/history{query}", span).json()
        try:
            for one in told.get("notificationHistory") or ():
                yield json.dumps({"signedPayload": str(one["signedPayload"])}).encode()
            if not told.get("hasMore"):
                return
            after = str(told["paginationToken"])
        except (KeyError, TypeError, AttributeError):
            raise Unproven from None
    raise OSError("Apple's history has no end")


def _asked(method: str, path: str, body: dict[str, Any]) -> Response:
    import requests

    base = config.stand_in(URL_VARIABLE) or (_PRODUCTION if config.production() else _SANDBOX)
    response = requests.request(
        method,
        f"{base}{path}",
        json=body,
        headers={"Authorization": f"Bearer {_token()}"},
        timeout=TIMEOUT_S,
    )
    response.raise_for_status()
    return response


def _news(kind: str) -> News:
    if kind == "CONSUMPTION_REQUEST":
        return News.CONSUMPTION
    return News.LOOK if kind in _LOOKED_AT else News.NOTHING


def _receipt(told: dict[str, Any], refunding: Refunding | None) -> Receipt:
    try:
        if told["bundleId"] != _bundle() or told["type"] != "Consumable":
            raise Unproven
        revoked = told.get("revocationDate") is not None
        return Receipt(
            provider=Provider.APPLE,
            id=str(told["transactionId"]),
            product_id=str(told["productId"]),
            account=told.get("appAccountToken"),
            live=told["environment"] == "Production",
            at=_instant(told["purchaseDate"]),
            paid=not revoked,
            quantity=_whole(told.get("quantity", 1)),
            refunding=refunding or (Refunding.YES if revoked else Refunding.NO),
            price=_price(told),
        )
    except (KeyError, TypeError, ValueError):
        raise Unproven from None


def _price(told: dict[str, Any]) -> Price | None:
    """What Apple signed to have been paid; transactions of old systems don't say."""
    if told.get("price") is None or told.get("currency") is None:
        return None
    return Price(_whole(told["price"]), str(told["currency"]), told.get("storefront"))


def _token() -> str:
    """A bearer token for the App Store Server API: a JWT by ES256, for ten minutes."""
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    now = int(clock.now().timestamp())
    head = {"alg": "ES256", "kid": _setting("SPAKTOK_APPLE_KEY_ID"), "typ": "JWT"}
    claims = {
        "iss": _setting("SPAKTOK_APPLE_ISSUER"),
        "iat": now,
        "exp": now + 600,
        "aud": "appstoreconnect-v1",
        "bid": _bundle(),
    }
    signed = ".".join(jws.encoded(json.dumps(part).encode()) for part in (head, claims))
    key = load_pem_private_key(keys.apple_private().encode(), None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError("The In-App Purchase key is none of an elliptic curve")
    r, s = decode_dss_signature(key.sign(signed.encode(), ECDSA(SHA256())))
    return f"{signed}.{jws.encoded(r.to_bytes(32) + s.to_bytes(32))}"


def _bundle() -> str:
    return _setting("SPAKTOK_APPLE_BUNDLE")


def _root() -> bytes:
    return base64.b64decode(_setting("SPAKTOK_APPLE_ROOT"), validate=True)


def _setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise NotConfigured(f"{name} is missing: set it in functions/.env.<project>")
    return value


def _instant(milliseconds: Any) -> datetime:
    return datetime.fromtimestamp(_whole(milliseconds) / 1000, UTC)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise Unproven
    return value
