"""A number is handed out at most once, and never beyond the limit."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest

from spaktok.core import clients, meter, tickets
from spaktok.core.refusal import TryAgain
from tests.support.faults import Fault, always, injected, nth, seeded
from tests.support.sample import some
from tests.support.threads import together

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

pytestmark = pytest.mark.usefixtures("no_backoff")


def counter() -> DocumentReference:
    return clients.db().collection("tickets").document("page")


def test_64_workers_take_all_numbers_without_a_duplicate_and_not_one_more() -> None:
    """Control: with the value read after the increment instead of from its answer, numbers were
    handed out twice and others never."""
    count = some(1_000, short=250)

    def work(_: int) -> list[int]:
        mine = []
        while (number := tickets.take(counter(), count)) is not None:
            mine.append(number)
        return mine

    taken = together(64, work)
    assert sorted(chain.from_iterable(taken)) == list(range(1, count + 1))


def test_a_ticket_costs_one_write_and_no_read() -> None:
    with meter.counting() as cost:
        tickets.take(counter(), 5)
    assert (cost.reads, cost.writes, cost.rpcs) == (0, 1, 1)


def test_a_lost_acknowledgement_burns_a_number_and_repeats_none() -> None:
    first = tickets.take(counter(), 10)
    with injected(nth("commit", 0, Fault.LOST_ACK)):
        second = tickets.take(counter(), 10)
    assert (first, second, tickets.take(counter(), 10)) == (1, 3, 4)


def test_under_seeded_faults_no_number_is_given_twice() -> None:
    chances = {Fault.ABORTED: 0.05, Fault.LOST_ACK: 0.05, Fault.UNAVAILABLE: 0.03}
    with injected(seeded(5, chances)) as wire:
        taken = together(8, lambda _: [tickets.take(counter(), 200) for _ in range(25)])
    numbers = [number for number in chain.from_iterable(taken) if number is not None]
    lost = sum(fault is Fault.LOST_ACK for _, fault in wire.injected)
    assert lost > 0
    assert len(set(numbers)) == len(numbers) >= 200 - lost
    assert max(numbers) <= 200


def test_an_outage_is_a_refusal_and_gives_no_number() -> None:
    with injected(always("commit", Fault.ABORTED)), pytest.raises(TryAgain):
        tickets.take(counter(), 10)
    assert tickets.take(counter(), 10) == 1
