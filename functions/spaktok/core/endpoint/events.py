"""Events of Storage, in our own shape."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from spaktok.core import clock, config, log, meter
from spaktok.core.endpoint.declaration import Declaration, Event, attach

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


def on_object_finalized(
    *, size: config.Size = config.WORKER
) -> Callable[[Callable[[StoredObject], None]], Callable[[CloudEvent], None]]:
    """Declare a handler of every object that lands in the default bucket.

    Events come at least once and in any order, and Storage triggers have no retry here; so a handler
    only moves a state and enqueues a task, and a sweeper finds what it missed.
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

            manifest.declare_finalized(entry, declaration)
        return entry

    return decorate


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
