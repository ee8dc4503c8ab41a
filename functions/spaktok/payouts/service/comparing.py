"""The ledger beside one provider's export of a span, and whatever is needed of either beyond it.

Money moves at a provider long before we book it where a receiver lets it lie for ten days. So what
stands alone in the span has its other half looked for: entries by the withdrawal's key, lines back to
the first attempt at sending it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.payouts import store
from spaktok.payouts.model.matching import Booked, Exported, Report, Side, Standing, match
from spaktok.payouts.model.states import (
    HELD_MAX,
    KEY_PREFIX,
    MICRO_PER_MINOR,
    Method,
    State,
    key_of,
    payout_of,
)
from spaktok.payouts.service.exports import Export
from spaktok.users import store as users
from spaktok.wallet import encoding
from spaktok.wallet import store as ledger
from spaktok.wallet.model.entry import Entry, Kind

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

    from spaktok.payouts.store import Payout

MOVED: Final = {Kind.SETTLE: Side.OUT, Kind.RETURNED: Side.BACK}
"""Entries of money that a provider moved."""
_ABOUT: Final = (*MOVED, Kind.RELEASE)
_BEFORE: Final = timedelta(hours=1)
"""By how much a provider's clock may be behind ours."""

Place = tuple[str, Side]


def entries(since: datetime, until: datetime) -> list[Entry]:
    """What we booked as moved in a span. A read each."""
    return _decoded(ledger.of_kinds(MOVED, since, until).stream())


def compare(
    export: Export, booked: Iterable[Entry], since: datetime, until: datetime, at: datetime
) -> Report:
    """Compare what was booked in the span through a provider with what it lists of the span.

    A read a withdrawal, up to three for a line that stands alone; a call a page of the export, which is
    read further back where an entry's line is older than the span. Raises `Unread`.
    """
    sides = _Sides(export, since, at)
    for entry in booked:
        sides.entries[_place(entry)] = entry
    lines = list(export.lines(since, at))
    shown = [one for one in lines if one.at < until]
    known = {(one.key, one.side) for one in shown}
    lone = {place for place in known - sides.entries.keys() if place[0].startswith(KEY_PREFIX)}
    found = sides.find_entries(lone)
    sides.find_payouts({key for key, _ in (*sides.entries, *lone)})
    # A line whose entry is from another day may be the second of two: so all of them are wanted.
    wanted = (sides.entries.keys() - known) | found
    wanted |= {(key, side) for key in sides.released for side in Side}
    shown += [one for one in lines if one.at >= until and (one.key, one.side) in wanted]
    shown += sides.older_lines(wanted)
    sides.find_costs_returned({one.key for one in shown if one.side is Side.BACK and one.fee_minor})
    return match(sides.booked(), shown, at, sides.standings(shown, until), sides.costs())


class _Sides:
    """What is known of the withdrawals that are compared."""

    def __init__(self, export: Export, since: datetime, at: datetime) -> None:
        self._export, self._since, self._at = export, since, at
        self._payouts: dict[str, Payout] = {}
        self.entries: dict[Place, Entry] = {}
        self.released: dict[str, Entry] = {}
        self._costs_returned: dict[str, int] = {}

    def find_entries(self, lone: set[Place]) -> set[Place]:
        """Entries of these places, whenever they were made; the places that have one."""
        found: set[Place] = set()
        ids = {payout_of(key) for key, _ in lone}
        for entry in _decoded(ledger.under_keys(_ABOUT, ids)):
            if entry.kind is Kind.RELEASE:
                self.released[key_of(entry.key)] = entry
            elif entry.facts["account"] == self._export.account and _place(entry) in lone:
                self.entries[_place(entry)] = entry
                found.add(_place(entry))
        return found

    def find_costs_returned(self, keys: set[str]) -> None:
        """What we booked as given back of what these withdrawals cost."""
        ids = {payout_of(key) for key in keys if key.startswith(KEY_PREFIX)}
        for entry in _decoded(ledger.under_keys([Kind.COST_RETURNED], ids)):
            self._costs_returned[key_of(entry.key)] = entry.facts["micro"] // MICRO_PER_MINOR

    def find_payouts(self, keys: set[str]) -> None:
        """The withdrawals of these keys."""
        refs = [store.payout_ref(payout_of(key)) for key in sorted(keys)]
        for snapshot in users.read(refs) if refs else ():
            payout = store.decode(snapshot)
            if payout is not None:
                self._payouts[key_of(payout.payout_id)] = payout

    def older_lines(self, wanted: set[Place]) -> list[Exported]:
        """Lines of these places from before the span, back to the first attempt at any of them."""
        sent = [
            payout.first_sent_at - _BEFORE
            for key in {key for key, _ in wanted}
            if (payout := self._payouts.get(key)) is not None and payout.first_sent_at is not None
        ]
        first = min(sent, default=self._since)
        if first >= self._since:
            return []
        older = self._export.lines(first, self._since)
        return [one for one in older if (one.key, one.side) in wanted]

    def booked(self) -> list[Booked]:
        """The entries, each with what it cost by our ledger."""
        return [self._booked(entry) for entry in self.entries.values()]

    def costs(self) -> dict[str, int]:
        """What we booked as the cost of what was released."""
        return {
            key: entry.facts["costMicro"] // MICRO_PER_MINOR - self._costs_returned.get(key, 0)
            for key, entry in self.released.items()
            if "costMicro" in entry.facts
        }

    def standings(self, shown: Iterable[Exported], until: datetime) -> dict[str, Standing]:
        """What explains lines of which nothing is booked."""
        back = {one.key for one in shown if one.side is Side.BACK}
        found: dict[str, Standing] = {}
        for key, payout in self._payouts.items():
            if self._under_way(payout):
                found[key] = Standing.UNDER_WAY
        for key, entry in self.released.items():
            # What came back a moment ago is not listed yet.
            listed = key in back or entry.at < until
            found[key] = Standing.RELEASED if listed else Standing.UNDER_WAY
        return found

    def _booked(self, entry: Entry) -> Booked:
        key, side = _place(entry)
        out = side is Side.OUT
        cost = entry.facts.get("costMicro") if out else 0
        micro = entry.facts["micro"] - (entry.facts["feeMicro"] if out else 0)
        return Booked(
            entry_id=entry.id,
            key=key,
            side=side,
            amount_minor=micro // MICRO_PER_MINOR,
            fee_minor=(None if cost is None else cost // MICRO_PER_MINOR - self._back(key, side)),
            at=entry.at,
        )

    def _back(self, key: str, side: Side) -> int:
        return self._costs_returned.get(key, 0) if side is Side.BACK else 0

    def _under_way(self, payout: Payout) -> bool:
        """Whether the provider told us that it has it and has not decided, for no longer than it may.

        Of a bank transfer the money leaves our balance days before the bank has it.
        """
        if payout.state is not State.SUBMITTED or payout.first_sent_at is None:
            return False
        told = payout.held or payout.method is Method.BANK
        return told and self._at - payout.first_sent_at < HELD_MAX


def _place(entry: Entry) -> Place:
    return key_of(entry.facts["withdrawalId"]), MOVED[entry.kind]


def _decoded(found: Iterable[DocumentSnapshot[Any]]) -> list[Entry]:
    return [entry for one in found if (entry := encoding.entry(one)) is not None]
