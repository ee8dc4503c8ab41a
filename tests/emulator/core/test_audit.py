"""The audit: written with its effect or not at all, and tampering is found and located."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spaktok.core import audit, clients, keys, meter, transaction
from spaktok.core.audit import Act, Break
from spaktok.core.refusal import PermissionDenied
from tests.support.faults import Fault, Rpc, injected, nth

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

pytestmark = pytest.mark.usefixtures("no_backoff")

COUNT = 6
CHAIN = audit.chain_of("moderator-1")


def ban(target: str, actor: str = "moderator-1", **after: Any) -> None:
    """A privileged act as a service does it."""

    def body(tx: Transaction) -> None:
        chain = audit.load(tx, actor)
        tx.set(clients.db().document(f"bans/{target}"), {"banned": True})
        audit.append(tx, chain, Act(actor, "banUser", target, "spam", {"banned": False}, after))

    transaction.run(body)


def entries(chain: str = CHAIN) -> list[dict[str, Any]]:
    found = clients.db().collection(f"audit/{chain}/entries").order_by("seq").stream()
    return [one.to_dict() or {} for one in found]


def entry(seq: int) -> Any:
    return clients.db().document(f"audit/{CHAIN}/entries/{seq:012}")


def head() -> Any:
    return clients.db().document(f"audit/{CHAIN}")


@pytest.fixture
def history() -> None:
    for number in range(COUNT):
        ban(f"user-{number}")


def test_an_act_is_recorded_with_all_that_it_was() -> None:
    ban("user-1", banned=True, days=7, note="é")
    (kept,) = entries()
    assert {name: kept[name] for name in ("who", "what", "target", "reason")} == {
        "who": "moderator-1",
        "what": "banUser",
        "target": "user-1",
        "reason": "spam",
    }
    assert kept["before"] == {"banned": False}
    assert kept["after"] == {"banned": True, "days": 7, "note": "é"}
    assert (kept["seq"], kept["previous"]) == (1, audit.GENESIS)
    assert audit.verify() == []


@pytest.mark.usefixtures("history")
def test_an_untouched_history_verifies() -> None:
    assert [kept["seq"] for kept in entries()] == list(range(1, COUNT + 1))
    assert audit.verify() == []
    assert audit.verify(audit.heads()) == []


def test_records_of_many_actors_lie_in_many_chains() -> None:
    for number in range(40):
        ban("user-1", actor=f"moderator-{number}")
    ends = audit.heads()
    assert len(ends) > 10
    assert sum(end.seq for end in ends.values()) == 40
    assert audit.verify() == []


def test_a_record_costs_one_read_and_two_writes() -> None:
    def body(tx: Transaction) -> None:
        chain = audit.load(tx, "moderator-1")
        audit.append(tx, chain, Act("moderator-1", "look", "user-1", "a report"))

    with meter.counting() as cost:
        transaction.run(body)
    assert (cost.reads, cost.writes, cost.rpcs) == (1, 2, 2)


def test_two_acts_of_one_transaction_follow_each_other() -> None:
    def body(tx: Transaction) -> None:
        chain = audit.load(tx, "moderator-1")
        for target in ("user-1", "user-2"):
            chain = audit.append(tx, chain, Act("moderator-1", "warn", target, "spam"))

    transaction.run(body)
    assert [kept["target"] for kept in entries()] == ["user-1", "user-2"]
    assert audit.verify() == []


def test_a_refused_act_leaves_no_record() -> None:
    def body(tx: Transaction) -> None:
        chain = audit.load(tx, "moderator-1")
        audit.append(tx, chain, Act("moderator-1", "banUser", "user-1", "spam"))
        raise PermissionDenied

    with pytest.raises(PermissionDenied):
        transaction.run(body)
    assert entries() == []
    assert audit.heads() == {}


@pytest.mark.parametrize("fault", [Fault.ABORTED, Fault.UNAVAILABLE])
def test_a_repeated_attempt_leaves_one_record(fault: Fault) -> None:
    with injected(nth("commit", 0, fault)):
        ban("user-1")
    assert len(entries()) == 1
    assert audit.verify() == []


def test_values_that_the_chain_could_not_hold_are_errors_of_ours() -> None:
    with pytest.raises(TypeError, match="digest"):
        ban("user-1", ratio=0.5)
    with pytest.raises(TypeError, match="digest"):
        ban("user-1", many=["a"])
    with pytest.raises(ValueError, match="at most"):
        ban("user-1", text="x" * 10_000)
    other = next(f"m-{n}" for n in range(99) if audit.chain_of(f"m-{n}") != CHAIN)
    with pytest.raises(ValueError, match="another chain"):
        transaction.run(
            lambda tx: audit.append(tx, audit.load(tx, "moderator-1"), Act(other, "x", "y", "z"))
        )


def rehash(seq: int, **changes: Any) -> None:
    """Change an entry as a careful forger does: with a hash that fits."""
    fields = {**entry(seq).get().to_dict(), **changes}
    fields.pop("hash")
    entry(seq).set({**fields, "hash": audit._hash(fields)})


def swap(one: int, other: int) -> None:
    first, second = entry(one).get().to_dict(), entry(other).get().to_dict()
    entry(one).set(second)
    entry(other).set(first)


def swap_and_renumber(one: int, other: int) -> None:
    swap(one, other)
    entry(one).update({"seq": one})
    entry(other).update({"seq": other})


def rewrite_all(target: str) -> None:
    """A whole chain anew, with hashes that fit; only the head's signature can't be made."""
    previous = audit.GENESIS
    for seq in range(1, COUNT + 1):
        rehash(seq, target=target, previous=previous)
        previous = entry(seq).get().get("hash")
    head().update({"hash": previous})


def insert_at_end(signed: bool) -> None:
    last = entry(COUNT).get().to_dict()
    entry(COUNT + 1).set({**last, "seq": COUNT + 1, "previous": last["hash"]})
    rehash(COUNT + 1, target="user-x")
    if signed:
        head().update({"seq": COUNT + 1, "hash": entry(COUNT + 1).get().get("hash")})


def remove_from(seq: int) -> None:
    for one in range(seq, COUNT + 1):
        entry(one).delete()


TAMPERING: list[tuple[str, Callable[[], object], int]] = [
    *[
        (f"{field} edited", lambda f=field, v=value: entry(3).update({f: v}), 3)
        for field, value in {
            "who": "moderator-2", "what": "praise", "target": "user-x", "reason": "",
            "before": {"banned": True}, "after": {"x": 1}, "after.new": 1, "extra": True,
            "hash": "0" * 64, "previous": "0" * 64, "seq": 4, "chain": "99",
            "at": "2026-03-14",
        }.items()
    ],
    ("edited with a fitting hash", lambda: rehash(3, target="user-x"), 4),
    ("last edited with a fitting hash", lambda: rehash(COUNT, target="user-x"), COUNT),
    ("first deleted", lambda: entry(1).delete(), 1),
    ("middle deleted", lambda: entry(3).delete(), 3),
    ("last deleted", lambda: entry(COUNT).delete(), COUNT),
    ("end cut off", lambda: remove_from(4), 4),
    ("all deleted but the head", lambda: remove_from(1), 1),
    ("reordered", lambda: swap(2, 5), 2),
    ("reordered and renumbered", lambda: swap_and_renumber(2, 5), 2),
    ("added", lambda: insert_at_end(signed=False), COUNT + 1),
    ("added, head moved", lambda: insert_at_end(signed=True), COUNT + 1),
    ("rewritten whole", lambda: rewrite_all("user-x"), COUNT),
    ("head put back", lambda: head().update({"seq": 3, "hash": entry(3).get().get("hash")}), COUNT),
    ("head deleted", lambda: head().delete(), COUNT),
    ("head's signature changed", lambda: head().update({"signature": "0" * 64}), COUNT),
    ("a stray document", lambda: clients.db().document(f"audit/{CHAIN}/entries/0").set({}), 1),
]  # fmt: skip


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("tamper", "seq"),
    [(tamper, seq) for _, tamper, seq in TAMPERING],
    ids=[name for name, _, _ in TAMPERING],
)
def test_every_way_of_tampering_is_found_at_its_place(
    tamper: Callable[[], object], seq: int
) -> None:
    """Controls: without the signature, `rewritten whole` and `added, head moved` passed; without
    the link to the previous entry, `edited with a fitting hash` did; without the head, `end cut
    off` did."""
    tamper()
    assert [(broken.chain, broken.seq) for broken in audit.verify()] == [(CHAIN, seq)]


@pytest.mark.usefixtures("history")
def test_a_record_that_is_added_while_the_chain_is_walked_is_no_break() -> None:
    """Control: with the head read once and compared, the new record was called missing."""
    late = ["user-late"]

    def meanwhile(rpc: Rpc) -> None:
        if (rpc.method, rpc.nth) == ("batch_get_documents", int(CHAIN)) and late:
            ban(late.pop())

    with injected(meanwhile):
        assert audit.verify() == []
    assert len(entries()) == COUNT + 1


@pytest.mark.usefixtures("history")
def test_a_chain_put_back_to_a_genuine_earlier_state_is_found_by_a_checkpoint() -> None:
    earlier = head().get().to_dict()
    checkpoint_before = audit.heads()
    ban("user-late")
    checkpoint = audit.heads()
    entry(COUNT + 1).delete()
    head().set(earlier)
    assert audit.verify() == []
    assert audit.verify(checkpoint_before) == []
    (broken,) = audit.verify(checkpoint)
    assert (broken.chain, broken.seq) == (CHAIN, COUNT + 1)


@pytest.mark.usefixtures("history")
def test_a_chain_that_vanished_whole_is_found_by_a_checkpoint() -> None:
    checkpoint = audit.heads()
    remove_from(1)
    head().delete()
    assert audit.verify() == []
    (broken,) = audit.verify(checkpoint)
    assert broken.chain == CHAIN


@pytest.mark.usefixtures("history")
def test_a_head_of_another_key_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(keys.AUDIT_SECRET, "another key of at least 32 bytes, as it must be")
    assert [broken.chain for broken in audit.verify()] == [CHAIN]


@pytest.mark.usefixtures("history")
def test_a_chain_longer_than_a_page_is_walked_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_PAGE", 2)
    assert audit.verify() == []
    entry(5).update({"target": "user-x"})
    assert audit.verify() == [Break(CHAIN, 5, "was changed after it was written")]


@pytest.mark.usefixtures("history")
def test_the_command_says_what_holds_and_names_what_does_not(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = importlib.import_module("audit")
    assert command.main(["verify"]) == 0
    assert "6 records in 1 chains, every link holds" in capsys.readouterr().out
    assert command.main(["checkpoint"]) == 0
    kept = tmp_path / "checkpoint.json"
    kept.write_text(capsys.readouterr().out)
    assert json.loads(kept.read_text())[CHAIN]["seq"] == COUNT
    assert command.main(["verify", "--checkpoint", str(kept)]) == 0
    entry(4).update({"reason": "none"})
    capsys.readouterr()
    assert command.main(["verify"]) == 1
    assert f"chain {CHAIN}, entry 4: was changed" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "[]", "{", '{"00": 3}', '{"00": {"x": 1}}'])
def test_what_is_no_checkpoint_is_named(
    text: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = tmp_path / "checkpoint.json"
    kept.write_text(text)
    assert importlib.import_module("audit").main(["verify", "--checkpoint", str(kept)]) == 1
    assert "is no checkpoint" in capsys.readouterr().err
