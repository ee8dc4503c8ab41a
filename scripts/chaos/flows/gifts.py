"""Gifts under chaos: real people give in real streams, take back, and every total must come out.

What each wallet, board, tally and picture must hold is counted here from what was acknowledged, without
the code that keeps them.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, ClassVar, Final
from unittest import mock

from chaos.flow import Act
from chaos.queues import ChaosQueue
from chaos.tasks import Tasks, slot_in
from spaktok.core import clients, clock
from spaktok.core.ids import UserId
from spaktok.gifts import giving
from spaktok.gifts.requests import QuoteGift, SendGift
from spaktok.gifts.service import quoting, sending, showing, undoing
from spaktok.gifts.service.sending import Receipt
from spaktok.wallet.service import auditing, income, reading, reversals
from tests.support.gifts import stream
from tests.support.money import buy
from tests.support.people import join

COINS: Final = 100_000
NET: Final = 6_600
"""Micro-USD that a coin stands for."""
GIFTS: Final = {"rose": 1, "heart": 5, "clap": 20}
UNDONE, ANONYMOUS, QUOTED = 0.05, 0.2, 0.7
PATIENCE: Final = timedelta(hours=1)
"""In place of ten seconds, which a busy machine may take for a faulty call; tested elsewhere."""


@dataclass
class Given:
    """What was acknowledged, of one giver, or at one stream."""

    gifts: Counter[str] = field(default_factory=Counter)
    coins: int = 0
    open_coins: int = 0

    def add(self, gift_id: str, quantity: int, *, anonymous: bool, sign: int = 1) -> None:
        """One gift, or one that was taken back."""
        coins = sign * quantity * GIFTS[gift_id]
        self.gifts[gift_id] += sign * quantity
        self.coins += coins
        self.open_coins += 0 if anonymous else coins


class GiftsFlow:
    """A plan of so many gifts."""

    platform_max: ClassVar = 500

    def __init__(self, gifts: int, seed: int, queue: ChaosQueue) -> None:
        self.revive: Callable[[], None] = lambda: None
        self.figures = Counter[str]()
        self._gifts = gifts
        self._tasks = Tasks(queue, _do, self._revived, threads=1)
        self._found: list[str] = []
        self._lock = threading.Lock()
        self._began = datetime.now(UTC)
        self._givers = [UserId(f"giver{seed}x{number}") for number in range(max(4, gifts // 20))]
        self._creators = [UserId(f"creator{number}") for number in range(3)]
        self._by: dict[str, Given] = defaultdict(Given)
        self._at: dict[str, Given] = defaultdict(Given)
        self._openly: dict[str, Counter[str]] = defaultdict(Counter)
        self._patience = mock.patch.object(undoing, "undo_until", lambda at: at + PATIENCE)
        for uid in (*self._givers, *self._creators):
            self._make(uid)

    def acts(self, rolls: Random) -> Iterator[Act]:
        """Gifts, some of them taken back at once, however long that takes here."""
        self._patience.start()
        for number in range(self._gifts):
            giver, creator = rolls.choice(self._givers), rolls.choice(self._creators)
            yield self._give(giver, creator, f"chaos-key-{number}", rolls)

    def settle(self) -> None:
        """Deliver what waits, and find what was lost, as the schedules would."""
        self._patience.stop()
        self._found = self._tasks.catch_up(self._began, self._creators)
        for creator in self._creators:
            for path in (f"users/{creator}", f"liveStreams/{_stream(creator)}"):
                showing.paint(path)

    def wrong(self) -> list[str]:
        """Whatever differs from what was acknowledged, and invariants that do not hold."""
        found = [*self._found]
        found += [line for uid in self._givers for line in self._wrong_giver(uid)]
        found += [line for uid in self._creators for line in self._wrong_creator(uid)]
        found += [
            f"{one.invariant} {one.subject}: {one.why}" for one in auditing.everything(settled=True)
        ]
        return found

    def _wrong_giver(self, uid: UserId) -> Iterator[str]:
        must, wallet = self._by[uid], reading.load(uid)
        note = giving.decode(wallet.notes.get(giving.NOTE, {})).totals
        ranked = {tally.coins for tally in note.tallies.values()} or {0}
        yield from _differ(uid, "coins", COINS - must.coins, wallet.coins)
        yield from _differ(uid, "given", must.coins, note.coins)
        yield from _differ(uid, "by gift", dict(+must.gifts), dict(note.by_gift))
        yield from _differ(uid, "ranked", {must.open_coins}, ranked)

    def _wrong_creator(self, uid: UserId) -> Iterator[str]:
        must, path = self._at[uid], f"liveStreams/{_stream(uid)}"
        shown = _document(f"{path}/broadcast/current")
        stats = _document(f"users/{uid}/giftStats/summary")
        top = {one["userId"]: one["coins"] for one in shown.get("topGifters", ())}
        openly = dict(sorted((+self._openly[uid]).items(), key=lambda one: -one[1]))
        least = min(top.values(), default=0)
        yield from _differ(uid, "shown coins", must.coins, shown.get("coins", 0))
        yield from _differ(uid, "shown gifts", must.gifts.total(), shown.get("gifts", 0))
        yield from _differ(uid, "points received", must.coins, stats.get("coins", 0))
        earned, pending = must.coins * NET // 2, sum(reading.load(uid).pending.values())
        yield from _differ(uid, "earned", earned, stats.get("earnedMicro", 0))
        yield from _differ(uid, "pending", earned, pending)
        yield from _differ(uid, "top", {one: openly.get(one) for one in top}, top)
        if any(coins > least for one, coins in openly.items() if one not in top):
            yield f"{uid}: somebody who gave more than {least} is not among the top"

    # ---- acts

    def _make(self, uid: UserId) -> None:
        join(uid)
        if uid in self._creators:
            stream(uid, _stream(uid))
        else:
            buy(uid, COINS, key=f"p-{uid}", gross=COINS * 9_900, fee=COINS * (9_900 - NET))

    def _give(self, giver: UserId, creator: UserId, key: str, rolls: Random) -> Act:
        gift_id, quantity = rolls.choice(list(GIFTS)), rolls.randrange(1, 4)
        anonymous, undo = rolls.random() < ANONYMOUS, rolls.random() < UNDONE
        place: dict[str, Any] = {
            "giftId": gift_id,
            "receiverId": creator,
            "context": "live_stream",
            "contextId": _stream(creator),
            "quantity": quantity,
        }
        quoted = rolls.random() < QUOTED

        def run() -> tuple[Receipt, undoing.Undone | None]:
            quote = quoting.quote(giver, QuoteGift.model_validate(place)).quote if quoted else None
            more = {"idempotencyKey": key, "isAnonymous": anonymous, "quote": quote}
            receipt = sending.send(giver, SendGift.model_validate({**place, **more}))
            if not undo:
                return receipt, None
            return receipt, undoing.undo(giver, receipt.transaction_id)

        def done(answer: tuple[Receipt, undoing.Undone | None]) -> None:
            if answer[1] is not None:
                return
            with self._lock:
                self.figures["gifts"] += 1
                self._by[giver].add(gift_id, quantity, anonymous=anonymous)
                self._at[creator].add(gift_id, quantity, anonymous=anonymous)
                if not anonymous:
                    self._openly[creator][giver] += quantity * GIFTS[gift_id]

        return Act("give", run, done)

    def _revived(self) -> None:
        self.revive()


def _do(function: str, payload: dict[str, Any], again: bool) -> None:
    match function:
        case "rollUpGifts":
            clock.wait_until(datetime.fromisoformat(payload["runAt"]))
            slot = slot_in(payload)
            showing.settle(slot, again=again)
        case "unshowGift":
            showing.unshow(payload["undoId"])
        case "paintGifts":
            showing.paint(payload["path"])
        case "sweepIncome":
            income.sweep(payload["uid"])
        case "reverseGifts":
            for entry in reversals.follow(payload["uid"], payload["lotId"]):
                income.committed(entry)


def _stream(creator: str) -> str:
    return f"stream-of-{creator}"


def _document(path: str) -> dict[str, Any]:
    return clients.db().document(path).get().to_dict() or {}


def _differ(who: str, what: str, must: object, has: object) -> Iterator[str]:
    if must != has:
        yield f"{who}: {what} {has} and not {must}"
