"""The daily comparison over the real ledger and the stand-in's real export."""

from __future__ import annotations

from datetime import timedelta

from localpaypal.faults import Fault
from localpaypal.server import LocalPayPal
from spaktok.core import clients, clock
from spaktok.payouts import store
from spaktok.payouts.model.matching import Kind
from spaktok.payouts.model.states import State
from spaktok.payouts.requests import BankLine
from spaktok.payouts.service import reconciling, sending
from tests.support.payouts import approved, creator, state
from tests.support.people import ANA
from tests.support.time import TestClock


def paid(key: str, time: TestClock) -> str:
    payout_id = approved(ANA, key=key)
    sending.advance(payout_id)
    time.pass_(minutes=15)
    assert sending.advance(payout_id) is State.PAID
    return payout_id


def test_the_ledger_and_the_export_agree_and_a_lie_about_a_fee_is_named(
    paypal: LocalPayPal, time: TestClock
) -> None:
    """I13, and F15's lies: the item said $2.50, the export says $0.25."""
    creator(ANA, dollars=50)
    first = paid("key-00000001", time)
    paypal.faults.coming = [Fault.LIE_FEE]
    lied = paid("key-00000002", time)
    back = paid("key-00000003", time)
    paypal.book.become(paypal.payout(f"wd-{back}"), "RETURNED")
    sending.advance(back)
    assert state(back) is State.RETURNED
    time.pass_(hours=30)
    report = reconciling.run(clock.now())
    assert report.matched == 3
    (found,) = report.discrepancies
    assert (found.kind, found.expected_minor, found.found_minor) == (Kind.FEE, 250, 25)
    assert paypal.payout(f"wd-{lied}").transaction_id in found.ids
    kept = store.reconciliation_ref(clock.now().date().isoformat()).get()
    assert (kept.get("matched"), kept.get("found")) == (3, 1)
    alarms = [one.get("invariant") for one in clients.db().collection("alarms").stream()]
    assert alarms == ["reconciliation-fee-differs"]
    assert state(first) is State.PAID


def test_money_that_the_provider_moved_and_nobody_booked_is_an_alarm(
    paypal: LocalPayPal, time: TestClock
) -> None:
    creator(ANA, dollars=50)
    first = approved(ANA)
    paypal.faults.coming = [Fault.TIMEOUT_DONE]
    sending.advance(first)
    time.pass_(hours=30)
    (found,) = reconciling.run(clock.now()).discrepancies
    assert (found.kind, found.aged) == (Kind.MISSING_IN_LEDGER, True)
    assert len(list(clients.db().collection("alarms").stream())) == 1


def test_lines_of_the_bank_are_taken_over_once(paypal: LocalPayPal) -> None:
    line = BankLine(line_id="l-1", reference="S1", amount_minor=5, booked_on="2026-03-13")
    assert reconciling.import_bank([line, line]).imported == 1
    assert reconciling.import_bank([line]).imported == 0
    (found,) = reconciling.run(clock.now() + timedelta(hours=4)).discrepancies
    assert (found.kind, found.ids) == (Kind.BANK_UNKNOWN, ("l-1",))
