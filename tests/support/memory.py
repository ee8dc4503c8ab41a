"""Firestore in memory, as far as a feed's pages need it: for very many interleavings of real code.

Documents by path; reads, commits with preconditions, merges and field transforms. No queries, no rules.
Before each RPC it lets `between` happen, so that anything may come in the middle of a call. A test
compares it with the emulator (`tests/emulator/feed/test_memory.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound
from google.cloud.firestore import DELETE_FIELD, SERVER_TIMESTAMP, ArrayRemove, ArrayUnion
from google.cloud.firestore_v1.field_path import parse_field_path

Fields = dict[str, Any]


@dataclass
class Memory:
    """The database. `reads`, `writes` and `rpcs` count as the meter does."""

    documents: dict[str, tuple[Fields, datetime]] = field(default_factory=dict)
    between: Callable[[], None] | None = None
    skips: int = 0
    """RPCs that pass before `between` happens."""
    reads: int = 0
    writes: int = 0
    rpcs: int = 0
    _tick: int = 0

    def collection(self, name: str) -> Collection:
        return Collection(self, name)

    def document(self, path: str) -> Reference:
        return Reference(self, path)

    def batch(self) -> Batch:
        return Batch(self)

    def write_option(self, **option: Any) -> Any:
        return option

    def get_all(
        self, references: list[Any], field_paths: Any = None, transaction: object = None
    ) -> Iterator[Snapshot]:
        self.rpc()
        self.reads += len(references)
        return iter([self.snapshot(one.path, field_paths) for one in references])

    def snapshot(self, path: str, field_paths: Any = None) -> Snapshot:
        found = self.documents.get(path)
        if found is None:
            return Snapshot(Reference(self, path), None, None)
        fields, at = found
        kept = _copy(fields) if field_paths is None else _masked(fields, field_paths)
        return Snapshot(Reference(self, path), kept, at)

    def rpc(self) -> None:
        self.rpcs += 1
        if self.between is not None and self.skips:
            self.skips -= 1
        elif self.between is not None:
            happens, self.between = self.between, None
            happens()

    def now(self) -> datetime:
        self._tick += 1
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=self._tick)


@dataclass(frozen=True)
class Collection:
    db: Memory
    path: str

    def document(self, name: str) -> Reference:
        return Reference(self.db, f"{self.path}/{name}")


@dataclass(frozen=True)
class Reference:
    db: Memory = field(repr=False, compare=False)
    path: str = ""

    @property
    def id(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    def collection(self, name: str) -> Collection:
        return Collection(self.db, f"{self.path}/{name}")

    def get(self, field_paths: Any = None) -> Snapshot:
        self.db.rpc()
        self.db.reads += 1
        return self.db.snapshot(self.path, field_paths)

    def set(self, fields: Fields, merge: bool = False) -> None:
        batch = self.db.batch()
        batch.set(self, fields, merge=merge)
        batch.commit()


@dataclass(frozen=True)
class Snapshot:
    reference: Reference
    fields: Fields | None
    update_time: datetime | None

    @property
    def exists(self) -> bool:
        return self.fields is not None

    @property
    def id(self) -> str:
        return self.reference.id

    def to_dict(self) -> Fields | None:
        return self.fields

    def get(self, name: str) -> Any:
        return (self.fields or {})[name]


class Batch:
    """A commit, or a transaction that ends in one."""

    def __init__(self, db: Memory) -> None:
        self._db = db
        self._staged: list[tuple[str, Reference, Fields, Any]] = []

    def set(self, reference: Reference, fields: Fields, merge: bool = False) -> None:
        self._staged.append(("merge" if merge else "set", reference, fields, None))

    def create(self, reference: Reference, fields: Fields) -> None:
        self._staged.append(("create", reference, fields, None))

    def update(self, reference: Reference, fields: Fields, option: Any = None) -> None:
        self._staged.append(("update", reference, fields, option))

    def delete(self, reference: Reference, option: Any = None) -> None:
        self._staged.append(("delete", reference, {}, option))

    def get_all(self, references: list[Any]) -> Iterator[Snapshot]:
        return self._db.get_all(references)

    def commit(self) -> None:
        db = self._db
        db.rpc()
        for kind, reference, _, option in self._staged:
            held = db.documents.get(reference.path)
            if kind == "create" and held is not None:
                raise AlreadyExists(reference.path)
            if kind == "update" and held is None:
                raise NotFound(reference.path)
            wanted = (option or {}).get("last_update_time")
            if wanted is not None and (held is None or held[1] != wanted):
                raise FailedPrecondition(reference.path)
        at = db.now()
        for kind, reference, fields, _ in self._staged:
            db.writes += 1
            if kind == "delete":
                db.documents.pop(reference.path, None)
                continue
            held = db.documents.get(reference.path, ({}, at))[0]
            after = _copy(held) if kind in ("merge", "update") else {}
            if kind == "update":
                for path, value in fields.items():
                    _put(after, list(parse_field_path(path)), value, at)
            else:
                _merge(after, fields, at)
            db.documents[reference.path] = (after, at)


def _copy(value: Any) -> Any:
    """A copy of maps and arrays; what else Firestore holds never changes."""
    if type(value) is dict:
        return {name: _copy(one) for name, one in value.items()}
    return [_copy(one) for one in value] if type(value) is list else value


def _merge(into: Fields, fields: Fields, at: datetime) -> None:
    for name, value in fields.items():
        if isinstance(value, dict) and value:
            held = into.get(name)
            into[name] = held if isinstance(held, dict) else {}
            _merge(into[name], value, at)
        else:
            _put(into, [name], value, at)


def _put(into: Fields, path: list[str], value: Any, at: datetime) -> None:
    *parents, name = path
    for parent in parents:
        into = into.setdefault(parent, {})
    if value is DELETE_FIELD:
        into.pop(name, None)
    elif value is SERVER_TIMESTAMP:
        into[name] = at
    elif isinstance(value, ArrayUnion):
        into[name] = [
            *into.get(name, []),
            *(v for v in value.values if v not in into.get(name, [])),
        ]
    elif isinstance(value, ArrayRemove):
        into[name] = [one for one in into.get(name, []) if one not in value.values]
    else:
        into[name] = _copy(value)


def _masked(fields: Fields, paths: Any) -> Fields:
    kept: Fields = {}
    for path in paths:
        parts = list(parse_field_path(path))
        value: Any = fields
        for part in parts:
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            _put(kept, parts, value, datetime(2026, 1, 1, tzinfo=UTC))
    return kept
