"""What PayPal's documentation promises, of the stand-in and of PayPal's own sandbox.

Run against the sandbox with SPAKTOK_PAYPAL_CONTRACT_URL=https://api-m.sandbox.paypal.com,
SPAKTOK_PAYPAL_CLIENT_ID and SPAKTOK_PAYPAL_SECRET of a REST app of its own. Each test cites the page
it is taken from, at developer.paypal.com.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from localpaypal.server import CLIENT_ID, SECRET, running
from spaktok.core import clock
from spaktok.integrations.paypal.client import PayPal, minor, money
from spaktok.integrations.paypal.model import (
    BatchStatus,
    Contradiction,
    Duplicate,
    ItemStatus,
    Order,
    Refused,
    Unknown,
)

SANDBOX = "SPAKTOK_PAYPAL_CONTRACT_URL"


@pytest.fixture
def paypal() -> Iterator[PayPal]:
    if url := os.environ.get(SANDBOX):
        yield PayPal(
            url, os.environ["SPAKTOK_PAYPAL_CLIENT_ID"], os.environ["SPAKTOK_PAYPAL_SECRET"]
        )
        return
    with running() as local:
        yield PayPal(local.url, CLIENT_ID, SECRET)


def order(receiver: str = "receiver@example.com", amount: int = 950) -> Order:
    return Order(f"wd-{uuid4().hex}", receiver, receiver_is_account=False, amount_minor=amount)


def processed(paypal: PayPal, batch_id: str, asked: Order) -> BatchStatus:
    for _ in range(60):
        batch = paypal.batch(batch_id, asked)
        if batch.status not in (BatchStatus.PENDING, BatchStatus.PROCESSING):
            return batch.status
        time.sleep(1 if os.environ.get(SANDBOX) else 0)
    raise AssertionError("never processed")


def test_a_new_batch_is_pending_and_then_processed_with_its_item(paypal: PayPal) -> None:
    """/api/payments.payouts-batch/v1/payouts-post, /payouts-get: `batch_status` PENDING → SUCCESS."""
    asked = order()
    made = paypal.create(asked)
    assert (made.key, made.item) == (asked.key, None)
    assert made.status in (BatchStatus.PENDING, BatchStatus.PROCESSING)
    assert processed(paypal, made.batch_id, asked) is BatchStatus.SUCCESS
    item = paypal.batch(made.batch_id, asked).item
    assert item is not None
    assert (item.key, item.amount_minor, item.currency) == (asked.key, 950, "USD")
    assert paypal.item(item.item_id).item_id == item.item_id


def test_a_key_that_was_used_is_refused_with_a_link_to_the_original(paypal: PayPal) -> None:
    """/api/payments.payouts-batch/v1/payouts-post: "the API rejects the request with an error message
    that shows the duplicate sender_batch_id and includes a HATEOAS link to the original payout".
    """
    asked = order()
    first = paypal.create(asked)
    with pytest.raises(Duplicate) as refused:
        paypal.create(asked)
    assert refused.value.batch_id == first.batch_id


def test_a_receiver_that_is_none_is_refused_by_name(paypal: PayPal) -> None:
    """/api/payments.payouts-batch/v1/errors: VALIDATION_ERROR, and nothing is made."""
    with pytest.raises(Refused) as refused:
        paypal.create(order("no-address"))
    assert refused.value.name == "VALIDATION_ERROR"


def test_a_batch_that_is_not_there_is_refused(paypal: PayPal) -> None:
    """/api/payments.payouts-batch/v1/payouts-get: INVALID_RESOURCE_ID."""
    with pytest.raises(Refused):
        paypal.batch("NOSUCHBATCH1", order())


def test_the_history_has_what_was_paid(paypal: PayPal) -> None:
    """/docs/api/transaction-search/v1/search-get: up to three hours later at PayPal itself."""
    if os.environ.get(SANDBOX):
        pytest.skip("the sandbox lists a transaction after up to three hours")
    asked = order()
    made = paypal.create(asked)
    processed(paypal, made.batch_id, asked)
    at = clock.now()
    lines = list(paypal.history(at - timedelta(days=40), at + timedelta(minutes=1)))
    assert [(one.event_code, one.amount_minor, one.custom) for one in lines] == [
        ("T0001", -950, asked.key)
    ]


@pytest.mark.skipif(SANDBOX in os.environ, reason="the sandbox claims nothing by its name")
def test_what_nobody_claims_can_be_taken_back() -> None:
    """/payouts/use-payouts: UNCLAIMED, RECEIVER_UNREGISTERED; cancelling answers RETURNED."""
    with running() as local:
        paypal = PayPal(local.url, CLIENT_ID, SECRET)
        asked = order("unclaimed@example.com")
        made = paypal.create(asked)
        item = paypal.batch(made.batch_id, asked).item
        assert item is not None
        assert (item.status, item.error) == (ItemStatus.UNCLAIMED, "RECEIVER_UNREGISTERED")
        assert paypal.cancel_unclaimed(item.item_id).status is ItemStatus.RETURNED
        with pytest.raises(Refused):
            paypal.cancel_unclaimed(item.item_id)


@pytest.mark.parametrize("fee", [951, -1])
def test_a_fee_that_can_be_none_is_not_believed(fee: int) -> None:
    """Booked as our cost, it would be one: nobody says that PayPal never errs."""
    with running() as local:
        paypal = PayPal(local.url, CLIENT_ID, SECRET)
        asked = order()
        made = paypal.create(asked)
        local.payout(asked.key).told_fee_minor = fee
        with pytest.raises(Contradiction):
            paypal.batch(made.batch_id, asked)


def test_no_answer_is_no_knowledge() -> None:
    with pytest.raises(Unknown):
        PayPal("http://127.0.0.1:9", "a", "b", timeout_s=(0.2, 0.2)).create(order())


def test_a_wrong_secret_is_no_knowledge_either() -> None:
    with running() as local, pytest.raises(Unknown):
        PayPal(local.url, CLIENT_ID, "wrong").create(order())


@pytest.mark.parametrize("cents", [0, 1, 9, 10, 99, 100, 950, 200_000, -25])
def test_money_survives_the_way_there_and_back(cents: int) -> None:
    assert minor(money(cents)) == cents


@pytest.mark.parametrize("text", ["", "9,50", "1e3", "NaN", "9.505", " 9.50", "--1", 9.5, None])
def test_what_is_no_money_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="no amount"):
        minor(text)
