"""Cloud Scheduler's part: in the Emulator Suite nothing starts a scheduled function by itself.

The suite says which functions have a schedule; each is started when its time has come, counted from
when the stack was up. `every 15 minutes` and `every 24 hours` are understood, and `every day 03:30` as
once a day.
"""

from __future__ import annotations

import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from typing import Any

_EVERY = re.compile(r"every (?P<count>\d+) (?P<unit>minutes|hours)|every day .*")
_SECONDS = {"minutes": 60.0, "hours": 3600.0}
DAY_S = 86_400.0
PAUSE_S = 1.0
ANSWER_S_MAX = 120.0


def interval_s(schedule: str) -> float:
    """How far apart two starts are. Raises `ValueError` for a schedule of another form."""
    found = _EVERY.fullmatch(schedule)
    if found is None:
        raise ValueError(f"no schedule that is understood here: {schedule}")
    return DAY_S if found["unit"] is None else int(found["count"]) * _SECONDS[found["unit"]]


def schedules(backends: Any) -> dict[str, str]:
    """The scheduled functions among those that the suite serves: their ids, and when they are due."""
    return {
        trigger["id"]: trigger["schedule"]["schedule"]
        for backend in backends["backends"]
        for trigger in backend["functionTriggers"]
        if trigger.get("schedule")
    }


class Scheduler:
    """Starts what is due, one after the other, until it is stopped."""

    def __init__(self, due: dict[str, str], start: Callable[[str], None]) -> None:
        self._start = start
        began = time.monotonic()
        self._intervals = {name: interval_s(schedule) for name, schedule in due.items()}
        self._next = {name: began + wait for name, wait in self._intervals.items()}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    def begin(self) -> None:
        """Keep the time from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Start nothing any more."""
        self._stopped.set()

    def due(self, now: float) -> Iterable[str]:
        """What is to be started at this moment, and not again before its next time."""
        for name, at in self._next.items():
            if at <= now:
                self._next[name] = now + self._intervals[name]
                yield name

    def _run(self) -> None:
        while not self._stopped.wait(PAUSE_S):
            for name in list(self.due(time.monotonic())):
                self._start(name)


def starter(functions_url: str, project: str) -> Callable[[str], None]:
    """What starts a scheduled function of a running suite; a failure is in the suite's log."""

    def start(function_id: str) -> None:
        url = f"{functions_url}/functions/projects/{project}/triggers/{function_id}-0"
        request = urllib.request.Request(url, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S_MAX):
                return
        except (urllib.error.URLError, OSError):
            return

    return start
