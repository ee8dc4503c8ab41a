"""Which losses are borne by what was set aside: as far as it goes, whatever was borne before."""

from __future__ import annotations

import pytest

from spaktok.wallet.model.amounts import Account, Unit
from spaktok.wallet.model.covering import covered, wanted
from spaktok.wallet.model.income import split
from spaktok.wallet.model.revenue import Tally


@pytest.mark.parametrize(
    ("aside", "lost", "borne"),
    [(0, 0, 0), (100, 0, 0), (0, 100, 0), (100, 40, 40), (40, 100, 40), (-5, 100, 0), (5, -10, 0)],
)
@pytest.mark.parametrize("before", [0, 7, 100])
def test_no_more_is_borne_than_was_lost_nor_than_was_set_aside(
    aside: int, lost: int, borne: int, before: int
) -> None:
    accounts = {
        (Account.PROVISION, Unit.MICRO): aside - before,
        (Account.LOSS, Unit.MICRO): before - lost,
    }
    assert wanted(Tally(accounts=accounts, covered=before)) == borne


def test_what_is_borne_goes_from_the_one_account_to_the_other_and_back() -> None:
    there, back = covered(40), covered(-40)
    assert {one.account: one.amount for one in there} == {Account.PROVISION: -40, Account.LOSS: 40}
    assert {one.account: one.amount for one in back} == {Account.PROVISION: 40, Account.LOSS: -40}


def test_what_is_set_aside_of_a_reversal_is_what_was_of_its_gift() -> None:
    for net in (1, 3, 19, 20, 39, 660_001, 10**12 + 7):
        for bps in (0, 5_000, 9_000, 10_000):
            ours, theirs = split(net, bps)[1], split(-net, bps)[1]
            assert split(ours, 500)[0] + split(theirs, 500)[0] == 0
