"""Which index a query needs in production, by Firestore's rules (the emulator asks for none).

Source: "Manage indexes in Cloud Firestore" and "Index types in Cloud Firestore". A query needs a
composite index where it has an equality beside an ordering or inequality on another field, or orders
by several fields; several equalities alone are merged from the automatic indexes, and `__name__` is
the last part of every index. A sum wants the summed field behind the equalities. A collection-group
query on one field needs that field's automatic index extended to the group.
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
    if len(fields) > 1 and ordered:
        return Index(source.collection_id, scope, fields)
    if len(fields) == 1 and scope == "COLLECTION_GROUP":
        return Index(source.collection_id, scope, fields)
    return None


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
