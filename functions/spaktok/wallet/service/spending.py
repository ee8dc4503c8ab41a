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
from spaktok.wallet.service.booking import Beside, Operation, book

Check = Callable[[Wallet, datetime], None]
"""A caller's own rule on the wallet as it is before: refuses, or returns."""


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


def spend(
    uid: str, key: str, order: Order, *, check: Check | None = None, beside: Beside | None = None
) -> Entry:
    """Spend coins, once a key; the entry. One read, two writes.

    `facts` of the entry: {coins, netMicro, lots: [{lotId, kind, coins, netMicro, …}], window, part,
    after: {coins, …}} and the order's own. A gift's entry names its slot: send the slot's task after
    this returns (`income.slot_of`). Raises `DebtOpen`, `NotEnoughCoins`, `LimitReached`, `KeyReused`,
    what `check` and `beside` refuse, and `ValueError` for what is no number of coins.
    """
    shared = order.receiver_id is not None

    def decide(wallet: Wallet, at: datetime) -> Decision:
        if check is not None:
            check(wallet, at)
        return spent(wallet, order.coins, at, to_receiver=shared)

    operation = Operation(
        uid=uid,
        kind=order.kind,
        key=key,
        asked={
            "coins": order.coins,
            "receiver": order.receiver_id,
            "facts": order.facts,
            "links": order.links,
        },
        facts=order.facts,
        links=order.links,
    )
    if order.receiver_id is not None:
        operation = operation.shared_with(order.receiver_id, placed)
    return book(operation, decide, beside)


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
