"""Firestore's document events, byte for byte as Eventarc delivers them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from cloudevents.http import CloudEvent
from google.cloud.firestore_v1 import _helpers
from google.cloud.firestore_v1.types import Document
from google.events.cloud.firestore import DocumentEventData

from spaktok.core import clock, config

Fields = dict[str, Any] | None


def written(
    path: str,
    before: Fields,
    after: Fields,
    *,
    event_id: str | None = None,
    at: datetime | None = None,
    as_json: bool = False,
) -> CloudEvent:
    """The event of a document that was created, changed or deleted."""
    data = DocumentEventData()
    if before is not None:
        data.old_value = _document(path, before)
    if after is not None:
        data.value = _document(path, after)
    body: Any = DocumentEventData.serialize(data)
    if as_json:
        body = json.loads(DocumentEventData.to_json(data))
    return CloudEvent(
        {
            "id": event_id or f"{path}:{json.dumps([before, after], default=str, sort_keys=True)}",
            "source": f"//firestore.googleapis.com/projects/{config.project()}/databases/(default)",
            "type": "google.cloud.firestore.document.v1.written",
            "time": (at or clock.now()).isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json" if as_json else "application/protobuf",
            "document": path,
        },
        body,
    )


def _document(path: str, fields: dict[str, Any]) -> Any:
    name = f"projects/{config.project()}/databases/(default)/documents/{path}"
    encoded = Document(name=name, fields=_helpers.encode_dict(fields))
    return DocumentEventData.deserialize(_as_field(1, Document.serialize(encoded))).value


def _as_field(field: int, body: bytes) -> bytes:
    """A message as a field of another, in protobuf's own encoding."""
    size, out = len(body), bytearray([field << 3 | 2])
    while size > 0x7F:
        out.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes(out) + bytes([size]) + body
