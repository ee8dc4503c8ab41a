"""Telling somebody of the tasks of money that failed to the last, once each.

What they were to do may be found by a sweep or not; either way it was tried for an hour and did not go.
"""

from __future__ import annotations

from spaktok.core import alarms, dead_letters
from spaktok.core.alarms import Alarm


def tell() -> int:
    """Raise an alarm for each letter that nobody was told of; how many there were.

    At most as many as raise alarms at once: the rest is for the next look. A read and two writes each;
    a death between the alarms and the note of them raises the same ones again.
    """
    found = dead_letters.unseen(alarms.ALARMS_MAX)
    why = "failed its last attempt"
    alarms.sound(
        "ledger", (Alarm(one.function, one.id, f"{why}: {one.exception}") for one in found)
    )
    dead_letters.seen(found)
    return len(found)
