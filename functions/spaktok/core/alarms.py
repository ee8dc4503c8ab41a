"""Alarms: what must not be and mends itself no more, so that a person has to look.

A log line of severity CRITICAL wakes somebody, and a document waits for them. Raised again, it is the
same document.

Owns `alarms/{alarmId}`: {invariant, subject, why, at}.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from spaktok.core import clients, clock, ids, log

ALARMS_MAX: Final = 50
"""Alarms of one time: beyond it, they say the same."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What does not hold."""

    invariant: str
    """Which of those that are watched."""
    subject: str
    """An account, or a thing that names nobody."""
    why: str


def sound(event: str, found: Iterable[Alarm]) -> None:
    """Raise an alarm for each, 50 at most. A write each."""
    for number, one in enumerate(found):
        if number == ALARMS_MAX:
            break
        log.alarm(event, invariant=one.invariant, who=log.who(one.subject))
        name = ids.digest("alarm", one.invariant, one.subject, one.why)
        clients.db().collection("alarms").document(name).set(
            {
                "invariant": one.invariant,
                "subject": one.subject,
                "why": one.why,
                "at": clock.now(),
            }
        )
