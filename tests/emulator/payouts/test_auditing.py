"""Reservations and open withdrawals are compared, and what differs is named."""

from __future__ import annotations

from localpaypal.server import LocalPayPal
from spaktok.payouts import store
from spaktok.payouts.model.states import State
from spaktok.payouts.service import auditing, requesting
from spaktok.wallet import store as wallets
from spaktok.wallet.service import auditing as ledger
from tests.support.money import documents
from tests.support.payouts import approved, ask, creator
from tests.support.people import ANA, BEN


def named() -> list[tuple[str, str]]:
    return [(one["invariant"], one["subject"]) for one in documents("alarms")]


def test_open_withdrawals_that_are_reserved_raise_nothing(paypal: LocalPayPal) -> None:
    creator(ANA)
    creator(BEN)
    ask(ANA)
    approved(ANA, key="key-00000002")
    requesting.cancel(BEN, ask(BEN))
    ledger.wallet(ANA)
    assert auditing.reservations() == 0
    assert named() == []


def test_a_reservation_without_a_withdrawal_is_named(paypal: LocalPayPal) -> None:
    """I11. Control tried: looked for by open withdrawals alone, it is never found."""
    creator(ANA)
    one = ask(ANA)
    assert ledger.wallet(ANA) == []
    store.payout_ref(one).update({"status": State.CANCELLED})
    assert auditing.reservations() == 1
    assert named() == [("I11", one)]


def test_a_withdrawal_without_its_reservation_is_named(paypal: LocalPayPal) -> None:
    """I11: of another amount, too."""
    creator(ANA)
    creator(BEN)
    hers, his = ask(ANA), ask(BEN)
    wallets.wallet_ref(ANA).update({"earnings.reserved": {}})
    store.payout_ref(his).update({"amount": 2_000})
    assert auditing.reservations() == 2
    assert sorted(named()) == sorted([("I11", hers), ("I11", his)])
