"""Bodies that a client would not send, and some it would: made from a request's own JSON schema."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

BEN, STRANGER = "ben", "nobody-of-that-name"
VIDEO, NEWS = "VIDEO-OF-BEN", "NEWS-FOR-ANA"
"""Replaced by the ids of what exists before sending."""

HOSTILE_TEXTS = (
    "",
    " ",
    "a/b",
    "../../etc/passwd",
    ".",
    "..",
    "__x__",
    "__name__",
    "users/ben",
    "/users/ben",
    "projects/p/databases/(default)/documents/users/ben",
    "a.b.c",
    "wallet.balance",
    "`a`.`b`",
    "$where",
    "a_b",
    "ben_ana",
    "' OR 1=1 --",
    '"; DROP TABLE users; --',
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${7*7}",
    "{0.__class__}",
    "%s%n%x",
    "\u202eevil\u2066",
    "\u200b",
    "\ufeff",
    "\u0130",
    "e\u0301" * 20,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\uff41\uff4e\uff41",
    "a" * 129,
    "a" * 200,
    "-" * 100,
    "b" * 5000,
    "line\nline\r\n",
    "ben\n",
    "\t",
    "null",
    "NaN",
    "-1",
    "1e400",
    "0x10",
    "true",
    "AAAA",
    "eyJhbGciOiJub25lIn0",
    "=" * 8,
    "+/+/",
    "\u00e9" * 300,
)
HOSTILE_NUMBERS = (
    0,
    -1,
    1,
    50,
    51,
    2**31,
    2**53,
    2**63 - 1,
    -(2**63),
    0.5,
    -0.0,
    1e-320,
    1.7976931348623157e308,
)
HOSTILE_KEYS = (
    "__proto__",
    "constructor",
    "$set",
    "uid",
    "userId",
    "roles",
    "isVerified",
    "a.b",
    "a/b",
    "",
    "__name__",
    "video_id",
    "target_user_id",
    "idempotency_key",
    "\u202ekey",
    "k" * 300,
)
HOSTILE_RAW = (
    b"",
    b"{",
    b"[]",
    b'"data"',
    b"null",
    b"NaN",
    b'{"data": NaN}',
    b'{"data": {"a": 1e400}}',
    b'{"data": {"a": 99999999999999999999}}',
    b'{"data": {"videoId": "a", "videoId": "b"}}',
    b'{"data": {"videoId": "\\ud800"}}',
    b'{"data": {"videoId": "\\u0000"}}',
    b'{"data": {"\\u0000": 1}}',
    b'{"data": "\xff\xfe"}',
    b'\xef\xbb\xbf{"data": {}}',
    b'{"data": ' + b"[" * 9000 + b"]" * 9000 + b"}",
    b'{"data": {"a": ' * 17 + b"1" + b"}" * 17 + b"}",
    b'{"data": {}, "auth": {"uid": "ben"}}',
    b'{"data": {"limit": {"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": "x"}}}',
    b'{"data": {"limit": {"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": "7"}}}',
    b'{"data": {"@type": []}}',
    b'{"data": "' + b"x" * 70_000 + b'"}',
)

KNOWN = (BEN, VIDEO, NEWS, STRANGER, "some.name", "en", "key-12345678", "#Sun")
"""Texts that are right somewhere."""

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(HOSTILE_NUMBERS),
    st.sampled_from(HOSTILE_TEXTS),
    st.text(max_size=12),
)
anything = st.one_of(
    scalars,
    st.lists(scalars, max_size=3),
    st.dictionaries(st.sampled_from(HOSTILE_KEYS), scalars, max_size=3),
)


def bodies(schema: dict[str, Any]) -> st.SearchStrategy[bytes]:
    """Raw bodies for a request of this schema: most nearly right, some not even JSON."""
    requests = _requests(schema)
    texts = requests.map(lambda data: json.dumps({"data": data}).encode())
    return st.one_of(
        _tame(schema).map(lambda data: json.dumps({"data": data}).encode()),
        texts,
        texts,
        _damaged(texts),
        anything.map(lambda data: json.dumps({"data": data}).encode()),
        st.sampled_from(HOSTILE_RAW),
        st.binary(max_size=40),
    )


def _tame(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Requests of harmless values, so that a good share of them passes every check."""
    shapes, definitions = schema.get("properties", {}), schema.get("$defs", {})
    values = {name: _harmless(shape, definitions) for name, shape in shapes.items()}
    required = {name: values.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(required, optional=values)


def _harmless(shape: dict[str, Any], definitions: dict[str, Any]) -> st.SearchStrategy[Any]:
    if shape.get("type") == "string" and "enum" not in shape:
        return st.sampled_from(KNOWN)
    return _plausible(shape, definitions)


def _requests(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    shapes = schema.get("properties", {})
    definitions = schema.get("$defs", {})
    required = {name: _values(shapes[name], definitions) for name in schema.get("required", ())}
    optional = {
        name: _values(shape, definitions) for name, shape in shapes.items() if name not in required
    }
    whole = st.fixed_dictionaries(required, optional=optional)
    extra = st.dictionaries(st.sampled_from(HOSTILE_KEYS), scalars, min_size=1, max_size=1)
    lacking = whole.map(lambda data: dict(list(data.items())[1:]))
    return st.one_of(
        whole, whole, st.tuples(whole, extra).map(lambda two: {**two[0], **two[1]}), lacking
    )


def _values(shape: dict[str, Any], definitions: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values for one field: mostly of its kind, now and then of any."""
    return st.one_of(_plausible(shape, definitions), _plausible(shape, definitions), anything)


def _plausible(shape: dict[str, Any], definitions: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in shape:
        shape = definitions[shape["$ref"].rsplit("/", 1)[-1]]
    if "enum" in shape:
        return st.sampled_from(shape["enum"])
    if "anyOf" in shape:
        return st.one_of(*(_plausible(one, definitions) for one in shape["anyOf"]))
    match shape.get("type"):
        case "integer":
            return st.integers(shape.get("minimum", 0) - 1, shape.get("maximum", 100) + 1)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "array":
            return st.lists(_plausible(shape["items"], definitions), max_size=4)
        case _:
            return st.one_of(
                st.sampled_from(KNOWN),
                st.sampled_from(HOSTILE_TEXTS),
                st.text(max_size=30),
            )


def _damaged(texts: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """A good body with one byte of it replaced, or cut off."""

    def damage(parts: tuple[bytes, int, int]) -> bytes:
        raw, at, byte = parts
        at %= len(raw)
        return raw[:at] if byte == 0 else raw[:at] + bytes([byte]) + raw[at + 1 :]

    return st.tuples(texts, st.integers(0, 400), st.integers(0, 255)).map(damage)
