"""Calls to PayPal: OAuth2 client credentials, payouts of one item, look-ups, the account's history.

    paypal = account.connect()
    batch = paypal.create(Order(key="wd-…", receiver="…", receiver_is_account=False, amount_minor=950))

Every call raises `Unknown` for whatever leaves open whether it was done. For `create` that is no
reason to try with another key: the same key, sent again within 30 days, either finds the first
(`Duplicate`, with its id) or does what the first did not. Answers are checked against what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock
from spaktok.integrations.paypal.model import (
    CURRENCY,
    Batch,
    BatchStatus,
    Contradiction,
    Duplicate,
    Item,
    ItemStatus,
    Order,
    Refused,
    Transaction,
    Unknown,
)

if TYPE_CHECKING:
    import requests

TIMEOUT_S: Final = (5.0, 25.0)
"""To connect, and for the answer."""
HISTORY_DAYS_MAX: Final = 31
"""The longest span that one question about the history may have."""
PAGE: Final = 500

_EXPIRES_EARLY: Final = timedelta(minutes=1)
_UNAUTHORIZED: Final = 401
_TOO_MANY: Final = 429
_BATCH_LINK: Final = re.compile(r"/v1/payments/payouts/([A-Za-z0-9]{5,40})")
_MONEY: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    expires_at: datetime


class PayPal:
    """One PayPal account: the platform's own."""

    def __init__(
        self,
        url: str,
        client_id: str,
        secret: str,
        *,
        timeout_s: tuple[float, float] = TIMEOUT_S,
    ) -> None:
        import requests

        self._url = url.rstrip("/")
        self._credentials = (client_id, secret)
        self._timeout_s = timeout_s
        self._http = requests.Session()
        self._token: _Token | None = None

    def create(self, order: Order) -> Batch:
        """Pay out. Raises `Refused`, `Duplicate`, `Unknown`, `Contradiction`."""
        answer = self._call("POST", "/v1/payments/payouts", json=_encode(order))
        return _checked(_batch(answer), order)

    def batch(self, batch_id: str, order: Order) -> Batch:
        """What became of a batch that `order` made. Raises `Refused`, `Unknown`, `Contradiction`."""
        return _checked(_batch(self._call("GET", f"/v1/payments/payouts/{batch_id}")), order)

    def item(self, item_id: str) -> Item:
        """What became of an item. Raises `Refused`, `Unknown`."""
        return _item(self._call("GET", f"/v1/payments/payouts-item/{item_id}"))

    def cancel_unclaimed(self, item_id: str) -> Item:
        """Take back what nobody has claimed yet. Raises `Refused`, `Unknown`."""
        return _item(self._call("POST", f"/v1/payments/payouts-item/{item_id}/cancel"))

    def history(self, since: datetime, until: datetime, *, code: str = "") -> Iterator[Transaction]:
        """The account's transactions of that span, in pages of 500, spans of 31 days. Raises `Unknown`.

        Of one event code alone where it is given. PayPal lists a transaction up to three hours after
        it was done.
        """
        while since < until:
            end = min(until, since + timedelta(days=HISTORY_DAYS_MAX))
            yield from self._span(since, end, code)
            since = end

    def _span(self, since: datetime, until: datetime, code: str) -> Iterator[Transaction]:
        page, pages = 1, 1
        wanted = {"transaction_type": code} if code else {}
        while page <= pages:
            answer = self._call(
                "GET",
                "/v1/reporting/transactions",
                params={
                    "start_date": _rfc3339(since),
                    "end_date": _rfc3339(until - timedelta(seconds=1)),
                    "fields": "transaction_info",
                    "page_size": str(PAGE),
                    "page": str(page),
                    **wanted,
                },
            )
            pages = int(answer.get("total_pages", 1))
            yield from (_transaction(one) for one in answer.get("transaction_details", ()))
            page += 1

    def _call(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        """The answer as JSON. A token that PayPal does not take any more is fetched anew, once."""
        response = self._send(method, path, **sent)
        if response.status_code == _UNAUTHORIZED:
            self._token = None
            response = self._send(method, path, **sent)
        return _understood(response)

    def _send(self, method: str, path: str, **sent: Any) -> requests.Response:
        import requests

        headers = {"Authorization": f"Bearer {self._bearer()}"}
        try:
            return self._http.request(
                method,
                self._url + path,
                headers=headers,
                timeout=self._timeout_s,
                allow_redirects=False,
                **sent,
            )
        except requests.RequestException as error:
            raise Unknown(type(error).__name__) from None

    def _bearer(self) -> str:
        import requests

        at = clock.now()
        if self._token is None or self._token.expires_at <= at:
            try:
                response = self._http.post(
                    f"{self._url}/v1/oauth2/token",
                    data={"grant_type": "client_credentials"},
                    auth=self._credentials,
                    timeout=self._timeout_s,
                    allow_redirects=False,
                )
            except requests.RequestException as error:
                raise Unknown(type(error).__name__) from None
            answer = _understood(response)
            try:
                lasts = timedelta(seconds=int(answer["expires_in"])) - _EXPIRES_EARLY
                self._token = _Token(str(answer["access_token"]), at + lasts)
            except (KeyError, TypeError, ValueError):
                raise Unknown("a token that is none") from None
        return self._token.text


def money(minor: int) -> str:
    """Cents as PayPal writes them: 950 → `9.50`."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02}"


def minor(value: object) -> int:
    """PayPal's decimal as cents, without a float in between: `9.5` → 950."""
    if not isinstance(value, str) or _MONEY.fullmatch(value) is None:
        raise ValueError("no amount of money")
    whole, _, part = value.lstrip("-").partition(".")
    cents = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    return -cents if value.startswith("-") else cents


def _encode(order: Order) -> dict[str, Any]:
    kind = "PAYPAL_ID" if order.receiver_is_account else "EMAIL"
    return {
        "sender_batch_header": {
            "sender_batch_id": order.key,
            "recipient_type": kind,
            "email_subject": "Your payout is on its way",
        },
        "items": [
            {
                "recipient_type": kind,
                "amount": {"value": money(order.amount_minor), "currency": CURRENCY},
                "receiver": order.receiver,
                "note": order.note,
                "sender_item_id": order.key,
            }
        ],
    }


def _understood(response: requests.Response) -> dict[str, Any]:
    """The body of a success. Raises `Duplicate`, `Refused` or `Unknown` for everything else."""
    status = response.status_code
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Unknown(f"HTTP {status}, not JSON")
    if 200 <= status < 300:  # noqa: PLR2004 - successes
        return body
    if not 400 <= status < 500 or status in (_UNAUTHORIZED, _TOO_MANY):  # noqa: PLR2004
        raise Unknown(f"HTTP {status}")
    name = str(body.get("name") or body.get("error") or "")
    if not name:
        raise Unknown(f"HTTP {status} without a name")
    details: list[Any] = [one for one in body.get("details") or () if isinstance(one, dict)]
    if any("sender_batch_id" in str(one.get("field", "")).lower() for one in details):
        raise Duplicate(_linked(body, details))
    raise Refused(name, str(details[0].get("issue", "")) if details else "")


def _linked(body: dict[str, Any], details: list[Any]) -> str | None:
    """The id of the original batch, from the link that PayPal gives with the refusal."""
    links = [
        *(body.get("links") or ()),
        *(link for one in details for link in one.get("link") or ()),
    ]
    for link in links:
        found = _BATCH_LINK.search(str(link.get("href", "")) if isinstance(link, dict) else "")
        if found:
            return found.group(1)
    return None


def _batch(answer: dict[str, Any]) -> Batch:
    try:
        header = answer["batch_header"]
        items = answer.get("items") or ()
        return Batch(
            batch_id=str(header["payout_batch_id"]),
            key=str((header.get("sender_batch_header") or {}).get("sender_batch_id", "")),
            status=BatchStatus(header["batch_status"]),
            item=_item(items[0]) if items else None,
        )
    except (KeyError, TypeError, ValueError, IndexError):
        raise Unknown("a batch that is none") from None


def _item(answer: dict[str, Any]) -> Item:
    try:
        item = answer["payout_item"]
        fee = answer.get("payout_item_fee") or {"value": "0"}
        return Item(
            item_id=str(answer["payout_item_id"]),
            batch_id=str(answer["payout_batch_id"]),
            key=str(item.get("sender_item_id", "")),
            status=ItemStatus(answer.get("transaction_status", ItemStatus.PENDING)),
            amount_minor=minor(item["amount"]["value"]),
            currency=str(item["amount"]["currency"]),
            fee_minor=minor(fee["value"]),
            transaction_id=answer.get("transaction_id"),
            error=(answer.get("errors") or {}).get("name"),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unknown("an item that is none") from None


def _checked(batch: Batch, order: Order) -> Batch:
    """The batch, if it is the one that was asked for. PayPal's own answer is not believed unread."""
    item = batch.item
    if batch.key != order.key or (item is not None and item.key != order.key):
        raise Contradiction("another key")
    if item is not None and (item.amount_minor, item.currency) != (order.amount_minor, CURRENCY):
        raise Contradiction("another amount")
    if item is not None and not 0 <= item.fee_minor <= item.amount_minor:
        raise Contradiction("a fee that is none")
    return batch


def _transaction(answer: dict[str, Any]) -> Transaction:
    try:
        info = answer["transaction_info"]
        fee = info.get("fee_amount") or {"value": "0"}
        return Transaction(
            transaction_id=str(info["transaction_id"]),
            event_code=str(info["transaction_event_code"]),
            status=str(info["transaction_status"]),
            amount_minor=minor(info["transaction_amount"]["value"]),
            fee_minor=minor(fee["value"]),
            currency=str(info["transaction_amount"]["currency_code"]),
            custom=str(info.get("custom_field", "")),
            at=datetime.fromisoformat(info["transaction_initiation_date"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unknown("a transaction that is none") from None


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
