"""Stretches of time: which of what keeps arriving a run counts, so that each is counted once.

A stretch goes from where the last one ended to `LAG` before now: nothing can arrive behind that any
more, so it is the same for whoever looks. A document of `viewRolls` names the stretch while it is
counted; the run's number names its commits (`core.fan_out`), so one that was killed is taken up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, transaction

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

LAG: Final = timedelta(minutes=1)
"""Longer than a call takes, and than instances' clocks differ."""
BEGINNING: Final = datetime(2020, 1, 1, tzinfo=UTC)

Find = Callable[[datetime, datetime, int | None], list["DocumentSnapshot[Any]"]]
"""What arrived in (after, until], in its order, at most so many: None is all."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch that is counted at once."""

    stream: str
    number: int
    after: datetime
    until: datetime

    @property
    def name(self) -> str:
        """What its commits are known by."""
        return f"views:{self.stream}:{self.number}"


def begin(
    reference: DocumentReference, find: Find, field: str, most: int
) -> tuple[Run, list[DocumentSnapshot[Any]]] | None:
    """The stretch that is to be counted, and what lies in it: one that was begun, else the next.

    About `most` at once, by the instants in `field`. None where nothing waits; raises `Overtaken`.
    """
    from google.api_core.exceptions import AlreadyExists, FailedPrecondition

    snapshot = reference.get()
    fields: dict[str, Any] = snapshot.to_dict() or {}
    if fields.get("open"):
        run = Run(reference.id, fields["run"], instant(fields["from"]), instant(fields["to"]))
        return run, find(run.after, run.until, None)
    after = instant(fields.get("to", BEGINNING))
    until = clock.now() - LAG
    if until <= after:
        return None
    found = find(after, until, most + 1)
    if not found:
        return None
    if len(found) > most:
        # Only whole instants, so that a run's end leaves nothing behind; one instant at least.
        last = instant(found[-1].get(field)) - timedelta(microseconds=1)
        until = max(last, instant(found[0].get(field)))
        if last < until:
            found = find(after, until, None)
    run = Run(reference.id, fields.get("run", 0) + 1, after, until)
    opened = {"run": run.number, "from": run.after, "to": run.until, "open": True}
    try:
        if snapshot.exists:
            unchanged = clients.db().write_option(last_update_time=snapshot.update_time)
            reference.update(opened, option=unchanged)
        else:
            reference.create(opened)
    except (AlreadyExists, FailedPrecondition) as error:
        raise transaction.Overtaken from error
    return run, [one for one in found if instant(one.get(field)) <= until]


def end(reference: DocumentReference, run: Run) -> None:
    """Note that a stretch is counted. Repeatable; raises `Overtaken`."""
    from google.api_core.exceptions import FailedPrecondition

    snapshot = reference.get()
    if snapshot.get("run") != run.number or not snapshot.get("open"):
        return
    unchanged = clients.db().write_option(last_update_time=snapshot.update_time)
    try:
        reference.update({"open": False}, option=unchanged)
    except FailedPrecondition as error:
        raise transaction.Overtaken from error


def instant(value: datetime) -> datetime:
    """The database's time as a plain instant: the library's own type loses its zone in arithmetic."""
    return datetime.fromtimestamp(value.timestamp(), UTC)
