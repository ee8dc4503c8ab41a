"""The economy as one: purchases, gifts, undos, refunds, disputes, withdrawals, while income is swept.

Gifts are given by `sendGift`'s service, with quotes and without, from bought and promotional coins. At
first nothing is mature; then everything is, and purchases are disputed whose gifts their creators may
have withdrawn.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, ClassVar, Final
from unittest import mock

from chaos.flow import Act
from chaos.oracle import Oracle, Purse, Told
from chaos.queues import ChaosQueue
from chaos.tasks import Tasks, slot_in
from spaktok.core import clock
from spaktok.core.ids import UserId
from spaktok.core.refusal import TryAgain
from spaktok.gifts import quotes
from spaktok.gifts.model import DAILY_COINS_MAX, Context, Target
from spaktok.gifts.quotes import Terms
from spaktok.gifts.requests import SendGift
from spaktok.gifts.service import catalogue, sending, undoing
from spaktok.gifts.service.sending import Receipt
from spaktok.wallet import encoding, store
from spaktok.wallet.model import policy
from spaktok.wallet.model.adjusting import Adjusted
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.model.invariants import moved
from spaktok.wallet.model.spending import Sale
from spaktok.wallet.service import (
    adjusting,
    auditing,
    crediting,
    income,
    reading,
    refunds,
    reversals,
    withdrawals,
)
from spaktok.wallet.service.adjusting import Adjustment
from tests.support.gifts import stream
from tests.support.people import join

PRICE, GROSS, FEE, COINS = 99, 990_000, 330_001, 100
"""A package: $0.99 for 100 coins. The fee is odd, so that shares have remainders."""
GIFTS: Final = {"rose": 1, "heart": 5, "thumbs-up": 10}
QUANTITY_MAX: Final = 4
PROMO_MAX: Final = 60
EXPIRIES: Final = {1: timedelta(days=30), 2: None}
"""Of promotional coins, in the order in which they are taken."""
DISPUTE_FEE: Final = 15_000
MATURED: Final = 5_000_000
STAR: Final = UserId("star")
"""The creator who gets a fifth of all gifts."""
TO_STAR, UNDONE, QUOTED, PAID, WON, HELD = 0.2, 0.02, 0.95, 0.7, 0.6, 0.5
"""Shares: of gifts that go to the star, are undone, are quoted; of withdrawals that are paid; of
disputes that are won, and of the early ones that are decided late."""
SWEEPERS: Final = 4
PATIENCE: Final = timedelta(hours=1)
"""In place of ten seconds, which a busy machine may take for a faulty call; tested elsewhere."""


@dataclass(frozen=True)
class Receipted:
    """What somebody was told under the id of its entry: which number that has is seen at the end."""

    uid: str
    entry_id: str
    what: str
    facts: dict[str, Any]
    late: bool


@dataclass(frozen=True)
class Dispute:
    """Of so much of a purchase."""

    uid: str
    bought: str
    """The key of the purchase."""
    minor: int
    won: bool

    @property
    def id(self) -> str:
        """The provider's; one a purchase."""
        return f"d-{self.uid}-{self.bought}"

    @property
    def lot(self) -> str:
        """The purchase's."""
        return crediting.lot_id_of(self.uid, self.bought)


class LedgerFlow:
    """A plan of so many gifts."""

    platform_max: ClassVar = 250
    """Of twice as many, each query is twice as dear (1.4 of the run's CPU), and as many workers meet at
    more wallets."""

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
        self._tasks = Tasks(queue, do, self._revived, threads=SWEEPERS)
        self._ended = threading.Event()
        self._sweepers: list[threading.Thread] = []
        self._found: list[str] = []
        self._receipts: list[Receipted] = []
        self._borne = 0
        """Of adjustments and of disputes' fees, which are ours to bear."""
        self._open = ExitStack()
        self._givers = [UserId(f"giver{seed}x{number}") for number in range(max(6, gifts // 20))]
        self._refunded, self._disputed = self._givers[::3], self._givers[1::3]
        """Whose purchases are paid back, and disputed; the others take gifts back."""
        self._creators = [UserId(f"creator{number}") for number in range(max(3, gifts // 100))]
        _settle_in(STAR)  # alone: the first to come connects to the database
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(_settle_in, self._creators))
            list(pool.map(join, self._givers))

    def acts(self, rolls: Random) -> Iterator[Act | None]:
        """Two purchases of each giver first; then everything as it comes, in two ages.

        Between them everything is caught up with, and once more before the late disputes are decided:
        so it is certain what creators had by then.
        """
        self._open.enter_context(mock.patch.object(undoing, "undo_until", lambda at: at + PATIENCE))
        self._sweep_beside()
        for giver in self._givers:
            yield self._buy(giver, "first")
            yield self._buy(giver, "second")
        early, decided = self.gifts * 6 // 10, self.gifts * 8 // 10
        held: list[Dispute] = []
        yield from self._age(rolls, range(early), held)
        yield None
        self._rest()
        self._found += self._tasks.catch_up(self._began, [STAR, *self._creators])
        self._ripen()
        self._sweep_beside()
        for giver in self._disputed:
            held.append(self._planned(giver, "first", rolls))
            yield self._dispute(held[-1])
        yield from self._age(rolls, range(early, decided), None)
        yield None
        self._rest()
        self._tasks.all()
        self._sweep_beside()
        for one in held:
            yield self._decide(one)
        yield from self._age(rolls, range(decided, self.gifts), None)

    def _age(self, rolls: Random, numbers: range, held: list[Dispute] | None) -> Iterator[Act]:
        """A part of the plan; of the first age where disputes can be `held` till the second.

        Each purchase is disputed once and never refunded beside that, and each part of the second
        age's refunds is of purchases that the first left alone: otherwise it would be chance whether a
        gift's reversal is seen before it is restored, which is another outcome once it is mature.
        """
        disputable = [(giver, "second") for giver in self._disputed]
        for number in numbers:
            giver = rolls.choice(self._givers)
            if number % 10 == 0:
                yield self._buy(rolls.choice(self._givers), f"p{number}")
            if number % 25 == 0:
                yield self._grant(rolls.choice(self._givers), f"m{number}", rolls)
            if number % 20 == 0:
                total = rolls.randrange(1, PRICE + 1)
                bought = "second" if held is None else "first"
                yield self._refund(rolls.choice(self._refunded), f"r{number}", bought, total)
            if number % 30 == 0 and held is not None and disputable:
                one = self._planned(*disputable.pop(rolls.randrange(len(disputable))), rolls)
                keep = rolls.random() < HELD
                held += [one] if keep else []
                yield self._dispute(one, decide=not keep)
            if number % 40 == 0 and number // 40 < len(self._creators):
                yield self._mature(self._creators[number // 40])
            if number % 50 == 0:
                yield self._withdraw(rolls.choice(self._creators), f"w{number}", rolls)
            undo = held is not None and rolls.random() < UNDONE
            yield self._give(giver, f"gift-key-{number}", rolls, undo=undo)

    def settle(self) -> None:
        """Do what waits, and find what was lost, as the schedules would."""
        self._rest()
        self._found += self._tasks.catch_up(self._began, [STAR, *self._creators])

    def wrong(self) -> list[str]:
        """Wallets that differ from the model, and invariants that do not hold."""
        with self._open:
            return [*self._found, *self._differing(), *_unsound()]

    def _differing(self) -> Iterator[str]:
        stored = (encoding.decode_entry(one.to_dict() or {}) for one in store.entries().stream())
        entries = {entry.id: entry for entry in stored}
        for one in self._receipts:
            if (entry := entries.get(one.entry_id)) is None:
                yield f"{one.uid}: {one.what} {one.entry_id} was acknowledged and is not there"
            else:
                told = Told(entry.seq, one.what, one.facts, one.late)
                self.oracle.told[one.uid].append(told)
        verdict = self.oracle.purses()
        everybody = sorted({*verdict.purses, *verdict.earned})
        self.figures["wallets"] = len(everybody)
        yield from (f"{uid}: {why}" for uid, why in sorted(verdict.impossible.items()))
        for uid in everybody:
            must, has = verdict.purses.get(uid, Purse()), reading.load(uid)
            pairs = {
                "coins": (must.coins, has.coins),
                "worth": (
                    sum(lot.worth for lot in must.lots.values()),
                    sum(lot.net_micro for lot in has.lots),
                ),
                "held": (must.open.here, has.held),
                "available": (must.free + verdict.earned.get(uid, 0), has.available),
                "reserved": (sum(must.held.values()), sum(has.reserved.values())),
                "owed": (must.owes, has.owed),
                "pending": (0, sum(has.pending.values())),
            }
            wrong = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
            if wrong and uid not in verdict.impossible:
                differing = ", ".join(
                    f"{name} {has} and not {must}" for name, (must, has) in wrong.items()
                )
                yield f"{uid}: {differing}"
        if verdict.impossible:
            return
        sums = moved(entries.values())
        lost = verdict.lost + self._borne
        for what, due, found in (
            ("set aside for losses", verdict.aside, sums[Account.PROVISION]),
            ("lost", lost, -sums[Account.LOSS]),
        ):
            if due != found:
                yield f"{what} is {found} and not {due}"

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

    def _grant(self, uid: str, key: str, rolls: Random) -> Act:
        coins, expiry = rolls.randrange(1, PROMO_MAX), rolls.choice(list(EXPIRIES))
        lives = EXPIRIES[expiry]
        until = None if lives is None else self._began + lives

        def done(entry: Entry) -> None:
            self.figures["promotional coins"] += coins
            lot = entry.facts["lotId"]
            self.oracle.hear(uid, entry.seq, "grant", lot=lot, coins=coins, expiry=expiry)

        return Act(
            "grant",
            lambda: crediting.grant_promo(uid, key, coins, "adReward", expires_at=until),
            self._told(done),
            _same,
        )

    def _give(self, giver: UserId, key: str, rolls: Random, *, undo: bool) -> Act:
        to = STAR if rolls.random() < TO_STAR else rolls.choice(self._creators)
        gift_id, quantity = rolls.choice(list(GIFTS)), rolls.randrange(1, QUANTITY_MAX)
        quoted = rolls.random() < QUOTED
        undo = undo and giver not in (*self._refunded, *self._disputed)
        place = {
            "giftId": gift_id,
            "receiverId": to,
            "context": "live_stream",
            "contextId": _stream(to),
            "quantity": quantity,
        }

        def run() -> tuple[Receipt, undoing.Undone | None]:
            quote = _quote(giver, to, gift_id) if quoted else None
            more = {"idempotencyKey": key, "isAnonymous": False, "quote": quote}
            receipt = sending.send(giver, SendGift.model_validate({**place, **more}))
            if not undo:
                return receipt, None
            return receipt, undoing.undo(giver, receipt.transaction_id)

        def done(answer: tuple[Receipt, undoing.Undone | None]) -> None:
            gift, back = answer
            facts = {"gift": gift.transaction_id, "to": to, "bps": bps(to)}
            self.figures["gifts"] += 1
            self._receipts.append(
                Receipted(
                    giver,
                    gift.transaction_id,
                    "give",
                    {**facts, "coins": quantity * GIFTS[gift_id]},
                    self.oracle.late,
                )
            )
            if back is not None:
                self._receipts.append(
                    Receipted(giver, back.transaction_id, "undo", facts, self.oracle.late)
                )

        return Act("give", run, self._told(done))

    def _refund(self, uid: str, key: str, bought: str, total: int) -> Act:
        lot = crediting.lot_id_of(uid, bought)

        def done(entry: Entry) -> None:
            self.figures["refunds"] += 1
            self.oracle.hear(uid, entry.seq, "refund", lot=lot, total=total)

        return Act(
            "refund",
            lambda: refunds.refund_purchase(uid, key, lot, total),
            self._told(done),
            _same,
        )

    def _planned(self, uid: str, bought: str, rolls: Random) -> Dispute:
        """A dispute of a purchase: every second one of the whole of it."""
        minor = PRICE if rolls.random() < HELD else rolls.randrange(1, PRICE + 1)
        return Dispute(uid, bought, minor, rolls.random() < WON)

    def _dispute(self, one: Dispute, *, decide: bool = False) -> Act:
        def run() -> list[Entry]:
            opened = refunds.hold_dispute(
                one.uid, one.id, one.lot, one.minor, fee_micro=DISPUTE_FEE
            )
            return [opened, self._decided(one)] if decide else [opened]

        def done(answer: list[Entry]) -> None:
            self.figures["disputes"] += 1
            self._borne += DISPUTE_FEE
            self.oracle.hear(
                one.uid, answer[0].seq, "dispute", lot=one.lot, dispute=one.id, minor=one.minor
            )
            for entry in answer[1:]:
                self._hear_decided(one, entry)

        return Act("dispute", run, self._told(done), lambda all_: [_same(each) for each in all_])

    def _decide(self, one: Dispute) -> Act:
        def done(entry: Entry) -> None:
            self._hear_decided(one, entry)

        return Act("decide", lambda: self._decided(one), self._told(done), _same)

    def _decided(self, one: Dispute) -> Entry:
        return refunds.resolve_dispute(one.uid, one.id, one.lot, won=one.won)

    def _hear_decided(self, one: Dispute, entry: Entry) -> None:
        self.figures["disputes won"] += one.won
        self.oracle.hear(one.uid, entry.seq, "decide", lot=one.lot, dispute=one.id, won=one.won)

    def _mature(self, uid: str) -> Act:
        """Earnings that are mature at once: one after the other.

        It takes two of the staff, whose acts are in few chains, and 64 who write to those at once
        would wait for each other's locks in the emulator.
        """
        admin, other = f"admin-{uid}", f"approver-{uid}"

        def run() -> Entry:
            asked = Adjustment(uid, Adjusted.EARNINGS, MATURED)
            with self._staff:
                made = adjusting.propose(admin, "matured", asked, "earned before")
                return adjusting.approve(other, made.proposal_id, made.payload_hash, "agreed")

        def done(entry: Entry) -> None:
            self._borne += MATURED
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
            self.figures["withdrawals"] += 1
            self.oracle.hear(uid, answer[0].seq, "reserve", name=name, micro=micro)
            self.oracle.hear(uid, answer[1].seq, "settle" if paid else "release", name=name)

        return Act("withdraw", run, self._told(done), lambda both: [_same(one) for one in both])

    def _told(self, done: Any) -> Any:
        def once(answer: Any) -> None:
            with self._lock:
                done(answer)

        return once

    # ---- time

    def _ripen(self) -> None:
        """From now on all is mature, whenever it was given.

        Not by the clock: earnings mature by their commits, and no database can be shown another day.
        """
        self._open.enter_context(mock.patch.object(policy, "MATURITY_DAYS", -1))
        self.oracle.late = True

    # ---- tasks

    def _sweep_beside(self) -> None:
        """Have tasks done beside everything else."""
        self._ended.clear()
        for _ in range(SWEEPERS):
            thread = threading.Thread(target=self._sweep)
            thread.start()
            self._sweepers.append(thread)

    def _rest(self) -> None:
        """Have them done no more."""
        self._ended.set()
        while self._sweepers:
            self._sweepers.pop().join()

    def _revived(self) -> None:
        self.revive()

    def _sweep(self) -> None:
        while not self._ended.wait(0.2):
            self._tasks.due()


def bps(receiver: str) -> int:
    """Every third creator is premium."""
    return 9000 if receiver[-1] in "0369" else 5000


def _settle_in(uid: UserId) -> None:
    """A creator who is live."""
    join(uid)
    stream(uid, _stream(uid))


def _stream(creator: str) -> str:
    return f"stream-of-{creator}"


def _quote(giver: UserId, to: UserId, gift_id: str) -> str:
    """As `quoteGift` signs it, without its reads: a quote asks for nothing but leave."""
    at = clock.now()
    gift, unit, version = catalogue.on_sale(gift_id, at)
    target = Target(to, Context.LIVE_STREAM, _stream(to))
    terms = Terms(target, gift_id, version, unit, DAILY_COINS_MAX, quotes.until(gift, at))
    return quotes.sign(giver, terms)


def do(function: str, payload: dict[str, Any], _: bool) -> None:
    """Carry out a task of the ledger's; the boards and broadcasts of gifts are another flow's."""
    match function:
        case "rollUpGifts":
            slot = slot_in(payload)
            if income.roll_up(slot, lambda uid, _: bps(uid)).waiting:
                raise TryAgain
        case "sweepIncome":
            income.sweep(payload["uid"])
        case "reverseGifts":
            for entry in reversals.follow(payload["uid"], payload["lotId"]):
                income.committed(entry)


def _unsound() -> Iterator[str]:
    for one in auditing.everything(settled=True):
        yield f"{one.invariant} {one.subject}: {one.why}"


def _same(entry: Entry) -> Any:
    """What a repeat must be told: the entry as it is stored."""
    return entry.id, entry.seq, entry.hash
