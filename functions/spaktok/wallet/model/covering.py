"""Losses are borne by what was set aside for them, as far as that goes. Pure.

A part of our share of every gift is set aside when it is shared out (`sharing`). A loss, such as
earnings that matured before their gift was reversed, is booked where it happens, in a transaction of
somebody's wallet, that knows no balance of the platform's: a document of that would be written by all.
Once a day what is known of both is compared, and what was set aside takes the place of what was lost.
"""

from __future__ import annotations

from spaktok.wallet.model.amounts import Account, Posting, Unit, moved
from spaktok.wallet.model.revenue import Tally


def wanted(tally: Tally) -> int:
    """How much of all losses is to be borne by all that was set aside, in micro-USD.

    `tally` is of all time, with what was borne before: of which neither may change the answer.
    """
    aside = tally.micro(Account.PROVISION) + tally.covered
    lost = tally.covered - tally.micro(Account.LOSS)
    return max(0, min(aside, lost))


def covered(micro: int) -> tuple[Posting, ...]:
    """That much more is borne, or less where a loss turned out to be none or a gift was reversed."""
    return moved(Unit.MICRO, Account.PROVISION, Account.LOSS, micro)
