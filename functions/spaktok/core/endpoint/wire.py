"""From the bytes of a request to a typed request, refusing what JSON parsers let slip.

Python's parser accepts NaN, infinities, `1e400`, integers of any length and duplicate keys, and
decodes lone surrogates that no database stores. Each of these is refused here, by name.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from spaktok.core.refusal import InvalidRequest

if TYPE_CHECKING:
    from flask import Request

Req = TypeVar("Req", bound=BaseModel)

BODY_BYTES_MAX: Final = 64 * 1024
DEPTH_MAX: Final = 16
_INT64_MIN: Final = -(2**63)
_INT64_MAX: Final = 2**63 - 1
_INT64_DIGITS_MAX: Final = 20
_FIELD_CHARACTERS_MAX: Final = 64
_INTEGER: Final = re.compile(r"-?[0-9]+")
_INT64_TYPES: Final = frozenset(
    {
        "type.googleapis.com/google.protobuf.Int64Value",
        "type.googleapis.com/google.protobuf.UInt64Value",
    }
)


def body(http: Request, *, bytes_max: int = BODY_BYTES_MAX) -> bytes:
    """The body of a request, of which no more is read than may be accepted.

    Raises `InvalidRequest` for one that is too long, declared or not, and for one that is cut short.
    """
    # Not `get_data`: it reads a chunked body to its end, however long, and answers by exceptions of
    # its own. Werkzeug is loaded: it made the request.
    from werkzeug.exceptions import HTTPException

    if (http.content_length or 0) > bytes_max:
        _refuse("body", f"must be at most {bytes_max} bytes")
    try:
        read: bytes = http.stream.read(bytes_max + 1)
    except HTTPException:
        _refuse("body", "must arrive whole")
    if len(read) > bytes_max:
        _refuse("body", f"must be at most {bytes_max} bytes")
    return read


def validate(request: type[Req], asked: Any) -> Req:
    """The typed request. Raises `InvalidRequest`, naming the first field that broke a rule."""
    try:
        return request.model_validate(asked)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(_short(str(part)) for part in first["loc"]) or "data"
        rule = first["msg"].removeprefix("Value error, ")
        raise InvalidRequest(field=field, rule=rule) from None


def data(raw: bytes) -> Any:
    """The `data` of a callable request or a task: `{"data": …}` and nothing else.

    Android and iOS wrap 64-bit integers in `{"@type": …Int64Value, "value": "123"}`; they come out
    as integers. Raises `InvalidRequest`.
    """
    sent = parse(raw)
    if not isinstance(sent, dict) or "data" not in sent:
        _refuse("body", 'must be a JSON object with one field, "data"')
    if len(sent) > 1:
        _refuse("body", 'must have no field besides "data"')
    return sent["data"]


def parse(raw: bytes) -> Any:
    """Strict JSON: bounded in bytes and depth, no duplicate keys, finite numbers, clean text."""
    if len(raw) > BODY_BYTES_MAX:
        _refuse("body", f"must be at most {BODY_BYTES_MAX} bytes")
    try:
        value = _decoder.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        _refuse("body", "must be UTF-8")
    except RecursionError:
        _refuse("body", f"must be nested at most {DEPTH_MAX} deep")
    except json.JSONDecodeError:
        _refuse("body", "must be valid JSON")
    return _clean(value, "body", -1)


def _clean(value: Any, field: str, depth: int) -> Any:
    if isinstance(value, str):
        _check_text(value, field)
        return value
    if isinstance(value, dict):
        kind = value.get("@type")
        if isinstance(kind, str) and kind in _INT64_TYPES:
            return _int64(value, field)
        _check_depth(depth)
        for key in value:
            _check_text(key, field)
        return {key: _clean(item, _short(key), depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        _check_depth(depth)
        return [_clean(item, field, depth + 1) for item in value]
    return value


def _check_depth(depth: int) -> None:
    if depth >= DEPTH_MAX:
        _refuse("body", f"must be nested at most {DEPTH_MAX} deep")


def _check_text(text: str, field: str) -> None:
    if "\x00" in text:
        _refuse(field, "must not contain NUL")
    if text.isascii():
        return
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        _refuse(field, "must not contain lone surrogates")


def _int64(wrapped: dict[str, Any], field: str) -> int:
    text = wrapped.get("value")
    if len(wrapped) != 2 or not isinstance(text, str) or _INTEGER.fullmatch(text) is None:  # noqa: PLR2004 - "@type" and "value"
        _refuse(field, "must be a 64-bit integer")
    return _integer(text)


def _integer(text: str) -> int:
    if len(text) > _INT64_DIGITS_MAX or not _INT64_MIN <= (number := int(text)) <= _INT64_MAX:
        _refuse("body", "must hold no integer beyond 64 bits")
    return number


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse("body", "must hold no number beyond a double")
    return number


def _constant(name: str) -> NoReturn:
    _refuse("body", f"must not contain {name}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("body", "must not contain the same key twice")
    return found


def _short(key: str) -> str:
    return key[:_FIELD_CHARACTERS_MAX]


def _refuse(field: str, rule: str) -> NoReturn:
    raise InvalidRequest(field=field, rule=rule)


_decoder: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_constant,
)
