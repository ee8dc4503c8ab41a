"""Events of Storage and of Firestore, in our own shape."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from spaktok.core import clients, clock, config, log, meter
from spaktok.core.endpoint.declaration import Declaration, Event, attach, declare

if TYPE_CHECKING:
    from cloudevents.http import CloudEvent


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object that was written completely."""

    event_id: str
    path: str
    size_bytes: int
    generation: int
    content_type: str


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A document that was created, changed or deleted. Redelivered, all of it is the same."""

    event_id: str
    at: datetime
    """When it happened, by the database's clock."""
    path: str
    """`users/ana`."""
    before: dict[str, Any] | None
    """The fields as they were; None where there was no document."""
    after: dict[str, Any] | None
    """The fields as they are since; None where it was deleted."""

    @property
    def id(self) -> str:
        """The document's own id: the last segment of its path."""
        return self.path.rpartition("/")[2]


def on_object_finalized(
    *, size: config.Size = config.WORKER
) -> Callable[[Callable[[StoredObject], None]], Callable[[CloudEvent], None]]:
    """Declare a handler of every object that lands in the default bucket.

    Events come at least once and in any order, and Storage triggers have no retry here; so a handler
    only moves a state and enqueues a task, and a sweeper finds what it missed.
    """

    def decorate(handler: Callable[[StoredObject], None]) -> Callable[[CloudEvent], None]:
        declaration = declare(Event, handler, size=size)

        @functools.wraps(handler)
        def entry(event: CloudEvent) -> None:
            _run(declaration, lambda: handler(_stored(event)))

        attach(entry, declaration)
        if not config.serving():
            from spaktok.core.endpoint import manifest

            manifest.declare_finalized(entry, declaration)
        return entry

    return decorate


def on_object_metadata_updated(
    *, size: config.Size = config.WORKER
) -> Callable[[Callable[[StoredObject], None]], Callable[[CloudEvent], None]]:
    """Declare a handler of every change of a stored object's metadata in the default bucket.

    Events come at least once and in any order, without a retry here.
    """

    def decorate(handler: Callable[[StoredObject], None]) -> Callable[[CloudEvent], None]:
        declaration = Event(
            name=handler.__name__,
            doc=(handler.__doc__ or "").strip(),
            module=handler.__module__,
            size=size,
        )

        @functools.wraps(handler)
        def entry(event: CloudEvent) -> None:
            _run(declaration, lambda: handler(_stored(event)))

        attach(entry, declaration)
        if not config.serving():
            from spaktok.core.endpoint import manifest

            manifest.declare_metadata_updated(entry, declaration)
        return entry

    return decorate


def on_document_written(
    document: str, *, size: config.Size = config.WORKER
) -> Callable[[Callable[[WrittenDocument], None]], Callable[[CloudEvent], None]]:
    """Declare a handler of every change of the documents that match `document` (`users/{uid}`).

    Events come at least once, in any order and late by any time, so the handler's effect must be
    keyed by the event or follow from what it reads. What it raises has the event delivered again,
    for a day. A document that its own roll-up changes every few seconds is as many events: whoever
    has nothing to do must find out from the event, without a read.
    """

    def decorate(handler: Callable[[WrittenDocument], None]) -> Callable[[CloudEvent], None]:
        declaration = declare(Event, handler, size=size)

        @functools.wraps(handler)
        def entry(event: CloudEvent) -> None:
            _run(declaration, lambda: handler(_written(event)))

        attach(entry, declaration)
        if not config.serving():
            from spaktok.core.endpoint import manifest

            manifest.declare_written(entry, declaration, document=document)
        return entry

    return decorate


def _written(event: CloudEvent) -> WrittenDocument:
    # Decoded here: the library makes a client of its own, which the meter does not see.
    from google.events.cloud.firestore import DocumentEventData

    data: Any = event.get_data()
    change: Any = (
        DocumentEventData.deserialize(data)
        if isinstance(data, bytes)
        else DocumentEventData.from_json(data if isinstance(data, str) else json.dumps(data))
    )
    return WrittenDocument(
        event_id=event["id"],
        at=datetime.fromisoformat(event["time"]),
        path=event["document"],
        before=_fields(change, "old_value"),
        after=_fields(change, "value"),
    )


def _fields(change: Any, name: str) -> dict[str, Any] | None:
    from google.cloud.firestore_v1 import _helpers

    if name not in change:
        return None
    fields: Any = _helpers.decode_dict(getattr(change, name).fields, clients.db())
    return cast("dict[str, Any]", fields)


def _stored(event: CloudEvent) -> StoredObject:
    data = cast("dict[str, Any]", event.get_data())
    # Storage sends sizes and generations as strings (they are 64-bit).
    return StoredObject(
        event_id=event["id"],
        path=data["name"],
        size_bytes=int(data.get("size", 0)),
        generation=int(data.get("generation", 0)),
        content_type=data.get("contentType", ""),
    )


def _run(declaration: Declaration, work: Callable[[], None]) -> None:
    started_s = clock.monotonic()
    outcome = "ok"
    with meter.counting() as tally:
        try:
            work()
        except Exception as error:
            log.failure("event failed", error, function=declaration.name)
            outcome = "failed"
            raise
        finally:
            log.info(
                "event",
                function=declaration.name,
                outcome=outcome,
                reads=tally.reads,
                writes=tally.writes,
                deletes=tally.deletes,
                rpcs=tally.rpcs,
                duration_ms=round((clock.monotonic() - started_s) * 1000, 1),
            )
