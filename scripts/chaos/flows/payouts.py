"""Withdrawals under chaos: asked for, approved, taken back and sent, while the providers answer badly.

A fifth of the calls that move money have an unknown outcome: done or not done, the answer lost, late or
nonsense. What was really paid is what the stand-ins' own ledgers say; what each wallet must hold is
worked out from them and from what was asked for, without the code that keeps it.

A creator's withdrawals share a wallet: with as many workers as creators or more, they wait for each
other's locks in the emulator for longer than the run is worth.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import ClassVar, Final
from unittest import mock

from google.cloud.firestore import FieldFilter, Transaction

from chaos.flow import Act
from chaos.queues import ChaosQueue
from localpaypal.server import LocalPayPal, running
from localstripe.api import LocalStripe
from localstripe.server import Server
from spaktok.core import clock, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import TryAgain
from spaktok.integrations.paypal import account, signature
from spaktok.integrations.stripe import client as stripe
from spaktok.payouts import store
from spaktok.payouts.model.gates import Check, Outcome
from spaktok.payouts.model.states import OPEN, Method, State
from spaktok.payouts.refusals import AlreadySent
from spaktok.payouts.requests import RequestPayout
from spaktok.payouts.service import (
    banks,
    checks,
    deciding,
    methods,
    reconciling,
    requesting,
    sending,
)
from spaktok.payouts.service.methods import Receiver
from spaktok.wallet.model.amounts import Account, Unit
from spaktok.wallet.service import auditing, reading
from tests.support.money import sums
from tests.support.payouts import earn
from tests.support.people import join

EACH: Final = 4
"""Withdrawals of one creator, for which what they have just suffices."""
DOLLARS: Final = 160
UNKNOWN: Final = 0.2
TAKEN_BACK, TO_BANKS = 0.1, 0.2
FATES: Final = {"failed": 0.05, "denied": 0.04, "returned": 0.04, "unclaimed": 0.04}
"""How many receivers at PayPal are of a kind whose money comes back; the others are paid."""
ROUNDS_MAX: Final = 120
STEP: Final = timedelta(minutes=15)
MICRO: Final = 10_000
"""Of a cent."""


@dataclass(frozen=True)
class _Asked:
    """A withdrawal that was acknowledged."""

    uid: UserId
    amount: int
    method: Method

    @property
    def fee(self) -> int:
        """By the price list: 2 % and 30 cents, or a dollar."""
        if self.method is Method.BANK:
            return 100
        return -(-self.amount * 2 // 100) + 30


class PayoutsFlow:
    """A plan of so many withdrawals, against a PayPal and a Stripe of its own."""

    platform_max: ClassVar = 200

    def __init__(self, payouts: int, seed: int, queue: ChaosQueue) -> None:
        self.revive = lambda: None
        self.figures = Counter[str]()
        self._payouts, self._queue = payouts, queue
        self._lock = threading.Lock()
        self._staff = threading.Lock()
        self._asked: dict[str, _Asked] = {}
        self._ahead = timedelta()
        self._rounds = 0
        self._open = ExitStack()
        self._open.enter_context(clock.set_to(lambda: datetime.now(UTC) + self._ahead))
        self._paypal, self._stripe = self._providers(seed)
        rolls = Random(seed)
        people = [UserId(f"c{seed}x{number}") for number in range(-(-payouts // EACH))]
        self._method = {
            uid: Method.BANK if rolls.random() < TO_BANKS else Method.PAYPAL for uid in people
        }
        fates = list(FATES)
        chances = [*FATES.values(), 1 - sum(FATES.values())]
        self._fate = {uid: rolls.choices([*fates, "paid"], chances)[0] for uid in people}
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(self._make, people))
        self._people = people
        self._paypal.faults.chance = UNKNOWN
        self._stripe.chance = UNKNOWN

    def acts(self, rolls: Random) -> Iterator[Act]:
        """Withdrawals, some of them taken back at once."""
        for number in range(self._payouts):
            yield self._withdraw(
                self._people[number % len(self._people)], f"chaos-key-{number}", rolls
            )

    def settle(self) -> None:
        """Sweep and deliver, a quarter of an hour after the other, until none is open; then a month.

        The providers go on answering badly.
        """
        while self._rounds < ROUNDS_MAX and self._left():
            self._rounds += 1
            self._sweep()
        self._ahead += timedelta(days=31)
        self._paypal.book.expire_unclaimed()
        while self._rounds < ROUNDS_MAX and self._left(held=True):
            self._rounds += 1
            self._sweep()

    def wrong(self) -> list[str]:
        """Whatever was paid twice, is not resolved, or differs from what the stand-ins have."""
        try:
            paid, back = self._oracle()
            found = [f"{key}: paid {n} times" for key, n in paid.items() if n > 1]
            found += [f"{one}: never resolved" for one in self._left(held=True)]
            found += self._wrong_wallets(paid, back)
            found += self._wrong_sums()
            found += [
                f"{one.invariant} {one.subject}: {one.why}"
                for one in auditing.everything(settled=True)
            ]
            self._ahead += timedelta(hours=4)
            found += [
                f"reconciliation: {one.kind} {', '.join(one.ids)}"
                for one in reconciling.run(clock.now()).discrepancies
            ]
            self.figures.update(
                {
                    "withdrawals": len(self._asked),
                    "unknown outcomes": sum(self._paypal.faults.met.values()) + self._stripe.met,
                    "sweeps": self._rounds,
                    "payments": sum(paid.values()),
                    "came back": sum(back.values()),
                    "paid more than once": sum(times > 1 for times in paid.values()),
                }
            )
        finally:
            self._open.close()
        return found

    # ---- what must be

    def _oracle(self) -> tuple[Counter[str], Counter[str]]:
        """By withdrawal, how often the stand-ins paid it, and how often it came back."""
        paid: Counter[str] = Counter()
        back: Counter[str] = Counter()
        for line in self._paypal.book.lines:
            (paid if line.amount_minor < 0 else back)[_named(line.key)] += 1
        for transfer in self._stripe.objects.all("transfer"):
            paid[_named(transfer["metadata"]["withdrawal"])] += 1
            back[_named(transfer["metadata"]["withdrawal"])] += int(transfer["reversed"])
        sent = Counter(
            _named(one["metadata"]["withdrawal"]) for one in self._stripe.objects.all("payout")
        )
        for name, times in sent.items():
            paid[name] = max(paid[name], times)
        return paid, back

    def _wrong_wallets(self, paid: Counter[str], back: Counter[str]) -> Iterator[str]:
        gone: dict[str, int] = defaultdict(int)
        for payout_id, asked in self._asked.items():
            fields = store.payout_ref(payout_id).get().to_dict() or {}
            state, away = fields["status"], paid[payout_id] - back[payout_id]
            states = {one["state"] for one in fields["history"]}
            if (state == State.PAID) is not (away > 0):
                yield f"{payout_id}: {state}, and {away} of it is away"
            if away > 0:
                gone[asked.uid] += asked.amount
            elif State.PAID in states:
                gone[asked.uid] += asked.fee  # what was paid for once is not paid for again
        for uid in self._people:
            wallet, must = reading.load(uid), (DOLLARS * 100 - gone[uid]) * MICRO
            if wallet.available != must or wallet.reserved:
                has = f"{wallet.available} and {dict(wallet.reserved)} reserved"
                yield f"{uid}: has {has}, and not {must}"

    def _wrong_sums(self) -> Iterator[str]:
        totals = sums()
        paypal = -sum(line.amount_minor for line in self._paypal.book.lines) * MICRO
        bank = -sum(line["amount"] for line in self._stripe.objects.lines) * MICRO
        kept = -sum(line.fee_minor for line in self._paypal.book.lines) * MICRO
        figures = ((Account.PAYPAL, paypal), (Account.BANK, bank), (Account.FEES, kept))
        for name, must in figures:
            has = totals[name, Unit.MICRO]
            if has != must:
                yield f"{name}: the ledger has {has}, the provider {must}"

    # ---- acts

    def _withdraw(self, uid: UserId, key: str, rolls: Random) -> Act:
        amount, taken_back = rolls.randrange(1_000, 4_001), rolls.random() < TAKEN_BACK
        asked = RequestPayout(amount=amount, payout_method=self._method[uid], idempotency_key=key)

        def run() -> str:
            payout_id = requesting.request(uid, asked).payout_request_id
            # The acts of all the staff are in few chains: see the same lock of the ledger's flow.
            with self._staff, suppress(AlreadySent):
                deciding.approve(UserId(f"admin-of-{uid}"), payout_id, None)
            if taken_back:
                with suppress(AlreadySent):
                    requesting.cancel(uid, payout_id)
            sending.advance(payout_id)
            return payout_id

        def done(payout_id: str) -> None:
            with self._lock:
                self._asked[payout_id] = _Asked(uid, amount, self._method[uid])

        return Act("withdraw", run, done)

    def _make(self, uid: UserId) -> None:
        join(uid)
        earn(uid, DOLLARS)
        if self._method[uid] is Method.BANK:
            banks.open_account(uid, "US")
            banks.link(uid, "US", f"btok_us_{'fail' if self._fate[uid] != 'paid' else 'ok'}12345")
        else:
            receiver = Receiver("email", f"{self._fate[uid]}-{uid}@example.com")
            methods.link(uid, Method.PAYPAL, receiver)
        for check in (Check.IDENTITY, Check.TAX_FORM, Check.SANCTIONS):
            transaction.run(partial(_passed, uid=uid, check=check))

    # ---- tasks

    def _left(self, *, held: bool = False) -> list[str]:
        """What is open, what a provider holds among it or not."""
        query = store.payout_ref("_").parent.where(filter=FieldFilter("status", "in", sorted(OPEN)))
        return [one.id for one in query.stream() if held or not one.get("held")]

    def _sweep(self) -> None:
        self._ahead += STEP
        sending.sweep(clock.now())
        tasks = {
            task["payoutId"] for name, task in self._queue.take(None) if name == "submitPayout"
        }
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(_advance, sorted(tasks)))

    def _providers(self, seed: int) -> tuple[LocalPayPal, LocalStripe]:
        paypal, local = LocalPayPal(), LocalStripe(lambda: clock.now().timestamp())
        paypal.book.now = clock.now
        paypal.faults.rolls.seed(seed)
        local.rolls.seed(seed)
        self._open.enter_context(running(paypal))
        server = self._open.enter_context(Server(local, 0, None))
        root = Path(self._open.enter_context(tempfile.TemporaryDirectory())) / "root.pem"
        root.write_bytes(paypal.signer.root)
        where = {
            account.URL_VARIABLE: paypal.url,
            account.ROOT_VARIABLE: str(root),
            stripe.URL_VARIABLE: server.url,
        }
        self._open.enter_context(mock.patch.dict(os.environ, where))
        # The SDK's own attempts would find out most of what is unknown before we see it.
        self._open.enter_context(mock.patch.object(stripe, "RETRIES_MAX", 0))
        signature.forget()
        return paypal, local


def _passed(tx: Transaction, *, uid: UserId, check: Check) -> None:
    checks.record(tx, uid, check, Outcome.PASSED)


def _advance(payout_id: str) -> None:
    with suppress(TryAgain):  # the next sweep takes it
        sending.advance(payout_id)


def _named(key: str) -> str:
    """The withdrawal that a key is of, also where a control has put something behind it."""
    return key.removeprefix("wd-").partition("~")[0]
