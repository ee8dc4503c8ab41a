"""Giving: what it takes, once; what a repeat, a race and a poisoned number do."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from pydantic import ValidationError

from spaktok.core import clients, meter
from spaktok.core.refusal import KeyReused, Refusal, TooManyRequests
from spaktok.gifts import giving
from spaktok.gifts.model import SENDS_A_MINUTE_MAX
from spaktok.gifts.refusals import DailyLimitReached, NoSuchGift, QuoteExpired
from spaktok.gifts.service import catalogue, sending
from spaktok.graph import service as graph
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.refusals import DebtOpen, LimitReached, NotEnoughCoins
from spaktok.wallet.requests import SetSpendingLimit
from spaktok.wallet.service import crediting, limits, reading, refunds
from tests.support import gifts as situations
from tests.support.faults import Fault, injected, nth
from tests.support.gifts import stream
from tests.support.giving import asked, give, quoted, rich
from tests.support.money import ledger, sums
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.threads import together
from tests.support.time import TestClock
from tests.support.worlds import video

MS = timedelta(milliseconds=1)


@pytest.fixture(autouse=True)
def _world() -> None:
    catalogue.forget()
    rich(ANA)
    join(BEN)


def gifts() -> list[str]:
    return [entry.id for entry in ledger() if entry.kind is Kind.GIFT]


def test_a_gift_takes_its_price_from_the_catalogue_and_touches_nothing_of_the_receiver() -> None:
    receipt = give(gift_id="fire", quantity=3, message="Go on!")
    assert (receipt.coins, receipt.balance) == (150, 9_850)
    assert receipt.net_usd_micro == 150 * 6_600
    assert sums()["user:ben:unsettled", "usd_micro"] == 150 * 6_600
    assert not clients.db().document(f"users/{BEN}/wallet/summary").get().exists
    assert not clients.db().document(f"users/{BEN}/giftStats/summary").get().exists


def test_a_gift_with_a_quote_reads_one_document_and_writes_two() -> None:
    request = asked(quote=quoted().quote)
    with meter.counting() as cost:
        sending.send(ANA, request)
    assert (cost.reads, cost.writes, cost.deletes, cost.hottest) == (1, 2, 0, 1)


def test_a_repeat_gets_the_same_receipt_and_writes_nothing() -> None:
    request = asked(quantity=7)
    first = sending.send(ANA, request)
    with meter.counting() as cost:
        again = sending.send(ANA, request)
    assert again == first
    # The commit that was refused whole is counted by the meter, and writes nothing.
    assert len(gifts()) == 1
    assert reading.load(ANA).coins == 9_993
    assert cost.hottest <= 1


def test_a_repeat_is_answered_whatever_has_changed_since() -> None:
    """Control tried: without the look-up before a refusal, all three are refused."""
    request = asked(quote=quoted().quote)
    first = sending.send(ANA, request)
    catalogue.retire(CARL, "rose", "withered")
    graph.block(BEN, ANA, None)
    without = request.model_copy(update={"quote": None})
    assert sending.send(ANA, without) == first
    stale = request.model_copy(update={"quote": "x"})
    assert sending.send(ANA, stale) == first
    assert sending.send(ANA, request) == first


@pytest.mark.parametrize(
    "other",
    [
        {"quantity": 2},
        {"giftId": "heart"},
        {"message": "other"},
        {"isAnonymous": True},
        {"receiverId": CARL},
    ],
    ids=str,
)
def test_a_key_with_another_payload_is_refused_and_changes_nothing(
    other: dict[str, object],
) -> None:
    """I5, F5. Control tried: with a constant in place of the input's hash, all five pay twice over."""
    join(CARL)
    request = asked()
    sending.send(ANA, request)
    before = {entry.id for entry in ledger()}
    changed = type(request).model_validate({**request.model_dump(by_alias=True), **other})
    with pytest.raises(KeyReused):
        sending.send(ANA, changed)
    assert {entry.id for entry in ledger()} == before
    assert reading.load(ANA).coins == 9_999


def test_many_at_once_under_one_key_are_one_gift_with_one_answer() -> None:
    """I5, F4. Control tried: with a random key for each, as many roses are paid for."""
    request = asked(quote=quoted().quote)
    receipts = together(some(64, short=12), lambda _: sending.send(ANA, request))
    assert len(set(receipts)) == 1
    assert len(gifts()) == 1
    assert reading.load(ANA).coins == 9_999


def test_of_many_who_want_the_last_coins_as_many_get_them_as_there_are() -> None:
    join(CARL)
    crediting.grant_promo(CARL, "welcome", 3, "welcome")

    def attempt(_: int) -> bool:
        try:
            give(CARL)
        except NotEnoughCoins:
            return False
        return True

    assert sum(together(some(16, short=6), attempt)) == 3
    assert reading.load(CARL).coins == 0


@pytest.mark.parametrize("fault", [Fault.LOST_ACK, Fault.CLOSED, Fault.ABORTED, Fault.UNAVAILABLE])
def test_whatever_becomes_of_the_commit_it_is_one_gift(fault: Fault) -> None:
    request = asked(quote=quoted().quote)
    with injected(nth("commit", 0, fault)):
        receipt = sending.send(ANA, request)
    assert gifts() == [receipt.transaction_id]
    assert reading.load(ANA).coins == 9_999


POISON = (0, -1, -(2**63), 1_000, 2**63, 2**53, 1.0, 1.5, math.nan, math.inf, True, "1", None, [1])


@pytest.mark.parametrize("quantity", POISON, ids=str)
def test_a_quantity_that_is_no_count_is_refused(quantity: object) -> None:
    """F19, I15: negative, zero, too many, fractions, NaN, booleans and texts; `1.0` too."""
    with pytest.raises(ValidationError):
        asked(quantity=quantity)


def test_a_gift_of_more_coins_than_there_are_or_of_none_is_refused() -> None:
    with pytest.raises(NotEnoughCoins):
        give(gift_id="castle", quantity=2)
    with pytest.raises(NoSuchGift):
        give(gift_id="pumpkin")
    with pytest.raises(NoSuchGift):
        give(gift_id="never-was")
    assert gifts() == []


def test_the_days_limit_holds_across_gifts_and_ends_with_the_verification(time: TestClock) -> None:
    rich(CARL, coins=50_000)
    give(CARL, gift_id="castle", quantity=2)
    with pytest.raises(DailyLimitReached):
        give(CARL)
    time.pass_(days=1)
    give(CARL)
    situations.verified(CARL)
    give(CARL, gift_id="castle", quantity=2)


def test_a_limit_of_ones_own_holds_too() -> None:
    limits.set_limit(ANA, SetSpendingLimit(coins=10, idempotency_key="limit-00000001"))
    give(quantity=10)
    with pytest.raises(LimitReached):
        give()
    assert quoted().daily_coins_left == 0


def test_thirty_one_a_minute_are_one_too_many(time: TestClock) -> None:
    for _ in range(SENDS_A_MINUTE_MAX):
        give()
    with pytest.raises(TooManyRequests):
        give()
    time.pass_(minutes=1)
    give()


def test_a_debt_blocks_gifts_until_it_is_paid() -> None:
    rich(CARL, coins=100)
    give(CARL, gift_id="fire")
    lot = crediting.lot_id_of(CARL, f"p-{CARL}")
    refunds.refund_purchase(CARL, "r1", lot, 99)
    with pytest.raises(DebtOpen):
        give(CARL)


def test_a_quote_shows_the_price_and_the_creators_net_and_is_good_for_a_minute(
    time: TestClock,
) -> None:
    quote = quoted(gift_id="fire", quantity=2)
    assert (quote.unit_coins, quote.coins, quote.price_usd_micro) == (50, 100, 1_000_000)
    assert (quote.net_usd_micro, quote.creator_usd_micro) == (660_000, 330_000)
    assert quote.creator_share_bps == 5_000
    time.pass_(milliseconds=59_999)
    give(gift_id="fire", quantity=2, quote=quote.quote)
    time.pass_(milliseconds=1)
    with pytest.raises(QuoteExpired):
        give(gift_id="fire", quote=quote.quote)


def test_a_quote_is_refused_where_the_gift_would_be() -> None:
    graph.block(BEN, ANA, None)
    with pytest.raises(Refusal) as refused:
        quoted()
    assert refused.value.error() == "not-found"


def test_a_price_that_was_shown_holds_for_its_minute_and_no_client_names_one() -> None:
    quote = quoted(gift_id="fire")
    catalogue.update(
        CARL,
        catalogue_change(giftId="fire", coinCost=60),
    )
    assert give(gift_id="fire", quote=quote.quote).coins == 50
    assert give(gift_id="fire").coins == 60
    with pytest.raises(ValidationError):
        asked(gift_id="fire", coinCost=1)


def test_promotional_coins_are_spent_first_and_earn_nothing() -> None:
    crediting.grant_promo(ANA, "welcome", 40, "welcome")
    receipt = give(gift_id="fire")
    assert (receipt.coins, receipt.net_usd_micro) == (50, 10 * 6_600)


def test_a_gift_is_given_in_a_video_and_in_a_stream() -> None:
    place = video(BEN)
    give(context="video", contextId=place)
    give(context="live_stream", contextId=stream(BEN))
    paths = {entry.links["path"] for entry in ledger() if entry.kind is Kind.GIFT}
    assert paths == {f"videos/{place}", "liveStreams/stream-1"}


def test_a_combo_is_counted_in_order_and_every_gift_of_it_is_an_entry(time: TestClock) -> None:
    place = stream(BEN)
    receipts = [
        give(gift_id="rose", quantity=4, context="live_stream", contextId=place) for _ in range(3)
    ]
    assert [one.combo_count for one in receipts] == [4, 8, 12]
    assert [one.combo_multiplier for one in receipts] == [1, 1, 2]
    assert [one.points for one in receipts] == [4, 4, 8]
    assert [one.coins for one in receipts] == [4, 4, 4]
    assert len({one.combo_id for one in receipts}) == 1
    assert len(gifts()) == 3
    time.at += timedelta(seconds=5) + MS
    assert give(context="live_stream", contextId=place).combo_count == 1


def test_what_the_wallet_notes_of_giving_is_the_sum_of_its_gifts() -> None:
    for gift_id, number in (("rose", 3), ("heart", 2), ("rose", 1)):
        give(gift_id=gift_id, quantity=number)
    give(isAnonymous=True)
    note = giving.decode(reading.load(ANA).notes[giving.NOTE])
    coins = sum(entry.facts["coins"] for entry in ledger() if entry.kind is Kind.GIFT)
    assert note.totals.coins == coins == 15
    assert dict(note.totals.by_gift) == {"rose": 5, "heart": 2}
    assert {tally.coins for tally in note.totals.tallies.values()} == {14}


def test_nothing_leaves_before_the_commit_and_the_slots_task_after_it(queue: Queue) -> None:
    with pytest.raises(NotEnoughCoins):
        give(gift_id="galaxy")
    assert queue.names() == []
    give()
    assert queue.names() == ["rollUpGifts"]


def catalogue_change(**fields: object) -> object:
    from spaktok.gifts.requests import UpdateGift

    return UpdateGift.model_validate({"reason": "a new price", **fields})
