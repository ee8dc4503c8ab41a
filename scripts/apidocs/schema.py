"""A model's JSON schema, which alone knows the rules its fields are under."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apidocs.terms import Member, Shape, array, literal, mapping, row, union

Named = Mapping[str, str]
"""What the types that a schema refers to are called elsewhere."""

_PLAIN = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
_FORMATS = {"date-time": Shape("Instant"), "date": Shape("string", ("a date, `YYYY-MM-DD`",))}
_RULES = {
    "pattern": "matches `{}`",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} entries",
    "maxProperties": "at most {} entries",
}


def members(schema: dict[str, Any], named: Named) -> tuple[Member, ...]:
    """The fields of an object."""
    return tuple(
        Member(
            name=name,
            shape=_shape(field, named),
            required=name in schema.get("required", ()),
            default=field.get("default"),
            about=_about(field),
        )
        for name, field in schema.get("properties", {}).items()
    )


def _shape(field: dict[str, Any], named: Named) -> Shape:
    if "$ref" in field:
        return Shape(named[field["$ref"].rsplit("/", 1)[-1]])
    if "enum" in field:
        return union(Shape(literal(value)) for value in field["enum"])
    if "const" in field:
        return Shape(literal(field["const"]))
    for several in ("anyOf", "oneOf"):
        if several in field:
            return union(_shape(one, named) for one in field[several])
    if field.get("type") == "array":
        return _list(field, named)
    if field.get("type") == "object":
        return mapping(_rest(field.get("additionalProperties"), named), _bounds(field))
    if field.get("format") in _FORMATS:
        return _FORMATS[field["format"]]
    return Shape(_PLAIN.get(field.get("type", ""), "unknown"), _bounds(field))


def _list(field: dict[str, Any], named: Named) -> Shape:
    if "prefixItems" in field:
        return row(_shape(one, named) for one in field["prefixItems"])
    return array(_rest(field.get("items"), named), _bounds(field))


def _rest(field: object, named: Named) -> Shape:
    return _shape(field, named) if isinstance(field, dict) else Shape("unknown")


def _bounds(field: dict[str, Any]) -> tuple[str, ...]:
    whole = ("a whole number",) if field.get("type") == "integer" else ()
    return (*whole, *(text.format(field[key]) for key, text in _RULES.items() if key in field))


def _about(field: dict[str, Any]) -> str:
    if "description" in field:
        return str(field["description"])
    return next((one["description"] for one in field.get("anyOf", ()) if "description" in one), "")
