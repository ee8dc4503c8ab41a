"""From a gift to the creator's earnings: windows, slots, and who gets what.

A gift touches nothing of its receiver's. It names a *slot*: a window of one second of the receiver's,
or, where very many come at once, one of `PARTS` parts of it. A task per slot reads its gifts and
writes one roll-up that shares them out; every gift is in one slot for ever, so no two roll-ups of
different slots can hold the same gift, and those of one slot are numbered and leave out what earlier
ones hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from spaktok.core import ids
from spaktok.wallet.model.amounts import share

WINDOW_S: Final = 1
GRACE: Final = timedelta(milliseconds=500)
"""How long after its window a slot's task runs: commits of the last moment are on their way."""
WHOLE_MAX: Final = 4
"""Gifts to a receiver that an instance puts into the whole window; those beyond go to parts. With
100 instances the whole holds at most 400, which one task reads at once."""
PARTS: Final = 16
READ_MAX: Final = 500
"""Entries of a slot in one roll-up."""
LANES: Final = 10
"""Entries are spread over so many lanes, so that an index by time has no single end that all writes
hit; a lane's index takes about 500 writes a second."""
LANE_KINDS: Final = ("gift", "roll", "own")
"""Gifts and what undoes them, roll-ups, and the entries that concern nobody but their owner."""
BPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a receiver's window."""

    receiver: str
    window: int
    part: str
    named: str | None = None
    """Its id, where the receiver was erased since: from their pseudonym it does not follow."""

    @property
    def id(self) -> str:
        """Names the slot without naming the receiver."""
        return self.named or ids.digest("slot", self.receiver, str(self.window), self.part)

    @property
    def due(self) -> datetime:
        """When its task runs."""
        return datetime.fromtimestamp((self.window + 1) * WINDOW_S, UTC) + GRACE


SWEEP_PHASE: Final = 0.85
"""Where in the second sweeps run: behind the roll-ups of the window before, so that a gift is in its
receiver's wallet within two seconds."""


def sweep_after(at: datetime) -> tuple[int, datetime]:
    """The next sweep of a wallet: its number, and when it runs. One a second, for the wallet's sake."""
    number = int(at.timestamp() - SWEEP_PHASE) + 1
    return number, datetime.fromtimestamp(number + SWEEP_PHASE, UTC)


def window_of(at: datetime) -> int:
    """The number of the window of an instant."""
    return int(at.timestamp()) // WINDOW_S


def part_of(entry_id: str, before: int) -> str:
    """The part that a gift goes into, where this instance sent `before` to its receiver in the window.

    The first few share the whole, so that a quiet receiver's window is one task and one roll-up.
    """
    return "all" if before < WHOLE_MAX else f"{int(entry_id[:4], 16) % PARTS}-{PARTS}"


def roll_up_id(slot_id: str, number: int) -> str:
    """The id of the entry of a slot's roll-up: they are numbered from 0."""
    return ids.digest("roll-up", slot_id, str(number))


def lane_of(entry_id: str, kind: str = "gift") -> str:
    """The lane of an entry: `gift-7`, `roll-7`, `own-7`."""
    return f"{kind}-{int(entry_id[4:8], 16) % LANES}"


def split(net_micro: int, bps: int) -> tuple[int, int]:
    """Net receipts as the creator's and the platform's part, which sum to it.

    Rounded down for the creator; of a negative amount (a reversal) exactly what the positive gave.
    """
    if net_micro < 0:
        creator, platform = split(-net_micro, bps)
        return -creator, -platform
    creator = share(net_micro, bps, BPS)
    return creator, net_micro - creator


def summed(by_day: list[Mapping[str, int]]) -> dict[str, int]:
    """Amounts by day, added up; days of nothing left out."""
    totals: dict[str, int] = {}
    for one in by_day:
        for day, micro in one.items():
            totals[day] = totals.get(day, 0) + micro
    return {day: micro for day, micro in sorted(totals.items()) if micro}
