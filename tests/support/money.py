"""Money in tests: wallets with something in them, and what the ledger comes to."""

from __future__ import annotations

from collections import Counter
from typing import Any

from spaktok.core import clients
from spaktok.wallet import encoding, store
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.model.spending import Sale
from spaktok.wallet.model.wallet import matures_at
from spaktok.wallet.service import crediting, income, spending
from spaktok.wallet.service.spending import Order
from tests.support.time import TestClock


def sale(
    coins: int = 100,
    *,
    gross: int = 990_000,
    fee: int = 330_000,
    purchase: str = "p1",
    minor: int = 99,
    account: Account = Account.STRIPE,
) -> Sale:
    """The smallest package by card: $0.99, of which $0.66 are left."""
    return Sale(purchase, account, coins, minor, "USD", gross, fee)


def buy(uid: str, coins: int = 100, *, key: str = "p1", **other: Any) -> Entry:
    return crediting.credit_purchase(uid, key, sale(coins, purchase=key, **other))


def ledger() -> list[Entry]:
    """Every entry there is, oldest first."""
    found = [encoding.decode_entry(one.to_dict() or {}) for one in store.entries().stream()]
    return sorted(found, key=lambda entry: (entry.committed_at, entry.seq))


def sums(entries: list[Entry] | None = None) -> Counter[tuple[str, str]]:
    """Every account as the sum of its postings, by name and unit; nothing left out but zeros."""
    totals: Counter[tuple[str, str]] = Counter()
    for entry in ledger() if entries is None else entries:
        for posting in entry.postings:
            totals[entry.account(posting), posting.unit] += posting.amount
    return Counter({name: total for name, total in totals.items() if total})


def documents(path: str) -> list[dict[str, Any]]:
    return [one.to_dict() or {} for one in clients.db().collection(path).stream()]


def earn(uid: str, micro: int, time: TestClock, *, sender: str = "patron") -> None:
    """Let `uid` have that much that can be withdrawn, by the whole way: bought, given, shared, swept.

    The clock goes on to the day on which it is mature, from the database's own time.
    """
    buy(sender, 100, key=f"for-{uid}-{micro}", gross=micro, fee=0)
    gift = spending.spend(sender, f"for-{uid}-{micro}", Order(100, uid))
    income.roll_up(income.slot_of(gift), lambda *_: 10_000)
    swept = income.sweep(uid)
    if swept is None:
        raise AssertionError("nothing was earned")
    time.reach(max(matures_at(day) for day in swept.facts["byDay"]))
