"""What every wallet must hold, worked out from what was acknowledged, by a model of its own.

It shares no code with the ledger: coins are counted lot by lot and money in whole micro-dollars, by the
rules as they are written down, one act after the other. The order of a wallet's acts is that of their
numbers in its chain; which acts there were, and with which amounts, is what the workers were told.

A run has two ages. In the first nothing is mature; in the second everything is, whenever it was given:
what is reversed then for the first time, the creator keeps. Between them all tasks are done.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

WHOLE: Final = 10_000
ASIDE: Final = 500
"""Of the platform's part of a gift, what bears losses: 5 %."""
REFUNDS: Final = ""
"""Among what was taken back of a lot: for refunds, and for disputes that were lost."""


@dataclass(frozen=True)
class Taken:
    """What was taken back of a lot."""

    minor: int = 0
    """Of the price."""
    gross: int = 0
    here: int = 0
    """Coins that were there still."""
    worth: int = 0
    """What these were worth."""
    gone: int = 0
    """Coins that were spent by then."""
    owed: int = 0
    """What the spent ones came to: their share of all that was taken back."""
    lost: int = 0
    """What of the money neither coins nor their buyer bear."""

    def __add__(self, other: Taken) -> Taken:
        """Both."""
        return Taken(*(getattr(self, one) + getattr(other, one) for one in self.__match_args__))


@dataclass
class Lot:
    """Coins as they came in: bought, or given by a campaign, which makes them worth nothing."""

    bought: int
    gross: int = 0
    net: int = 0
    price: int = 0
    promo: bool = False
    expiry: int = 0
    """The order of the promotional ones; 0 for those bought."""
    left: int = 0
    worth: int = 0
    back: dict[str, Taken] = field(default_factory=dict)
    """By dispute, while that is open, and for refunds."""

    def __post_init__(self) -> None:
        """All of it is there at first."""
        self.left, self.worth = self.bought, self.net

    @property
    def taken(self) -> Taken:
        """All that was taken back and not given back again."""
        return sum(self.back.values(), start=Taken())

    def take(self, minor: int) -> Taken:
        """Take back what `minor` more of the price was paid for: what is there, then what is gone."""
        before = self.taken
        total = before.minor + minor
        if total > self.price:
            raise ValueError("more was paid back than was paid")
        gross = max(0, self.gross * total // self.price - before.gross)
        coins = max(0, self.bought * total // self.price - before.here - before.gone)
        here = min(coins, self.left)
        worth = self.part(here)
        self.left -= here
        self.worth -= worth
        gone = coins - here
        owed = 0
        if coins:
            accounted = before.here + before.gone + coins
            share = (before.gross + gross) * (before.gone + gone) // accounted
            owed = min(gross, max(0, share - before.owed))
        return Taken(minor, gross, here, worth, gone, owed, max(0, gross - owed - worth))

    def part(self, coins: int) -> int:
        """What so many of the coins that are left are worth."""
        if coins == self.left:
            return self.worth
        return self.worth * coins // self.left


@dataclass
class Gift:
    """Whom it was for, at which share, and what each lot gave: coins, and what they were worth."""

    to: str
    bps: int
    parts: dict[str, tuple[int, int]]
    reversed: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    """Of the reversed ones, those that had matured."""


@dataclass
class Purse:
    """What somebody must have."""

    lots: dict[str, Lot] = field(default_factory=dict)
    """In the order in which they came."""
    free: int = 0
    """Earnings that can be withdrawn, but for those of gifts."""
    held: dict[str, int] = field(default_factory=dict)
    debt: int = 0
    gifts: dict[str, Gift] = field(default_factory=dict)
    """In the order in which they were given."""
    numbers: set[int] = field(default_factory=set)
    late: bool = False
    """Whether it is the second age."""

    @property
    def coins(self) -> int:
        """All of them."""
        return sum(lot.left for lot in self.lots.values())

    @property
    def open(self) -> Taken:
        """What open disputes took."""
        back = (one for lot in self.lots.values() for one in lot.back.items())
        return sum((taken for name, taken in back if name != REFUNDS), start=Taken())

    @property
    def owes(self) -> int:
        """What blocks gifts and withdrawals."""
        return self.debt + self.open.owed

    @property
    def lost(self) -> int:
        """What refunds of what was bought left to us."""
        return sum(lot.back[REFUNDS].lost for lot in self.lots.values() if REFUNDS in lot.back)

    def spend(self, coins: int) -> dict[str, tuple[int, int]]:
        """Take coins; how many each lot gave, and what they were worth.

        Promotional ones first, those that expire first before others, and of equals the oldest.
        """
        parts: dict[str, tuple[int, int]] = {}
        ordered = sorted(self.lots.items(), key=lambda one: (not one[1].promo, one[1].expiry))
        for name, lot in ordered:
            part = min(coins, lot.left)
            if not part:
                continue
            worth = lot.part(part)
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
        refunded = lot.back.get(REFUNDS, Taken())
        if total > refunded.minor:
            taken = lot.take(total - refunded.minor)
            lot.back[REFUNDS] = refunded + taken
            self.debt += taken.owed
        self.reverse(name)
        self.repay()

    def dispute(self, name: str, dispute: str, minor: int) -> None:
        """The payer's bank disputes so much of the price."""
        lot = self.lots[name]
        if dispute in lot.back:
            raise ValueError("a dispute was opened twice")
        lot.back[dispute] = lot.take(minor)
        self.reverse(name)

    def decide(self, name: str, dispute: str, *, won: bool) -> None:
        """Won, all of it is given back; lost, it was a refund."""
        lot = self.lots[name]
        taken = lot.back.pop(dispute)
        if won:
            lot.left += taken.here
            lot.worth += taken.worth
        else:
            lot.back[REFUNDS] = lot.back.get(REFUNDS, Taken()) + taken
            self.debt += taken.owed
        self.reverse(name)
        self.repay()

    def agree(self) -> None:
        """At the end of an age: what each lot paid is reversed as far as it is taken back by now."""
        for name, lot in self.lots.items():
            if not lot.promo:
                self.reverse(name)

    def reverse(self, name: str) -> None:
        """Of the gifts that the lot paid, the latest are reversed, no more than was taken back."""
        left = self.lots[name].taken.gone
        for gift in reversed(self.gifts.values()):
            if name not in gift.parts:
                continue
            coins, _ = gift.parts[name]
            if coins > left:
                gift.reversed.discard(name)
                gift.kept.discard(name)
                continue
            left -= coins
            if self.late and name not in gift.reversed:
                gift.kept.add(name)
            gift.reversed.add(name)

    def repay(self) -> None:
        """Pay debts from earnings, then from bought coins, oldest lot first."""
        paid = min(self.debt, max(0, self.free))
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
    late: bool


class Oracle:
    """The history of all wallets."""

    def __init__(self) -> None:
        self.told: dict[str, list[Told]] = defaultdict(list)
        self.late = False
        """Whether what is heard from now on is of the second age."""

    def hear(self, uid: str, number: int, what: str, **facts: Any) -> None:
        """An act was acknowledged."""
        self.told[uid].append(Told(number, what, facts, self.late))

    def purses(self) -> Verdict:
        """Play everything; what everybody must have, and what can't be."""
        verdict = Verdict({uid: Purse() for uid in self.told})
        for uid, told in self.told.items():
            purse = verdict.purses[uid]
            for act in sorted(told, key=lambda one: one.number):
                if act.number in purse.numbers:
                    verdict.impossible[uid] = f"two acts are number {act.number}"
                purse.numbers.add(act.number)
                if act.late and not purse.late:
                    purse.agree()
                    purse.late = True
                try:
                    _play(purse, act)
                except (ValueError, KeyError) as error:
                    verdict.impossible[uid] = f"{act.what} {act.number}: {error}"
                    break
            purse.agree()
            verdict.lost += purse.lost
            for gift in purse.gifts.values():
                verdict.share(gift)
        return verdict


@dataclass
class Verdict:
    """What everybody must have."""

    purses: dict[str, Purse]
    earned: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """What receivers have of gifts: mature in the second age, immature in the first."""
    aside: int = 0
    """What of the platform's part is set aside for losses."""
    lost: int = 0
    """What nobody bears but us."""
    impossible: dict[str, str] = field(default_factory=dict)
    """By user: two acts of one number, a gift from a wallet in debt, coins out of nothing."""

    def share(self, gift: Gift) -> None:
        """Share out what of a gift stands, and what its receiver keeps though it does not."""
        for name, (_, worth) in gift.parts.items():
            theirs = worth * gift.bps // WHOLE
            if name not in gift.reversed:
                self.earned[gift.to] += theirs
                self.aside += (worth - theirs) * ASIDE // WHOLE
            elif name in gift.kept:
                self.earned[gift.to] += theirs
                self.lost += theirs


def _play(purse: Purse, act: Told) -> None:  # noqa: C901, PLR0912 - one branch an act
    facts = act.facts
    match act.what:
        case "buy":
            gross, net, price = facts["gross"], facts["net"], facts["price"]
            purse.lots[facts["lot"]] = Lot(facts["coins"], gross, net, price)
            purse.repay()
        case "grant":
            coins = facts["coins"]
            lot = purse.lots.setdefault(facts["lot"], Lot(0, promo=True, expiry=facts["expiry"]))
            lot.bought += coins
            lot.left += coins
        case "give":
            if purse.owes:
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
        case "dispute":
            purse.dispute(facts["lot"], facts["dispute"], facts["minor"])
        case "decide":
            purse.decide(facts["lot"], facts["dispute"], won=facts["won"])
        case "matured":
            purse.free += facts["micro"]
            purse.repay()
        case "reserve":
            # Of what gifts brought, once that is mature, it is seen at the end.
            if purse.owes or (facts["micro"] > purse.free and not act.late):
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
