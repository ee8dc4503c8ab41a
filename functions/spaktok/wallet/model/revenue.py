"""What a day did to all accounts together: coins made and burnt, revenue, and what is owed. Pure.

Selling coins is no revenue: what was received is owed in service until the coins are spent, and then
shared. Everything here is a sum of postings, so it can be reckoned anew from the ledger at any time.
Money is in micro-USD.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from spaktok.wallet.model.amounts import CAMPAIGN, EXTERNAL, Account, Unit
from spaktok.wallet.model.entry import Entry, Kind

CAMPAIGNS: Final = "campaigns"
"""All that pay promotional coins: there may be any number of them."""
_OWED: Final = (
    Account.DEFERRED,
    Account.UNSETTLED,
    Account.INCOME,
    Account.PENDING,
    Account.EARNINGS,
    Account.RESERVED,
    Account.OWED,
)
"""What we owe: in service to buyers, in money to creators and payers."""
_SERVICES: Final = frozenset(
    {Kind.SERVICE, Kind.SERVICE_REFUND, Kind.SERVICE_DISPUTE_WON, Kind.SERVICE_DISPUTE_LOST}
)
_GIFTS: Final = frozenset({Kind.ROLL_UP})
"""Where the platform's part of gifts comes from."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Entries, summed."""

    entries: int = 0
    accounts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By account, all users' together, and unit."""
    revenue: Mapping[str, int] = field(default_factory=dict)
    """By kind of entry."""
    covered: int = 0
    """What the provision bore of losses."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.entries + other.entries,
            _sum(self.accounts, other.accounts),
            _sum(self.revenue, other.revenue),
            self.covered + other.covered,
        )

    @property
    def off(self) -> dict[str, int]:
        """What does not balance, by unit: nothing, ever."""
        sums: Counter[str] = Counter()
        for (_, unit), amount in self.accounts.items():
            sums[unit] += amount
        return {unit: amount for unit, amount in sums.items() if amount}

    def micro(self, account: str) -> int:
        """What became of the money of an account."""
        return self.accounts.get((account, Unit.MICRO), 0)

    def coins(self, account: str) -> int:
        """What became of the coins of an account."""
        return self.accounts.get((account, Unit.COINS), 0)


def tallied(entries: Iterable[Entry]) -> Tally:
    """The sums of these entries."""
    count = covered = 0
    accounts: Counter[tuple[str, str]] = Counter()
    revenue: Counter[str] = Counter()
    for entry in entries:
        count += 1
        for one in entry.postings:
            accounts[_name(one.account), one.unit] += one.amount
            if one.account == Account.REVENUE:
                revenue[entry.kind] += one.amount
            if entry.kind is Kind.COVER and one.account == Account.LOSS:
                covered += one.amount
    return Tally(count, dict(accounts), dict(revenue), covered)


def figures(tally: Tally) -> dict[str, Any]:
    """What is shown of it: the names of the seed, each with its unit said in `store`."""
    total = tally.micro(Account.REVENUE)
    gifts = sum(amount for kind, amount in tally.revenue.items() if kind in _GIFTS)
    premium = sum(amount for kind, amount in tally.revenue.items() if kind in _SERVICES)
    external = sum(tally.micro(one) for one in EXTERNAL)
    return {
        "totalRevenue": total,
        "giftRevenue": gifts,
        "premiumRevenue": premium,
        "otherRevenue": total - gifts - premium,
        "losses": tally.micro(Account.LOSS),
        "lossesCovered": tally.covered,
        "provision": tally.micro(Account.PROVISION),
        "netRevenue": total + tally.micro(Account.LOSS),
        "liability": sum(tally.micro(one) for one in _OWED),
        "held": -external - tally.micro(Account.FEES),
        "coinsMinted": -tally.coins(Account.MINTED),
        "coinsGranted": -tally.coins(CAMPAIGNS),
        "coinsBurnt": tally.coins(Account.BURNT),
        "coinsExpired": tally.coins(Account.EXPIRED),
    }


def encode(tally: Tally) -> dict[str, Any]:
    """A tally as it is stored."""
    accounts: dict[str, dict[str, int]] = {}
    for (account, unit), amount in sorted(tally.accounts.items()):
        accounts.setdefault(account, {})[unit] = amount
    return {
        "entries": tally.entries,
        "accounts": accounts,
        "revenueBreakdown": dict(tally.revenue),
        "coveredMicro": tally.covered,
    }


def decode(fields: Mapping[str, Any]) -> Tally:
    """The tally that was stored."""
    return Tally(
        fields["entries"],
        {
            (account, unit): amount
            for account, units in fields["accounts"].items()
            for unit, amount in units.items()
        },
        fields["revenueBreakdown"],
        fields.get("coveredMicro", 0),
    )


def _name(account: str) -> str:
    if account == Account.RECEIVER_UNSETTLED:
        return Account.UNSETTLED
    return CAMPAIGNS if account.startswith(CAMPAIGN) else account


def _sum(one: Mapping[Any, int], other: Mapping[Any, int]) -> dict[Any, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}
