"""What a history says of gifts to either side: what became of them, and of whom they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spaktok.core.ids import UserId
from spaktok.gifts.service import history, undoing
from spaktok.graph import service as graph
from spaktok.wallet.service import crediting, refunds, reversals
from tests.support.giving import give, rich
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.time import TestClock

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _world() -> None:
    rich(ANA, CARL)
    join(BEN, DINA)


def test_a_history_tells_what_became_of_each_gift_and_hides_who_is_hidden(
    queue: Queue, time: TestClock
) -> None:
    first = give(gift_id="rose")
    time.at += SECOND
    second = give(gift_id="heart", quantity=2, message="Well sung")
    undoing.undo(ANA, first.transaction_id)
    page = history.page(BEN, "received", 1, None)
    (newest,) = page.gifts
    assert (newest.transaction_id, newest.coin_cost) == (second.transaction_id, 10)
    assert (newest.gift_name, newest.message, newest.username) == ("Heart", "Well sung", "ana.name")
    (older,) = history.page(BEN, "received", 1, page.next_cursor).gifts
    assert (older.transaction_id, older.status) == (first.transaction_id, "refunded")
    graph.block(BEN, ANA, None)
    assert {one.user_id for one in history.page(BEN, "received", 9, None).gifts} == {None}
    assert history.page(CARL, "sent", 9, None).gifts == []


def test_a_history_says_whether_a_gift_stands_still(queue: Queue, time: TestClock) -> None:
    """While it can be taken back, while what paid for it is disputed, and at last.

    That it is disputed is told to its sender alone: to the receiver it is paid back for now. Control
    tried: without a look at its reversals, it is completed throughout.
    """
    give(gift_id="star")
    assert told() == ("pending", "pending")
    time.pass_(seconds=10)
    assert becomes(queue) == ("completed", "completed")
    lot = crediting.lot_id_of(ANA, f"p-{ANA}")
    refunds.hold_dispute(ANA, "d1", lot, 99)
    assert becomes(queue) == ("disputed", "refunded")
    refunds.resolve_dispute(ANA, "d1", lot, won=True)
    assert told() == ("disputed", "refunded")  # until its task has run
    assert becomes(queue) == ("completed", "completed")
    refunds.refund_purchase(ANA, "r1", lot, 99)
    assert becomes(queue) == ("refunded", "refunded")


def becomes(queue: Queue) -> tuple[str, str]:
    """What the sender and the receiver are told of the one gift, once all tasks have run."""
    queue.drain()
    return told()


def told() -> tuple[str, str]:
    """What the sender and the receiver are told of the one gift."""
    (sent,) = history.page(ANA, "sent", 9, None).gifts
    (received,) = history.page(BEN, "received", 9, None).gifts
    return sent.status, received.status


def test_an_undone_gift_is_not_disputed_with_another_of_the_same_purchase(queue: Queue) -> None:
    """Control tried: with any of the page's disputed purchases looked for, both are disputed."""
    undoing.undo(ANA, give(gift_id="star").transaction_id)
    give(gift_id="star")
    queue.drain()
    refunds.hold_dispute(ANA, "d1", crediting.lot_id_of(ANA, f"p-{ANA}"), 99)
    queue.drain()
    statuses = {one.status for one in history.page(ANA, "sent", 9, None).gifts}
    assert statuses == {"disputed", "refunded"}


def test_what_was_undone_stays_refunded_whatever_becomes_of_a_part_of_it(queue: Queue) -> None:
    """Bought coins were disputed first, so that taking it back gave promotional ones alone.

    Control tried: without `_undone` of what those helped to pay, it is disputed, and then completed.
    """
    crediting.grant_promo(ANA, "promo", 1, "adReward")
    gift = give(gift_id="heart")
    lot = crediting.lot_id_of(ANA, f"p-{ANA}")
    refunds.hold_dispute(ANA, "d1", lot, 99)
    reversals.follow(ANA, lot)
    undoing.undo(ANA, gift.transaction_id)
    assert told() == ("refunded", "refunded")
    refunds.resolve_dispute(ANA, "d1", lot, won=True)
    assert becomes(queue) == ("refunded", "refunded")


def test_what_promotional_coins_paid_and_was_taken_back_is_refunded_too() -> None:
    """No income is reversed: there was none."""
    join(UserId("edda"))
    crediting.grant_promo("edda", "promo", 1, "adReward")
    undoing.undo(UserId("edda"), give(UserId("edda")).transaction_id)
    (one,) = history.page(BEN, "received", 9, None).gifts
    assert one.status == "refunded"
