"""What both the local Stripe and Stripe itself must do, by the vendor's documentation.

Runs against the local one; with `STRIPE_TEST_KEY=sk_test_…` against the vendor's test mode, but for
what only a local one can be made to do. Sources, at docs.stripe.com: api/idempotent_requests,
error-low-level, payments/paymentintents/lifecycle, api/checkout/sessions, refunds, disputes, testing,
webhooks, api/events/list, api/pagination, api/expanding_objects.
"""

from __future__ import annotations

import os
import time
import uuid
from typing import Any

import pytest
import stripe

from localstripe.api import Fault, LocalStripe
from localstripe.events import header
from localstripe.payments import SLOW
from localstripe.reversals import LOSING, WINNING
from localstripe.server import Server
from spaktok.core import clock
from spaktok.integrations.stripe import messages
from tests.support.paying import SECRET, sdk

VENDOR_KEY = os.environ.get("STRIPE_TEST_KEY", "")
local_only = pytest.mark.skipif(bool(VENDOR_KEY), reason="only a local one can be made to do this")
CARD = "pm_card_visa"


@pytest.fixture(scope="module")
def account() -> LocalStripe:
    return LocalStripe()


@pytest.fixture
def client(account: LocalStripe) -> stripe.StripeClient:
    if VENDOR_KEY:
        assert VENDOR_KEY.startswith("sk_test_"), "never a live key"
        return stripe.StripeClient(VENDOR_KEY)
    return sdk(account)


def key() -> Any:
    return {"idempotency_key": str(uuid.uuid4())}


def paid(client: stripe.StripeClient, method: str = CARD, **more: Any) -> Any:
    return client.v1.payment_intents.create(
        {
            "amount": 999,
            "currency": "usd",
            "confirm": True,
            "payment_method": method,
            "capture_method": "automatic",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            **more,
        },
        key(),
    )


def until(ask: Any) -> Any:
    """The vendor is eventual here and there."""
    deadline = time.monotonic() + (30 if VENDOR_KEY else 1)
    while not (found := ask()) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found
    return found


def test_a_key_gives_the_first_answer_back(client: stripe.StripeClient) -> None:
    options = key()
    made = [client.v1.customers.create({"metadata": {"a": "1"}}, options) for _ in range(2)]
    assert made[0].id == made[1].id
    assert made[1].last_response.headers["idempotent-replayed"] == "true"


def test_a_key_with_other_parameters_is_an_idempotency_error(client: stripe.StripeClient) -> None:
    options = key()
    client.v1.customers.create({"metadata": {"a": "1"}}, options)
    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.customers.create({"metadata": {"a": "2"}}, options)
    assert refused.value.http_status == 400


def test_what_fails_validation_is_not_kept_under_the_key(client: stripe.StripeClient) -> None:
    options = key()
    bad: Any = {"amount": 999, "currency": "nonsense"}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create(bad, options)
    good: Any = {"amount": 999, "currency": "usd"}
    assert client.v1.payment_intents.create(good, options).id


def test_a_wrong_key_of_the_api_is_refused(account: LocalStripe) -> None:
    if VENDOR_KEY:
        speaking = stripe.StripeClient("sk_test_nobody")
    else:
        speaking = stripe.StripeClient(
            "sk_test_nobody", http_client=sdk(account)._requestor._client
        )
    with pytest.raises(stripe.AuthenticationError):
        speaking.v1.balance.retrieve()


def test_what_is_not_there_is_missing(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.retrieve("pi_nobody")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_a_payment_has_its_fee_on_the_balance_transaction(client: stripe.StripeClient) -> None:
    made = paid(client)
    found: Any = client.v1.payment_intents.retrieve(
        made.id, {"expand": ["latest_charge.balance_transaction"]}
    )
    assert (found.status, found.amount_received, found.livemode) == ("succeeded", 999, False)
    line = found.latest_charge.balance_transaction
    assert line.amount - line.fee == line.net
    assert 0 < line.fee < line.amount
    assert found.latest_charge.payment_intent == found.id


def test_a_declined_card_says_so_and_can_be_tried_again(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as declined:
        paid(client, "pm_card_chargeDeclined")
    assert (declined.value.http_status, declined.value.code) == (402, "card_declined")
    intent: Any = declined.value.error
    found = client.v1.payment_intents.retrieve(intent.payment_intent.id)
    assert found.status == "requires_payment_method"
    again = client.v1.payment_intents.confirm(
        found.id, {"payment_method": CARD, "return_url": "https://example.com"}
    )
    assert again.status == "succeeded"


def test_a_payment_that_is_done_can_not_be_cancelled(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.cancel(paid(client).id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_a_session_is_open_with_a_page_and_without_a_payment(client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(session())
    assert (made.status, made.payment_status, made.payment_intent) == ("open", "unpaid", None)
    assert made.amount_total == 999
    assert made.url is not None
    over = client.v1.checkout.sessions.expire(made.id)
    assert (over.status, over.url) == ("expired", None)


def test_a_session_lives_30_minutes_at_least(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(session(expires_at=int(time.time()) + 60))


def session(**more: Any) -> Any:
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "usd",
                    "unit_amount": 999,
                    "product_data": {"name": "1,010 coins"},
                },
            }
        ],
        "metadata": {"purchaseId": "p"},
        "payment_intent_data": {"metadata": {"purchaseId": "p"}, "capture_method": "automatic"},
        "success_url": "https://example.com/done",
        **more,
    }


def test_refunds_add_up_and_never_beyond_the_payment(client: stripe.StripeClient) -> None:
    made = paid(client)
    part: Any = {"payment_intent": made.id, "amount": 300}
    first = client.v1.refunds.create(part, key())
    assert (first.status, first.payment_intent) == ("succeeded", made.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": made.id, "amount": 700}, key())
    client.v1.refunds.create({"payment_intent": made.id}, key())
    charge: Any = client.v1.payment_intents.retrieve(made.id, {"expand": ["latest_charge"]})
    assert charge.latest_charge.amount_refunded == 999
    assert charge.latest_charge.refunded is True
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": made.id}, key())
    assert refused.value.code == "charge_already_refunded"
    listed = client.v1.refunds.list({"payment_intent": made.id, "limit": 1})
    assert listed.has_more
    assert len(list(listed.auto_paging_iter())) == 2


def test_a_refund_does_not_give_the_fee_back(client: stripe.StripeClient) -> None:
    made = client.v1.refunds.create(
        {"payment_intent": paid(client).id, "expand": ["balance_transaction"]}, key()
    )
    line: Any = made.balance_transaction
    assert (line.amount, line.fee) == (-999, 0)


def test_the_balance_lists_what_moved_and_of_what(client: stripe.StripeClient) -> None:
    """docs.stripe.com/api/balance_transactions/list, /reports/balance-transaction-types: newest first,
    in pages, of one type where asked; net is the amount less the fee, which is broken down; what was
    paid is not available at once."""
    made = paid(client, metadata={"purchaseId": "p"})
    back = client.v1.refunds.create({"payment_intent": made.id, "amount": 300}, key())
    since: Any = {"gte": made.created}

    def listed() -> list[Any]:
        found: Any = client.v1.balance_transactions.list(
            {"created": since, "limit": 1, "expand": ["data.source"]}
        )
        return [
            one
            for one in found.auto_paging_iter()
            if getattr(one.source, "payment_intent", None) == made.id
        ]

    refund, charge = until(lambda: len(found := listed()) == 2 and found)
    assert (charge.type, charge.reporting_category) == ("charge", "charge")
    assert (charge.amount, charge.net) == (999, 999 - charge.fee)
    assert sum(one.amount for one in charge.fee_details) == charge.fee > 0
    assert (charge.status, charge.available_on > charge.created) == ("pending", True)
    assert (charge.source.object, charge.source.amount) == ("charge", 999)
    assert charge.source.metadata["purchaseId"] == "p", "as it stands on the PaymentIntent"
    assert (refund.type, refund.amount, refund.fee) == ("refund", -300, 0)
    assert refund.source.id == back.id
    only: Any = client.v1.balance_transactions.list({"created": since, "type": "refund"})
    assert {one.type for one in only.data} == {"refund"}


@local_only
def test_what_moves_slowly_is_on_the_balance_and_taken_off_where_it_fails(
    client: stripe.StripeClient, account: LocalStripe
) -> None:
    """`payment`, `payment_failure_refund`; of a failed refund `refund_failure`; of a dispute
    `adjustment`, by its category `dispute` or `dispute_reversal`."""
    before = account.objects.balance_minor()
    made = paid(client, SLOW)
    assert made.status == "processing"
    account.payments.settle_slow(made.id, succeeds=False)
    assert account.objects.balance_minor() == before
    charge: Any = client.v1.charges.list(
        {"payment_intent": made.id, "expand": ["data.failure_balance_transaction"]}
    ).data[0]
    off = charge.failure_balance_transaction
    assert (charge.status, off.type, off.amount) == ("failed", "payment_failure_refund", -999)
    second = paid(client)
    refund = client.v1.refunds.create({"payment_intent": second.id}, key())
    account.reversals.fail_refund(refund.id)
    dispute = account.reversals.open_dispute(second.id)
    account.reversals.close(dispute["id"], won=True)
    newest: Any = client.v1.balance_transactions.list({"limit": 3})
    assert [(one.type, one.reporting_category) for one in newest.data] == [
        ("adjustment", "dispute_reversal"),
        ("adjustment", "dispute"),
        ("refund_failure", "refund_failure"),
    ]


@pytest.mark.parametrize(("evidence", "ends"), [(WINNING, "won"), (LOSING, "lost")])
def test_a_dispute_takes_the_money_and_ends_one_way(
    evidence: str, ends: str, client: stripe.StripeClient, account: LocalStripe
) -> None:
    made = paid(client, "pm_card_createDispute")
    if not VENDOR_KEY:
        account.reversals.open_dispute(made.id)
    (found,) = until(lambda: client.v1.disputes.list({"payment_intent": made.id}).data)
    assert (found.amount, found.status) == (999, "needs_response")
    assert sum(line.net for line in found.balance_transactions) < -999
    client.v1.disputes.update(found.id, {"evidence": {"uncategorized_text": evidence}})
    over = until(
        lambda: (d := client.v1.disputes.retrieve(found.id)).status in ("won", "lost") and d
    )
    assert over.status == ends


def test_events_are_listed_newest_first_with_what_they_are_about(
    client: stripe.StripeClient,
) -> None:
    made = paid(client)

    def told() -> list[Any]:
        listed = client.v1.events.list({"types": ["payment_intent.succeeded"], "limit": 100})
        return [one for one in listed.data if one.data.object["id"] == made.id]

    (event,) = until(told)
    read = messages.event(event.to_dict())
    assert (read.payment_id, read.live, read.account) == (made.id, False, None)


@local_only
def test_an_answer_that_is_lost_is_given_again_to_the_same_key(
    client: stripe.StripeClient, account: LocalStripe
) -> None:
    before = len(account.objects.all("customer"))
    account.faults.append(Fault("lost", path="/v1/customers"))
    made = client.v1.customers.create({"metadata": {}}, key())
    assert len(account.objects.all("customer")) == before + 1
    assert account.objects.get(made.id, "customer")


@local_only
def test_a_500_is_kept_under_the_key(client: stripe.StripeClient, account: LocalStripe) -> None:
    account.faults.append(Fault("500", path="/v1/customers"))
    options = key()
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            client.v1.customers.create({"metadata": {}}, options)


@local_only
def test_a_bank_can_send_a_refund_back(client: stripe.StripeClient, account: LocalStripe) -> None:
    made = paid(client, "pm_card_refundFail")
    refund = client.v1.refunds.create({"payment_intent": made.id}, key())
    account.reversals.fail_refund(refund.id)
    found = client.v1.refunds.retrieve(refund.id)
    assert (found.status, found.failure_reason) == ("failed", "expired_or_canceled_card")


@local_only
def test_the_ledger_is_the_sum_of_its_lines(account: LocalStripe) -> None:
    assert account.objects.balance_minor() == sum(
        line["amount"] - line["fee"] for line in account.objects.lines
    )


@local_only
def test_it_speaks_http_to_the_sdk_as_it_is(account: LocalStripe) -> None:
    with Server(LocalStripe()) as server:
        speaking = stripe.StripeClient("sk_test_local", base_addresses={"api": server.url})
        made = speaking.v1.checkout.sessions.create(session())
        assert made.url == f"{server.url}/pay/{made.id}"


@pytest.mark.parametrize("body", [b"{}", '{"ü": "\u00e9"}'.encode(), b'{"a":\n 1 }'])
def test_our_proof_and_the_sdks_agree(body: bytes) -> None:
    at = int(clock.now().timestamp())
    ours = header(body, at, SECRET)
    assert stripe.WebhookSignature.verify_header(body, ours, SECRET, 300)
    theirs = stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET, at)
    messages.prove(body, theirs, (SECRET,), clock.now())
    with pytest.raises(messages.Forged):
        messages.prove(body + b" ", theirs, (SECRET,), clock.now())
