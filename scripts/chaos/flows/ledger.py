"""The ledger's own: buying, giving, undoing, refunding, withdrawing, while income is swept."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, ClassVar, Final

from google.api_core.exceptions import GoogleAPIError
from google.cloud.firestore import FieldFilter

from chaos.flow import Act
from chaos.oracle import Oracle, Purse
from chaos.queues import ChaosQueue
from spaktok.core import clients, clock, dispatch
from spaktok.core.refusal import TryAgain
from spaktok.wallet import encoding, store
from spaktok.wallet.model.adjusting import Adjusted
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.entry import Entry, Kind
from spaktok.wallet.model.income import Slot
from spaktok.wallet.model.invariants import moved
from spaktok.wallet.model.spending import Sale
from spaktok.wallet.service import (
    adjusting,
    auditing,
    crediting,
    income,
    reading,
    recovering,
    refunds,
    reversals,
    spending,
    withdrawals,
)
from spaktok.wallet.service.adjusting import Adjustment
from spaktok.wallet.service.spending import Order
from tests.support.faults import Crash

PRICE, GROSS, FEE, COINS = 99, 990_000, 330_001, 100
"""A package: $0.99 for 100 coins. The fee is odd, so that shares have remainders."""
MATURED: Final = 5_000_000
STAR: Final = "star"
"""The creator who gets a fifth of all gifts."""
TO_STAR, UNDONE, PAID = 0.2, 0.02, 0.7
"""Shares: of gifts that go to the star, and are undone; of withdrawals that are paid."""
SWEEPERS: Final = 4
TRIES_MAX: Final = 40


class LedgerFlow:
    """A plan of so many gifts."""

    platform_max: ClassVar = 500

    def __init__(self, gifts: int, seed: int, queue: ChaosQueue) -> None:
        self.gifts = gifts
        self.oracle = Oracle()
        self.figures = Counter[str]()
        self.revive: Callable[[], None] = lambda: None
        """Set by the engine: a new process takes the place of the one that died on this thread."""
        self._queue = queue
        self._began = datetime.now(UTC)
        self._lock = threading.Lock()
        self._staff = threading.Lock()
        self._ended = threading.Event()
        self._sweepers: list[threading.Thread] = []
        self._givers = [f"giver-{seed}-{number}" for number in range(max(6, gifts // 25))]
        self._creators = [f"creator-{number}" for number in range(max(3, gifts // 100))]

    def acts(self, rolls: Random) -> Iterator[Act]:
        """Purchases first, for each giver one; then everything as it comes.

        Earnings mature one after the other: it takes two of the staff, whose acts are in few chains,
        and 64 who write to those at once would wait for each other's locks in the emulator.
        """
        for _ in range(SWEEPERS):
            thread = threading.Thread(target=self._sweep)
            thread.start()
            self._sweepers.append(thread)
        for giver in self._givers:
            yield self._buy(giver, "first")
        maturing = iter(self._creators)
        for number in range(self.gifts):
            giver = rolls.choice(self._givers)
            if number % 7 == 0:
                yield self._buy(rolls.choice(self._givers), f"p{number}")
            if number % 15 == 0:
                total = rolls.randrange(1, PRICE + 1)
                yield self._refund(self._refunded(rolls), f"r{number}", "first", total)
            if number % 40 == 0 and (creator := next(maturing, None)) is not None:
                yield self._mature(creator)
            if number % 50 == 0:
                yield self._withdraw(rolls.choice(self._creators), f"w{number}", rolls)
            creator = STAR if rolls.random() < TO_STAR else rolls.choice(self._creators)
            undo = rolls.random() < UNDONE and not self._is_refunded(giver)
            yield self._give(giver, creator, f"g{number}", rolls.randrange(1, 20), undo=undo)

    def settle(self) -> None:
        """Deliver what waits, and find what was lost, as the schedules would."""
        self._queue.calm()
        self._ended.set()
        for thread in self._sweepers:
            thread.join()
        ahead = timedelta(minutes=5)
        with clock.set_to(lambda: datetime.now(UTC) + ahead):
            dispatch.sweep()
            self._drain()
            minute = self._began.replace(second=0, microsecond=0)
            while minute <= datetime.now(UTC):
                # The audit of a minute comes two minutes after its end.
                recover(minute + timedelta(minutes=1) + recovering.LATE_AFTER)
                minute += timedelta(minutes=1)
            self._drain()
            for uid in (STAR, *self._creators):
                while income.sweep(uid) is not None:
                    pass

    def wrong(self) -> list[str]:
        """Wallets that differ from the model, and invariants that do not hold."""
        verdict = self.oracle.purses()
        self.figures["wallets"] = len({*verdict.purses, *verdict.earned})
        found = [f"{uid}: {why}" for uid, why in sorted(verdict.impossible.items())]
        for uid in sorted({*verdict.purses, *verdict.earned}):
            must, has = verdict.purses.get(uid, Purse()), reading.load(uid)
            pairs = {
                "coins": (must.coins, has.coins),
                "worth": (
                    sum(lot.worth for lot in must.lots.values()),
                    sum(lot.net_micro for lot in has.lots),
                ),
                "available": (must.free, has.available),
                "reserved": (sum(must.held.values()), sum(has.reserved.values())),
                "debt": (must.debt, has.debt),
                "pending": (verdict.earned.get(uid, 0), sum(has.pending.values())),
            }
            wrong = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
            if wrong and uid not in verdict.impossible:
                told = ", ".join(
                    f"{name} {has} and not {must}" for name, (must, has) in wrong.items()
                )
                found.append(f"{uid}: {told}")
        aside = _set_aside()
        if aside != verdict.aside and not verdict.impossible:
            found.append(f"set aside for losses is {aside} and not {verdict.aside}")
        found += [
            f"{one.invariant} {one.subject}: {one.why}" for one in auditing.everything(settled=True)
        ]
        return found

    # ---- acts

    def _buy(self, uid: str, key: str) -> Act:
        sale = Sale(key, Account.STRIPE, COINS, PRICE, "USD", GROSS, FEE)

        def done(entry: Entry) -> None:
            self.oracle.hear(
                uid,
                entry.seq,
                "buy",
                lot=entry.facts["lotId"],
                coins=COINS,
                gross=GROSS,
                net=GROSS - FEE,
                price=PRICE,
            )

        return Act(
            "buy", lambda: crediting.credit_purchase(uid, key, sale), self._told(done), _same
        )

    def _give(self, uid: str, to: str, key: str, coins: int, *, undo: bool) -> Act:
        def run() -> tuple[Entry, Entry | None]:
            gift = spending.spend(uid, key, Order(coins, to, facts={"giftId": "rose"}))
            income.committed(gift)
            if not undo:
                return gift, None
            back = reversals.reverse_gift(uid, gift.id, "undo")
            for one in reversals.reversals_of(back):
                income.committed(one)
            return gift, back

        def done(answer: tuple[Entry, Entry | None]) -> None:
            gift, back = answer
            self.figures["gifts"] += 1
            self.oracle.hear(uid, gift.seq, "give", gift=gift.id, to=to, bps=bps(to), coins=coins)
            if back is not None:
                self.oracle.hear(uid, back.seq, "undo", gift=gift.id)

        return Act("give", run, self._told(done), lambda both: [_same(one) for one in both if one])

    def _refund(self, uid: str, key: str, bought: str, total: int) -> Act:
        lot = crediting.lot_id_of(uid, bought)

        def done(entry: Entry) -> None:
            self.oracle.hear(uid, entry.seq, "refund", lot=lot, total=total)

        return Act(
            "refund",
            lambda: refunds.refund_purchase(uid, key, lot, total),
            self._told(done),
            _same,
        )

    def _mature(self, uid: str) -> Act:
        admin, other = f"admin-{uid}", f"approver-{uid}"

        def run() -> Entry:
            clients.db().collection("users").document(uid).set({"userId": uid})
            asked = Adjustment(uid, Adjusted.EARNINGS, MATURED)
            with self._staff:
                made = adjusting.propose(admin, "matured", asked, "earned before")
                return adjusting.approve(other, made.proposal_id, made.payload_hash, "agreed")

        def done(entry: Entry) -> None:
            self.oracle.hear(uid, entry.seq, "matured", micro=MATURED)

        return Act("mature", run, self._told(done), _same)

    def _withdraw(self, uid: str, name: str, rolls: Random) -> Act:
        micro, paid = rolls.randrange(1, MATURED // 4), rolls.random() < PAID

        def run() -> tuple[Entry, Entry]:
            first = withdrawals.reserve(uid, name, micro)
            if paid:
                return first, withdrawals.settle(uid, name, Account.PAYPAL, fee_micro=micro // 50)
            return first, withdrawals.release(uid, name)

        def done(answer: tuple[Entry, Entry]) -> None:
            self.oracle.hear(uid, answer[0].seq, "reserve", name=name, micro=micro)
            self.oracle.hear(uid, answer[1].seq, "settle" if paid else "release", name=name)

        return Act("withdraw", run, self._told(done), lambda both: [_same(one) for one in both])

    def _told(self, done: Any) -> Any:
        def once(answer: Any) -> None:
            with self._lock:
                done(answer)

        return once

    # ---- who is who

    def _is_refunded(self, uid: str) -> bool:
        """Some givers get refunds; they undo nothing, which keeps the model simple."""
        return self._givers.index(uid) % 3 == 0

    def _refunded(self, rolls: Random) -> str:
        return rolls.choice(self._givers[::3])

    # ---- tasks

    def _sweep(self) -> None:
        while not self._ended.wait(0.2):
            for task in self._queue.take(datetime.now(UTC)):
                self._deliver(task)

    def _drain(self) -> None:
        with ThreadPoolExecutor(SWEEPERS) as pool:
            while tasks := self._queue.take(None):
                list(pool.map(self._deliver, tasks))

    def _deliver(self, task: tuple[str, dict[str, Any]]) -> None:
        for _ in range(TRIES_MAX):
            try:
                _run(*task)
            except Crash:
                self.revive()
            except (TryAgain, GoogleAPIError):
                pass
            else:
                return


def recover(at: datetime) -> None:
    """Send again what a past minute left behind, as the schedule does."""
    until = at - recovering.LATE_AFTER
    entries, receivers = recovering.left_behind(until - timedelta(minutes=1), until, at)
    for entry in entries:
        dispatch.send(recovering.task_of(entry, again=str(at)))
    for receiver in receivers:
        dispatch.send(income.sweep_task(receiver, at))


def bps(receiver: str) -> int:
    """Every third creator is premium."""
    return 9000 if receiver[-1] in "0369" else 5000


def _run(function: str, payload: dict[str, Any]) -> None:
    match function:
        case "rollUpGifts":
            slot = Slot(payload["receiver"], payload["window"], payload["part"])
            if income.roll_up(slot, lambda uid, _: bps(uid)).waiting:
                raise TryAgain
        case "sweepIncome":
            income.sweep(payload["uid"])
        case "reverseGifts":
            for entry in reversals.follow(payload["uid"], payload["lotId"]):
                income.committed(entry)


def _set_aside() -> int:
    """What roll-ups set aside for losses."""
    found = store.entries().where(filter=FieldFilter("kind", "==", Kind.ROLL_UP)).stream()
    rolled = [encoding.decode_entry(one.to_dict() or {}) for one in found]
    return moved(rolled)[Account.PROVISION]


def _same(entry: Entry) -> Any:
    """What a repeat must be told: the entry as it is stored."""
    return entry.id, entry.seq, entry.hash
