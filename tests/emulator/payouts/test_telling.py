"""Whoever withdraws hears of every step, once, whatever fails after the commit."""

from __future__ import annotations

import pytest

from localpaypal.server import LocalPayPal
from spaktok.core import clients, dispatch
from spaktok.payouts.model.states import State
from spaktok.payouts.service import deciding, sending
from tests.support.payouts import ADMIN, approved, ask, creator, state
from tests.support.people import ANA
from tests.support.queue import Queue
from tests.support.time import TestClock


def heard(queue: Queue) -> list[str]:
    told = [body["data"] for name, body in queue.delivered if name == "deliverNotification"]
    return [one["detail"] for one in told if one["type"] == "payout_status"]


def test_approved_and_paid_are_two_events(
    paypal: LocalPayPal, queue: Queue, time: TestClock
) -> None:
    """Control tried: with the detail left out of the task's id, only the first is heard."""
    creator(ANA)
    one = approved(ANA)
    while state(one) is not State.PAID:
        sending.advance(one)
        time.pass_(minutes=15)
    queue.drain()
    assert heard(queue) == [State.APPROVED, State.PAID]
    assert list(clients.db().collection("outbox").stream()) == []


def test_a_step_is_heard_of_though_the_queue_was_away(
    paypal: LocalPayPal, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F15, I17. Control tried: announced after the commit alone, the rejection fails unheard."""
    creator(ANA)
    one = ask(ANA)

    def away(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(clients, "queue", away)
        assert deciding.reject(ADMIN, one, "No").status is State.REJECTED
    time.pass_(minutes=2)
    dispatch.sweep()
    queue.drain()
    assert heard(queue) == [State.REJECTED]
