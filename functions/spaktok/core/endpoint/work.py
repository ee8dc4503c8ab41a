"""Work that no client waits for: Cloud Tasks handlers and schedules."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from flask import Request, Response
from pydantic import BaseModel

from spaktok.core import clock, config, dead_letters, log, meter
from spaktok.core.endpoint import wire
from spaktok.core.endpoint.declaration import (
    USUAL,
    Declaration,
    Job,
    Patience,
    Schedule,
    attach,
    declare,
)
from spaktok.core.refusal import Code, InvalidRequest, Refusal

Req = TypeVar("Req", bound=BaseModel)

_HEALTH: Final = "/__/health"
_RETRY: Final = re.compile(r"[0-9]{1,6}")

_PASSING: Final = frozenset(
    {Code.ABORTED, Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE, Code.INTERNAL}
)
"""Refusals that say "not now": for a task a failure like any other, which the queue retries."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a task arrived."""

    task_id: str
    retry: int
    """0 for the first delivery."""
    attempts_max: int = USUAL.attempts_max

    @property
    def last(self) -> bool:
        """Whether the queue will not try again."""
        return self.retry + 1 >= self.attempts_max


def job(
    request: type[Req],
    *,
    size: config.Size = config.WORKER,
    rate: int = 100,
    patience: Patience = USUAL,
    secrets: tuple[str, ...] = (),
) -> Callable[[Callable[[Req, Delivery], None]], Callable[[Request], Response]]:
    """Declare a Cloud Tasks handler; its queue has the function's name.

    Tasks arrive at least once, in any order, late by any time: the handler's effect must be keyed
    or repeatable. `rate` bounds dispatches a second and at a time. A `Refusal` ends the task (a
    retry would be refused again) and is logged, unless it is one of the passing kind (`TryAgain`);
    that and any other exception is retried by the queue for as long as `patience` says, and the last
    failure leaves the task in `deadLetters`, from where `scripts/replay.py` sends it anew. A task
    that this version cannot read goes there at once. What moves money has `MONEY`'s patience, and
    its letters raise an alarm.
    """

    def decorate(handler: Callable[[Req, Delivery], None]) -> Callable[[Request], Response]:
        declaration = declare(
            Job,
            handler,
            size=size,
            secrets=secrets,
            request=request,
            rate=rate,
            patience=patience,
        )

        @functools.wraps(handler)
        def entry(http: Request) -> Response:
            if http.path.endswith(_HEALTH):
                return Response(status=200)
            delivery, body = _delivery(http, patience), http.get_data()

            def work() -> None:
                try:
                    task = wire.validate(request, wire.data(body))
                except InvalidRequest as error:
                    raise _Unreadable(str(error)) from None
                handler(task, delivery)

            failure = _run(declaration, work)
            if failure is None:
                return _answer(200)
            if delivery.last or isinstance(failure, _Unreadable):
                letter = dead_letters.Letter(declaration.name, delivery.task_id, body)
                dead_letters.bury(letter, failure, alarms=patience.alarms)
                return _answer(200)
            return _answer(500)

        attach(entry, declaration)
        if not config.serving():
            from spaktok.core.endpoint import manifest

            manifest.declare_job(entry, declaration)
        return entry

    return decorate


def schedule(
    when: str, *, size: config.Size = config.WORKER, secrets: tuple[str, ...] = ()
) -> Callable[[Callable[[datetime], None]], Callable[[Request], Response]]:
    """Declare a job that Cloud Scheduler starts (`"every 5 minutes"`, or crontab in UTC).

    The handler gets the server's time. It may run twice or not at all, so it must look at the state
    and not count its runs. That it was done is noted (`core.finished`), for whoever watches it: a
    write more.
    """

    def decorate(handler: Callable[[datetime], None]) -> Callable[[Request], Response]:
        declaration = declare(
            Schedule,
            handler,
            size=size,
            secrets=secrets,
            when=when,
        )

        @functools.wraps(handler)
        def entry(http: Request) -> Response:
            # The emulator sends its health check to the handler, at every cold start.
            if http.path.endswith(_HEALTH):
                return Response(status=200)

            def work() -> None:
                handler(clock.now())
                from spaktok.core import finished  # a task needs none

                finished.note(declaration.name)

            failure = _run(declaration, work)
            return _answer(200 if failure is None else 500)

        attach(entry, declaration)
        if not config.serving():
            from spaktok.core.endpoint import manifest

            manifest.declare_schedule(entry, declaration, when=when)
        return entry

    return decorate


class _Unreadable(Exception):
    """A task whose body this version does not understand: another version may."""


def _run(declaration: Declaration, work: Callable[[], None]) -> Exception | None:
    """Do it and log it; the failure, if it was one."""
    started_s = clock.monotonic()
    outcome: str = "ok"
    failure: Exception | None = None
    with meter.counting() as tally:
        try:
            work()
        except Refusal as refusal:
            outcome = refusal.error()
            failure = refusal if refusal.code in _PASSING else None
        except Exception as error:  # noqa: BLE001 - the queue decides what a failure means
            outcome, failure = "failed", error
    if failure is not None:
        log.failure("work failed", failure, function=declaration.name)
    log.info(
        "work",
        function=declaration.name,
        outcome=outcome,
        reads=tally.reads,
        writes=tally.writes,
        deletes=tally.deletes,
        rpcs=tally.rpcs,
        duration_ms=round((clock.monotonic() - started_s) * 1000, 1),
    )
    return failure


def _answer(status: int) -> Response:
    return Response('{"result": null}', status, content_type="application/json")


def _delivery(http: Request, patience: Patience) -> Delivery:
    retry = http.headers.get("X-CloudTasks-TaskRetryCount", "0")
    return Delivery(
        task_id=http.headers.get("X-CloudTasks-TaskName", ""),
        retry=int(retry) if _RETRY.fullmatch(retry) else 0,
        attempts_max=patience.attempts_max,
    )
