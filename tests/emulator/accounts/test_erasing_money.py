"""Leaving with money: what is left is forfeited, what still comes is booked, and no name stays.

After every story all invariants hold over all there is, the chain of the pseudonym among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spaktok.accounts.model import TOKENS_DIE
from spaktok.accounts.service import belongings, leaving
from spaktok.core import clients, pseudonym, transaction, walk
from spaktok.core.ids import UserId
from spaktok.core.inventory import Entry as InventoryEntry
from spaktok.core.inventory import Subject
from spaktok.gifts.service import sending, undoing
from spaktok.payouts.model.states import State
from spaktok.payouts.service import sending as payouts
from spaktok.wallet import store
from spaktok.wallet.model.amounts import Account, Unit
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.model.wallet import Wallet, matures_at
from spaktok.wallet.refusals import NotEnoughCoins
from spaktok.wallet.service import (
    auditing,
    closing,
    crediting,
    income,
    reading,
    recovering,
    refunds,
    spending,
)
from spaktok.wallet.service.auditing import Progress
from spaktok.wallet.service.spending import Order
from tests.emulator.coins.conftest import start
from tests.support import accounts
from tests.support import payouts as withdrawals
from tests.support.accounts import erase, residues
from tests.support.edge import emulate, forget_app
from tests.support.giving import asked, settle
from tests.support.money import buy, documents, ledger, sums
from tests.support.paying import Till, till
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.sample import share, some
from tests.support.time import TestClock

NET = 6_600
"""Micro-USD that one of `rich`'s coins stands for."""
PRICE = 9_990_000


@pytest.fixture(autouse=True)
def _all_holds(project: str) -> Iterator[None]:
    """Every invariant, whole and by the scheduled audit, which goes through the pseudonym's chain."""
    yield
    assert auditing.everything(settled=True) == []
    assert auditing.page(Progress("2026-03-14")) is None
    assert documents("alarms") == []
    wallets = {one.reference.parent.parent.id for one in auditing.wallets().stream()}
    assert {one.user_id for one in ledger() if one.seq} == wallets


def the_erased() -> Wallet:
    """The one wallet of a pseudonym: all that is left of somebody."""
    (alias,) = {one.user_id for one in ledger() if pseudonym.is_one(one.user_id)}
    return reading.load(alias)


def rich(*uids: UserId) -> None:
    """People with 10,000 coins. No id of theirs holds a name, as none of ours does."""
    join(*uids)
    for number, uid in enumerate(uids):
        buy(uid, 10_000, key=f"bought-{number}", gross=10_000 * 9_900, fee=10_000 * 3_300)


def micro(account: Account) -> int:
    return sums()[account, Unit.MICRO]


def gift(sender: UserId, receiver: UserId, queue: Queue, time: TestClock, text: str) -> None:
    sending.send(sender, asked(receiver, "star", message=text))
    settle(queue, time)


def test_who_gave_leaves_no_word_and_their_coins_are_forfeited(
    queue: Queue, time: TestClock
) -> None:
    """Controls tried: without `closing.close` the coins stay a liability of nobody's; without
    `forgets` the text of the gift stays; without the move the pseudonym's chain has no wallet."""
    rich(ANA)
    join(BEN)
    crediting.grant_promo(ANA, "promo", 50, "adReward")
    gift(ANA, BEN, queue, time, "For my dearest")
    assert "dearest" in str(list(walk.below(None)))
    erase([ANA], queue, time)
    assert residues([ANA]) == []
    assert "dearest" not in str(list(walk.below(None)))
    gone = the_erased()
    assert (gone.coins, [lot.coins for lot in gone.forfeited]) == (0, [9_950])
    assert (micro(Account.DEFERRED), micro(Account.RESERVE)) == (0, 9_950 * NET)
    assert sum(reading.load(BEN).pending.values()) == 50 * NET // 2


def test_who_received_leaves_their_earnings(queue: Queue, time: TestClock) -> None:
    """Mature, immature, shared and unswept, and not yet shared: all of it goes, none of it twice."""
    rich(ANA)
    join(BEN)
    buy(CARL, 100, key="mature", gross=5_000_000, fee=0)
    mature = spending.spend(CARL, "mature", Order(100, BEN))
    income.roll_up(income.slot_of(mature), lambda *_: 10_000)
    swept = income.sweep(BEN)
    assert swept is not None
    time.reach(max(matures_at(day) for day in swept.facts["byDay"]))
    queue.waiting.clear()
    gift(ANA, BEN, queue, time, "One")
    unswept = spending.spend(ANA, "unswept", Order(10, BEN))
    income.roll_up(income.slot_of(unswept), lambda *_: 5_000)
    late = spending.spend(ANA, "late", Order(10, BEN))
    queue.waiting.clear()
    erase([BEN], queue, time)
    income.roll_up(income.slot_of(late), lambda *_: 5_000)
    assert residues([BEN]) == []
    gone = the_erased()
    assert (gone.available, gone.pending, gone.reserved) == (0, {}, {})
    assert micro(Account.RESERVE) == 5_000_000 + 100 * NET // 2 + 10 * NET // 2
    ours = micro(Account.REVENUE) + micro(Account.PROVISION)
    assert ours == 100 * NET // 2 + 10 * NET // 2 + 10 * NET


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("undone", [False, True])
def test_a_gift_whose_task_was_lost_till_its_receiver_had_left_is_shared_out_all_the_same(
    undone: bool, queue: Queue, time: TestClock
) -> None:
    """It goes to us, and is shown nowhere, nor subtracted anywhere.

    Controls tried: with the slot named after the pseudonym, the task finds nothing and the gift is
    shared out never; shown or subtracted all the same, the pseudonym has a tally.
    """
    rich(ANA)
    join(BEN)
    receipt = sending.send(ANA, asked(BEN, "star"))
    if undone:
        undoing.undo(ANA, receipt.transaction_id)
    queue.waiting.clear()
    erase([BEN], queue, time)
    assert recovering.recover(datetime.now(UTC) + timedelta(minutes=3)) == 1
    assert queue.names() == [income.ROLL_UP]
    queue.drain()
    assert recovering.try_again(datetime.now(UTC) + timedelta(minutes=9)) == 0
    assert micro(Account.REVENUE) + micro(Account.PROVISION) == (0 if undone else 100 * NET)
    assert residues([BEN]) == []
    assert below_the_pseudonym() == []


def below_the_pseudonym() -> list[str]:
    """What there is of the erased receiver but money."""
    (alias,) = {one.receiver_id for one in ledger() if one.receiver_id is not None}
    found = [path for path, _ in walk.below(clients.db().document(f"users/{alias}"))]
    return [path for path in found if "/wallet/" not in path]


@pytest.mark.parametrize("before", [False, True])
def test_a_refund_of_what_was_given_to_who_left_takes_from_us_and_is_shown_nowhere(
    before: bool, queue: Queue, time: TestClock
) -> None:
    """Reversed before they left and shared out by a task that names them still, or after.

    Controls tried: with the shard left out where the names differ, what the task shares out is in no
    wallet; with the pseudonym shown to, it has a tally.
    """
    rich(ANA)
    join(BEN)
    gift(ANA, BEN, queue, time, "One")
    lot = crediting.lot_id_of(ANA, "bought-0")
    tasks = []
    if before:
        refunds.refund_purchase(ANA, "r1", lot, 99)
        (reverse,) = [one for one in queue.waiting if one[0] == "reverseGifts"]
        queue.waiting.clear()
        assert queue.deliver(*reverse) == 200
        tasks = list(queue.waiting)
        queue.waiting.clear()
    erase([BEN], queue, time)
    if not before:
        refunds.refund_purchase(ANA, "r1", lot, 99)
    queue.waiting.extend(tasks)
    queue.drain()
    assert (micro(Account.REVENUE), micro(Account.PROVISION)) == (0, 0)
    assert residues([BEN]) == []
    assert below_the_pseudonym() == []


def test_what_is_shared_out_while_its_entries_are_renamed_keeps_no_name(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a task that names the account, between the renaming of the one side and of the other.

    Control tried: with whoever an entry is of renamed first, the roll-up keeps the name for good.
    """
    rich(ANA)
    join(BEN)
    late = income.slot_of(spending.spend(ANA, "late", Order(10, BEN)))
    renamed, rename = [], belongings._erase

    def between(uid: UserId, entry: InventoryEntry, subject: Subject) -> Iterator[None]:
        yield from rename(uid, entry, subject)
        if entry.collection == "transactions":
            renamed.append(subject.name)
            income.roll_up(late, lambda *_: 5_000)

    monkeypatch.setattr(belongings, "_erase", between)
    erase([BEN], queue, time)
    assert residues([BEN]) == []
    assert renamed == ["receiverId", "userId"]


def test_a_debt_is_borne_and_a_closed_wallet_spends_nothing(queue: Queue, time: TestClock) -> None:
    join(ANA, BEN)
    lot = buy(ANA, 100).facts["lotId"]
    spending.spend(ANA, "g1", Order(100, BEN))
    refunds.refund_purchase(ANA, "r1", lot, 99)
    assert reading.load(ANA).debt == 990_000
    closing.close(ANA)
    assert closing.close(ANA) is None
    crediting.grant_promo(ANA, "late", 5, "adReward")
    with pytest.raises(NotEnoughCoins):
        spending.spend(ANA, "g2", Order(1, BEN))
    shared_again(queue)
    erase([ANA], queue, time)
    assert the_erased().debt == 0
    assert sums()["campaign:adReward", Unit.COINS] == -5


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    emulate(monkeypatch)
    join(ANA, BEN)
    with till(monkeypatch) as one:
        yield one
    forget_app()


def bought_and_half_given(stripe: Till) -> str:
    """1,010 coins for $9.99, of which 505 were given and are shared; the payment."""
    payment = stripe.pay(start())
    stripe.deliver()
    given = spending.spend(ANA, "gift-1", Order(505, BEN))
    income.roll_up(income.slot_of(given), lambda *_: 5_000)
    income.sweep(BEN)
    return payment


def shared_again(queue: Queue) -> None:
    """The gifts follow their purchase, and whatever was reversed is shared out and swept.

    These gifts are the ledger's own, of no catalogue: nobody shows them.
    """
    waiting = [one for one in queue.waiting if one[0] == "reverseGifts"]
    queue.waiting.clear()
    queue.waiting.extend(waiting)
    while queue.waiting and queue.waiting[0][0] == "reverseGifts":
        assert queue.deliver(*queue.waiting.popleft()) == 200
    queue.waiting.clear()
    for slot in {income.slot_of(one) for one in ledger() if one.slot}:
        income.roll_up(slot, lambda *_: 5_000)
    income.sweep(BEN)


def books_agree(stripe: Till) -> None:
    assert -micro(Account.STRIPE) - micro(Account.FEES) == stripe.received_micro()


@pytest.mark.parametrize(("cents", "kept"), [(499, True), (999, False)])
def test_a_refund_after_the_buyer_left_is_booked(
    cents: int, kept: bool, stripe: Till, queue: Queue, time: TestClock
) -> None:
    """From the forfeited coins first: of half the price, no creator loses anything.

    Controls tried: with the lot looked for under the pseudonym's own digest, the webhook fails for
    good; without `REOPENS` the refund of half takes from Ben what he had earned.
    """
    payment = bought_and_half_given(stripe)
    earned = sum(reading.load(BEN).pending.values())
    erase([ANA], queue, time)
    stripe.account.reversals.create_refund({"payment_intent": payment, "amount": cents})
    assert set(stripe.deliver()) == {200}
    shared_again(queue)
    assert sum(reading.load(BEN).pending.values()) == (earned if kept else 0)
    (refund,) = [one for one in ledger() if one.kind is Kind.REFUND]
    assert refund.facts["debtMicro"] == (0 if kept else PRICE // 2)
    assert the_erased().debt == 0
    books_agree(stripe)
    assert residues([ANA]) == []


@pytest.mark.parametrize(
    ("won", "before"), share([(True, False), (True, True), (False, False), (False, True)], every=3)
)
def test_a_dispute_of_who_left_is_booked_to_its_end(
    won: bool, before: bool, stripe: Till, queue: Queue, time: TestClock
) -> None:
    """Opened before they left, what it holds stays held until it is decided."""
    payment = bought_and_half_given(stripe)
    if before:
        dispute = stripe.account.reversals.open_dispute(payment)["id"]
        stripe.deliver()
        assert reading.load(ANA).held == 505
        shared_again(queue)
    erase([ANA], queue, time)
    if not before:
        dispute = stripe.account.reversals.open_dispute(payment)["id"]
        assert set(stripe.deliver()) == {200}
    assert the_erased().held == 505
    stripe.account.reversals.close(dispute, won=won)
    assert set(stripe.deliver()) == {200}
    shared_again(queue)
    gone = the_erased()
    assert (gone.held, gone.disputed, gone.debt, gone.coins) == (0, {}, 0, 0)
    assert [lot.coins for lot in gone.forfeited] == ([505] if won else [])
    assert micro(Account.DISPUTED) == 0
    books_agree(stripe)


def test_a_purchase_paid_after_its_buyer_left_is_booked_and_can_be_refunded(
    stripe: Till, queue: Queue, time: TestClock
) -> None:
    purchase = start()
    erase([ANA], queue, time)
    payment = stripe.pay(purchase)
    assert set(stripe.deliver()) == {200}
    stripe.account.reversals.create_refund({"payment_intent": payment})
    assert set(stripe.deliver()) == {200}
    books_agree(stripe)


@pytest.mark.parametrize("status", share(["RETURNED", "REVERSED"], every=2))
def test_a_payout_that_comes_back_after_its_creator_left_is_booked(
    status: str, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Control tried: without the look through the chain, it is `ReservationGone` and never booked."""
    with withdrawals.paypal(monkeypatch, tmp_path) as local:
        withdrawals.creator(ANA)
        one = withdrawals.approved(ANA)
        while withdrawals.state(one) is not State.PAID:
            payouts.advance(one)
            time.pass_(minutes=15)
        erase([ANA], queue, time)
        local.book.become(local.payout(f"wd-{one}"), status)
        assert payouts.advance(one) is State.RETURNED
        payouts.advance(one)
        withdrawals.agree(local)
    assert (the_erased().available, micro(Account.PAYPAL)) == (0, 0)
    assert residues([ANA]) == []


@pytest.mark.parametrize("seed", range(some(6, short=1)))
def test_killed_anywhere_the_money_ends_the_same(
    seed: int, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "_sleep", lambda _: None)
    rich(ANA, BEN)
    join(CARL)
    gift(ANA, BEN, queue, time, "Dear")
    gift(BEN, CARL, queue, time, "Dear")
    for uid in (ANA, BEN):
        leaving.request(uid)
    deaths = 0
    for number in range(2):
        for erasure in clients.db().collection("erasures").stream():
            deaths += accounts.until_it_survives(erasure.id, seed * 10 + number, 0.06)
        queue.drain()
        time.pass_(seconds=TOKENS_DIE.total_seconds() + 1)
    accounts.settle(queue, time)
    assert deaths > 4
    assert residues([ANA, BEN]) == []
    assert (micro(Account.DEFERRED), micro(Account.DEBT)) == (0, 0)
    assert len(list(auditing.wallets().stream())) == 3


def test_while_the_wallet_moves_nothing_is_booked_under_the_name(
    queue: Queue, time: TestClock
) -> None:
    """A late operation would begin a second chain. Control tried: without the mark, it does."""
    rich(ANA)
    closing.close(ANA)
    moving = closing.move(ANA, "p-" + "0" * 32)
    next(moving)
    with pytest.raises(Exception, match="again"):
        crediting.grant_promo(ANA, "late", 5, "adReward")
    list(moving)
    store.wallet_ref(ANA).delete()
    for one in ledger():
        store.entries().document(one.id).update({"userId": "p-" + "0" * 32})
