"""Money in tests: wallets with something in them, and what the ledger comes to."""

from __future__ import annotations

from collections import Counter
from typing import Any

from spaktok.core import clients
from spaktok.wallet import store
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.model.spending import Sale
from spaktok.wallet.service import crediting


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
    found = [store.decode_entry(one.to_dict() or {}) for one in store.entries().stream()]
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
