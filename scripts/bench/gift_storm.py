"""A storm of gifts to one creator in virtual time: 5,000 a second for a minute, without a database.

    scripts/bench/gift_storm.py [--per-second N] [--seconds N] [--seed N]

What is decided is decided by the ledger's own pure code: the coins each wallet spends, the slot of each
gift, when tasks run, how a slot is shared out, what a sweep does. Only the time that things take is
made up, from a seed: commits of 20 to 120 ms (one in 5,000 of up to three seconds), tasks up to
100 ms late, 200 ms to read a slot and write its roll-up, 40 ms to show it, 60 ms for a sweep or a
picture.

Written are wallets, entries, roll-ups, income, and what is seen: the tallies of the creator and of
their stream, both pictures, the creator's `giftStats`, and the record that a roll-up was shown.

Prints the hottest document's writes a second, the lag from a gift's commit to the creator's income, to
their wallet and to what is seen of it, and the units a gift costs (a read 1, a write 3, a delete 1).
Exits 1 beyond the goals: 1 write a second, 2 seconds, 8.2 units.
"""

from __future__ import annotations

import argparse
import heapq
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "functions"))

from spaktok.core import ids
from spaktok.gifts.service.showing import LATE, SECOND
from spaktok.wallet.model.entry import Entry, Kind, id_of
from spaktok.wallet.model.income import (
    READ_MAX,
    Slot,
    part_of,
    summed,
    sweep_after,
    window_of,
)
from spaktok.wallet.model.sharing import rolled_up, swept
from spaktok.wallet.model.spending import spent
from spaktok.wallet.model.wallet import Lot, LotKind, Wallet

STAR: Final = "star"
PLACES: Final = ("profile", "stream")
"""Where gifts to the star are seen."""
START: Final = datetime(2026, 3, 14, 12, tzinfo=UTC)
INSTANCES: Final = 50
COINS: Final = 10
SLOW: Final = 1 / 5_000
READ, WRITE, DELETE = 1, 3, 1
HOTTEST_MAX, LAG_S_MAX, UNITS_MAX = 1, 2.0, 8.2


@dataclass
class Report:
    """What the storm came to."""

    gifts: int = 0
    reads: int = 0
    writes: int = 0
    deletes: int = 0
    roll_ups: int = 0
    sweeps: int = 0
    largest_slot: int = 0
    by_second: Counter[tuple[str, int]] = field(default_factory=Counter)
    income_lags_s: list[float] = field(default_factory=list)
    wallet_lags_s: list[float] = field(default_factory=list)
    shown_lags_s: list[float] = field(default_factory=list)
    late_roll_ups: int = 0
    waited: int = 0
    """Showings that waited for their second."""
    creator_micro: int = 0
    due_micro: int = 0

    @property
    def lags_s(self) -> dict[str, list[float]]:
        """By where gifts arrive."""
        return {
            "income": self.income_lags_s,
            "wallet": self.wallet_lags_s,
            "picture": self.shown_lags_s,
        }

    @property
    def hottest(self) -> int:
        """Writes that the hottest document took in a second."""
        return max(self.by_second.values())

    @property
    def units(self) -> float:
        """Units a gift."""
        total = self.reads * READ + self.writes * WRITE + self.deletes * DELETE
        return total / self.gifts

    def misses(self) -> list[str]:
        """Goals that are not met."""
        found = []
        if self.hottest > HOTTEST_MAX:
            (name, _), _ = self.by_second.most_common(1)[0]
            found.append(f"the hottest document, {name}, took {self.hottest} writes in a second")
        for where, lags in self.lags_s.items():
            if max(lags) > LAG_S_MAX:
                found.append(f"a gift reached the {where} after {max(lags):.2f} s")
        if self.units > UNITS_MAX:
            found.append(f"a gift costs {self.units:.2f} units")
        arrived = {len(lags) for lags in self.lags_s.values()}
        if self.creator_micro != self.due_micro or arrived != {self.gifts}:
            found.append(f"{self.creator_micro} arrived of {self.due_micro}")
        return found


class Storm:
    """One run."""

    def __init__(self, per_second: int, seconds: int, seed: int) -> None:
        self.report = Report()
        self._rolls = Random(seed)  # noqa: S311 - seeded on purpose
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._now = 0.0
        self._numbered = 0
        self._sent_here: Counter[tuple[int, int]] = Counter()
        self._tasks: set[str] = set()
        self._slots: dict[str, list[Entry]] = defaultdict(list)
        self._rolled: dict[str, set[str]] = defaultdict(set)
        self._shards: dict[str, dict[str, int]] = {}
        self._shard_gifts: dict[str, list[Entry]] = {}
        self._committed: dict[str, float] = {}
        self._wallets: dict[int, Wallet] = {}
        self._rolls_of: Counter[str] = Counter()
        self._tallied: dict[str, int] = {}
        """In which second a late tally was written."""
        self._unseen: list[Entry] = []
        self._parts: set[str] = set()
        self._star = Wallet("star")
        self._givers = per_second * 8
        """Clients gather a combo's taps, so that a giver's own wallet takes a write now and then."""
        for number in range(per_second * seconds):
            self._at(number / per_second, self._give(number))

    def run(self) -> Report:
        """Let all of it happen."""
        while self._events:
            self._now, _, event = heapq.heappop(self._events)
            event()
        self.report.creator_micro = sum(self._star.pending.values())
        return self.report

    # ---- what happens

    def _give(self, number: int) -> Callable[[], None]:
        def event() -> None:
            at, giver, instance = self._time(), number % self._givers, number % INSTANCES
            entry_id = id_of(f"giver-{giver}", Kind.GIFT, f"g{number}")
            window = window_of(at)
            slot = Slot(STAR, window, part_of(entry_id, self._sent_here[instance, window]))
            self._sent_here[instance, window] += 1
            wallet = self._wallets.get(giver) or _full()
            decision = spent(wallet, COINS, at, to_receiver=True)
            self._wallets[giver] = decision.wallet
            slow = self._rolls.random() < SLOW
            took = self._rolls.uniform(0.6, 3.0) if slow else self._rolls.uniform(0.02, 0.12)
            entry = Entry(
                id=entry_id,
                key=f"g{number}",
                kind=Kind.GIFT,
                input_hash="",
                user_id=f"giver-{giver}",
                at=at,
                wallet_id="",
                seq=number,
                prev="",
                postings=decision.postings,
                facts=decision.facts,
                receiver_id=STAR,
                slot=slot.id,
                committed_at=self._time(took),
            )
            self._at(self._now + took, lambda: self._commit(entry, slot, giver))

        return event

    def _commit(self, entry: Entry, slot: Slot, giver: int) -> None:
        report = self.report
        report.gifts += 1
        report.reads += 1
        self._write(f"wallet {giver}", f"entry {entry.id}")
        report.due_micro += entry.facts["netMicro"] // 2
        self._slots[slot.id].append(entry)
        self._committed[entry.id] = self._now
        due = (slot.due - START).total_seconds()
        late = self._now >= due
        name = f"{slot.id} {entry.id if late else ''}"
        self._task(name, max(due, self._now), lambda: self._read_slot(slot))

    def _read_slot(self, slot: Slot) -> None:
        known = self._rolled[slot.id]
        found = [entry for entry in self._slots[slot.id] if entry.id not in known][:READ_MAX]
        self.report.reads += max(1, len(known) // READ_MAX) + len(self._slots[slot.id])
        self.report.largest_slot = max(self.report.largest_slot, len(found))
        if found:
            known |= {entry.id for entry in found}
            self._at(self._now + 0.2, lambda: self._roll_up(slot, found))

    def _roll_up(self, slot: Slot, found: list[Entry]) -> None:
        rolled = rolled_up(found, lambda *_: 5000, lambda _: None)
        name = ids.digest(slot.id, found[0].id)
        self.report.roll_ups += 1
        self._write(f"roll-up {name}", f"shard {name}")
        self._shards[name] = rolled.by_day
        self._shard_gifts[name] = found
        self.report.income_lags_s += [self._now - self._committed[one.id] for one in found]
        number, due = sweep_after(self._time())
        self._task(f"sweep {number}", (due - START).total_seconds(), self._sweep)
        late = self._rolls_of[slot.id] > 0
        self._rolls_of[slot.id] += 1
        self.report.late_roll_ups += late
        part = f"{LATE if late else ''}{slot.part}"
        self._at(self._now + 0.04, lambda: self._show(part, name, found))

    def _show(self, part: str, name: str, found: list[Entry]) -> None:
        """As `showing` has it: what is late waits for a second in which its tallies are not written."""
        self.report.reads += 2 + len(
            PLACES
        )  # whether it was shown, the slot's roll-up, the tallies
        second = int(self._now)
        if part.startswith(LATE) and self._tallied.get(part) == second:
            self.report.waited += 1
            later = self._now + SECOND.total_seconds()
            self._at(later, lambda: self._show(part, name, found))
            return
        self._tallied[part] = second
        self._write(f"shown {name}", *(f"tally {part} of {place}" for place in PLACES))
        self._unseen += found
        self._parts.add(part)
        number, due = sweep_after(self._time())
        self._task(f"paint {number}", (due - START).total_seconds(), self._paint)

    def _paint(self) -> None:
        self.report.reads += len(PLACES) * (1 + len(self._parts))
        self._write("giftStats", *(f"picture of {place}" for place in PLACES))
        done = self._now + 0.06
        self.report.shown_lags_s += [done - self._committed[one.id] for one in self._unseen]
        self._unseen = []

    def _sweep(self) -> None:
        names = sorted(self._shards)
        self.report.reads += max(1, len(names))
        if not names:
            return
        decision = swept(self._star, summed([self._shards.pop(name) for name in names]))
        self._star = decision.wallet
        self.report.reads += 1
        self.report.sweeps += 1
        self.report.deletes += len(names)
        done = self._now + 0.06
        self._write("wallet of the star", f"sweep {self.report.sweeps}")
        for name in names:
            self.report.wallet_lags_s += [
                done - self._committed[one.id] for one in self._shard_gifts.pop(name)
            ]

    # ---- time, tasks, documents

    def _at(self, when: float, event: Callable[[], None]) -> None:
        self._numbered += 1
        heapq.heappush(self._events, (when, self._numbered, event))

    def _task(self, name: str, when: float, event: Callable[[], None]) -> None:
        """As Cloud Tasks: a name is used once, and a task is never early, but late."""
        if name not in self._tasks:
            self._tasks.add(name)
            self._at(when + self._rolls.uniform(0, 0.1), event)

    def _time(self, ahead_s: float = 0.0) -> datetime:
        return START + timedelta(seconds=self._now + ahead_s)

    def _write(self, *documents: str) -> None:
        self.report.writes += len(documents)
        for document in documents:
            self.report.by_second[document, int(self._now)] += 1


def _full() -> Wallet:
    return Wallet("w", (Lot("l", LotKind.PURCHASED, 10**6, 6_600 * 10**6, START),))


def main(arguments: Sequence[str]) -> int:
    """Run, print, and say by the exit code whether the goals are met."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--per-second", type=int, default=5_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    report = Storm(asked.per_second, asked.seconds, asked.seed).run()
    print(
        f"{report.gifts} gifts, {report.roll_ups} roll-ups, {report.sweeps} sweeps, seed {asked.seed}"
    )
    print(f"hottest document {report.hottest} write/s, largest slot {report.largest_slot}")
    print(f"{report.late_roll_ups} roll-ups were late, {report.waited} waited to be shown")
    for where, lags in report.lags_s.items():
        lags.sort()
        middle, most = lags[len(lags) // 2], lags[-1]
        print(f"to the {where}: median {middle:.2f} s, at most {most:.2f} s")
    print(f"{report.units:.3f} units a gift")
    for miss in report.misses():
        print(f"✗ {miss}")
    return 1 if report.misses() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
