"""What the meter says is what was done, operation by operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from spaktok.core import clients, meter, transaction
from spaktok.core.meter import Tally
from tests.support.faults import Fault, injected, nth
from tests.support.threads import together


@pytest.fixture(autouse=True)
def world() -> None:
    batch = clients.db().batch()
    for number in range(5):
        batch.set(document(str(number)), {"n": number})
    batch.commit()


def things() -> Any:
    return clients.db().collection("things")


def document(name: str) -> Any:
    return things().document(name)


def count(work: Callable[[], object]) -> Tally:
    with meter.counting() as tally:
        work()
    return tally


def a_batch() -> None:
    batch = clients.db().batch()
    batch.create(document("new"), {"n": 1})
    batch.set(document("0"), {"n": 2})
    batch.update(document("1"), {"n": 3})
    batch.delete(document("2"))
    batch.delete(document("never-there"))
    batch.commit()


def a_transaction() -> None:
    def body(tx: Any) -> None:
        list(tx.get_all([document("0"), document("missing")]))
        list(tx.get(things().where("n", ">", 2)))
        tx.update(document("0"), {"n": 9})
        tx.delete(document("1"))

    transaction.run(body)


def a_refused_transaction() -> None:
    def body(tx: Any) -> None:
        next(iter(tx.get_all([document("0")])))
        raise LookupError

    with pytest.raises(LookupError):
        transaction.run(body)


@pytest.mark.filterwarnings("ignore:Detected filter using positional arguments")
@pytest.mark.parametrize(
    ("work", "cost"),
    [  # reads, writes, deletes, RPCs
        (lambda: None, (0, 0, 0, 0)),
        (lambda: document("0").get(), (1, 0, 0, 1)),
        (lambda: document("missing").get(), (1, 0, 0, 1)),
        (lambda: list(clients.db().get_all([document(n) for n in "01xy"])), (4, 0, 0, 1)),
        (lambda: list(things().stream()), (5, 0, 0, 1)),
        (lambda: list(things().limit(2).stream()), (2, 0, 0, 1)),
        (lambda: list(things().where("n", "==", 77).stream()), (1, 0, 0, 1)),
        (lambda: list(things().offset(3).stream()), (2, 0, 0, 1)),
        (lambda: things().count().get(), (1, 0, 0, 1)),
        (lambda: things().where("n", "==", 77).count().get(), (1, 0, 0, 1)),
        (lambda: document("new").create({"n": 1}), (0, 1, 0, 1)),
        (lambda: document("new").set({"n": 1}, merge=True), (0, 1, 0, 1)),
        (lambda: document("0").delete(), (0, 0, 1, 1)),
        (a_batch, (0, 3, 2, 1)),
        (a_transaction, (4, 1, 1, 3)),
        (a_refused_transaction, (1, 0, 0, 2)),
    ],
)
def test_each_kind_of_operation_costs_what_the_bill_says(
    work: Callable[[], object], cost: tuple[int, int, int, int]
) -> None:
    tally = count(work)
    assert (tally.reads, tally.writes, tally.deletes, tally.rpcs) == cost


def test_an_aggregation_costs_a_read_for_every_thousand_begun() -> None:
    for start in range(0, 1001, 500):
        batch = clients.db().batch()
        for number in range(start, min(start + 500, 1001)):
            batch.set(clients.db().collection("many").document(str(number)), {})
        batch.commit()
    many: Any = clients.db().collection("many")
    assert count(lambda: many.count().get()).reads == 2
    assert count(lambda: many.limit(1000).count().get()).reads == 1


def test_a_sum_costs_by_the_entries_it_matches_and_not_by_what_they_add_up_to() -> None:
    """Negative control: with the largest value taken for the number of entries, this is 5 reads."""
    for number in range(3):
        document(str(number)).set({"n": 1500})
    all_of_them: Any = clients.db().collection(document("0").parent.id)
    asked = all_of_them.count(alias="matched").sum("n", alias="n")
    assert count(asked.get).reads == 1
    alone: Any = clients.db().collection(document("0").parent.id)
    assert count(lambda: alone.sum("n", alias="n").get()).reads == 1


def test_the_hottest_document_is_the_one_with_the_most_writes() -> None:
    def work() -> None:
        document("0").set({"n": 1})
        document("0").update({"n": 2})
        document("0").delete()
        document("1").set({"n": 1})

    assert count(work).hottest == 3
    assert count(lambda: None).hottest == 0


def test_blocks_nest_and_the_outer_one_counts_it_all() -> None:
    with meter.counting() as outer:
        document("0").get()
        with meter.counting() as inner:
            document("0").set({"n": 1})
            document("1").get()
        document("0").set({"n": 2})
    assert (inner.reads, inner.writes, inner.rpcs) == (1, 1, 2)
    assert (outer.reads, outer.writes, outer.rpcs, outer.hottest) == (2, 2, 4, 2)


def fail_within_a_block() -> None:
    with meter.counting():
        document("0").get()
        raise ZeroDivisionError


def test_a_block_that_fails_is_counted_and_closed() -> None:
    with meter.counting() as outer:
        with pytest.raises(ZeroDivisionError):
            fail_within_a_block()
        document("0").get()
    assert outer.reads == 2
    document("0").get()
    assert outer.reads == 2


def test_threads_do_not_count_for_each_other() -> None:
    def work(number: int) -> tuple[int, int]:
        tally = count(lambda: [document("0").get() for _ in range(number)])
        return tally.reads, tally.rpcs

    with meter.counting() as outside:
        counted = together(12, work)
    assert counted == [(number, number) for number in range(12)]
    assert outside.rpcs == 0


def test_what_the_sdk_sends_twice_is_counted_twice() -> None:
    with injected(nth("commit", 0, Fault.LOST_ACK)):
        tally = count(lambda: document("0").set({"n": 1}))
    assert (tally.writes, tally.rpcs) == (2, 2)
