"""What a decision returns, and the two rules that many of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from spaktok.wallet.model.amounts import Account, Posting, Unit, moved, postings
from spaktok.wallet.model.wallet import LotKind, Wallet
from spaktok.wallet.refusals import DebtOpen


@dataclass(frozen=True, slots=True)
class Decision:
    """What the wallet is afterwards, and how it came about."""

    wallet: Wallet
    postings: tuple[Posting, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    lot_ids: tuple[str, ...] = ()
    """Lots that gave coins: by them a refund finds what they paid."""


def check_owes_nothing(wallet: Wallet) -> None:
    """Raise `DebtOpen` while something is owed or in dispute: it blocks gifts and withdrawals."""
    if wallet.owed:
        raise DebtOpen(debt_micro=wallet.owed)


def repaid(wallet: Wallet) -> tuple[Wallet, tuple[Posting, ...]]:
    """The wallet after it has paid of its debt what it can.

    From mature earnings, then from purchased coins by age, at what they stand for. Promotional coins
    stand for nothing and repay nothing.
    """
    from_earnings = min(wallet.debt, wallet.available)
    found = [*moved(Unit.MICRO, Account.EARNINGS, Account.DEBT, from_earnings)]
    wallet = replace(
        wallet, debt=wallet.debt - from_earnings, available=wallet.available - from_earnings
    )
    lots = []
    for lot in wallet.lots:
        paid = min(wallet.debt, lot.net_micro)
        if lot.kind is not LotKind.PURCHASED or paid == 0:
            lots.append(lot)
            continue
        coins = -(-lot.coins * paid // lot.net_micro)
        # The last coin pays whole; what it stands for beyond the debt would belong to no coin.
        over = lot.net_micro - paid if coins == lot.coins else 0
        found += postings(
            (Account.COINS, Unit.COINS, -coins),
            (Account.BURNT, Unit.COINS, coins),
            (Account.DEFERRED, Unit.MICRO, -paid - over),
            (Account.DEBT, Unit.MICRO, paid),
            (Account.REVENUE, Unit.MICRO, over),
        )
        wallet = replace(wallet, debt=wallet.debt - paid)
        if coins < lot.coins:
            lots.append(
                replace(lot, coins=lot.coins - coins, net_micro=lot.net_micro - paid - over)
            )
    return replace(wallet, lots=tuple(lots)), tuple(found)
