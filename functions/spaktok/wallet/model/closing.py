"""A wallet whose owner is erased: what it holds is forfeited, and whatever still comes to it too.

The wallet lives on under a pseudonym, empty and closed, since its owner's money has a history that goes
on: a purchase is refunded or disputed, a payout comes back. Each is booked as for anybody, and in the
same entry what it left in the wallet is forfeited to `platform:reserve`, what it left owing is borne by
`platform:loss`. Of forfeited coins it is kept which purchase they were of, so that a refund takes them
first, and reverses no more of what creators earned than was spent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from spaktok.wallet.model.amounts import Account, Posting, Unit, moved, postings
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.model.wallet import Limit, Lot, LotKind, Wallet, put_back

REOPENS: Final = frozenset(
    {
        Kind.REFUND,
        Kind.REFUND_FAILED,
        Kind.REFUND_REVERSED,
        Kind.DISPUTE,
        Kind.DISPUTE_WON,
        Kind.DISPUTE_LOST,
    }
)
"""What is about a purchase, and may take coins of it."""


def closing(wallet: Wallet, at: datetime) -> Decision:
    """The wallet is closed for good; see `closed` for what that moves."""
    return Decision(
        wallet=replace(wallet, closed_at=at, limit=Limit(), notes={}),
        facts={
            "coins": wallet.coins,
            "netMicro": sum(lot.net_micro for lot in wallet.lots),
            "earningsMicro": wallet.available + sum(wallet.pending.values()),
            "forgivenMicro": wallet.debt,
        },
    )


def reopened(wallet: Wallet) -> tuple[Wallet, tuple[Posting, ...]]:
    """A closed wallet as it is for what is about a purchase: with the coins that were forfeited."""
    coins = sum(lot.coins for lot in wallet.forfeited)
    net = sum(lot.net_micro for lot in wallet.forfeited)
    after = replace(wallet, lots=wallet.forfeited, forfeited=())
    return after, (
        *moved(Unit.COINS, Account.BURNT, Account.COINS, coins),
        *moved(Unit.MICRO, Account.RESERVE, Account.DEFERRED, net),
    )


def closed(decision: Decision) -> Decision:
    """The decision on a closed wallet, with all that it left there forfeited or borne.

    What is held for a dispute stays until that is decided, and what is reserved until it is paid.
    """
    wallet = decision.wallet
    earned = wallet.available + sum(wallet.pending.values())
    after = replace(
        wallet,
        lots=(),
        forfeited=_with(wallet.forfeited, wallet.lots),
        pending={},
        available=0,
        debt=0,
    )
    return replace(
        decision,
        wallet=after,
        postings=(
            *decision.postings,
            *moved(Unit.COINS, Account.COINS, Account.BURNT, wallet.coins),
            *moved(
                Unit.MICRO,
                Account.DEFERRED,
                Account.RESERVE,
                sum(lot.net_micro for lot in wallet.lots),
            ),
            *moved(Unit.MICRO, Account.PENDING, Account.RESERVE, earned - wallet.available),
            *moved(Unit.MICRO, Account.EARNINGS, Account.RESERVE, wallet.available),
            *moved(Unit.MICRO, Account.LOSS, Account.DEBT, wallet.debt),
        ),
    )


def netted(found: Iterable[Posting]) -> tuple[Posting, ...]:
    """Postings with one for each account: what went out and came back is none."""
    sums: Counter[tuple[str, Unit]] = Counter()
    for one in found:
        sums[one.account, one.unit] += one.amount
    return postings(*((account, unit, amount) for (account, unit), amount in sums.items()))


def _with(forfeited: tuple[Lot, ...], lots: tuple[Lot, ...]) -> tuple[Lot, ...]:
    """The lots together; promotional coins are nobody's any more."""
    held = Wallet(id="", lots=forfeited)
    for lot in lots:
        if lot.kind is LotKind.PURCHASED:
            held = put_back(held, lot)
    return held.lots
