"""What an export is made of: the entries of the inventory, read as pages of the user's own data.

Of the user's are documents below one that is named after them, documents whose first subject they
are, and, where the parties of a document may all read it, those that name them at any place. Another
person in it stays as the user made the link to them (whom I follow); where the other made it (who
follows me), a name takes their place that means nothing outside this export.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from spaktok.accounts.model import renamed
from spaktok.core import clients, ids
from spaktok.core.inventory import INVENTORY, Audience, Entry, Place, Store, Subject

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

RECORDS_MAX: Final = 300
"""Documents of one file; they are in memory while it is written."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of an export: one that is to be written, or an object that lies at `path` already."""

    name: str
    of: str
    """The inventory's entry."""
    sha256: str
    size_bytes: int
    records: int
    content: bytes = b""
    path: str | None = None

    def facts(self) -> dict[str, Any]:
        """What the table of contents says besides the path."""
        return {
            "of": self.of,
            "sha256": self.sha256,
            "bytes": self.size_bytes,
            "records": self.records,
        }


@dataclass(frozen=True, slots=True)
class Source:
    """One subject of one entry: where a user's documents or objects of this kind are."""

    entry: Entry
    subject: Subject
    uid: str
    salt: str

    @property
    def name(self) -> str:
        """Stable over versions, as long as the entry is."""
        return f"{self.entry.store}:{self.entry.path}#{self.subject.name}"

    @property
    def own(self) -> bool:
        """Whether the user made these documents."""
        return self.subject is self.entry.subjects[0]


def of(uid: str, salt: str) -> list[Source]:
    """The sources of a user's export, in a fixed order."""
    return [
        Source(entry, subject, uid, salt)
        for entry in INVENTORY
        if entry.export.included
        for subject in entry.subjects
        if subject is entry.subjects[0] or entry.get is Audience.PARTIES
    ]


def pages(source: Source, after: str | None) -> Iterator[tuple[File, str]]:
    """The files of a source that come after a document's or an object's path, and where each ends."""
    if source.entry.store is Store.STORAGE:
        yield from _objects(source, after)
    else:
        yield from _documents(source, after)


def _documents(source: Source, after: str | None) -> Iterator[tuple[File, str]]:
    number = 0
    while found := _page(source, after):
        matching = [one for one in found if source.entry.match(one.reference.path) is not None]
        after = found[-1].reference.path
        number += 1
        if matching:
            yield _file(source, matching, number), after
        if len(found) < RECORDS_MAX:
            return


def _page(source: Source, after: str | None) -> list[DocumentSnapshot[Any]]:
    place = _place(source)
    if "{" not in place and place.count("/") % 2:
        one = clients.db().document(place).get()
        return [one] if one.exists and after is None else []
    query: Any
    if source.subject.place is Place.PATH:
        query = clients.db().collection(place.rpartition("/")[0])
    else:
        from google.cloud.firestore import FieldFilter

        query = (
            clients.db().collection(place.split("/")[0])
            if place.count("/") == 1
            else clients.db().collection_group(source.entry.collection)
        ).where(filter=FieldFilter(source.subject.name, _operator(source.subject), source.uid))
    query = query.order_by("__name__").limit(RECORDS_MAX)
    if after is not None:
        query = query.start_after({"__name__": clients.db().document(after)})
    return list(query.stream())


def _place(source: Source) -> str:
    """The entry's path with the user's id in the subject's place, where it is a path's variable."""
    if source.subject.place is not Place.PATH:
        return source.entry.path
    return source.entry.path.replace(f"{{{source.subject.name}}}", source.uid)


def _operator(subject: Subject) -> str:
    return "array_contains" if subject.place is Place.ARRAY else "=="


def _file(source: Source, found: list[DocumentSnapshot[Any]], number: int) -> File:
    records = [_record(source, one) for one in found]
    content = json.dumps(
        {"of": source.entry.path, "documents": records}, ensure_ascii=False, default=_plain
    ).encode()
    kind = source.entry.path.replace("/", ".").replace("{", "").replace("}", "")
    return File(
        name=f"{kind}-{source.subject.name}-{number:05}",
        of=source.entry.path,
        sha256=sha256(content).hexdigest(),
        size_bytes=len(content),
        records=len(records),
        content=content,
    )


def _record(source: Source, one: DocumentSnapshot[Any]) -> dict[str, Any]:
    fields: dict[str, Any] = one.to_dict() or {}
    kept = {k: v for k, v in fields.items() if k not in source.entry.export.without}
    record: dict[str, Any] = {"id": one.id, **kept}
    if source.own:
        return record
    for subject in source.entry.subjects:
        other = fields.get(subject.name)
        if isinstance(other, str) and other != source.uid:
            record = renamed(record, other, f"person-{ids.digest(source.salt, other)[:12]}")
    return record


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return str(getattr(value, "path", value))


class _Hasher:
    """A file to be downloaded into that keeps nothing but what it would hash to."""

    def __init__(self) -> None:
        self.digest = sha256()
        self.size_bytes = 0

    def write(self, chunk: bytes) -> int:
        """Take the next part of the file."""
        self.digest.update(chunk)
        self.size_bytes += len(chunk)
        return len(chunk)


def _objects(source: Source, after: str | None) -> Iterator[tuple[File, str]]:
    prefix = _place(source).partition("{")[0]
    for blob in clients.bucket().list_blobs(prefix=prefix, start_offset=after):
        if (after is not None and blob.name <= after) or source.entry.match(blob.name) is None:
            continue
        seen = _Hasher()
        blob.download_to_file(seen)
        yield (
            File(
                name=blob.name,
                of=source.entry.path,
                sha256=seen.digest.hexdigest(),
                size_bytes=seen.size_bytes,
                records=1,
                path=blob.name,
            ),
            blob.name,
        )
