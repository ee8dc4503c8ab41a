"""Documents to Firestore's messages and back, past the library's wrappers.

The library (2.34) wraps every value, document and answer in a message of proto-plus, which copies what
it holds; what it has decoded it copies once more, and it converts three times of each document for
whoever might ask: most of what writing or reading one costs. What is common is done here on the raw
messages; what is rare, and every refusal, is left to the library.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from types import NoneType
from typing import Any, Final

from google.api_core.datetime_helpers import DatetimeWithNanoseconds as DecodedTime
from google.cloud.firestore_v1 import _helpers, base_client, bson, client, query
from google.cloud.firestore_v1.base_document import DocumentSnapshot
from google.cloud.firestore_v1.types import document, write
from proto.datetime_helpers import DatetimeWithNanoseconds  # type: ignore[import-untyped]

_encode_anything: Final = _helpers.encode_value
_decode_anything: Final = _helpers.decode_value
_decode_any_fields: Final = _helpers.decode_dict
_parse_anything: Final = base_client._parse_batch_get  # noqa: SLF001

_SCALARS: Final = {
    bool: "boolean_value",
    str: "string_value",
    int: "integer_value",
    float: "double_value",
}
_AS_THEY_ARE: Final = frozenset({*_SCALARS.values(), "bytes_value"})
_IMMUTABLE: Final = frozenset({*_SCALARS, NoneType, bytes, DecodedTime})
_NOT_A_MAP: Final = frozenset({"__type__", *bson._BSON_DECODERS})  # noqa: SLF001
"""Names in a map that is a value of another kind."""


def encode_value(value: Any) -> document.Value:
    """What the library's function of this name answers, and what it raises."""
    raw = document.Value.pb()()
    _fill(raw, value)
    return document.Value.wrap(raw)


def update_message(
    extracted: _helpers.DocumentExtractor,
    path: str,
    exists: bool | None = None,
    allow_empty_mask: bool = False,
) -> write.Write:
    """The write of a document: `DocumentExtractor.get_update_pb`."""
    raw = write.Write.pb()()
    raw.update.name = path
    _fill_fields(raw.update, extracted.set_fields)
    mask = extracted._get_update_mask(allow_empty_mask)  # noqa: SLF001
    if mask is not None:
        raw.update_mask.CopyFrom(mask._pb)  # noqa: SLF001
    if exists is not None:
        raw.current_document.exists = exists
    return write.Write.wrap(raw)


def _fill(raw: Any, value: Any) -> None:
    """Write a value into its message: what is common here, what is rare as the library does."""
    kind = type(value)
    if kind in _SCALARS:
        setattr(raw, _SCALARS[kind], value)
    elif kind is datetime:
        stamp = _helpers._datetime_to_pb_timestamp(value)  # type: ignore[attr-defined, no-untyped-call] # noqa: SLF001
        raw.timestamp_value.CopyFrom(stamp)
    elif kind is dict:
        raw.map_value.SetInParent()
        _fill_fields(raw.map_value, value)
    elif kind in (list, tuple):
        raw.array_value.SetInParent()
        for element in value:
            _fill(raw.array_value.values.add(), element)
    else:
        raw.CopyFrom(document.Value.pb(_encode_anything(value)))


def _fill_fields(raw: Any, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        _fill(raw.fields[name], value)


class Snapshot(DocumentSnapshot[Any]):
    """The library's, with data that nobody else holds and times that are converted when asked for."""

    def __init__(self, reference: Any, data: Any, read: Any, found: Any) -> None:
        self._reference = reference
        self._data = data
        self._exists = found is not None
        self._read = read
        self._found = found

    @property
    def read_time(self) -> Any:
        """When it was read."""
        return _moment(self._read)

    @property
    def create_time(self) -> Any:
        """When the document was created; None where there is none."""
        return _moment(self._found.create_time) if self._exists else None

    @property
    def update_time(self) -> Any:
        """When the document was last written; None where there is none."""
        return _moment(self._found.update_time) if self._exists else None

    def to_dict(self) -> dict[str, Any] | None:
        """A copy of the data; None where there is no document."""
        copied: dict[str, Any] | None = _copied(self._data)
        return copied


def batch_snapshot(get_doc_response: Any, reference_map: Any, client: Any) -> DocumentSnapshot[Any]:
    """What a batch of reads answers of one document: `_parse_batch_get`, named as that is called."""
    raw = get_doc_response._pb  # noqa: SLF001
    result = raw.WhichOneof("result")
    if result == "found":
        reference = base_client._get_reference(raw.found.name, reference_map)  # noqa: SLF001
        data = decode_fields(raw.found.fields, client)
        return Snapshot(reference, data, raw.read_time, raw.found)
    if result == "missing":
        reference = base_client._get_reference(raw.missing, reference_map)  # noqa: SLF001
        return Snapshot(reference, None, raw.read_time, None)
    return _parse_anything(get_doc_response, reference_map, client)


def query_snapshot(answer: Any, collection: Any, prefix: str) -> DocumentSnapshot[Any] | None:
    """What a query answers of one document: `_query_response_to_snapshot`."""
    raw = answer._pb  # noqa: SLF001
    if not raw.HasField("document"):
        return None
    return _found(raw, collection.document(_helpers.get_doc_id(raw.document, prefix)))


def group_snapshot(answer: Any, collection: Any) -> DocumentSnapshot[Any] | None:
    """The same of a collection group: `_collection_group_query_response_to_snapshot`."""
    raw = answer._pb  # noqa: SLF001
    if not raw.HasField("document"):
        return None
    return _found(raw, collection._client.document(raw.document.name))  # noqa: SLF001


def _found(raw: Any, reference: Any) -> Snapshot:
    data = decode_fields(raw.document.fields, reference._client)  # noqa: SLF001
    return Snapshot(reference, data, raw.read_time, raw.document)


def decode_fields(fields: Any, client: Any) -> Any:
    """What the library's `decode_dict` answers, and what it raises; `fields` as they come."""
    if not _NOT_A_MAP.isdisjoint(fields):
        return _decode_any_fields(fields, client)
    return {name: _decoded(value, client) for name, value in fields.items()}


def _decoded(raw: Any, client: Any) -> Any:
    kind = raw.WhichOneof("value_type")
    if kind in _AS_THEY_ARE:
        return getattr(raw, kind)
    if kind == "timestamp_value":
        return DecodedTime.from_timestamp_pb(raw.timestamp_value)  # type: ignore[no-untyped-call]
    if kind == "map_value":
        return decode_fields(raw.map_value.fields, client)
    if kind == "array_value":
        return [_decoded(element, client) for element in raw.array_value.values]
    return _decode_anything(raw, client)


def _copied(value: Any) -> Any:
    """A copy of what was decoded, like `deepcopy`'s."""
    kind = type(value)
    if kind in _IMMUTABLE:
        return value
    if kind is dict:
        return {name: _copied(held) for name, held in value.items()}
    if kind is list:
        return [_copied(held) for held in value]
    return deepcopy(value)


def _moment(stamp: Any) -> Any:
    return DatetimeWithNanoseconds.from_timestamp_pb(stamp)


_OURS: Final[tuple[tuple[Any, str, Any], ...]] = (
    (_helpers, "encode_value", encode_value),
    (_helpers.DocumentExtractor, "get_update_pb", update_message),
    (base_client, "_parse_batch_get", batch_snapshot),
    (client, "_parse_batch_get", batch_snapshot),
    (query, "_query_response_to_snapshot", query_snapshot),
    (query, "_collection_group_query_response_to_snapshot", group_snapshot),
)


def replace() -> None:
    """Have the library write and read with what stands here; once or more often."""
    for place, name, ours in _OURS:
        setattr(place, name, ours)
