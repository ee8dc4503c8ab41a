"""Google Play: the Publisher API's purchases, and Real-time developer notifications by Pub/Sub push.

Documented at developer.android.com/google/play/billing/rtdn-reference and
developers.google.com/android-publisher/api-ref/rest/v3 (purchases.products, purchases.voidedpurchases,
orders). Set `SPAKTOK_GOOGLE_PACKAGE`, and for the push subscription `SPAKTOK_GOOGLE_PUSH_AUDIENCE` and
`SPAKTOK_GOOGLE_PUSH_ACCOUNT` (the service account that signs its requests); the functions' own account
needs access in the Play Console, to orders and financial data too.
"""

from __future__ import annotations

import base64
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote

from spaktok.coins.model.payments import Price, Provider
from spaktok.coins.model.receipts import News, Notice, Receipt, Refunding
from spaktok.core import config
from spaktok.integrations.stores.jws import NotConfigured, Unproven

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

URL_VARIABLE: Final = "SPAKTOK_GOOGLE_URL"
TIMEOUT_S: Final = 10.0
VOIDED_PAGES_MAX: Final = 1_000
"""Of 1,000 purchases each: an answer that always has more must not be read for ever."""
_API: Final = "https://androidpublisher.googleapis.com"
_SCOPE: Final = "https://www.googleapis.com/auth/androidpublisher"
_BEARER: Final = "Bearer "
_CERTIFICATES: Final = "https://www.googleapis.com/oauth2/v1/certs"
_ISSUERS: Final = ("accounts.google.com", "https://accounts.google.com")
_PURCHASED, _CANCELED = 0, 1
_TEST: Final = 0
_NOT_FOUND: Final = (400, 404, 410)


def receipt(product_id: str, token: str) -> Receipt:
    """The purchase of a token, by Google's answer.

    A second request tells what was paid. Raises `Unproven` where there is none, and `OSError` where
    Google can't be asked.
    """
    told = _asked("GET", _path(product_id, token))
    try:
        state, order_id = told["purchaseState"], str(told["orderId"])
        return Receipt(
            provider=Provider.GOOGLE,
            id=order_id,
            product_id=product_id,
            account=told.get("obfuscatedExternalAccountId"),
            live=told.get("purchaseType") != _TEST,
            at=datetime.fromtimestamp(int(told["purchaseTimeMillis"]) / 1000, UTC),
            paid=state == _PURCHASED,
            quantity=int(told.get("quantity", 1)),
            refunding=Refunding.YES if state == _CANCELED else Refunding.NO,
            price=_price(order_id) if state == _PURCHASED else None,
            token=token,
        )
    except (KeyError, TypeError, ValueError):
        raise Unproven from None


def consume(product_id: str, token: str) -> None:
    """Tell Google that it was given, so that it can be bought again and is not refunded by itself."""
    _asked("POST", f"{_path(product_id, token)}:consume")


def voided(since: datetime, until: datetime) -> Iterator[Receipt]:
    """The purchases that were refunded, revoked or charged back in a time, whole, as receipts.

    Google lists the last 30 days. Raises `Unproven` for an answer that is none, and `OSError` where
    Google can't be asked.
    """
    span = f"startTime={_milliseconds(since)}&endTime={_milliseconds(until)}&type=0"
    after = ""
    for _ in range(VOIDED_PAGES_MAX):
        query = f"{span}&token={quote(after, safe='')}" if after else span
        told = _asked("GET", f"{_application()}/purchases/voidedpurchases?{query}")
        try:
            for one in told.get("voidedPurchases") or ():
                yield _voided(one)
            after = str((told.get("tokenPagination") or {}).get("nextPageToken") or "")
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Unproven from None
        if not after:
            return
    raise OSError("Google's list has no end")


def _voided(told: dict[str, Any]) -> Receipt:
    return Receipt(
        provider=Provider.GOOGLE,
        id=str(told["orderId"]),
        product_id="",  # the list names none
        account=None,
        live=config.production(),
        at=datetime.fromtimestamp(int(told["voidedTimeMillis"]) / 1000, UTC),
        paid=False,
        refunding=Refunding.YES,
        token=str(told["purchaseToken"]),
    )


def notice(body: bytes, headers: Mapping[str, str]) -> Notice:
    """What a Pub/Sub push says. Raises `Unproven` where the subscription's account did not sign it."""
    _prove(headers.get("authorization", ""))
    try:
        message = json.loads(body)["message"]
        told = json.loads(base64.b64decode(message["data"], validate=True))
        if told["packageName"] != _setting("SPAKTOK_GOOGLE_PACKAGE"):
            raise Unproven
        about = told.get("oneTimeProductNotification") or told.get("voidedPurchaseNotification")
        return Notice(
            id=str(message["messageId"]),
            news=News.LOOK if about else News.NOTHING,
            provider=Provider.GOOGLE,
            receipt=None,
            order_id=about.get("orderId") if about else None,
            token=str(about["purchaseToken"]) if about else None,
            product_id=about.get("sku") if about else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unproven from None


def _price(order_id: str) -> Price | None:
    """What was paid for an order, and what of it is ours: the Orders API tells both, or neither."""
    try:
        told = _asked("GET", f"{_application()}/orders/{quote(order_id, safe='')}")
    except Unproven:
        return None  # of a licence tester's purchase there is no order
    total = told.get("total")
    if total is None:
        return None
    currency = str(total["currencyCode"])
    return Price(
        milli=_milli(total, currency) or 0,
        currency=currency,
        tax_milli=_milli(told.get("tax"), currency),
        received_milli=_milli(told.get("developerRevenueInBuyerCurrency"), currency),
    )


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _milli(money: dict[str, Any] | None, currency: str) -> int | None:
    """`google.type.Money` in thousandths, rounded down; None for none, or another currency's."""
    if money is None or money.get("currencyCode") != currency:
        return None
    return int(money.get("units", 0)) * 1_000 + int(money.get("nanos", 0)) // 1_000_000


def _prove(header: str) -> None:
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import Request
    from google.oauth2 import id_token

    if not header.startswith(_BEARER):
        raise Unproven
    local = config.stand_in(URL_VARIABLE)
    certificates = _CERTIFICATES if local is None else f"{local}/certs"
    audience, verify = _setting("SPAKTOK_GOOGLE_PUSH_AUDIENCE"), cast("Any", id_token.verify_token)
    try:
        claims = verify(header[len(_BEARER) :], Request(), audience, certs_url=certificates)
    except (ValueError, GoogleAuthError):
        raise Unproven from None
    if claims.get("iss") not in _ISSUERS:
        raise Unproven
    account = _setting("SPAKTOK_GOOGLE_PUSH_ACCOUNT")
    if claims.get("email") != account or claims.get("email_verified") is not True:
        raise Unproven


def _asked(method: str, path: str) -> dict[str, Any]:
    response = _session().request(method, path, timeout=TIMEOUT_S)
    if response.status_code in _NOT_FOUND:
        raise Unproven
    response.raise_for_status()
    found: dict[str, Any] = response.json() if response.content else {}
    return found


def _session() -> Any:
    from google.auth import default
    from google.auth.transport.requests import AuthorizedSession
    from requests import Session

    if config.stand_in(URL_VARIABLE) is not None:
        return Session()
    authorized: Any = AuthorizedSession
    return authorized(default(scopes=[_SCOPE])[0])


def _application() -> str:
    base = config.stand_in(URL_VARIABLE) or _API
    package = _setting("SPAKTOK_GOOGLE_PACKAGE")
    return f"{base}/androidpublisher/v3/applications/{quote(package, safe='')}"


def _path(product_id: str, token: str) -> str:
    product, purchase = quote(product_id, safe=""), quote(token, safe="")
    return f"{_application()}/purchases/products/{product}/tokens/{purchase}"


def _setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise NotConfigured(f"{name} is missing: set it in functions/.env.<project>")
    return value
