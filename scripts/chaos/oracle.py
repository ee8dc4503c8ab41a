"""What every wallet must hold, worked out from what was acknowledged, by a model of its own.

It shares no code with the ledger: coins are counted lot by lot and money in whole micro-dollars, by the
rules as they are written down, one act after the other. The order of a wallet's acts is that of their
numbers in its chain; which acts there were, and with which amounts, is what the workers were told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

WHOLE: Final = 10_000
ASIDE: Final = 500
"""Of the platform's part of a gift, what bears losses: 5 %."""


@dataclass
class Lot:
    """Coins as they were bought."""

    bought: int
    gross: int
    net: int
    price: int
    left: int = 0
    worth: int = 0
    refunded: int = 0
    refunded_gross: int = 0
    taken: int = 0
    """Coins that refunds accounted for."""
    gone: int = 0
    """Of these, coins that were spent by then."""
    owed: int = 0
    """What the spent ones came to: their share of all that was refunded."""

    def __post_init__(self) -> None:
        """All of it is there at first."""
        self.left, self.worth = self.bought, self.net


@dataclass
class Gift:
    """Whom it was for, at which share, and what each lot gave: coins, and what they were worth."""

    to: str
    bps: int
    parts: dict[str, tuple[int, int]]
    reversed: set[str] = field(default_factory=set)


@dataclass
class Purse:
    """What somebody must have."""

    lots: dict[str, Lot] = field(default_factory=dict)
    free: int = 0
    """Earnings that can be withdrawn."""
    held: dict[str, int] = field(default_factory=dict)
    debt: int = 0
    gifts: dict[str, Gift] = field(default_factory=dict)
    """In the order in which they were given."""
    numbers: set[int] = field(default_factory=set)

    @property
    def coins(self) -> int:
        """All of them."""
        return sum(lot.left for lot in self.lots.values())

    def spend(self, coins: int) -> dict[str, tuple[int, int]]:
        """Take coins, oldest lot first; how many each lot gave, and what they were worth."""
        parts: dict[str, tuple[int, int]] = {}
        for name, lot in self.lots.items():
            part = min(coins, lot.left)
            if not part:
                continue
            worth = lot.worth if part == lot.left else lot.worth * part // lot.left
            lot.left -= part
            lot.worth -= worth
            coins -= part
            parts[name] = (part, worth)
        if coins:
            raise ValueError("more was spent than there was")
        return parts

    def refund(self, name: str, total: int) -> None:
        """`total` of the price is refunded."""
        lot = self.lots[name]
        if total <= lot.refunded:
            return
        gross = lot.gross * total // lot.price - lot.refunded_gross
        coins = lot.bought * total // lot.price - lot.taken
        lot.refunded, lot.refunded_gross = total, lot.refunded_gross + gross
        lot.taken += coins
        here = min(coins, lot.left)
        if here:
            lot.worth -= lot.worth if here == lot.left else lot.worth * here // lot.left
            lot.left -= here
        lot.gone += coins - here
        if coins:
            share = lot.refunded_gross * lot.gone // lot.taken
            owed = min(gross, max(0, share - lot.owed))
            lot.owed += owed
            self.debt += owed
        self.reverse(name)
        self.repay()

    def reverse(self, name: str) -> None:
        """Of the gifts that the lot paid, the latest are reversed, no more than was taken back."""
        left = self.lots[name].gone
        for gift in reversed(self.gifts.values()):
            coins, _ = gift.parts.get(name, (0, 0))
            if name in gift.parts and coins <= left:
                gift.reversed.add(name)
                left -= coins
            else:
                gift.reversed.discard(name)

    def repay(self) -> None:
        """Pay debts from earnings, then from coins, oldest lot first."""
        paid = min(self.debt, self.free)
        self.free -= paid
        self.debt -= paid
        for lot in self.lots.values():
            paid = min(self.debt, lot.worth)
            if not paid:
                continue
            burnt = -(-lot.left * paid // lot.worth)
            self.debt -= paid
            lot.worth = lot.worth - paid if burnt < lot.left else 0
            lot.left -= burnt


@dataclass(frozen=True)
class Told:
    """An acknowledged act on a wallet: its number in the chain, what it was, its amounts."""

    number: int
    what: str
    facts: dict[str, Any]


class Oracle:
    """The history of all wallets."""

    def __init__(self) -> None:
        self.told: dict[str, list[Told]] = defaultdict(list)

    def hear(self, uid: str, number: int, what: str, **facts: Any) -> None:
        """An act was acknowledged."""
        self.told[uid].append(Told(number, what, facts))

    def purses(self) -> Verdict:
        """Play everything; what everybody must have, and what can't be."""
        verdict = Verdict({uid: Purse() for uid in self.told})
        for uid, told in self.told.items():
            purse = verdict.purses[uid]
            for act in sorted(told, key=lambda one: one.number):
                if act.number in purse.numbers:
                    verdict.impossible[uid] = f"two acts are number {act.number}"
                purse.numbers.add(act.number)
                try:
                    _play(purse, act)
                except (ValueError, KeyError) as error:
                    verdict.impossible[uid] = f"{act.what} {act.number}: {error}"
                    break
            for gift in purse.gifts.values():
                for name, (_, worth) in gift.parts.items():
                    if name not in gift.reversed:
                        theirs = worth * gift.bps // WHOLE
                        verdict.earned[gift.to] += theirs
                        verdict.aside += (worth - theirs) * ASIDE // WHOLE
        return verdict


@dataclass
class Verdict:
    """What everybody must have."""

    purses: dict[str, Purse]
    earned: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Immature earnings by receiver."""
    aside: int = 0
    """What of the platform's part is set aside for losses."""
    impossible: dict[str, str] = field(default_factory=dict)
    """By user: two acts of one number, a gift from a wallet in debt, coins out of nothing."""


def _play(purse: Purse, act: Told) -> None:  # noqa: C901 - one branch an act
    facts = act.facts
    match act.what:
        case "buy":
            gross, net, price = facts["gross"], facts["net"], facts["price"]
            purse.lots[facts["lot"]] = Lot(facts["coins"], gross, net, price)
            purse.repay()
        case "give":
            if purse.debt:
                raise ValueError("given while in debt")
            parts = purse.spend(facts["coins"])
            purse.gifts[facts["gift"]] = Gift(facts["to"], facts["bps"], parts)
        case "undo":
            gift = purse.gifts.pop(facts["gift"])
            for name, (coins, worth) in gift.parts.items():
                purse.lots[name].left += coins
                purse.lots[name].worth += worth
            purse.repay()
        case "refund":
            purse.refund(facts["lot"], facts["total"])
        case "matured":
            purse.free += facts["micro"]
            purse.repay()
        case "reserve":
            if purse.debt or facts["micro"] > purse.free:
                raise ValueError("more was withdrawn than was free")
            purse.free -= facts["micro"]
            purse.held[facts["name"]] = facts["micro"]
        case "release":
            purse.free += purse.held.pop(facts["name"])
            purse.repay()
        case "settle":
            purse.held.pop(facts["name"])
        case _:
            raise ValueError(f"{act.what} is unknown")
