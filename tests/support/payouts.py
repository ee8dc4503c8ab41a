"""Withdrawals in tests: a local PayPal, people who may withdraw, and what both ledgers say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from google.cloud.firestore import Transaction

from localpaypal.server import LocalPayPal, running
from localpaypal.signing import Signer
from spaktok.core import clock, transaction
from spaktok.core.ids import UserId
from spaktok.integrations.paypal import account, signature
from spaktok.payouts import store
from spaktok.payouts.model.gates import ALWAYS, Outcome
from spaktok.payouts.model.states import Method, State
from spaktok.payouts.requests import RequestPayout
from spaktok.payouts.service import banks, checks, deciding, methods, requesting
from spaktok.payouts.service.methods import Receiver
from spaktok.payouts.store import Payout
from spaktok.users import store as users
from spaktok.wallet.model.amounts import Account, Unit, moved
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.service import booking, reading
from tests.support.money import ledger, sums
from tests.support.people import join

ADMIN, OTHER_ADMIN = UserId("admin"), UserId("boss")
DOLLAR = 1_000_000


@cache
def _signer() -> Signer:
    """One for the process: to find its keys takes longer than most tests."""
    return Signer()


@contextmanager
def paypal(patch: pytest.MonkeyPatch, folder: Path) -> Iterator[LocalPayPal]:
    """A stand-in that the code under test takes for PayPal, by its own clock."""
    local = LocalPayPal(signer=_signer())
    local.book.now = clock.now
    root = folder / "root.pem"
    root.write_bytes(local.signer.root)
    with running(local):
        patch.setenv(account.URL_VARIABLE, local.url)
        patch.setenv(account.ROOT_VARIABLE, str(root))
        signature.forget()
        yield local


def earn(uid: str, dollars: int) -> None:
    """Give matured earnings, at the platform's cost, as an adjustment would."""
    micro = dollars * DOLLAR
    booking.book(
        booking.Operation(uid=uid, kind=Kind.ADJUSTMENT, key=f"earn-{dollars}", asked={}),
        lambda wallet, _: Decision(
            wallet=replace(wallet, available=wallet.available + micro),
            postings=moved(Unit.MICRO, Account.REVENUE, Account.EARNINGS, micro),
        ),
    )


def creator(uid: UserId, *, dollars: int = 100, email: str | None = None) -> UserId:
    """Somebody who may withdraw that much to PayPal."""
    join(uid)
    return ready(uid, dollars=dollars, email=email)


def ready(uid: UserId, *, dollars: int = 100, email: str | None = None) -> UserId:
    """The same, of somebody who has a profile."""
    earn(uid, dollars)
    link(uid, email)
    passed(uid)
    return uid


def passed(uid: UserId) -> None:
    """Every check that each method asks for, as providers record it, in one commit."""

    def body(tx: Transaction) -> None:
        for check in ALWAYS:
            checks.record(tx, uid, check, Outcome.PASSED)

    transaction.run(body)


def link(uid: UserId, email: str | None = None) -> methods.Linked:
    return methods.link(uid, Method.PAYPAL, Receiver("email", email or f"{uid}@example.com"))


def ask(uid: UserId, amount: int = 1_000, key: str = "key-00000001") -> str:
    """A withdrawal of that many cents."""
    asked = RequestPayout(amount=amount, payout_method=Method.PAYPAL, idempotency_key=key)
    return requesting.request(uid, asked).payout_request_id


def approved(uid: UserId, amount: int = 1_000, key: str = "key-00000001") -> str:
    payout_id = ask(uid, amount, key)
    deciding.approve(ADMIN, payout_id, None)
    return payout_id


def approved_to_bank(
    uid: UserId, amount: int = 1_000, *, token: str = "btok_us_verified", key: str = "key-00000001"
) -> str:
    """A withdrawal to a bank account; the first one makes its owner somebody who may."""
    if not methods.listed(uid).methods:
        join(uid)
        earn(uid, 100)
        banks.open_account(uid, "US")
        banks.link(uid, "US", token)
        passed(uid)
    asked = RequestPayout(amount=amount, payout_method=Method.BANK, idempotency_key=key)
    payout_id = requesting.request(uid, asked).payout_request_id
    deciding.approve(ADMIN, payout_id, None)
    return payout_id


def payout(payout_id: str) -> Payout:
    found = store.decode(store.payout_ref(payout_id).get())
    assert found is not None
    return found


def state(payout_id: str) -> State:
    return payout(payout_id).state


def history(payout_id: str) -> list[str]:
    return [one["state"] for one in store.payout_ref(payout_id).get().get("history")]


def ban(uid: str) -> None:
    users.security_ref(uid).update({"banned": True, "bannedUntil": None})


def available(uid: str) -> int:
    """In cents."""
    return reading.load(uid).available // 10_000


def reserved(uid: str) -> int:
    return sum(reading.load(uid).reserved.values()) // 10_000


def paid_out() -> int:
    """What our ledger says that PayPal has, in cents."""
    return sums()[Account.PAYPAL, Unit.MICRO] // 10_000


def costs() -> int:
    """What our ledger says that providers kept of withdrawals, in cents."""
    kinds = (Kind.SETTLE, Kind.RELEASE, Kind.COST_RETURNED)
    booked = sums([entry for entry in ledger() if entry.kind in kinds])
    return booked[Account.FEES, Unit.MICRO] // 10_000


def left(local: LocalPayPal) -> int:
    """What the stand-in's own ledger says that it paid, less what came back, in cents."""
    return -sum(line.amount_minor for line in local.book.lines)


def agree(local: LocalPayPal) -> None:
    """I2, I12, I13: all sums are zero, no key was paid twice, and both ledgers say the same."""
    by_unit: dict[str, int] = {}
    for (_, unit), total in sums().items():
        by_unit[unit] = by_unit.get(unit, 0) + total
    assert not any(by_unit.values()), by_unit
    assert max(local.book.paid_times().values(), default=0) <= 1
    assert paid_out() == left(local)
    assert costs() == -sum(line.fee_minor for line in local.book.lines)
