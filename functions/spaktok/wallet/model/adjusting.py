"""Corrections by hand: the only postings that no customer's act caused."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from spaktok.wallet.model import policy
from spaktok.wallet.model.amounts import CAMPAIGN, Account, Unit, moved, whole
from spaktok.wallet.model.deciding import Decision, repaid
from spaktok.wallet.model.wallet import Lot, LotKind, Wallet, consume, put_back
from spaktok.wallet.refusals import NotEnoughCoins, NotEnoughEarnings

SOURCE = "adjustment"


class Adjusted(StrEnum):
    """What can be corrected."""

    COINS = "coins"
    """Given as promotional coins, which earn nobody anything; taken in the order of consumption."""
    EARNINGS = "earnings"
    """Mature earnings, in micro-USD, at our loss or to our reserve."""
    DEBT = "debt"
    """Forgiven in whole or in part, in micro-USD, at our loss."""


def adjusted(wallet: Wallet, what: Adjusted, amount: int, lot_id: str, at: datetime) -> Decision:
    """Correct a wallet by `amount`: what the user has more of, or less of where it is negative.

    A debt can only be made smaller: `amount` is what is forgiven. Raises `NotEnoughCoins`,
    `NotEnoughEarnings`.
    """
    coins = what is Adjusted.COINS
    size = whole(abs(amount), policy.ADJUSTMENT_COINS_MAX if coins else policy.ADJUSTMENT_MICRO_MAX)
    facts = {"account": what, "amount": amount}
    if what is Adjusted.DEBT:
        if amount < 0 or amount > wallet.debt:
            raise NotEnoughEarnings(available_micro=wallet.debt)
        after = replace(wallet, debt=wallet.debt - amount)
        return Decision(after, moved(Unit.MICRO, Account.LOSS, Account.DEBT, amount), facts)
    if what is Adjusted.EARNINGS and amount > 0:
        after, paid = repaid(replace(wallet, available=wallet.available + amount))
        moves = moved(Unit.MICRO, Account.LOSS, Account.EARNINGS, amount)
        return Decision(after, (*moves, *paid), facts)
    if what is Adjusted.EARNINGS:
        if size > wallet.available:
            raise NotEnoughEarnings(available_micro=wallet.available)
        after = replace(wallet, available=wallet.available - size)
        return Decision(after, moved(Unit.MICRO, Account.EARNINGS, Account.RESERVE, size), facts)
    if amount > 0:
        lot = Lot(lot_id, LotKind.PROMO, amount, 0, at)
        moves = moved(Unit.COINS, f"{CAMPAIGN}{SOURCE}", Account.COINS, amount)
        return Decision(put_back(wallet, lot), moves, facts)
    if size > wallet.coins:
        raise NotEnoughCoins(needed=size, available=wallet.coins)
    after, taken = consume(wallet, size)
    net = sum(part.net_micro for part in taken)
    return Decision(
        after,
        (
            *moved(Unit.COINS, Account.COINS, Account.BURNT, size),
            *moved(Unit.MICRO, Account.DEFERRED, Account.RESERVE, net),
        ),
        facts,
    )
