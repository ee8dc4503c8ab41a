"""What must hold of the ledger at every moment, as functions of what is stored.

Numbers are those of the design: I1 each entry balances in each unit. I2 all accounts sum to nothing.
I3 a balance is the sum of its entries. I4 none is negative but a debt. I5 a key has one entry.
I7 the chain holds. I10 clawed + debt + loss = refunded, never more than was paid. I11 what is reserved
is what open withdrawals hold. I14 nothing is withdrawn before it is mature. I15 amounts are whole
numbers within bounds. I18 who is erased has nothing. I19 income is in shards or in the wallet, each
gift shared out once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from spaktok.wallet.model.amounts import AMOUNT_MAX, CAMPAIGN, Account, Unit
from spaktok.wallet.model.entry import SHARED, Entry, Kind
from spaktok.wallet.model.refunding import File
from spaktok.wallet.model.wallet import LotKind, Wallet, matures_at

_COINS: Final = frozenset(
    {Account.COINS, Account.HELD, Account.MINTED, Account.BURNT, Account.EXPIRED}
)

Sums = Counter[tuple[str, str]]
"""What accounts come to, by name and unit."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that does not hold: which invariant, of what, and how."""

    invariant: str
    subject: str
    why: str


def check_entry(entry: Entry) -> list[Violation]:
    """I1 and I15 of one entry."""
    sums: Counter[str] = Counter()
    found = []
    for posting in entry.postings:
        sums[posting.unit] += posting.amount
        if type(posting.amount) is not int or not 1 <= abs(posting.amount) <= AMOUNT_MAX:
            found.append(Violation("I15", entry.id, f"{posting.amount!r} is no amount"))
    found += [
        Violation("I1", entry.id, f"{unit} is off by {total}")
        for unit, total in sums.items()
        if total
    ]
    return found


def total(entries: Iterable[Entry]) -> Sums:
    """Every account as the sum of its postings."""
    sums: Sums = Counter()
    for entry in entries:
        for posting in entry.postings:
            sums[entry.account(posting), posting.unit] += posting.amount
    return sums


def moved(entries: Iterable[Entry]) -> Counter[str]:
    """All accounts that entries name, as they name them, as sums: each is of one unit."""
    sums: Counter[str] = Counter()
    for entry in entries:
        for posting in entry.postings:
            sums[posting.account] += posting.amount
    return sums


def own(entries: Iterable[Entry]) -> Counter[str]:
    """The accounts that a wallet holds, as the sums of its chain's entries."""
    sums: Counter[str] = Counter()
    for entry in entries:
        for posting in entry.postings:
            if ":" not in posting.account:
                sums[posting.account] += posting.amount
    return sums


def check_wallet(uid: str, wallet: Wallet, sums: Mapping[str, int]) -> list[Violation]:
    """I3, I4 and I11 of one wallet, against the sums of its accounts over its whole chain."""
    stored = {
        Account.COINS: wallet.coins,
        Account.HELD: wallet.held,
        Account.PENDING: sum(wallet.pending.values()),
        Account.EARNINGS: wallet.available,
        Account.RESERVED: sum(wallet.reserved.values()),
        Account.DEBT: -wallet.debt,
    }
    found = []
    for account, balance in stored.items():
        summed = sums.get(account, 0)
        if balance != summed:
            why = f"{account} is {balance}, its entries come to {summed}"
            found.append(Violation("I3", uid, why))
        if balance < 0 and account is not Account.DEBT:
            found.append(Violation("I4", uid, f"{account} is {balance}"))
    left = wallet.coins + sum(wallet.pending.values()) + wallet.available + wallet.debt
    if wallet.closed_at is not None and left:
        found.append(Violation("I18", uid, "is closed and holds something"))
    found += [
        Violation("I4", uid, f"{what} is {amount}")
        for what, amount in _parts(wallet)
        if type(amount) is not int or amount < 0
    ]
    return found


def held_by_day(before: Mapping[str, int], chain: Iterable[Entry]) -> dict[str, int]:
    """What the sweeps of a chain brought by the day of its gifts, mature by now or not."""
    held = dict(before)
    for entry in chain:
        if entry.kind is Kind.SWEEP:
            for day, micro in entry.facts["byDay"].items():
                held[day] = max(0, held.get(day, 0) + micro)
    return held


def check_held(uid: str, wallet: Wallet, held: Mapping[str, int], at: datetime) -> list[Violation]:
    """I14: what was swept of days that are not mature is pending, so that nobody could withdraw it."""
    if wallet.closed_at is not None:
        return []  # all of it was forfeited
    return [
        Violation("I14", uid, f"{wallet.pending.get(day, 0)} of {micro} of {day} is held")
        for day, micro in held.items()
        if matures_at(day) > at and wallet.pending.get(day, 0) != micro
    ]


def _parts(wallet: Wallet) -> list[tuple[str, int]]:
    return [
        ("the debt", wallet.debt),
        *((f"forfeited {lot.id}", min(lot.coins - 1, lot.net_micro)) for lot in wallet.forfeited),
        *((f"lot {lot.id}", min(lot.coins - 1, lot.net_micro)) for lot in wallet.lots),
        *(
            (f"what promotional lot {lot.id} stands for", -lot.net_micro)
            for lot in wallet.lots
            if lot.kind is LotKind.PROMO
        ),
        *((f"pending of {day}", micro) for day, micro in wallet.pending.items()),
        *((f"reservation {one}", micro) for one, micro in wallet.reserved.items()),
        *((f"dispute of {one}", micro) for one, micro in wallet.disputed.items()),
    ]


def check_sums(uid: str, sums: Mapping[str, int]) -> list[Violation]:
    """I2 of one chain: what its entries moved, over all accounts, comes to nothing in each unit."""
    coins = sum(amount for account, amount in sums.items() if _in_coins(account))
    micro = sum(sums.values()) - coins
    return [
        Violation("I2", uid, f"the chain's {unit} come to {off}")
        for unit, off in ((Unit.COINS, coins), (Unit.MICRO, micro))
        if off
    ]


def check_income(uid: str, rolled: int, swept: int, waiting: int) -> list[Violation]:
    """I19 of one receiver: what was shared out to them is swept, or waits in shards."""
    if rolled == swept + waiting:
        return []
    why = f"{rolled} was shared out, {swept} is swept and {waiting} waits"
    return [Violation("I19", uid, why)]


def check_roll_up(entry: Entry) -> list[Violation]:
    """I19 of one roll-up: it moves what its items say, each of them once."""
    items = entry.facts["items"]
    net = sum(item["netMicro"] for item in items)
    creator = sum(item["creatorMicro"] for item in items if not item.get("kept"))
    kept = sum(item["creatorMicro"] for item in items if item.get("kept"))
    aside = sum(item.get("asideMicro", 0) for item in items)
    sums = moved([entry])
    found = []
    if len({item["id"] for item in items}) != len(items):
        found.append(Violation("I19", entry.id, "shares something out twice"))
    if (sums[Account.UNSETTLED], sums[Account.INCOME]) != (-net, creator):
        found.append(Violation("I19", entry.id, f"moves other than its items' {net}"))
    if sums[Account.LOSS] != kept:
        found.append(Violation("I19", entry.id, f"loses other than its items' {kept}"))
    if (sums[Account.PROVISION], sums[Account.REVENUE]) != (aside, net - creator - kept - aside):
        found.append(Violation("I19", entry.id, f"sets aside other than its items' {aside}"))
    if sum(entry.facts["byDay"].values()) != creator:
        found.append(Violation("I19", entry.id, f"gives other than its items' {creator}"))
    return found


def _in_coins(account: str) -> bool:
    return account in _COINS or account.startswith(CAMPAIGN)


def check_file(file: File) -> list[Violation]:
    """I10 of one purchase."""
    found = []
    for taking in (file.refunded, *file.disputes.values()):
        if taking.clawed + taking.debt + taking.loss != taking.micro:
            found.append(
                Violation(
                    "I10",
                    file.lot_id,
                    f"{taking.clawed} + {taking.debt} + {taking.loss} is not {taking.micro}",
                )
            )
        if min(taking.clawed, taking.debt, taking.loss, taking.coins, taking.spent_coins) < 0:
            found.append(Violation("I10", file.lot_id, f"a part is negative: {taking}"))
    taken = file.taken
    if taken.micro > file.gross_micro or taken.coins + taken.spent_coins > file.coins:
        found.append(Violation("I10", file.lot_id, "more was taken back than was sold"))
    return found


def check_sharing(entries: Sequence[Entry], *, settled: bool) -> list[Violation]:
    """I19: every gift, reversal and restoration is in one roll-up, with the net it has.

    `settled` says that no roll-up is due any more: then none may be missing.
    """
    shared: dict[str, list[Mapping[str, Any]]] = {}
    found = []
    for entry in entries:
        if entry.kind is Kind.ROLL_UP:
            for item in entry.facts["items"]:
                shared.setdefault(item["id"], []).append(item)
    for entry in entries:
        if entry.kind not in SHARED or entry.slot is None:
            continue
        items = shared.pop(entry.id, [])
        sign = -1 if entry.kind is Kind.REVERSAL else 1
        if len(items) > 1:
            found.append(Violation("I19", entry.id, f"is shared out {len(items)} times"))
        if settled and not items:
            found.append(Violation("I19", entry.id, "is shared out nowhere"))
        if items and items[0]["netMicro"] != sign * entry.facts["netMicro"]:
            found.append(Violation("I19", entry.id, f"is shared out as {items[0]['netMicro']}"))
    found += [Violation("I19", one, "is shared out and does not exist") for one in shared]
    return found


def check_everything(
    entries: Sequence[Entry],
    wallets: Mapping[str, Wallet],
    files: Iterable[File],
    shards: Mapping[str, int],
    *,
    settled: bool = False,
) -> list[Violation]:
    """All that can be said of a whole ledger at rest: `shards` is unswept income by user."""
    sums = total(entries)
    found = [violation for entry in entries for violation in check_entry(entry)]
    units: Counter[str] = Counter()
    for (_, unit), amount in sums.items():
        units[unit] += amount
    found += [
        Violation("I2", unit, f"all accounts come to {off}") for unit, off in units.items() if off
    ]
    names = Counter(entry.id for entry in entries)
    found += [Violation("I5", one, f"{count} entries") for one, count in names.items() if count > 1]
    chains: dict[str, list[Entry]] = {uid: [] for uid in wallets}
    for entry in entries:
        if entry.seq:
            chains.setdefault(entry.user_id, []).append(entry)
    for uid, chain in sorted(chains.items()):
        found += check_wallet(uid, wallets.get(uid, Wallet(id="")), own(chain))
    for uid in sorted({name.split(":")[1] for name, _ in sums if name.startswith("user:")}):
        income = sums.get((f"user:{uid}:{Account.INCOME}", Unit.MICRO), 0)
        if income != shards.get(uid, 0):
            why = f"income is {income}, its shards hold {shards.get(uid, 0)}"
            found.append(Violation("I19", uid, why))
        unsettled = sums.get((f"user:{uid}:{Account.UNSETTLED}", Unit.MICRO), 0)
        if settled and unsettled:
            found.append(Violation("I19", uid, f"{unsettled} is shared out nowhere"))
    found += [violation for file in files for violation in check_file(file)]
    return found + check_sharing(entries, settled=settled)
