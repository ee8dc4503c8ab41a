"""Getting coins and spending them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from spaktok.wallet.model import policy
from spaktok.wallet.model.amounts import CAMPAIGN, Account, Unit, moved, postings, whole
from spaktok.wallet.model.deciding import Decision, check_owes_nothing, repaid
from spaktok.wallet.model.wallet import (
    Limit,
    Lot,
    LotKind,
    Taken,
    Wallet,
    consume,
    day_of,
    put_back,
)
from spaktok.wallet.refusals import LimitReached, NotEnoughCoins, TooManyLots


@dataclass(frozen=True, slots=True)
class Sale:
    """Coins that were paid for. What was paid is gross; net is what is left of it for us."""

    purchase_id: str
    account: Account
    """Where the money came from: one of `EXTERNAL`."""
    coins: int
    """With bonus coins, which share in the net receipts of the whole."""
    price_minor: int
    currency: str
    gross_micro: int
    """The price in micro-USD; 0 where nobody knows what was received."""
    fee_micro: int
    """What the store or the payment provider keeps."""

    def __post_init__(self) -> None:
        """Refuse what is no amount, and a fee larger than the price."""
        whole(self.coins)
        whole(self.price_minor)
        if self.gross_micro != 0 or type(self.gross_micro) is not int:
            whole(self.gross_micro)
        if type(self.fee_micro) is not int or not 0 <= self.fee_micro <= self.gross_micro:
            raise ValueError("A fee is a whole number, from 0 to what was paid")

    @property
    def net_micro(self) -> int:
        """What the coins stand for."""
        return self.gross_micro - self.fee_micro


def sold(wallet: Wallet, sale: Sale, lot_id: str, at: datetime) -> Decision:
    """Coins that were bought come in, as a lot of their own. A debt is repaid from them at once."""
    lot = Lot(lot_id, LotKind.PURCHASED, sale.coins, sale.net_micro, at)
    _check_room(wallet, lot)
    after, paid = repaid(put_back(wallet, lot))
    return Decision(
        wallet=after,
        postings=(
            *moved(Unit.COINS, Account.MINTED, Account.COINS, sale.coins),
            *postings(
                (sale.account, Unit.MICRO, -sale.gross_micro),
                (Account.FEES, Unit.MICRO, sale.fee_micro),
                (Account.DEFERRED, Unit.MICRO, sale.net_micro),
            ),
            *paid,
        ),
        facts={
            "purchaseId": sale.purchase_id,
            "lotId": lot_id,
            "coins": sale.coins,
            "priceMinor": sale.price_minor,
            "currency": sale.currency,
            "grossMicro": sale.gross_micro,
            "feeMicro": sale.fee_micro,
            "netMicro": sale.net_micro,
            "repaidMicro": wallet.debt - after.debt,
        },
    )


def granted(wallet: Wallet, lot: Lot, source: str) -> Decision:
    """Promotional coins come in, paid by a campaign. They stand for nothing.

    Lots of one expiry are one lot: a daily reward must not fill the wallet.
    """
    whole(lot.coins)
    for one in wallet.lots:
        if one.kind is LotKind.PROMO and one.expires_at == lot.expires_at:
            lot = replace(lot, id=one.id)
    _check_room(wallet, lot)
    return Decision(
        wallet=put_back(wallet, lot),
        postings=moved(Unit.COINS, f"{CAMPAIGN}{source}", Account.COINS, lot.coins),
        facts={
            "lotId": lot.id,
            "coins": lot.coins,
            "source": source,
            "expiresAt": lot.expires_at,
        },
    )


def spent(wallet: Wallet, coins: int, at: datetime, *, to_receiver: bool) -> Decision:
    """Coins are spent: on somebody, whose income their net receipts become, or on a service.

    Raises `DebtOpen`, `NotEnoughCoins`, `LimitReached`.
    """
    whole(coins)
    check_owes_nothing(wallet)
    if coins > wallet.coins:
        raise NotEnoughCoins(needed=coins, available=wallet.coins)
    before, limit = wallet.spent_on(at), wallet.limit.on(at)
    if limit is not None and before + coins > limit:
        raise LimitReached(limit=limit, spent=before)
    after, taken = consume(wallet, coins)
    net = sum(part.net_micro for part in taken)
    target = Account.RECEIVER_UNSETTLED if to_receiver else Account.REVENUE
    return Decision(
        wallet=replace(after, spent_day=day_of(at), spent=before + coins),
        postings=(
            *moved(Unit.COINS, Account.COINS, Account.BURNT, coins),
            *moved(Unit.MICRO, Account.DEFERRED, target, net),
        ),
        facts={"coins": coins, "netMicro": net, "lots": [_part(one) for one in taken]},
        lot_ids=tuple(part.lot.id for part in taken if part.net_micro),
    )


def undone(wallet: Wallet, parts: Sequence[dict[str, Any]], day: str) -> Decision:
    """Coins of a gift come back, each to the lot it came from; a debt is repaid from them at once.

    `parts` are those of the gift's entry that were not reversed before, `day` the day it was sent.
    """
    coins = sum(part["coins"] for part in parts)
    net = sum(part["netMicro"] for part in parts)
    after = wallet
    for part in parts:
        after = put_back(
            after,
            Lot(
                part["lotId"],
                LotKind(part["kind"]),
                part["coins"],
                part["netMicro"],
                part["at"],
                part["expiresAt"],
            ),
        )
    if wallet.spent_day == day:
        after = replace(after, spent=max(0, after.spent - coins))
    after, paid = repaid(after)
    return Decision(
        wallet=after,
        postings=(
            *moved(Unit.COINS, Account.BURNT, Account.COINS, coins),
            *moved(Unit.MICRO, Account.RESERVE, Account.DEFERRED, net),
            *paid,
        ),
        facts={"coins": coins, "netMicro": net, "repaidMicro": wallet.debt - after.debt},
    )


def limited(wallet: Wallet, coins: int | None, at: datetime) -> Decision:
    """The user's own limit for a day (None: none). Lower counts at once, higher after a day."""
    now = wallet.limit.on(at)
    lower = coins is not None and (now is None or coins <= now)
    limit = (
        Limit(coins)
        if lower or coins == now
        else Limit(now, coins, at + timedelta(hours=policy.LIMIT_RAISE_HOURS))
    )
    return Decision(
        wallet=replace(wallet, limit=limit),
        facts={"coins": coins, "from": limit.later_from or at},
    )


def _part(one: Taken) -> dict[str, Any]:
    """What a lot gave, with all that it takes to put it back."""
    return {
        "lotId": one.lot.id,
        "kind": one.lot.kind,
        "coins": one.coins,
        "netMicro": one.net_micro,
        "at": one.lot.at,
        "expiresAt": one.lot.expires_at,
    }


def _check_room(wallet: Wallet, lot: Lot) -> None:
    full = len(wallet.lots) >= policy.LOTS_HARD_MAX
    if full and all(one.id != lot.id for one in wallet.lots):
        raise TooManyLots
