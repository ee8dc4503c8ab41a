"""Very many writes, cut anywhere: every key is served exactly once."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from google.api_core.exceptions import InvalidArgument

from spaktok.accounts.model import mentions
from spaktok.core import clients, fan_out, meter
from spaktok.core.refusal import TryAgain
from tests.support.faults import Crash, Fault, at, injected, seeded
from tests.support.threads import together

if TYPE_CHECKING:
    from google.cloud.firestore import WriteBatch

pytestmark = pytest.mark.usefixtures("no_backoff")

KEYS = [f"k{number:04}" for number in range(1203)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits of ten keys: more of them to be cut."""
    monkeypatch.setattr(fan_out, "WRITES_MAX", 11)


def inbox(key: str) -> Any:
    return clients.db().collection("inboxes").document(key)


def stage(batch: WriteBatch, key: str) -> None:
    """Not repeatable, so that a repeat shows."""
    from google.cloud.firestore import Increment

    batch.set(inbox(key), {"times": Increment(1)}, merge=True)


def times() -> dict[str, int]:
    return {one.id: one.get("times") for one in clients.db().collection("inboxes").stream()}


def serve(keys: list[str] = KEYS) -> int:
    return fan_out.serve("video-1", fan_out.over(keys), stage)


def test_every_key_is_served_once_in_commits_of_five_hundred_writes() -> None:
    with meter.counting() as cost:
        assert serve() == len(KEYS)
    assert times() == dict.fromkeys(KEYS, 1)
    assert (cost.reads, cost.writes, cost.rpcs) == (1, len(KEYS) + 3, 4)


def test_what_is_done_is_not_done_again() -> None:
    serve(KEYS[:20])
    with meter.counting() as cost:
        assert serve(KEYS) == 0
    assert (cost.reads, cost.writes) == (1, 0)


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20])
@pytest.mark.usefixtures("small")
def test_counts_at_the_edges_of_a_commit(count: int) -> None:
    assert serve(KEYS[:count]) == count
    assert times() == dict.fromkeys(KEYS[:count], 1)
    assert serve(KEYS[:count]) == 0


@pytest.mark.parametrize("fault", [Fault.CRASH, Fault.CRASH_AFTER])
@pytest.mark.usefixtures("small")
def test_a_kill_at_any_rpc_repeats_nothing_and_loses_nothing(fault: Fault) -> None:
    """Control: with the progress written after the chunk, in a commit of its own, a kill between
    the two served ten keys twice."""
    keys = KEYS[:35]
    for index in range(5):  # the progress, and four commits
        clients.db().recursive_delete(clients.db().collection("inboxes"))
        name = f"video-{index}"
        with injected(at(index, fault)) as wire:
            with pytest.raises(Crash):
                fan_out.serve(name, fan_out.over(keys), stage)
            wire.revive()
            fan_out.serve(name, fan_out.over(keys), stage)
        assert times() == dict.fromkeys(keys, 1)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.usefixtures("small")
def test_under_seeded_faults_every_key_is_served_exactly_once(seed: int) -> None:
    chances = {
        Fault.ABORTED: 0.1,
        Fault.LOST_ACK: 0.1,
        Fault.CRASH: 0.1,
        Fault.CRASH_AFTER: 0.1,
    }
    keys = KEYS[:150]
    with injected(seeded(seed, chances)) as wire:
        for _ in range(60):
            try:
                serve(keys)
                break
            except Crash:
                wire.revive()
    assert len(wire.injected) > 3
    assert times() == dict.fromkeys(keys, 1)


@pytest.mark.usefixtures("small")
def test_deliveries_that_run_at_once_share_the_work() -> None:
    """Control: without the condition on the version of the progress, keys were served twice."""
    keys = KEYS[:100]
    served = together(4, lambda _: serve(keys))
    assert times() == dict.fromkeys(keys, 1)
    assert sum(served) == 100


@pytest.mark.usefixtures("small")
def test_keys_that_come_and_go_meanwhile_disturb_no_other() -> None:
    rolls = random.Random(3)
    held = set(KEYS[:100:2])
    stay = set(rolls.sample(sorted(held), 30))

    def page(after: str | None, limit: int) -> list[tuple[str, str]]:
        for key in rolls.sample(KEYS[:100], 5):
            held.symmetric_difference_update({key} - stay)
        return list(fan_out.over(sorted(held))(after, limit))

    fan_out.serve("video-1", page, stage)
    found = times()
    assert set(found.values()) == {1}
    assert stay <= set(found)


@pytest.mark.usefixtures("small")
def test_the_one_document_that_refuses_does_not_hold_up_the_others() -> None:
    keys = [key for _, key in fan_out.over(KEYS[:40])(None, 40)]
    bad = {keys[3], keys[17], keys[39]}

    def full(batch: WriteBatch, key: str) -> None:
        stage(batch, key)
        if key in bad:
            batch.set(inbox(key), {"cards": "x" * 1_100_000}, merge=True)

    def fresh(batch: WriteBatch, key: str) -> None:
        batch.set(inbox(key), {"times": -1})

    page = fan_out.over(keys)
    with pytest.raises(InvalidArgument):
        fan_out.serve("video-1", page, full)
    assert times() == dict.fromkeys(keys[:3], 1)
    fan_out.serve("video-1", page, full, instead=fresh)
    assert times() == {key: -1 if key in bad else 1 for key in keys}


def test_several_writes_a_key_keep_the_commit_in_its_bound() -> None:
    def two(batch: WriteBatch, key: str) -> None:
        stage(batch, key)
        batch.set(inbox(f"{key}-mask"), {"times": 1})

    with meter.counting() as cost:
        fan_out.serve("video-1", fan_out.over(KEYS[:500]), two, writes_each=2)
    assert (cost.writes, cost.rpcs) == (1003, 4)


def test_a_run_that_is_always_overtaken_gives_up_and_may_be_retried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fan_out, "_commit", lambda *_: None)
    with pytest.raises(TryAgain):
        serve()


@pytest.mark.usefixtures("small")
def test_the_progress_of_a_run_under_way_names_nobody_so_an_erasure_leaves_it_as_it_is() -> None:
    """Control: with the last key for a cursor, the proof found it for 35 days; and an erasure that put
    a pseudonym in its place made the run go on behind everyone in between."""
    people = [f"uid{number:017}" for number in range(25)]
    with injected(at(1, Fault.CRASH_AFTER)), pytest.raises(Crash):  # behind the first commit
        fan_out.serve("video-1", fan_out.over(people), stage)
    assert len(times()) == 10
    (kept,) = clients.db().collection("fanOuts").stream()
    fields = kept.to_dict() or {}
    assert fields["cursor"]
    assert not fields["done"]
    assert not [one for one in people if mentions(fields, one)]
    fan_out.serve("video-1", fan_out.over(people), stage)
    assert times() == dict.fromkeys(people, 1)


def test_the_progress_expires_after_any_redelivery() -> None:
    serve(KEYS[:3])
    (kept,) = clients.db().collection("fanOuts").stream()
    fields = kept.to_dict() or {}
    assert (fields["done"], fields["served"], fields["cursor"]) == (True, 3, None)
    assert (fields["expiresAt"] - fields["at"]).days > 31
