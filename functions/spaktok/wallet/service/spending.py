"""Spending coins."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, Final

from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry, Kind
from spaktok.wallet.model.income import Slot, part_of, window_of
from spaktok.wallet.model.spending import spent
from spaktok.wallet.model.wallet import Wallet
from spaktok.wallet.service import reading
from spaktok.wallet.service.booking import Beside, Operation, book, recalled

Adapt = Callable[[Decision, str, datetime], Decision]
"""A caller's own rules: given the decision, the entry's id and the time, refuses, or returns it with
notes and facts of its own. Pure; may be called several times."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is bought with coins."""

    coins: int
    receiver_id: str | None = None
    """Whose income it becomes; None: a service of the platform's."""
    kind: Kind = Kind.GIFT
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Kept and hashed for good: ids of catalogue, prices, counts. Never a person's id or words."""
    links: Mapping[str, Any] = field(default_factory=dict)
    """What may name people: target, message, names. Pseudonymised when they are erased."""
    asked: Mapping[str, Any] | None = None
    """What the key stands for; None: all of the above. Given where a repeat may come out differently
    (another price, another quote) and is the same request still."""

    def operation(self, uid: str, key: str) -> Operation:
        """The operation of this order under a key of a user's."""
        everything = {
            "coins": self.coins,
            "receiver": self.receiver_id,
            "facts": self.facts,
            "links": self.links,
        }
        found = Operation(
            uid=uid,
            kind=self.kind,
            key=key,
            asked=everything if self.asked is None else self.asked,
            facts=self.facts,
            links=self.links,
        )
        return found if self.receiver_id is None else found.shared_with(self.receiver_id, placed)


def spend(
    uid: str, key: str, order: Order, *, adapt: Adapt | None = None, beside: Beside | None = None
) -> Entry:
    """Spend coins, once a key; the entry. One read, two writes.

    `facts` of the entry: {coins, netMicro, lots: [{lotId, kind, coins, netMicro, …}], window, part,
    after: {coins, …}} and the order's own. A gift's entry names its slot: send the slot's task after
    this returns (`income.slot_of`). Raises `DebtOpen`, `NotEnoughCoins`, `LimitReached`, `KeyReused`,
    what `adapt` and `beside` refuse, and `ValueError` for what is no number of coins.
    """
    operation = order.operation(uid, key)
    entry_id = operation.entry_id

    def decide(wallet: Wallet, at: datetime) -> Decision:
        decision = spent(wallet, order.coins, at, to_receiver=order.receiver_id is not None)
        return decision if adapt is None else adapt(decision, entry_id, at)

    return book(operation, decide, beside)


def done(uid: str, key: str, asked: Mapping[str, Any], kind: Kind = Kind.GIFT) -> Entry | None:
    """What was spent under a key, if anything was. One read. Raises `KeyReused`."""
    operation = Operation(uid=uid, kind=kind, key=key, asked=asked)
    return recalled(operation, reading.entry(operation.entry_id))


_RECEIVERS_MAX: Final = 10_000
_lock: Final = Lock()
_here: Final[OrderedDict[tuple[str, int], int]] = OrderedDict()
"""How many this instance sent to each receiver in a window."""


def placed(receiver: str, entry_id: str, at: datetime) -> Slot:
    """The slot of a gift that is about to be committed."""
    window = window_of(at)
    with _lock:
        before = _here.get((receiver, window), 0)
        _here[receiver, window] = before + 1
        if len(_here) > _RECEIVERS_MAX:
            _here.popitem(last=False)
    return Slot(receiver, window, part_of(entry_id, before))


def forget() -> None:
    """Empty this instance's memory of windows (tests)."""
    with _lock:
        _here.clear()
