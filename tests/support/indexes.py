"""Which index a query needs in production, by Firestore's rules (the emulator asks for none).

Source: "Manage indexes in Cloud Firestore" and "Index types in Cloud Firestore". A query needs a
composite index where it has an equality beside an ordering or inequality on another field, or orders
by several fields; several equalities alone are merged from the automatic indexes, and `__name__` is
the last part of every index. A sum wants the summed field behind the equalities. A collection-group
query on one field needs that field's automatic index extended to the group. An override of a field
replaces its automatic indexes; one of a map's does so for all that is in it, unless a field in it has
an override of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_NAME = "__name__"


@dataclass(frozen=True)
class Index:
    """An index a query cannot do without. `fields` are (path, ASCENDING | DESCENDING | CONTAINS)."""

    collection: str
    scope: str
    fields: tuple[tuple[str, str], ...]

    @property
    def composite(self) -> bool:
        return len(self.fields) > 1


def needed(query: Any) -> Index | None:
    """The index that must be declared for this query; None where the automatic ones do."""
    read, ordered = _read(query)
    if len(read.fields) > 1 and ordered:
        return read
    if len(read.fields) == 1 and read.scope == "COLLECTION_GROUP":
        return read
    return None


def exempted(query: Any, file: dict[str, Any]) -> set[Index]:
    """The automatic indexes this query reads, and an override has taken away."""
    read, _ = _read(query)
    if needed(query) is not None or read.scope != "COLLECTION":
        return set()
    kept = {
        (one["collectionGroup"], one["fieldPath"]): {
            index.get("order") or index["arrayConfig"]
            for index in one["indexes"]
            if index["queryScope"] == "COLLECTION"
        }
        for one in file["fieldOverrides"]
    }
    found = set()
    for path, way in read.fields:
        parts = path.split(".")
        around = [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
        nearest = next(
            (kept[of] for name in around if (of := (read.collection, name)) in kept), None
        )
        if nearest is not None and way not in nearest:
            found.add(Index(read.collection, read.scope, ((path, way),)))
    return found


def summed(asked: Any) -> Index | None:
    """The index that a sum with equalities reads; None for a count, which reads the query's own."""
    nested = asked.structured_query
    fields = [
        one.sum.field.field_path or one.avg.field.field_path
        for one in asked.aggregations
        if one.sum.field.field_path or one.avg.field.field_path
    ]
    equal, _ = _filters(nested.where)
    if not fields or not equal:
        return None
    return Index(
        nested.from_[0].collection_id,
        "COLLECTION_GROUP" if nested.from_[0].all_descendants else "COLLECTION",
        (*sorted(equal.items()), *((field, "ASCENDING") for field in sorted(fields))),
    )


def declared(file: dict[str, Any]) -> set[Index]:
    """What `firestore.indexes.json` declares, apart from what is automatic anyway."""
    found = {
        Index(
            entry["collectionGroup"],
            entry["queryScope"],
            tuple(
                (field["fieldPath"], field.get("order") or field["arrayConfig"])
                for field in entry["fields"]
                if field["fieldPath"] != _NAME
            ),
        )
        for entry in file["indexes"]
    }
    for override in file["fieldOverrides"]:
        for index in override["indexes"]:
            if index["queryScope"] == "COLLECTION_GROUP":
                way = index.get("order") or index["arrayConfig"]
                group = override["collectionGroup"]
                found.add(Index(group, "COLLECTION_GROUP", ((override["fieldPath"], way),)))
    return found


def _read(query: Any) -> tuple[Index, bool]:
    """All fields that a query reads by, as one index would have them; and whether it orders by any."""
    asked = query._to_protobuf()
    source = asked.from_[0]
    scope = "COLLECTION_GROUP" if source.all_descendants else "COLLECTION"
    equal, unequal = _filters(asked.where)
    ordered = [
        (order.field.field_path, order.direction.name)
        for order in asked.order_by
        if order.field.field_path != _NAME
    ]
    named = {path for path, _ in ordered}
    ordered = [(path, "ASCENDING") for path in sorted(unequal - named)] + ordered
    fields = (*sorted(equal.items()), *((p, d) for p, d in ordered if p not in equal))
    return Index(source.collection_id, scope, fields), bool(ordered)


def _filters(where: Any) -> tuple[dict[str, str], set[str]]:
    """The fields compared for equality (and how they are indexed), and those compared otherwise."""
    equal: dict[str, str] = {}
    unequal: set[str] = set()
    parts = list(where.composite_filter.filters) or [where]
    for part in parts:
        if part.composite_filter.filters:
            more, others = _filters(part)
            equal |= more
            unequal |= others
        elif path := part.unary_filter.field.field_path:  # "is null" is one value among others
            equal[path] = "ASCENDING"
        elif path := part.field_filter.field.field_path:
            match part.field_filter.op.name:
                case "EQUAL" | "IN":
                    equal[path] = "ASCENDING"
                case "ARRAY_CONTAINS" | "ARRAY_CONTAINS_ANY":
                    equal[path] = "CONTAINS"
                case _ if path != _NAME:
                    unequal.add(path)
    return equal, unequal
