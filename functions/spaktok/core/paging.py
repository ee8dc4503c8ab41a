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

from spaktok.core import keys
from spaktok.core.refusal import InvalidRequest

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

_SIGNATURE_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Page:
    """The documents of a page; `next_cursor` is None on the last one."""

    snapshots: list[DocumentSnapshot[Any]]
    next_cursor: str | None


def page(query: Query, *, limit: int, cursor: str | None, scope: str) -> Page:
    """The next `limit` documents of an ordered query. One read each, and one to see whether more.

    The query's last ordering must be `__name__`. Raises `InvalidRequest` for a cursor that is not
    one of ours for this scope.
    """
    fields = [order.field.field_path for order in query._orders]  # noqa: SLF001 - no public accessor
    if cursor is not None:
        query = query.start_after(dict(zip(fields, _position(query, cursor, scope), strict=True)))
    found = list(query.limit(limit + 1).stream())
    if len(found) <= limit:
        return Page(found, None)
    last = found[limit - 1]
    values = [last.id if name == "__name__" else last.get(name) for name in fields]
    return Page(found[:limit], seal(values, scope))


def seal(values: list[Any], scope: str) -> str:
    """A signed cursor that holds `values` (strings, numbers, instants) for `scope`."""
    body = json.dumps([_plain(value) for value in values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_sign(body, scope) + body).decode().rstrip("=")


def unseal(cursor: str, scope: str) -> list[Any]:
    """What `seal` was given. Raises `InvalidRequest` for anything else."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raise InvalidRequest(field="cursor", rule="is not a cursor of this list") from None
    signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _sign(body, scope)):
        raise InvalidRequest(field="cursor", rule="is not a cursor of this list")
    return [_rich(value) for value in json.loads(body)]


def _position(query: Query, cursor: str, scope: str) -> list[Any]:
    values = unseal(cursor, scope)
    collection = query._parent  # noqa: SLF001 - the query knows the collection, and does not say
    return [*values[:-1], collection.document(values[-1])]


def _sign(body: bytes, scope: str) -> bytes:
    scoped = len(scope).to_bytes(4, "big") + scope.encode() + body
    return hmac.new(keys.cursor(), scoped, sha256).digest()[:_SIGNATURE_BYTES]


def _plain(value: Any) -> Any:
    return {"t": value.isoformat()} if isinstance(value, datetime) else value


def _rich(value: Any) -> Any:
    return datetime.fromisoformat(value["t"]) if isinstance(value, dict) else value
