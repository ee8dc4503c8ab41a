"""The platform's books: each day from its entries alone, once, and the same whenever reckoned."""

from __future__ import annotations

from contextlib import suppress
from contextvars import copy_context
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from google.cloud.firestore import DELETE_FIELD

import main
from spaktok.core import clients, clock, standing
from spaktok.core.ids import UserId
from spaktok.users import store as users
from spaktok.wallet import store
from spaktok.wallet.model import income as income_model
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.invariants import total
from spaktok.wallet.model.revenue import Tally, encode
from spaktok.wallet.model.wallet import day_of
from spaktok.wallet.service import (
    crediting,
    income,
    refunds,
    revenue,
    reversals,
    services,
    spending,
)
from spaktok.wallet.service.services import Service
from spaktok.wallet.service.spending import Order
from tests.support import blueprint
from tests.support.edge import Sender, emulate, forget_app
from tests.support.faults import Crash, Fault, injected, nth
from tests.support.money import buy, documents, ledger
from tests.support.operations import matured
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.time import TestClock

PREMIUM_MICRO = 9_900_000


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lanes of a kind, in place of ten, and five days that are made up for: a night walks each."""
    for module in (income_model, revenue):
        monkeypatch.setattr(module, "LANES", 2)
    monkeypatch.setattr(revenue, "CAUGHT_UP_DAYS", 5)


@pytest.fixture
def today(time: TestClock, little: None) -> str:
    """The day on which the database commits; the clock stands at its next morning."""
    day = day_of(datetime.now(UTC))
    time.at = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1, hours=1)
    return day


def trade(queue: Queue, time: TestClock) -> None:
    """Coins are bought, granted, spent and refunded; a slot is sold. Everything is shared out."""
    blueprint.once(f"trade in {revenue.LANES} lanes", lambda: _trade(queue), queue, time)


def _trade(queue: Queue) -> None:
    join(ANA, BEN)
    bought = buy(ANA, 100)
    buy(BEN, 50, key="p2")
    crediting.grant_promo(ANA, "ad-1", 7, "adReward")
    gifts = [spending.spend(ANA, f"gift-{number}", Order(20, BEN)) for number in range(3)]
    slot = Service("slot_1", Account.STRIPE)
    services.sell(BEN, "pi_1", slot, PREMIUM_MICRO, 317_000)
    refunds.refund_purchase(ANA, "r1", bought.facts["lotId"], 99)
    gifts += reversals.follow(ANA, bought.facts["lotId"])
    for slot_ in {income.slot_of(one) for one in gifts}:
        income.roll_up(slot_, lambda *_: 5_000)
    income.sweep(BEN)
    queue.waiting.clear()


def roll(day: str, queue: Queue, *, again: bool = False) -> dict[str, Any]:
    revenue.begin(day, clock.now(), again=again)
    queue.drain()
    return log(day)


def log(day: str) -> dict[str, Any]:
    return revenue.log_ref(day).get().to_dict() or {}


def test_a_day_is_the_sum_of_its_entries(today: str, queue: Queue, time: TestClock) -> None:
    trade(queue, time)
    entries = ledger()
    found = roll(today, queue)
    assert (found["complete"], found["entries"]) == (True, len(entries))
    wanted: dict[str, dict[str, int]] = {}
    for (name, unit), amount in total(entries).items():
        account = name.split(":")[2] if name.startswith("user:") else name
        account = "campaigns" if account.startswith("campaign:") else account
        units = wanted.setdefault(account, {})
        units[unit] = units.get(unit, 0) + amount
    assert found["accounts"] == wanted
    assert found["coinsMinted"] == 150
    assert found["coinsGranted"] == 7
    assert found["premiumRevenue"] == PREMIUM_MICRO - 317_000
    assert found["totalRevenue"] == wanted[Account.REVENUE]["usd_micro"]
    assert sum(found["revenueBreakdown"].values()) == found["totalRevenue"]
    debt, reserve = (
        wanted.get(one, {}).get("usd_micro", 0) for one in (Account.DEBT, Account.RESERVE)
    )
    own = found["totalRevenue"] + found["provision"] + found["losses"] + reserve + debt
    assert found["held"] == found["liability"] + own


def test_every_entry_is_in_a_lane_that_is_walked(queue: Queue, time: TestClock) -> None:
    """Negative control: before entries of their owner's alone had a lane, coin sales were in no day."""
    trade(queue, time)
    found = {(one.to_dict() or {}).get("lane") for one in store.entries().stream()}
    assert found <= set(revenue.lanes())


def test_page_by_page_and_twice_over_it_comes_to_the_same(
    today: str, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade(queue, time)
    roll(today, queue)
    whole = roll(today, queue, again=True)  # with what of its losses was borne since
    monkeypatch.setattr(revenue, "PAGE", 1)
    monkeypatch.setattr(revenue, "PAGES_MAX", 1)
    revenue.begin(today, clock.now(), again=True)
    while queue.waiting:
        function, task_id, body = queue.waiting.popleft()
        for _ in range(2):  # at least once
            assert queue.deliver(function, task_id, body) == 200
    anew = log(today)
    assert anew.pop("run") == whole.pop("run") + 1
    assert anew == whole


def test_a_run_that_died_is_gone_on_with_and_counts_nothing_twice(
    today: str, queue: Queue, time: TestClock
) -> None:
    trade(queue, time)
    entries = ledger()
    revenue.begin(today, clock.now())
    for number, (function, task_id, body) in enumerate(list(queue.waiting)):
        plan = nth("commit", 0, Fault.CRASH_AFTER if number % 2 else Fault.CRASH)
        with injected(plan), suppress(Crash):
            queue.deliver(function, task_id, body)
    queue.waiting.clear()  # and none of them is tried again
    assert revenue.catch_up(clock.now() + timedelta(minutes=1))[0] == today
    queue.drain()
    assert (log(today)["complete"], log(today)["entries"]) == (True, len(entries))
    assert today not in revenue.catch_up(clock.now() + timedelta(minutes=2))


def test_a_day_whose_sums_died_is_summed_the_next_night_and_one_that_never_ends_is_said(
    today: str, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control tried: with a day done when it is complete, month and summary are without it for good."""
    trade(queue, time)
    revenue.begin(today, clock.now())
    tasks = list(queue.waiting)
    queue.waiting.clear()
    with monkeypatch.context() as broken:
        broken.setattr(revenue, "_sum_up", _dead)
        assert {queue.deliver(*task) for task in tasks} == {200, 500}
    assert log(today)["complete"]
    assert today in revenue.catch_up(clock.now() + timedelta(minutes=1))
    assert documents("alarms") == []
    queue.waiting.clear()
    assert today in revenue.catch_up(clock.now() + timedelta(days=1))
    assert ("books", today) in {(one["invariant"], one["subject"]) for one in documents("alarms")}
    queue.drain()
    assert revenue.month_ref(today[:7]).get().get("coinsMinted") == 150
    assert today not in revenue.catch_up(clock.now() + timedelta(days=1))


def test_a_day_that_an_older_version_completed_is_not_missing(
    today: str, queue: Queue, time: TestClock
) -> None:
    """It says nothing of sums. Control tried: with those that are silent missing, it is begun again."""
    trade(queue, time)
    roll(today, queue)
    revenue.log_ref(today).update({"summed": DELETE_FIELD})
    assert today not in revenue.catch_up(clock.now())
    queue.waiting.clear()


def _dead(*_: Any) -> None:
    raise ConnectionError("the database is away")


def test_that_more_is_owed_than_held_raises_an_alarm(
    today: str, queue: Queue, time: TestClock
) -> None:
    """Control tried: without `_solvent`, no alarm."""
    trade(queue, time)
    roll(today, queue)
    assert documents("alarms") == []
    matured(ANA, 100_000_000)  # a gift of ours, for which nobody paid anything
    roll(today, queue, again=True)
    (alarm,) = documents("alarms")
    assert (alarm["invariant"], alarm["subject"]) == ("solvency", "platform")


def test_what_is_at_issue_in_an_open_dispute_is_no_alarm_but_what_is_owed_beyond_it_is(
    today: str, queue: Queue
) -> None:
    """All that was ever paid is disputed, and owed in service still.

    Control tried: with what is held alone compared, the dispute raises the alarm.
    """
    bought = buy(ANA, 100)
    refunds.hold_dispute(ANA, "d1", bought.facts["lotId"], 99)
    whole = roll(today, queue)
    assert whole["held"] < whole["liability"]
    assert documents("alarms") == []
    matured(BEN, 1)
    roll(today, queue, again=True)
    assert [one["invariant"] for one in documents("alarms")] == ["solvency"]


def test_a_missed_night_is_made_up_for_and_months_are_sums_of_days(
    today: str, queue: Queue, time: TestClock
) -> None:
    trade(queue, time)
    begun = revenue.catch_up(clock.now() + timedelta(days=3))
    assert today in begun
    assert len(begun) == revenue.CAUGHT_UP_DAYS
    queue.drain()
    day = log(today)
    for name in (today[:7], revenue.SUMMARY):
        period = revenue.month_ref(name).get().to_dict() or {}
        assert {key: period[key] for key in ("accounts", "totalRevenue", "held")} == {
            key: day[key] for key in ("accounts", "totalRevenue", "held")
        }
    roll(today, queue, again=True)
    summary = revenue.month_ref(revenue.SUMMARY).get().to_dict() or {}
    assert summary["totalRevenue"] == day["totalRevenue"], "a day counts once"


def test_of_days_that_close_at_once_the_month_has_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: reckoned outside of a transaction, the one that was stopped forgets the other."""
    days = [date(2026, 3, 1), date(2026, 3, 2)]

    def close(day: date) -> None:
        fields = encode(Tally(entries=1))
        revenue.log_ref(day.isoformat()).set({"complete": True, **fields})
        revenue._sum_up(day)

    stage, stopped = revenue._stage, Event()

    def stop_once(*arguments: Any) -> None:
        if not stopped.is_set():
            stopped.set()
            other.start()
            other.join(1)  # in a transaction it has to wait for this one, and is not done
        stage(*arguments)

    monkeypatch.setattr(revenue, "_stage", stop_once)
    other = Thread(target=copy_context().run, args=(close, days[1]))
    close(days[0])
    other.join()
    for name in ("2026-03", revenue.SUMMARY):
        assert revenue.month_ref(name).get().get("entries") == 2


def test_administrators_read_the_books_and_nobody_else(
    today: str, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulate(monkeypatch)
    trade(queue, time)
    roll(today, queue)
    asked = {"firstDay": today, "lastDay": today}
    sender = Sender(UserId(ANA))
    for role in ("user", "moderator"):
        users.security_ref(ANA).update({"roles": ["user", role]})
        standing.forget()
        assert sender.call(main.getPlatformRevenue, asked).refused == "permission-denied"
    users.security_ref(ANA).update({"roles": ["user", "admin"]})
    standing.forget()
    (day,) = sender.call(main.getPlatformRevenue, asked).data["days"]
    assert (day["period"], day["coinsMinted"], day["premiumRevenue"]) == (
        today,
        150,
        PREMIUM_MICRO - 317_000,
    )
    tomorrow = {**asked, "lastDay": day_of(clock.now() + timedelta(days=100))}
    assert sender.call(main.getPlatformRevenue, tomorrow).refused == "invalid-request"
    assert len(list(clients.db().collection("revenueLog").stream())) == 1
    forget_app()
