"""Every permutation of up to six events, each told twice, ends in one state.

The short run takes a share of the permutations and seeded interleavings with what happens meanwhile;
`SPAKTOK_WHOLE=1` takes all: 720 orders of each story, and 200 interleavings.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from google.cloud.firestore import FieldFilter

from localstripe.events import Delivery
from localstripe.payments import GOOD, REFUND_FAILS
from spaktok.coins import store
from spaktok.coins.model.packages import first
from spaktok.coins.model.payments import Provider
from spaktok.coins.model.purchases import Purchase
from spaktok.coins.service import catalogue
from spaktok.core import clients, clock
from spaktok.wallet.service import reading
from tests.support.paying import Till
from tests.support.sample import WHOLE

EVERY = 1 if WHOLE else 180
INTERLEAVED = 200 if WHOLE else 2
EVENTS_MAX = 6

Story = list[Callable[[Till, str], Any]]


def refund(minor: int) -> Callable[[Till, str], Any]:
    return lambda stripe, payment: stripe.account.reversals.create_refund(
        {"payment_intent": payment, "amount": minor}
    )


def fail_refund(stripe: Till, payment: str) -> None:
    (one,) = stripe.account.objects.all("refund", payment_intent=payment)
    stripe.account.reversals.fail_refund(one["id"])


def open_dispute(stripe: Till, payment: str) -> None:
    stripe.account.reversals.open_dispute(payment)


def close(won: bool) -> Callable[[Till, str], Any]:
    def end(stripe: Till, payment: str) -> None:
        (one,) = stripe.account.objects.all("dispute", payment_intent=payment)
        stripe.account.reversals.close(one["id"], won=won)

    return end


STORIES: dict[str, tuple[str, Story, tuple[str, ...]]] = {
    "paid and refunded in parts": (
        GOOD,
        [refund(300), refund(699)],
        (
            "checkout.session.completed",
            "payment_intent.succeeded",
            "charge.refunded",
            "refund.created",
        ),
    ),
    "disputed and won": (
        GOOD,
        [open_dispute, close(won=True)],
        ("checkout.session.completed", "payment_intent.succeeded", "charge.dispute."),
    ),
    "disputed and lost": (
        GOOD,
        [open_dispute, close(won=False)],
        ("checkout.session.completed", "payment_intent.succeeded", "charge.dispute."),
    ),
    "a refund that fails": (
        REFUND_FAILS,
        [refund(999), fail_refund],
        (
            "checkout.session.completed",
            "payment_intent.succeeded",
            "charge.refund",
            "refund.failed",
        ),
    ),
}


def order(stripe: Till, uid: str) -> Purchase:
    """A purchase and its session, without what starting one costs."""
    package = next(one for one in first() if one.package_id == "coins_1000")
    made = Purchase(
        id=f"p-{uid}",
        user_id=uid,
        package_id=package.package_id,
        version=1,
        provider=Provider.STRIPE,
        coin_amount=package.coin_amount,
        bonus_coins=package.bonus_coins,
        price_minor=999,
        currency="usd",
        price_usd=999,
        at=clock.now(),
    )
    store.purchase_ref(made.id).set(store.encode(made))
    about = {"purchaseId": made.id}
    stripe.account.payments.create_session(
        {
            "mode": "payment",
            "client_reference_id": made.id,
            "line_items": [{"price_data": {"currency": "usd", "unit_amount": "999"}}],
            "metadata": about,
            "payment_intent_data": {"metadata": about},
            "success_url": "https://example.com",
        }
    )
    return made


def told(stripe: Till, kinds: tuple[str, ...]) -> list[Delivery]:
    """What there is to hear of now, of these kinds; the rest is dropped."""
    return [one for one in stripe.account.teller.deliveries() if one.kind.startswith(kinds)]


def ended(purchase: Purchase) -> tuple[object, ...]:
    """All that counts: wallet, purchase, and every account's sum over the entries."""
    wallet = reading.load(purchase.user_id)  # type: ignore[arg-type]
    now = store.purchase(store.purchase_ref(purchase.id).get())
    assert now is not None
    sums: dict[str, int] = {}
    by = FieldFilter("userId", "==", purchase.user_id)
    mine = clients.db().collection("transactions").where(filter=by)
    for entry in mine.stream():
        for posting in entry.get("postings"):
            key = f"{posting['account']} {posting['unit']}"
            sums[key] = sums.get(key, 0) + posting["amount"]
    lots = tuple((lot.coins, lot.net_micro) for lot in wallet.lots)
    progress = replace(
        now.progress,
        disputes=tuple(sorted(now.progress.disputes.values())),  # type: ignore[arg-type]
        failed_refunds=(str(len(now.progress.failed_refunds)),),
    )
    rest = {name: value for name, value in sums.items() if value}
    return (lots, wallet.held, wallet.owed, now.status, progress, tuple(sorted(rest.items())))


@pytest.fixture
def sold(stripe: Till) -> Till:
    catalogue.current()
    return stripe


@pytest.mark.parametrize("story", STORIES)
def test_every_permutation_with_duplicates_ends_in_one_state(story: str, sold: Till) -> None:
    """Negative control: with `steps` returning the step of the event that came and no other, a dispute
    closed before it was opened was never held, and the orders ended in several states."""
    method, happens, kinds = STORIES[story]
    ends: dict[tuple[object, ...], list[str]] = {}
    number = 0
    for index, order_of in enumerate(permutations(range(EVENTS_MAX))):
        if index % EVERY:
            continue
        purchase = order(sold, f"u{index}")
        payment = sold.pay(purchase.id, method)
        for act in happens:
            act(sold, payment)
        events = told(sold, kinds)[:EVENTS_MAX]
        arriving = [events[place] for place in order_of if place < len(events)]
        statuses = sold.deliver(*arriving, *reversed(arriving))
        assert set(statuses) == {200}
        ends.setdefault(ended(purchase), []).append(str(order_of))
        number += 1
    assert len(ends) == 1, {str(end): orders[:3] for end, orders in ends.items()}
    assert number >= 720 // EVERY


@pytest.mark.parametrize("story", STORIES)
def test_hearing_meanwhile_and_late_ends_in_the_same_state(story: str, sold: Till) -> None:
    """What is heard while it happens, and what is heard twice and days later, in seeded orders."""
    method, happens, kinds = STORIES[story]
    ends = set()
    for seed in range(INTERLEAVED):
        rolls = random.Random(seed)
        purchase = order(sold, f"s{seed}")
        payment = sold.pay(purchase.id, method)
        waiting: list[Delivery] = []
        for act in (*happens, None):
            waiting += told(sold, kinds)
            heard = [one for one in waiting if rolls.random() < 0.5]
            rolls.shuffle(heard)
            if heard:
                sold.deliver(*heard)
            if act is not None:
                act(sold, payment)
        waiting += told(sold, kinds)
        rolls.shuffle(waiting)
        sold.deliver(*waiting)
        ends.add(coarse(ended(purchase)))
    assert len(ends) == 1, ends


def coarse(end: tuple[object, ...]) -> tuple[object, ...]:
    """Without the micro that rounding a part may put on either side."""
    lots, held, owed, status, progress, _ = end
    return tuple(coins for coins, _ in lots), held, owed, status, progress  # type: ignore[attr-defined]
