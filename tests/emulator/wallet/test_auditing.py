"""The audit finds what was planted, says which invariant, and raises an alarm."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spaktok.wallet import store
from spaktok.wallet.service import auditing, reading, spending
from spaktok.wallet.service.spending import Order
from tests.support.money import buy, documents
from tests.support.operations import given, half, income
from tests.support.queue import Queue

ANA, BEN = "ana", "ben"


@pytest.fixture(autouse=True)
def _history() -> None:
    buy(ANA, 100)
    for number in range(5):
        spending.spend(ANA, f"g{number}", Order(3, BEN))


def entry(number: int) -> Any:
    return store.entries().document(reading.entries_of(ANA)[number - 1].id)


def test_an_untouched_wallet_passes_and_is_read_no_further_than_it_grew() -> None:
    assert auditing.wallet(ANA) == []
    kept = documents("walletAudits")
    assert [(one["seq"], one["sums"]["coins"]) for one in kept] == [(6, 85)]
    assert auditing.wallet(ANA) == []
    spending.spend(ANA, "g9", Order(3, BEN))
    assert auditing.wallet(ANA) == []
    assert documents("walletAudits")[0]["seq"] == 7


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"facts": {"coins": 1}}, 3),
        ({"seq": 99}, 2),
        ({"userId": BEN}, 4),
        ({"prev": "0" * 64}, 5),
    ],
)
def test_an_entry_that_was_changed_is_named(change: dict[str, Any], number: int) -> None:
    """I7, on what is stored."""
    entry(number).update(change)
    (found,) = auditing.wallet(ANA)
    assert found.invariant == "I7"
    assert f"entry {number} " in found.why


def test_an_entry_that_was_deleted_is_named() -> None:
    entry(6).delete()
    (found,) = auditing.wallet(ANA)
    assert found.why == "entry 6 is missing: the wallet says there are 6"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lots": []}, "coins is 0, its entries come to 85"),
        ({"debt": 5}, "debt is -5, its entries come to 0"),
        ({"earnings.available": 7}, "earnings is 7, its entries come to 0"),
        ({"earnings.reserved": {"w1": 9}}, "reserved is 9, its entries come to 0"),
    ],
)
def test_a_balance_that_is_not_the_sum_of_its_entries_is_named(
    change: dict[str, Any], said: str
) -> None:
    """I3, I11."""
    store.wallet_ref(ANA).update(change)
    found = auditing.wallet(ANA)
    assert ("I3", said) in [(one.invariant, one.why) for one in found]


def test_a_gift_shared_out_twice_is_named() -> None:
    """I19."""
    slot = income.slot_of(given("carl"))
    income.roll_up(slot, half)
    (one,) = [e for e in store.entries().stream() if e.get("kind") == "income_roll_up"]
    fields = one.to_dict() or {}
    again = store.entries().document("again")
    again.set({**fields, "id": "again"})
    assert "I19" in {found.invariant for found in auditing.everything()}


def test_the_schedule_goes_through_all_wallets_and_raises_an_alarm(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(auditing, "PAGE", 2)
    for number in range(4):
        buy(f"u{number}", 10)
    store.wallet_ref("u3").update({"debt": 1})
    clock = queue.of("auditWallets")
    clock.enqueue({"data": {"day": "2026-03-14", "after": None}}, _Named("first"))
    queue.drain()
    assert queue.delivered[0][0] == "auditWallets"
    assert len(queue.delivered) == 3
    (alarm,) = documents("alarms")
    assert (alarm["invariant"], alarm["subject"]) == ("I3", "u3")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["invariant"] for one in lines if one["severity"] == "CRITICAL"] == ["I3"]
    assert len(documents("walletAudits")) == 4


class _Named:
    def __init__(self, task_id: str) -> None:
        self.task_id = task_id
