"""Doing the tasks of a run, and finding those that were lost, as the queue and the schedules would."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from unittest import mock

from google.api_core.exceptions import GoogleAPIError

from chaos.queues import ChaosQueue
from spaktok.core import clients, clock, dispatch
from spaktok.core.refusal import TryAgain
from spaktok.wallet import store
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.model.income import Slot
from spaktok.wallet.service import auditing, reading, recovering
from spaktok.wallet.service.heartbeat import AUDITED_TO, income_ref
from tests.support.faults import Crash

Do = Callable[[str, dict[str, Any], bool], None]
"""Carries out a function's task; whether an earlier delivery of it failed."""

TRIES_MAX: Final = 40
"""A delivery that fails so often is given up: whoever looks for what was lost finds it."""
AT_ONCE: Final = timedelta(seconds=3)
"""What is due within this time is done with what is due; what waits for something else is due later."""
LATER: Final = timedelta(minutes=5)
"""By then what was staged and never sent is seen to be, and every minute of the run is looked at."""
ROUNDS_MAX: Final = 12
"""What is not done after so many further looks never will be."""


class Tasks:
    """Those who do a run's tasks."""

    def __init__(
        self, queue: ChaosQueue, do: Do, revive: Callable[[], None], *, threads: int
    ) -> None:
        self._queue, self._do, self._revive, self._threads = queue, do, revive, threads

    def due(self) -> None:
        """Do what is due by now, one after the other."""
        for task in self._queue.take(clock.now()):
            self._deliver(task)

    def all(self) -> None:
        """Do everything there is, and what comes of it. No gift may be on its way.

        Windows are rolled up before their time: so it ends in a second of which no gift is yet.
        """
        self._all()
        time.sleep(1 - time.time() % 1)

    def _all(self, by: timedelta = LATER) -> None:
        with self._ahead(by), ThreadPoolExecutor(self._threads) as pool:
            while tasks := self._queue.take(clock.now() + AT_ONCE):
                list(pool.map(self._deliver, tasks))

    def catch_up(self, since: datetime, receivers: Sequence[str]) -> list[str]:
        """Do everything, and find what was lost since then: what is not done in the end, or not sound.

        As the schedules do: outbox, the look at each minute, again and again at what that noted, and
        the days' audit of those who received something. What they send may be lost like the rest, and
        so may what comes of it, which is for the minutes after; no RPC fails meanwhile.
        """
        with self._ahead(LATER):
            dispatch.sweep()
        self._all()
        found = self._catch_up(since) + self._audit(since, receivers)
        self.all()
        return found

    def _catch_up(self, since: datetime) -> list[str]:
        """Look until there is nothing to find; what was found before, and forgotten, or never done.

        What is made on the way is of the minutes that were looked at already, so all of them are looked
        at again, and what was there the last time must not be found once more.
        """
        found: list[str] = []
        looked = since
        for _ in range(ROUNDS_MAX):
            at = datetime.now(UTC)
            noted = self._look(since)
            if not noted:
                return found
            found += [f"forgotten: {one.id}" for one in noted if _committed(one) < looked]
            looked = at
            found += [f"left behind for ever: {one}" for one in self._try_again()]
        return [*found, "something is left behind by every look"]

    def _look(self, since: datetime, by: timedelta = LATER) -> list[Entry]:
        """Look at all minutes since then; what is noted by it. What was sent is done then."""
        minute = since.replace(second=0, microsecond=0)
        income_ref().set({AUDITED_TO: minute})
        with self._ahead(by):
            at = clock.now()
            for _ in range((at - minute) // recovering.SPAN_MAX + 1):
                recovering.recover(at)
        noted = [reading.entry(one.id) for one in clients.db().collection("leftBehind").stream()]
        self._all(by)
        return [one for one in noted if one is not None]

    def _try_again(self) -> list[str]:
        for _ in range(ROUNDS_MAX):
            noted = list(clients.db().collection("leftBehind").stream())
            if not noted:
                return []
            at = max(one.get("dueAt") for one in noted)
            recovering.try_again(at)
            self._all()
        return [one.id for one in noted]

    def _audit(self, since: datetime, receivers: Sequence[str]) -> list[str]:
        """Audit the wallets until all income is swept, by the audit or, without a wallet, by a look."""
        found: list[str] = []
        left = list(receivers)
        for number in range(ROUNDS_MAX):
            # Of a second in which no sweep was asked for, so that it is another task, and due then.
            then = LATER + timedelta(minutes=number)
            if number:
                self._look(since, then)
            with self._ahead(then):
                for uid in left:
                    unsound = auditing.wallet(uid)
                    found += [f"{one.invariant} {one.subject}: {one.why}" for one in unsound]
            self._all(then)
            left = [uid for uid in left if _waits(uid)]
            if not left:
                return found
        return found + [f"{uid}: income was never swept" for uid in left]

    def _deliver(self, task: tuple[str, dict[str, Any]]) -> None:
        for number in range(TRIES_MAX):
            try:
                self._do(*task, number > 0)
            except Crash:
                self._revive()
            except (TryAgain, GoogleAPIError):
                pass
            else:
                return

    @contextmanager
    def _ahead(self, by: timedelta) -> Iterator[None]:
        """Tell a later time, the database too."""
        with (
            clock.set_to(lambda: datetime.now(UTC) + by),
            mock.patch.object(recovering, "_read_at", lambda _: clock.now()),
        ):
            yield


def slot_in(payload: dict[str, Any]) -> Slot:
    """The slot of a roll-up's task."""
    return Slot(payload["receiver"], payload["window"], payload["part"], payload.get("named"))


def _committed(entry: Entry) -> datetime:
    return entry.committed_at or entry.at


def _waits(uid: str) -> bool:
    return bool(list(store.shards(uid).limit(1).stream()))
