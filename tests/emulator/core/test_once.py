"""A keyed operation has one effect, whatever happens to its RPCs."""

from __future__ import annotations

import random
import time as machine
from contextlib import nullcontext
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from spaktok.core import clients, clock, once, transaction, turns
from spaktok.core.encode import encode
from spaktok.core.refusal import KeyReused, Refusal, TryAgain
from tests.support import purse
from tests.support.faults import Crash, Fault, always, at, injected, nth, seeded
from tests.support.purse import FULL, Receipt, TooPoor, spend
from tests.support.threads import together
from tests.support.time import TestClock

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

pytestmark = pytest.mark.usefixtures("no_backoff")


@pytest.fixture(autouse=True)
def full() -> None:
    purse.fill()


def check_one_effect(coins: int = 7) -> None:
    assert purse.contents() == {"coins": FULL - coins, "spent": 1}
    assert len(purse.records()) == 1


def test_64_concurrent_duplicates_have_one_effect_and_identical_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Control: without `recall` in `perform`, every commit but one fails and none gets an answer;
    without `record`, the purse is charged 64 times."""
    monkeypatch.setattr(transaction, "_sleep", machine.sleep)
    answers = together(64, lambda _: spend())
    assert {repr(encode(answer)) for answer in answers} == {repr(encode(answers[0]))}
    assert isinstance(answers[0], Receipt)
    check_one_effect()
    assert turns._turns == {}


def test_duplicates_on_instances_that_know_nothing_of_each_other_have_one_effect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The database alone decides here. Control: with `recall` left out and `set` for `create`, the
    purse was charged 8 times."""
    monkeypatch.setattr(transaction, "_sleep", machine.sleep)
    monkeypatch.setattr(once, "_one_at_a_time", lambda _: nullcontext())
    answers = together(8, lambda _: spend())
    assert {repr(encode(answer)) for answer in answers} == {repr(encode(answers[0]))}
    check_one_effect()


def test_a_repeat_gets_the_first_answer_to_the_microsecond(time: TestClock) -> None:
    time.pass_(microseconds=123_456)
    first = spend()
    time.pass_(days=3)
    again = spend()
    assert (again.left, again.at) == (first.left, first.at)
    assert encode(again) == encode(first)


def test_the_same_key_with_another_body_is_a_conflict_and_writes_nothing() -> None:
    """Control: without the comparison of hashes, the second order was answered with the first's."""
    spend(7)
    with injected() as wire, pytest.raises(KeyReused):
        spend(8)
    assert "commit" not in wire.methods()
    check_one_effect()


def test_keys_of_other_users_and_other_actions_are_other_keys() -> None:
    asked = purse.Spend(coins=1, idempotency_key="key-00000001")
    ids = {
        once.operation(uid, action, "key-00000001", asked).id
        for uid in ("ana", "ben")
        for action in ("spend", "give")
    }
    assert len(ids) == 4


@pytest.mark.parametrize("fault", [Fault.LOST_ACK, Fault.CLOSED])
def test_a_lost_acknowledgement_at_commit_is_answered_with_what_was_recorded(fault: Fault) -> None:
    """Control: with only passing errors retried at commit, this raises InvalidArgument."""
    with injected(nth("commit", 0, fault)) as wire:
        answer = spend()
    assert wire.injected
    assert answer.left == FULL - 7
    check_one_effect()


def test_acknowledgements_that_are_lost_twice_in_a_row_do_no_harm() -> None:
    with injected(lambda rpc: Fault.CLOSED if rpc.method == "commit" and rpc.nth < 2 else None):
        assert spend().left == FULL - 7
    check_one_effect()


def rpcs_of_an_operation() -> int:
    with injected() as wire:
        spend(key="to-be-counted")
    purse.fill()
    clients.db().recursive_delete(clients.db().collection("operations"))
    return len(wire.seen)


@pytest.mark.parametrize("fault", [Fault.CRASH, Fault.CRASH_AFTER])
def test_a_crash_at_any_rpc_and_a_retry_by_the_client_have_one_effect(fault: Fault) -> None:
    """Every (RPC, before or after) is tried. Control: with `record` left out, a crash after the
    commit took the coins twice."""
    count = rpcs_of_an_operation()
    assert count == 3  # the key, the purse, commit
    for index in range(count):
        purse.fill()
        key = f"crash-at-{index}-{fault.name}"
        with injected(at(index, fault)) as wire:
            with pytest.raises(Crash):
                spend(key=key)
            wire.revive()
            answer = spend(key=key)
        assert wire.injected[0][0].index == index
        assert answer.left == FULL - 7
        assert purse.contents() == {"coins": FULL - 7, "spent": 1}
    assert len(purse.records()) == count


@pytest.mark.parametrize("index", range(3))
@pytest.mark.parametrize("fault", [Fault.ABORTED, Fault.UNAVAILABLE])
def test_an_abort_or_an_outage_at_any_rpc_is_repeated(index: int, fault: Fault) -> None:
    """Control: with no error counted as passing, each ABORTED came out, as the SDK's own
    `transactional` lets it from a read."""
    with injected(at(index, fault)) as wire:
        assert spend().left == FULL - 7
    assert wire.injected
    check_one_effect()


def test_contention_without_end_is_a_refusal_that_may_be_retried() -> None:
    with injected(always("commit", Fault.ABORTED)) as wire, pytest.raises(TryAgain) as refused:
        spend()
    assert wire.methods().count("commit") == transaction.ATTEMPTS_MAX
    assert refused.value.code == "ABORTED"
    assert purse.contents() == {"coins": FULL, "spent": 0}
    assert spend().left == FULL - 7


def test_a_refusal_writes_nothing_although_the_rollback_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Control: with the SDK's own roll-back, its error comes out instead of the refusal."""
    with injected() as wire:
        passed = wire.pass_

        def refuse_rollback(method: str, *rest: Any) -> object:
            if method == "rollback":
                raise ConnectionError("injected")
            return passed(method, *rest)

        monkeypatch.setattr(wire, "pass_", refuse_rollback)
        with pytest.raises(TooPoor):
            spend(FULL + 1)
    assert "commit" not in wire.methods()
    assert purse.records() == []


def test_money_keys_carry_no_end_and_others_outlive_every_task() -> None:
    spend(key="money-key", expires=False)
    (record,) = purse.records()
    assert "expiresAt" not in record
    purse.fill()
    spend(key="other-key")
    (expiring,) = [one for one in purse.records() if "expiresAt" in one]
    assert expiring["expiresAt"] - clock.now() > timedelta(days=31)


def test_five_duplicates_of_each_event_in_any_order_have_one_effect_each() -> None:
    """Control: without `mark`, all forty had an effect."""
    events = [f"event-{number}" for number in range(8)] * 5
    random.Random(7).shuffle(events)
    handled = together(8, lambda lane: [handle(event) for event in events[lane::8]])
    assert sorted(chain.from_iterable(handled)) == [False] * 32 + [True] * 8
    marks = clients.db().collection("handled").stream()
    assert sorted(mark.get("times") for mark in marks) == [1] * 8


def handle(event: str) -> bool:
    def body(tx: Transaction) -> None:
        from google.cloud.firestore import Increment

        place = clients.db().collection("handled").document(event)
        tx.set(place, {"times": Increment(1)}, merge=True)

    return once.handle(once.event(event, "count"), body)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_under_seeded_faults_every_key_has_one_effect_and_one_answer(seed: int) -> None:
    """Control: with `recall` left out and `set` for `create`, every key was charged twice."""
    chances = {
        Fault.ABORTED: 0.05,
        Fault.UNAVAILABLE: 0.02,
        Fault.LOST_ACK: 0.03,
        Fault.CLOSED: 0.03,
        Fault.CRASH: 0.03,
        Fault.CRASH_AFTER: 0.03,
    }
    order = random.Random(seed)
    coins = {f"key-{seed}-{number:04}": order.randrange(1, 50) for number in range(25)}
    deliveries = [key for key in coins for _ in range(2)]
    order.shuffle(deliveries)
    answers: dict[str, set[int]] = {key: set() for key in coins}
    with injected(seeded(seed, chances)) as wire:
        for key in deliveries:
            for _ in range(20):
                try:
                    answers[key].add(spend(coins[key], key=key).left)
                    break
                except (Crash, TryAgain):
                    wire.revive()
    assert {len(found) for found in answers.values()} == {1}
    assert purse.contents() == {"coins": FULL - sum(coins.values()), "spent": len(coins)}
    assert len({fault for _, fault in wire.injected}) >= 4


def test_refusals_are_not_recorded_and_the_key_may_be_used_again() -> None:
    purse.fill(3)
    with pytest.raises(TooPoor):
        spend()
    purse.fill()
    assert spend().left == FULL - 7
    assert issubclass(TooPoor, Refusal)
