"""Pages: bounded, and continued by an opaque cursor.

A cursor is where the previous page ended, as the query's own ordering values, signed and bound to
its scope (the query and the caller): nobody can aim it at another query, another user or an order
they made up. It names a position and not an offset, so nothing is skipped or repeated when items
come and go.
"""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, keys
from spaktok.core.refusal import InvalidRequest

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

LIMIT_MAX: Final = 50
_SIGNATURE_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Page:
    """The documents of a page; `next_cursor` is None on the last one."""

    snapshots: list[DocumentSnapshot[Any]]
    next_cursor: str | None


def page(query: Query, *, limit: int, cursor: str | None, scope: str) -> Page:
    """The next `limit` (1 to 50) documents of an ordered query: a read each, and one to see if more.

    The query's last ordering must be `__name__`: without it, items of equal value would be skipped.
    The cursor is bound to the query's collection and order by itself; `scope` names its filters and
    the caller. Raises `InvalidRequest` for a cursor that is not one of ours for this.
    """
    if not 1 <= limit <= LIMIT_MAX:
        raise ValueError(f"A page holds 1 to {LIMIT_MAX} items")
    # No public accessor; and a bare collection has no order at all.
    fields = [order.field.field_path for order in getattr(query, "_orders", ())]
    if fields[-1:] != ["__name__"]:
        raise ValueError("Order a paged query by __name__ last")
    bound = _bound(query, scope)
    if cursor is not None:
        values = unseal(cursor, bound)
        start = [*values[:-1], clients.db().document(values[-1])]
        query = query.start_after(dict(zip(fields, start, strict=True)))
    found = list(query.limit(limit + 1).stream())
    if len(found) <= limit:
        return Page(found, None)
    last = found[limit - 1]
    values = [*(last.get(name) for name in fields[:-1]), last.reference.path]
    return Page(found[:limit], seal(values, bound))


def seal(values: list[Any], scope: str) -> str:
    """A signed cursor that holds `values` (texts, numbers, booleans, instants, None) for `scope`."""
    body = json.dumps([_plain(value) for value in values], separators=(",", ":")).encode()
    return _text(_sign(body, scope) + body)


def unseal(cursor: str, scope: str) -> list[Any]:
    """What `seal` was given. Raises `InvalidRequest` for anything else."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raise _foreign() from None
    signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    # The decoder passes over what is not of its alphabet, so only the one right spelling is taken.
    if not hmac.compare_digest(signature, _sign(body, scope)) or _text(raw) != cursor:
        raise _foreign()
    return [_rich(value) for value in json.loads(body)]


def _foreign() -> InvalidRequest:
    return InvalidRequest(field="cursor", rule="is not a cursor of this list")


def _bound(query: Query, scope: str) -> str:
    """The scope, the collection and the order: what a cursor made elsewhere must differ in."""
    orders = [f"{order.field.field_path}:{order.direction}" for order in query._orders]  # noqa: SLF001
    place = "/".join(query._parent._path)  # noqa: SLF001 - the query knows it, and does not say
    return "\n".join((scope, place, *orders))


def _sign(body: bytes, scope: str) -> bytes:
    named = scope.encode()
    return hmac.new(keys.cursor(), len(named).to_bytes(4, "big") + named + body, sha256).digest()[
        :_SIGNATURE_BYTES
    ]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if value is not None and not isinstance(value, str | int | float):
        raise TypeError(f"{type(value).__name__} can't stand in a cursor")
    return value


def _rich(value: Any) -> Any:
    return datetime.fromisoformat(value["t"]) if isinstance(value, dict) else value
