"""Earnings on their way out: reserved, then paid or released, and perhaps returned.

What a payout costs is between the provider and us: the provider keeps it of our balance there, beside
what it pays. The user bears a fee that is fixed when they ask; what is left of it is revenue, and what
it does not cover is ours to bear. So `ext:…` and `platform:fees` together are what left the provider's
account of ours, to the cent.
"""

from __future__ import annotations

from dataclasses import replace

from spaktok.wallet.model import policy
from spaktok.wallet.model.amounts import Account, Unit, moved, postings, whole
from spaktok.wallet.model.deciding import Decision, check_owes_nothing, repaid
from spaktok.wallet.model.wallet import Wallet
from spaktok.wallet.refusals import NotEnoughEarnings, ReservationGone, TooManyReservations


def reserved(wallet: Wallet, withdrawal: str, micro: int) -> Decision:
    """Mature earnings are set aside for a withdrawal.

    Raises `DebtOpen`, `NotEnoughEarnings`, `TooManyReservations`.
    """
    whole(micro)
    check_owes_nothing(wallet)
    if micro > wallet.available:
        raise NotEnoughEarnings(available_micro=wallet.available)
    if withdrawal in wallet.reserved or len(wallet.reserved) >= policy.RESERVATIONS_MAX:
        raise TooManyReservations
    return Decision(
        wallet=replace(
            wallet,
            available=wallet.available - micro,
            reserved={**wallet.reserved, withdrawal: micro},
        ),
        postings=moved(Unit.MICRO, Account.EARNINGS, Account.RESERVED, micro),
        facts={"withdrawalId": withdrawal, "micro": micro},
    )


def released(wallet: Wallet, withdrawal: str, cost_micro: int) -> Decision:
    """What was set aside is available again; a debt is repaid from it. Raises `ReservationGone`.

    `cost_micro` is what the provider keeps of an attempt that came back: we bear it.
    """
    micro, rest = _taken(wallet, withdrawal)
    _check_cost(cost_micro)
    after, paid = repaid(replace(wallet, available=wallet.available + micro, reserved=rest))
    return Decision(
        wallet=after,
        postings=(
            *moved(Unit.MICRO, Account.RESERVED, Account.EARNINGS, micro),
            *moved(Unit.MICRO, Account.REVENUE, Account.FEES, cost_micro),
            *paid,
        ),
        facts={"withdrawalId": withdrawal, "micro": micro, "costMicro": cost_micro},
    )


def paid_out(
    wallet: Wallet, withdrawal: str, account: Account, fee_micro: int, cost_micro: int
) -> Decision:
    """What was set aside is paid, less the fee that the user bears. Raises `ReservationGone`.

    `cost_micro` is what the provider keeps for it beside what it pays.
    """
    micro, rest = _taken(wallet, withdrawal)
    if type(fee_micro) is not int or not 0 <= fee_micro <= micro:
        raise ValueError("A fee is a whole number, from 0 to what is paid")
    _check_cost(cost_micro)
    return Decision(
        wallet=replace(wallet, reserved=rest),
        postings=postings(
            (Account.RESERVED, Unit.MICRO, -micro),
            (account, Unit.MICRO, micro - fee_micro),
            (Account.FEES, Unit.MICRO, cost_micro),
            (Account.REVENUE, Unit.MICRO, fee_micro - cost_micro),
        ),
        facts={
            "withdrawalId": withdrawal,
            "micro": micro,
            "feeMicro": fee_micro,
            "costMicro": cost_micro,
            "account": account,
        },
    )


def returned(
    wallet: Wallet, withdrawal: str, account: Account, micro: int, fee_micro: int
) -> Decision:
    """What was paid came back: available again; a debt is repaid from it.

    `micro` is what came back from the provider, `fee_micro` what we give back of our own fee. What
    the provider gives back of its cost is another matter: see `cost_returned`.
    """
    whole(micro)
    if type(fee_micro) is not int or fee_micro < 0:
        raise ValueError("A fee is a whole number")
    back = micro + fee_micro
    after, paid = repaid(replace(wallet, available=wallet.available + back))
    return Decision(
        wallet=after,
        postings=(
            *postings(
                (account, Unit.MICRO, -micro),
                (Account.REVENUE, Unit.MICRO, -fee_micro),
                (Account.EARNINGS, Unit.MICRO, back),
            ),
            *paid,
        ),
        facts={
            "withdrawalId": withdrawal,
            "micro": micro,
            "feeMicro": fee_micro,
            "account": account,
        },
    )


def cost_returned(wallet: Wallet, withdrawal: str, account: Account, micro: int) -> Decision:
    """The provider gave back what it had kept of what came back; nobody's balance changes."""
    return Decision(
        wallet=wallet,
        postings=moved(Unit.MICRO, Account.FEES, Account.REVENUE, whole(micro)),
        facts={"withdrawalId": withdrawal, "micro": micro, "account": account},
    )


def _check_cost(cost_micro: int) -> None:
    if type(cost_micro) is not int or cost_micro < 0:
        raise ValueError("A cost is a whole number")


def _taken(wallet: Wallet, withdrawal: str) -> tuple[int, dict[str, int]]:
    if withdrawal not in wallet.reserved:
        raise ReservationGone
    rest = {one: micro for one, micro in wallet.reserved.items() if one != withdrawal}
    return wallet.reserved[withdrawal], rest
