"""Telling somebody of the tasks of money that failed to the last, once each.

What they were to do may be found by a sweep or not; either way it was tried for an hour and did not go.
"""

from __future__ import annotations

from spaktok.core import alarms, dead_letters
from spaktok.wallet.model.invariants import Violation
from spaktok.wallet.service import auditing


def tell() -> int:
    """Raise an alarm for each letter that nobody was told of; how many there were.

    At most as many as raise alarms at once: the rest is for the next look. A read and two writes each;
    a death between the alarms and the note of them raises the same ones again.
    """
    found = dead_letters.unseen(alarms.ALARMS_MAX)
    auditing.alarm(
        Violation(one.function, one.id, f"failed its last attempt: {one.exception}")
        for one in found
    )
    dead_letters.seen(found)
    return len(found)
