"""F18: while a version is rolled out, two of the code are at work on one ledger, side by side.

What the newer one writes besides does no harm, what it writes that is unknown here stops nobody else,
and a task that is not understood is kept and told of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from spaktok.core import dispatch
from spaktok.wallet import store
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.entry import Entry, Kind, digest
from spaktok.wallet.service import (
    auditing,
    income,
    lost_work,
    reading,
    recovering,
    reversals,
    services,
    spending,
    statements,
)
from spaktok.wallet.service.auditing import Progress
from spaktok.wallet.service.services import Service
from spaktok.wallet.service.spending import Order
from tests.support.money import buy, documents
from tests.support.operations import half
from tests.support.queue import Queue
from tests.support.time import TestClock

ANA, BEN = "ana", "ben"


@contextmanager
def newer(patch: pytest.MonkeyPatch, kinds: dict[Kind, str] | None = None) -> Iterator[None]:
    """A version that writes more of every entry, and some of kinds of its own."""
    encode = store.encode_entry

    def more(entry: Entry) -> dict[str, Any]:
        fields = encode(entry)
        facts = {**fields["facts"], "newer": {"x": 1}}
        if entry.kind is Kind.ROLL_UP:
            facts["items"] = [{**one, "newer": 1} for one in facts["items"]]
        kind = (kinds or {}).get(entry.kind, fields["kind"])
        fields = {**fields, "facts": facts, "kind": kind, "region": "eu"}
        return {**fields, "hash": digest(fields)}

    with patch.context() as here:
        here.setattr(store, "encode_entry", more)
        yield


def test_entries_and_roll_ups_of_a_newer_version_are_proved_swept_and_reversed_by_this_one(
    monkeypatch: pytest.MonkeyPatch, time: TestClock
) -> None:
    """And by turns: each goes on with what the other has written."""
    with newer(monkeypatch):
        buy(ANA, 100)
        gift = spending.spend(ANA, "g1", Order(30, BEN))
        income.roll_up(income.slot_of(gift), half)
    income.sweep(BEN)
    spending.spend(ANA, "g2", Order(20, BEN))
    assert auditing.everything() == []
    undo = reversals.reverse_gift(ANA, gift.id, "undo")
    with newer(monkeypatch):
        for one in reversals.reversals_of(undo):
            income.roll_up(income.slot_of(one), half)
        spending.spend(ANA, "g3", Order(1, BEN))
    income.sweep(BEN)
    assert (reading.load(ANA).coins, sum(reading.load(BEN).pending.values())) == (79, 66_000)
    assert auditing.everything() == []
    assert auditing.page(Progress("2026-03-14")) is None
    assert documents("alarms") == []


def test_an_entry_of_an_unknown_kind_is_an_alarm_of_its_wallet_and_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its owner goes on spending, and reads of all that is known here.

    Control tried: without the look at kinds in `statements.history` their history is an error.
    """
    buy(ANA, 100)
    buy(BEN, 100)
    slot = Service("slot_1", Account.STRIPE)
    with newer(monkeypatch, {Kind.SERVICE: "service_swap"}):
        services.sell(ANA, "pi_1", slot, 9_900_000, 317_000)
    spending.spend(ANA, "g1", Order(30, BEN))
    assert auditing.page(Progress("2026-03-14")) is None
    assert {one["subject"] for one in documents("alarms")} == {ANA}
    assert auditing.audit_ref(BEN).get().get("seq") == 1
    assert reading.load(ANA).coins == 70
    lines = statements.history(ANA, 10, None).transactions
    assert [one.type for one in lines] == [Kind.GIFT, Kind.PURCHASE]


@pytest.mark.usefixtures("later")
def test_a_task_of_a_newer_version_is_kept_and_told_of_and_its_gift_is_found(queue: Queue) -> None:
    """Control tried: with a letter that is buried as seen, nobody is told."""
    buy(ANA, 100)
    task = income.slot_task(income.slot_of(spending.spend(ANA, "g1", Order(30, BEN))))
    queue.waiting.clear()
    body = {"data": {**dispatch.pack(task.payload), "shareOf": "eu"}}
    assert queue.deliver(task.function, task.id, body) == 200, "it is not tried again as it is"
    assert [json.loads(one["body"]) for one in documents("deadLetters")] == [body]
    assert lost_work.tell() == 1
    recovering.recover(datetime.now(UTC) + 2 * recovering.LATE_AFTER)
    assert queue.names() == [task.function]
