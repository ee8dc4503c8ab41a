"""Every permutation of up to six events about a slot, each told twice, ends in one state.

The merge itself is permuted in `tests/unit/premium/test_tickets.py`; here a share goes by the webhook,
the tasks and the ledger. `SPAKTOK_WHOLE=1` takes all stories, and all 720 orders of each, some in a
project: what is compared is all there is.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations, product

import pytest

from spaktok.core.ids import UserId
from spaktok.premium import store
from spaktok.premium.requests import PurchasePremiumSlot, UpdatePremiumSettings
from spaktok.premium.service import assigning, buying, settings
from spaktok.wallet.service import auditing
from tests.support.paying import Till, new
from tests.support.people import ANA, join
from tests.support.queue import Queue
from tests.support.remains import left
from tests.support.sample import parts, share
from tests.support.time import TestClock

PRICE, EVENTS_MAX = 9_900, 6
Story = Callable[[Till, str], None]


def refunded(shop: Till, payment: str) -> None:
    for minor in (PRICE // 3, PRICE - PRICE // 3):
        shop.account.reversals.create_refund({"payment_intent": payment, "amount": str(minor)})


def disputed(shop: Till, payment: str) -> None:
    opened = shop.account.reversals.open_dispute(payment)
    shop.account.reversals.close(opened["id"], won=False)


def refunded_and_won(shop: Till, payment: str) -> None:
    """A part went back, and the bank took the rest and gave it back."""
    part = {"payment_intent": payment, "amount": str(PRICE // 3)}
    shop.account.reversals.create_refund(part)
    opened = shop.account.reversals.open_dispute(payment)
    shop.account.reversals.close(opened["id"], won=True)


ORDERS = parts(permutations(range(EVENTS_MAX)), size=24, most=2)
STORIES = list(product((refunded, disputed, refunded_and_won), (False, True)))


@pytest.mark.parametrize("orders", ORDERS, ids=lambda orders: f"to {''.join(map(str, orders[-1]))}")
@pytest.mark.parametrize(("story", "renewing"), share(STORIES, every=3))
def test_every_permutation_of_a_slots_events_with_duplicates_ends_in_one_state(
    *,
    orders: list[tuple[int, ...]],
    story: Story,
    renewing: bool,
    shop: Till,
    queue: Queue,
    time: TestClock,
) -> None:
    """Of one that was bought once, and of the first term of a subscription.

    Control tried: of a ticket that forgets that it was sold, with a key of its own for every sale, the
    second event fails.
    """
    changes = UpdatePremiumSettings(
        sales_open=True, price_usd=PRICE, renewing=renewing, reason="As agreed"
    )
    settings.update(ANA, changes)
    known: set[str] = set()
    ends: dict[str, str] = {}
    for number, order in enumerate(orders):
        uid = UserId(f"u{number}")
        join(uid)
        ticket = buying.buy(uid, PurchasePremiumSlot(idempotency_key="intent-1")).ticket_id
        shop.account.payments.pay(shop.session_of(ticket)["id"])
        (payment,) = [
            one["id"]
            for one in shop.account.objects.all("payment_intent")
            if one["id"] not in known
        ]
        story(shop, payment)
        events = shop.account.teller.deliveries()[-EVENTS_MAX:]
        arriving = [events[place] for place in order if place < len(events)]
        for one in (*arriving, *reversed(arriving)):
            assert shop.deliver(one) == [200]
            follow(queue)
        ends["\n".join([*new(shop, known), *left(uid, queue, time)])] = str(order)
        assigning.vacate(uid)  # the slot is the next one's
        store.settings_ref().update({"reservations": {}})
        queue.waiting.clear()
    assert len(ends) == 1, "\n\n".join(f"{order}: {end}" for end, order in ends.items())
    assert auditing.everything() == []


def follow(queue: Queue) -> None:
    """What follows of premium is done."""
    while queue.waiting:
        function, task_id, body = queue.waiting.popleft()
        if "Premium" in function:
            assert queue.deliver(function, task_id, body) == 200
