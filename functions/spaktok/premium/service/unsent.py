"""What Stripe should have been asked for and was not, long after the task has given up.

A slot that was lost and whose price has not gone back; a subscription whose slot is gone and that is
not known to be over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from spaktok.core import log
from spaktok.premium import drawer, store
from spaktok.premium.service import ending, paid

LATE_AFTER: Final = timedelta(minutes=10)
_MAX: Final = 50
"""Of a kind in one run; there are twenty slots."""


def sweep(at: datetime) -> int:
    """Ask for what is unasked; how much that was. Repeatable, also beside the tasks.

    Two reads, and for each that is found what `paid.send_refund` or `ending.end` costs.
    """
    owing = [one.id for one in drawer.owing().limit(_MAX).stream()]
    late = [one.id for one in store.endings(at - LATE_AFTER).limit(_MAX).stream()]
    _each(owing, paid.send_refund, "lost slot not paid back")
    _each(late, ending.end, "subscription not ended")
    return len(owing) + len(late)


def _each(names: list[str], ask: Callable[[str], None], failed: str) -> None:
    for name in names:
        try:
            ask(name)
        except Exception as error:  # noqa: BLE001 - the others must not wait for it
            log.failure(failed, error, id=name)
