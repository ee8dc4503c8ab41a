"""What must happen happens, although its instance dies; and harmlessly more than once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from pydantic import Field

from spaktok.core import clients, dispatch, meter, transaction
from spaktok.core.dispatch import Task
from spaktok.core.shape import Request
from tests.support.faults import Crash, Fault, at, injected
from tests.support.queue import Queue
from tests.support.time import NOON, TestClock

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

pytestmark = pytest.mark.usefixtures("no_backoff")


def task(number: int = 0, **payload: Any) -> Task:
    return Task("rollUpCounters", f"task-{number}", payload, NOON)


def cause(one: Task) -> None:
    """A use case: an effect, a task beside it, and its release after the commit."""

    def body(tx: Transaction) -> None:
        tx.set(clients.db().document(f"effects/{one.id}"), {"done": True})
        dispatch.stage(tx, one)

    transaction.run(body)
    dispatch.release(one)


def outbox() -> list[str]:
    return [one.get("taskId") for one in clients.db().collection("outbox").stream()]


def unreachable(_: str) -> Any:
    raise ConnectionError("injected")


def test_a_staged_task_is_sent_and_forgotten(queue: Queue) -> None:
    cause(task())
    assert queue.names() == ["rollUpCounters"]
    assert outbox() == []


@pytest.mark.parametrize("fault", [Fault.CRASH, Fault.CRASH_AFTER])
@pytest.mark.parametrize("index", range(2))  # the commit, the entry's delete
def test_effect_and_task_stand_or_fall_together_at_any_crash(
    index: int, fault: Fault, queue: Queue, time: TestClock
) -> None:
    """Control: with the task sent without being staged, a crash after the commit lost it."""
    with injected(at(index, fault)) as wire:
        with pytest.raises(Crash):
            cause(task())
        wire.revive()
    time.pass_(minutes=2)
    dispatch.sweep()
    done = clients.db().document("effects/task-0").get().exists
    assert queue.names() == ["rollUpCounters"] * done
    assert outbox() == []
    assert done == ((index, fault) != (0, Fault.CRASH))


def test_a_sweep_leaves_what_its_instance_may_still_release(queue: Queue, time: TestClock) -> None:
    transaction.run(lambda tx: dispatch.stage(tx, task()))
    assert dispatch.sweep() == 0
    time.pass_(minutes=1)
    assert dispatch.sweep() == 0
    time.pass_(microseconds=1)
    assert dispatch.sweep() == 1
    assert dispatch.sweep() == 0
    assert queue.names() == ["rollUpCounters"]


def test_a_release_beside_a_sweep_sends_one_task(queue: Queue, time: TestClock) -> None:
    transaction.run(lambda tx: dispatch.stage(tx, task()))
    time.pass_(minutes=2)
    dispatch.sweep()
    assert dispatch.release(task())
    cause(task())
    assert queue.names() == ["rollUpCounters"]
    assert outbox() == []


def test_a_task_is_swept_as_it_was_staged(queue: Queue, time: TestClock) -> None:
    sent = task(at=NOON, n=3, text="é", many=[NOON, {"deep": NOON}], none=None)
    cause(sent)
    queue.known.clear()
    transaction.run(lambda tx: dispatch.stage(tx, sent))
    time.pass_(minutes=2)
    dispatch.sweep()
    direct, swept = queue.waiting
    assert direct == swept


def test_a_queue_out_of_reach_is_no_failure_of_what_is_committed(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, time: TestClock
) -> None:
    """Control: with `send` in `release`, the caller was told of a failure after the commit."""
    with monkeypatch.context() as patch:
        patch.setattr(clients, "queue", unreachable)
        cause(task())
        time.pass_(minutes=2)
        assert dispatch.sweep() == 0
    assert outbox() == ["task-0"]
    assert dispatch.sweep() == 1
    assert queue.names() == ["rollUpCounters"]


def test_an_entry_that_can_never_be_sent_holds_up_no_other(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, time: TestClock
) -> None:
    """Control: with the sweep ending at the first failure, what was staged later never left."""
    monkeypatch.setattr(dispatch, "SWEEP_PAGE", 2)
    for number in range(3):
        bad = Task("noSuchQueue", f"bad-{number}")
        transaction.run(lambda tx, bad=bad: dispatch.stage(tx, bad))  # type: ignore[misc]
        time.pass_(seconds=1)
    for number in range(3):
        transaction.run(lambda tx, n=number: dispatch.stage(tx, task(n)))  # type: ignore[misc]
        time.pass_(seconds=1)
    time.pass_(minutes=2)
    monkeypatch.setattr(
        clients,
        "queue",
        lambda name: unreachable(name) if name == "noSuchQueue" else queue.of(name),
    )
    assert dispatch.sweep() == 3
    assert queue.names() == ["rollUpCounters"] * 3
    assert sorted(outbox()) == ["bad-0", "bad-1", "bad-2"]


def test_a_sweep_costs_a_read_and_a_delete_an_entry_and_few_rpcs(
    queue: Queue, time: TestClock
) -> None:
    for number in range(20):
        transaction.run(lambda tx, n=number: dispatch.stage(tx, task(n)))  # type: ignore[misc]
    time.pass_(minutes=2)
    with meter.counting() as cost:
        assert dispatch.sweep() == 20
    assert (cost.reads, cost.deletes, cost.rpcs) == (20, 20, 2)


def test_a_known_id_is_sent_without_harm(queue: Queue) -> None:
    for _ in range(5):
        dispatch.send(task())
    assert queue.names() == ["rollUpCounters"]


class Later(Request):
    """How a job's request takes an instant."""

    at: Annotated[datetime, Field(strict=False)]


@pytest.mark.parametrize(
    "instant",
    [
        NOON,
        NOON + timedelta(microseconds=1),
        NOON + timedelta(microseconds=999_999),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2026, 3, 14, 3, 0, 0, 7, tzinfo=timezone(timedelta(hours=-9))),
    ],
)
def test_an_instant_arrives_to_the_microsecond(instant: datetime, queue: Queue) -> None:
    """Control: encoded as for clients, to the millisecond, it arrived before it was sent."""
    dispatch.send(task(at=instant))
    ((_, _, body),) = queue.waiting
    assert Later.model_validate(body["data"]).at == instant


def test_an_instant_without_a_zone_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="ambiguous"):
        dispatch.pack({"at": datetime(2026, 3, 14)})  # noqa: DTZ001 - what is refused


def test_in_the_emulator_suite_a_task_for_later_waits_in_the_outbox(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its queue knows no delays. The sweeper sends it when its time has come, staged or not."""
    monkeypatch.setenv("FUNCTIONS_EMULATOR", "true")
    monkeypatch.setenv("FUNCTION_TARGET", "followUser")
    tomorrow = NOON + timedelta(days=1)
    dispatch.send(Task("rollUpCounters", "sent", {}, tomorrow))
    cause(Task("rollUpCounters", "staged", {}, tomorrow))
    time.pass_(hours=23)
    assert dispatch.sweep() == 0
    assert queue.names() == []
    time.pass_(hours=1, minutes=1, seconds=1)
    assert dispatch.sweep() == 2
    assert sorted(task_id for _, task_id, _ in queue.waiting) == ["sent", "staged"]
    assert outbox() == []
