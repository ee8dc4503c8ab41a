"""Purchases that are paid back: refunds, whole or in part, and disputes.

Every purchase has a file: what was bought, and what of it was taken back so far. A refund comes as
the *total* that was refunded, so that one event seen twice, or two in the wrong order, end the same.

Of the money that goes back, in micro-USD: `clawed` is what the unspent coins stood for, which burn;
`debt` is the spent coins' share, which the user owes from then on; `loss` is the rest, the fees that
providers keep. clawed + debt + loss = refunded, to the micro (I10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from spaktok.wallet.model.amounts import Account, Posting, Unit, moved, postings, share, whole
from spaktok.wallet.model.deciding import Decision, repaid
from spaktok.wallet.model.spending import Sale
from spaktok.wallet.model.wallet import Lot, LotKind, Wallet, put_back
from spaktok.wallet.refusals import DisputeOpen, NoDispute, NothingToReverse, RefundTooLarge


@dataclass(frozen=True, slots=True)
class Taking:
    """What was taken back for one refund or dispute."""

    minor: int = 0
    """Of the price, in its currency."""
    micro: int = 0
    """The same in micro-USD: clawed + debt + loss."""
    coins: int = 0
    """Unspent coins taken out of the lot."""
    net_micro: int = 0
    """What they stood for: `clawed`, and what rounding leaves over."""
    spent_coins: int = 0
    """Coins that were gone."""
    clawed: int = 0
    debt: int = 0
    loss: int = 0

    def __add__(self, other: Taking) -> Taking:
        """Both."""
        mine, theirs = asdict(self), asdict(other)
        return Taking(**{name: value + theirs[name] for name, value in mine.items()})


@dataclass(frozen=True, slots=True)
class File:
    """A purchase's file."""

    lot_id: str
    purchase_id: str
    account: Account
    coins: int
    price_minor: int
    currency: str
    gross_micro: int
    fee_micro: int
    at: datetime
    refunded: Taking = field(default_factory=Taking)
    disputes: Mapping[str, Taking] = field(default_factory=dict)
    """Open ones, by their ids."""

    @property
    def taken(self) -> Taking:
        """All that was taken back, for refunds and for open disputes."""
        return sum(self.disputes.values(), start=self.refunded)


def new_file(lot_id: str, sale: Sale, at: datetime) -> File:
    """The file of a purchase of which nothing was taken back."""
    return File(
        lot_id=lot_id,
        purchase_id=sale.purchase_id,
        account=sale.account,
        coins=sale.coins,
        price_minor=sale.price_minor,
        currency=sale.currency,
        gross_micro=sale.gross_micro,
        fee_micro=sale.fee_micro,
        at=at,
    )


def take(wallet: Wallet, file: File, minor: int) -> tuple[Wallet, Taking]:
    """Take back what `minor` more of the price was paid for; unspent coins first.

    In proportion to the price, rounded down but for the last part: a purchase that is paid back
    whole is taken back whole. Raises `RefundTooLarge`.
    """
    before = file.taken
    total = before.minor + minor
    if total > file.price_minor:
        raise RefundTooLarge
    # A dispute that was won leaves what others took rounded up by one: that is made good by the parts
    # that follow, and none of them is negative.
    micro = max(0, share(file.gross_micro, total, file.price_minor) - before.micro)
    taken = before.coins + before.spent_coins
    back = max(0, share(file.coins, total, file.price_minor) - taken)
    lot = next((one for one in wallet.lots if one.id == file.lot_id), None)
    coins = min(back, lot.coins) if lot is not None else 0
    gone = back - coins
    debt = 0
    if back:
        # Of all that was taken so far, not of this part: parts heard of together end the same.
        spent, gone_back = before.spent_coins + gone, taken + back
        owed_now = share(before.micro + micro, spent, gone_back) - before.debt
        debt = min(micro, max(0, owed_now))
    net = 0
    if lot is not None and coins:
        rest, net = lot.take(coins)
        others = tuple(one for one in wallet.lots if one.id != lot.id)
        wallet = put_back(replace(wallet, lots=others), rest)
    clawed = min(net, micro - debt)
    return wallet, Taking(
        minor=minor,
        micro=micro,
        coins=coins,
        net_micro=net,
        spent_coins=gone,
        clawed=clawed,
        debt=debt,
        loss=micro - debt - clawed,
    )


def refunded(wallet: Wallet, file: File, total_minor: int) -> tuple[Decision, File]:
    """`total_minor` of the price has been refunded so far. Less than is known already changes nothing.

    Raises `RefundTooLarge`.
    """
    minor = max(0, total_minor - file.refunded.minor)
    after, taking = take(wallet, file, minor)
    after, paid = repaid(replace(after, debt=after.debt + taking.debt))
    decision = Decision(
        wallet=after,
        postings=(
            *moved(Unit.COINS, Account.COINS, Account.BURNT, taking.coins),
            *postings((file.account, Unit.MICRO, taking.micro), *_borne(taking)),
            *paid,
        ),
        facts={"lotId": file.lot_id, "purchaseId": file.purchase_id, **facts(taking)},
    )
    return decision, replace(file, refunded=file.refunded + taking)


def owed(wallet: Wallet, file: File, minor: int) -> Decision:
    """A refund of `minor` of the price came back: the coins stay taken, the money is owed."""
    whole(minor, file.price_minor)
    micro = share(file.gross_micro, minor, file.price_minor)
    return Decision(
        wallet=wallet,
        postings=moved(Unit.MICRO, file.account, Account.OWED, micro),
        facts={
            "lotId": file.lot_id,
            "purchaseId": file.purchase_id,
            "minor": minor,
            "spentCoins": 0,
            "owedMicro": micro,
        },
    )


def restored(wallet: Wallet, file: File) -> tuple[Decision, File]:
    """A refund of the whole price was taken back by who had made it: the buyer has paid after all.

    What was clawed comes back, what is still owed is forgiven, and of what was repaid meanwhile the
    coins that it had bought come back. Raises `NothingToReverse` where nothing was refunded.
    """
    taking = file.refunded
    if not taking.minor:
        raise NothingToReverse
    open_ = min(wallet.debt, taking.debt)
    repaid_ = taking.debt - open_
    net = taking.net_micro + repaid_
    coins = taking.coins + (share(taking.spent_coins, repaid_, taking.debt) if repaid_ else 0)
    coins = max(coins, 1) if net else coins
    lot = Lot(file.lot_id, LotKind.PURCHASED, coins, net, file.at)
    after, paid = repaid(put_back(replace(wallet, debt=wallet.debt - open_), lot))
    decision = Decision(
        wallet=after,
        postings=(
            *moved(Unit.COINS, Account.BURNT, Account.COINS, coins),
            *postings(
                (file.account, Unit.MICRO, -taking.micro),
                (Account.DEFERRED, Unit.MICRO, net),
                (Account.REVENUE, Unit.MICRO, taking.clawed - taking.net_micro),
                (Account.DEBT, Unit.MICRO, open_),
                (Account.LOSS, Unit.MICRO, taking.loss),
            ),
            *paid,
        ),
        facts={
            "lotId": file.lot_id,
            "purchaseId": file.purchase_id,
            "minor": taking.minor,
            "coins": coins,
            "spentCoins": taking.spent_coins,
            "forgivenMicro": open_,
        },
    )
    return decision, replace(file, refunded=Taking())


def disputed(
    wallet: Wallet, file: File, dispute: str, minor: int, fee_micro: int = 0
) -> tuple[Decision, File]:
    """A dispute of `minor` of the price was opened: the provider has taken the money, and its fee.

    Unspent coins are held; the spent ones' share blocks like a debt. Raises `DisputeOpen`,
    `RefundTooLarge`.
    """
    whole(minor)
    if dispute in file.disputes:
        raise DisputeOpen
    after, taking = take(wallet, file, minor)
    blocked = {file.lot_id: after.disputed.get(file.lot_id, 0) + taking.debt}
    after = replace(
        after,
        held=after.held + taking.coins,
        disputed=_without_nothing({**after.disputed, **blocked}),
    )
    decision = Decision(
        wallet=after,
        postings=(
            *moved(Unit.COINS, Account.COINS, Account.HELD, taking.coins),
            *moved(Unit.MICRO, Account.DISPUTED, file.account, taking.micro),
            *moved(Unit.MICRO, Account.LOSS, file.account, fee_micro),
        ),
        facts={
            "lotId": file.lot_id,
            "purchaseId": file.purchase_id,
            "disputeId": dispute,
            "disputeFeeMicro": fee_micro,
            **facts(taking),
        },
    )
    return decision, replace(file, disputes={**file.disputes, dispute: taking})


def resolved(wallet: Wallet, file: File, dispute: str, *, won: bool) -> tuple[Decision, File]:
    """A dispute was decided. Won, exactly what was taken is put back; lost, it is a refund.

    Raises `NoDispute`.
    """
    taking = file.disputes.get(dispute)
    if taking is None:
        raise NoDispute
    blocked = wallet.disputed.get(file.lot_id, 0) - taking.debt
    after = replace(
        wallet,
        held=wallet.held - taking.coins,
        disputed=_without_nothing({**wallet.disputed, file.lot_id: blocked}),
    )
    rest = {one: held for one, held in file.disputes.items() if one != dispute}
    about = {
        "lotId": file.lot_id,
        "purchaseId": file.purchase_id,
        "disputeId": dispute,
        **facts(taking),
    }
    if won:
        lot = Lot(file.lot_id, LotKind.PURCHASED, taking.coins, taking.net_micro, file.at)
        after, paid = repaid(put_back(after, lot))
        moves: tuple[Posting, ...] = (
            *moved(Unit.COINS, Account.HELD, Account.COINS, taking.coins),
            *moved(Unit.MICRO, file.account, Account.DISPUTED, taking.micro),
        )
        return Decision(after, (*moves, *paid), about), replace(file, disputes=rest)
    after, paid = repaid(replace(after, debt=after.debt + taking.debt))
    moves = (
        *moved(Unit.COINS, Account.HELD, Account.BURNT, taking.coins),
        *postings((Account.DISPUTED, Unit.MICRO, taking.micro), *_borne(taking)),
    )
    done = replace(file, disputes=rest, refunded=file.refunded + taking)
    return Decision(after, (*moves, *paid), about), done


def facts(taking: Taking) -> dict[str, Any]:
    """What an entry says of it."""
    return {
        "minor": taking.minor,
        "refundedMicro": taking.micro,
        "coins": taking.coins,
        "spentCoins": taking.spent_coins,
        "clawedMicro": taking.clawed,
        "debtMicro": taking.debt,
        "lossMicro": taking.loss,
    }


def _borne(taking: Taking) -> tuple[tuple[Account, Unit, int], ...]:
    """Who bears what goes back: the coins' own receipts, the user, and what is left, us."""
    return (
        (Account.DEFERRED, Unit.MICRO, -taking.net_micro),
        (Account.REVENUE, Unit.MICRO, taking.net_micro - taking.clawed),
        (Account.DEBT, Unit.MICRO, -taking.debt),
        (Account.LOSS, Unit.MICRO, -taking.loss),
    )


def _without_nothing(amounts: Mapping[str, int]) -> dict[str, int]:
    return {name: amount for name, amount in amounts.items() if amount}
