"""What is left to do about a slot's payment: every order of hearing of it ends the same. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import pytest

from spaktok.coins.model.payments import (
    Dispute,
    DisputeState,
    Payment,
    Provider,
    Refund,
    State,
)
from spaktok.premium import tickets
from spaktok.premium.tickets import Hold, Owe, Resolve, Sale, Status, Step, TakeBack, Ticket

AT = datetime(2026, 3, 14, 12, tzinfo=UTC)
INQUIRY, OPEN, WON, LOST = (
    DisputeState.INQUIRY,
    DisputeState.OPEN,
    DisputeState.WON,
    DisputeState.LOST,
)
PRICE, GROSS = 9_900, 98_999_999
"""The dollars that came of it are no round part of its price."""
TICKET = Ticket(
    id="slot_1",
    user_id="ana",
    slot_id="premium_slot_1",
    price_minor=PRICE,
    currency="usd",
    version=1,
    term_days=30,
    grace_days=3,
    at=AT,
    until=AT + timedelta(minutes=33),
)
UNPAID = Payment(Provider.STRIPE, "pi_1", "slot_1", State.OPEN, False, PRICE, "usd")
PAID = replace(UNPAID, state=State.PAID, gross_micro=GROSS, fee_micro=317_000)
EVENTS_MAX = 6


def refund(minor: int, number: int = 1, *, failed: bool = False) -> Refund:
    return Refund(f"re_{number}", minor, failed)


def dispute(state: DisputeState, minor: int = PRICE, number: int = 1) -> Dispute:
    return Dispute(f"du_{number}", minor, state, 15_000_000)


STORIES: dict[str, list[Payment]] = {
    "paid": [UNPAID, PAID],
    "refunded in three parts": [
        PAID,
        replace(PAID, refunds=(refund(3_300),)),
        replace(PAID, refunds=(refund(3_300), refund(3_301, 2))),
        replace(PAID, refunds=(refund(3_300), refund(3_301, 2), refund(3_299, 3))),
    ],
    "an inquiry, then a dispute that is won": [
        PAID,
        replace(PAID, disputes=(dispute(INQUIRY),)),
        replace(PAID, disputes=(dispute(OPEN),)),
        replace(PAID, disputes=(dispute(WON),)),
    ],
    "disputed and lost": [
        PAID,
        replace(PAID, disputes=(dispute(OPEN),)),
        replace(PAID, disputes=(dispute(LOST),)),
    ],
    "a refund of a part, then a dispute of the rest that is won": [
        PAID,
        replace(PAID, refunds=(refund(4_900),)),
        replace(PAID, refunds=(refund(4_900),), disputes=(dispute(OPEN, 5_000),)),
        replace(PAID, refunds=(refund(4_900),), disputes=(dispute(WON, 5_000),)),
    ],
    "a dispute of a part that is won, then a refund of another": [
        PAID,
        replace(PAID, disputes=(dispute(OPEN, 5_000),)),
        replace(PAID, disputes=(dispute(WON, 5_000),)),
        replace(PAID, disputes=(dispute(WON, 5_000),), refunds=(refund(3_000),)),
    ],
    "disputed whole and won, and refunded whole then": [
        PAID,
        replace(PAID, disputes=(dispute(OPEN),)),
        replace(PAID, disputes=(dispute(WON),)),
        replace(PAID, disputes=(dispute(WON),), refunds=(refund(PRICE),)),
    ],
    "a refund that the bank sends back": [
        PAID,
        replace(PAID, refunds=(refund(PRICE),)),
        replace(PAID, refunds=(refund(PRICE, failed=True),)),
    ],
    "nobody pays": [UNPAID, replace(UNPAID, state=State.CLOSED)],
}


class World:
    """A ticket by itself, what was booked of it, and how often its slot was given and taken."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self.booked: Counter[str] = Counter()
        self.done: list[Step] = []
        self.given = self.taken = 0

    def hear(self, payment: Payment) -> None:
        for step in tickets.steps(self.ticket, payment):
            self.take(step)

    def take(self, step: Step) -> None:
        self.done.append(step)
        before, after = self.ticket, tickets.after(self.ticket, step)
        match step:
            case Sale(gross, fee):
                self.booked["stripe"] -= gross
                self.booked["revenue"] += gross - fee
                after = replace(after, status=Status.ACTIVE)
                self.given += 1
            case Hold(one):
                self.booked["disputed"] -= after.micro(one.minor)
            case Resolve(one):
                micro = after.micro(one.minor)
                self.booked["disputed"] += micro
                self.booked["stripe" if step.won else "revenue"] -= micro
            case TakeBack(total):
                self.booked["revenue"] -= after.micro(total) - after.micro(before.refunded_minor)
            case Owe(one):
                self.booked["owed"] += after.micro(one.minor)
        if after.status is Status.ACTIVE and after.paid_back:
            after = replace(after, status=Status.REFUNDED)
            self.taken += 1
        if (
            isinstance(step, Resolve)
            and step.won
            and after.status is Status.REFUNDED
            and not after.paid_back
        ):
            after = replace(after, status=Status.ACTIVE)
            self.given += 1
        self.ticket = after

    def end(self) -> tuple[object, ...]:
        return self.ticket, +self.booked, -self.booked, self.given - self.taken


@pytest.mark.parametrize("recurring", [False, True])
@pytest.mark.parametrize("story", STORIES)
def test_every_order_of_hearing_with_repeats_and_stale_news_ends_the_same(
    story: str, recurring: bool
) -> None:
    """Every sequence of up to one more hearing than there are states, so long as the last state is
    among them; of one that was bought once, and of a term of a subscription.

    Negative control, tried: with disputes that are over not skipped in `steps`, the orders ended apart.
    """
    states = STORIES[story]
    ticket = replace(TICKET, recurring=recurring, subscription_id="sub_1" if recurring else None)
    straight = World(ticket)
    for state in states:
        straight.hear(state)
    number = 0
    for heard in product(states, repeat=len(states) + 1):
        if states[-1] not in heard:
            continue
        world = World(ticket)
        for state in heard:
            world.hear(state)
        assert world.end() == straight.end(), heard
        number += 1
    assert number >= 3


@pytest.mark.parametrize("story", STORIES)
def test_every_permutation_of_six_events_each_told_twice_ends_the_same(story: str) -> None:
    """An event is heard of by asking: what is answered is what has happened by then, or a state before,
    where another answer was faster."""
    states = STORIES[story]
    events = (list(range(len(states))) * EVENTS_MAX)[:EVENTS_MAX]
    ends = set()
    for order in set(permutations(events)):
        world = World(TICKET)
        for number in (*order, *reversed(order), -1):
            world.hear(states[number])
        ends.add(str(world.end()))
        assert len(world.done) <= len(states) + 1
    assert len(ends) == 1


def test_a_slot_is_held_just_where_something_of_its_price_is_with_us_whatever_is_told() -> None:
    """And given again only by a dispute that is won.

    Negative control, tried: with won disputes counted in `paid_back`, a won slot was not held.
    """
    for states in STORIES.values():
        world = World(TICKET)
        for state in (*states, *reversed(states), *states):
            world.hear(state)
        last = states[-1]
        taken = sum(one.minor for one in last.disputes if one.state is not WON)
        kept = last.state is State.PAID and world.ticket.refunded_minor + taken < PRICE
        won = sum(one.state is WON for one in last.disputes)
        assert world.given - world.taken == kept
        assert world.given <= 1 + won
