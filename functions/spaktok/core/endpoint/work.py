"""Work that no client waits for: Cloud Tasks handlers and schedules."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from flask import Request, Response
from pydantic import BaseModel, ValidationError

from spaktok.core import clock, config, dead_letters, log, meter
from spaktok.core.endpoint import manifest, wire
from spaktok.core.endpoint.declaration import Declaration, attach
from spaktok.core.refusal import InvalidRequest, Refusal

Req = TypeVar("Req", bound=BaseModel)

ATTEMPTS_MAX: Final = 5
"""Deliveries of a task before it goes to the dead letters."""

_HEALTH: Final = "/__/health"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a task arrived."""

    task_id: str
    retry: int
    """0 for the first delivery."""

    @property
    def last(self) -> bool:
        """Whether the queue will not try again."""
        return self.retry + 1 >= ATTEMPTS_MAX


def job(
    request: type[Req],
    *,
    size: config.Size = config.WORKER,
    rate: int = 100,
    secrets: tuple[str, ...] = (),
) -> Callable[[Callable[[Req, Delivery], None]], Callable[[Request], Response]]:
    """Declare a Cloud Tasks handler; its queue has the function's name.

    Tasks arrive at least once, in any order, late by any time: the handler's effect must be keyed
    or repeatable. `rate` bounds dispatches a second and at a time. A `Refusal` ends the task (a
    retry would be refused again) and is logged; any other exception is retried by the queue, and
    the last failure leaves the task in `deadLetters`, from where `scripts/replay.py` sends it anew.
    """

    def decorate(handler: Callable[[Req, Delivery], None]) -> Callable[[Request], Response]:
        declaration = Declaration(
            name=handler.__name__,
            doc=(handler.__doc__ or "").strip(),
            module=handler.__module__,
            size=size,
            secrets=secrets,
        )

        @functools.wraps(handler)
        def entry(http: Request) -> Response:
            if http.path.endswith(_HEALTH):
                return Response(status=200)
            delivery = _delivery(http)
            return _run(
                declaration, delivery, lambda: handler(_task(request, http), delivery), http
            )

        attach(entry, declaration)
        manifest.declare_job(entry, declaration, attempts_max=ATTEMPTS_MAX, rate=rate)
        return entry

    return decorate


def schedule(
    when: str, *, size: config.Size = config.WORKER
) -> Callable[[Callable[[datetime], None]], Callable[[Request], Response]]:
    """Declare a job that Cloud Scheduler starts (`"every 5 minutes"`, or crontab in UTC).

    The handler gets the server's time. It may run twice or not at all, so it must look at the state
    and not count its runs.
    """

    def decorate(handler: Callable[[datetime], None]) -> Callable[[Request], Response]:
        declaration = Declaration(
            name=handler.__name__,
            doc=(handler.__doc__ or "").strip(),
            module=handler.__module__,
            size=size,
        )

        @functools.wraps(handler)
        def entry(http: Request) -> Response:
            # The emulator sends its health check to the handler, at every cold start.
            if http.path.endswith(_HEALTH):
                return Response(status=200)
            return _run(declaration, None, lambda: handler(clock.now()), http)

        attach(entry, declaration)
        manifest.declare_schedule(entry, declaration, when=when)
        return entry

    return decorate


def _run(
    declaration: Declaration, delivery: Delivery | None, work: Callable[[], None], http: Request
) -> Response:
    started_s = clock.monotonic()
    outcome, status = "ok", 200
    with meter.counting() as tally:
        try:
            work()
        except Refusal as refusal:
            outcome = refusal.error()
        except Exception as error:  # noqa: BLE001 - the queue decides what a failure means
            log.failure("work failed", error, function=declaration.name)
            outcome, status = "failed", 500
            if delivery is not None and delivery.last:
                dead_letters.bury(declaration.name, delivery.task_id, http.get_data(), error)
                outcome, status = "buried", 200
    log.info(
        "work",
        function=declaration.name,
        outcome=outcome,
        retry=delivery.retry if delivery else 0,
        reads=tally.reads,
        writes=tally.writes,
        deletes=tally.deletes,
        rpcs=tally.rpcs,
        duration_ms=round((clock.monotonic() - started_s) * 1000, 1),
    )
    return Response('{"result": null}', status, content_type="application/json")


def _task(request: type[Req], http: Request) -> Req:
    try:
        return request.model_validate(wire.data(http.get_data()))
    except ValidationError as error:
        first: Any = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise InvalidRequest(field=".".join(map(str, first["loc"])), rule=first["msg"]) from None


def _delivery(http: Request) -> Delivery:
    retry = http.headers.get("X-CloudTasks-TaskRetryCount", "0")
    return Delivery(
        task_id=http.headers.get("X-CloudTasks-TaskName", ""),
        retry=int(retry) if retry.isdecimal() else 0,
    )
