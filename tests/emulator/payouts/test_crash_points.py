"""F1 to F3: a fault at every RPC of asking for a withdrawal, taking it back and deciding on it, each
followed by a retry, leaves what one clean run leaves, and tells the same."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from google.cloud.firestore import FieldFilter

from localpaypal.server import LocalPayPal
from spaktok.core import clients, dispatch
from spaktok.core.ids import UserId
from spaktok.payouts import store
from spaktok.payouts.service import deciding, requesting
from spaktok.wallet.service import auditing, reading
from tests.support.crashes import Operation, Scene, enumerated
from tests.support.payouts import ADMIN, ask, creator
from tests.support.queue import Queue
from tests.support.time import TestClock

SCENES: dict[str, Scene] = {}


def scene(made: Scene) -> Scene:
    SCENES[made.__name__] = made
    return made


@scene
def request(uid: str) -> Operation:
    creator(UserId(uid))
    return lambda: ask(UserId(uid))


@scene
def cancel(uid: str) -> Operation:
    payout = ask(creator(UserId(uid)))
    return lambda: requesting.cancel(UserId(uid), payout)


@scene
def approve(uid: str) -> Operation:
    payout = ask(creator(UserId(uid)))
    return lambda: deciding.approve(ADMIN, payout, "Fine")


@scene
def reject(uid: str) -> Operation:
    payout = ask(creator(UserId(uid)))
    return lambda: deciding.reject(ADMIN, payout, "No")


def state(uid: str, queue: Queue, time: TestClock) -> Any:
    time.pass_(minutes=2)
    dispatch.sweep()
    sent = sorted(queue.names())
    queue.waiting.clear()
    wallet = reading.load(uid)
    own = list(store.own(uid).stream())
    payouts = [one.to_dict() or {} for one in own]
    acts = (
        clients.db()
        .collection_group("entries")
        .where(filter=FieldFilter("target", "in", [one.id for one in own]))
    )
    return (
        wallet.available,
        sorted(wallet.reserved.values()),
        (store.account_ref(uid).get().to_dict() or {})["askedMinor"],
        [(one["status"], one["amount"], [h["state"] for h in one["history"]]) for one in payouts],
        sorted(one.kind for one in reading.entries_of(uid)),
        sorted(one.get("what") for one in acts.stream()),
        sent,
    )


@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize("name", SCENES)
def test_a_fault_at_any_rpc_of_a_request_changes_nothing_of_the_outcome(
    name: str, paypal: LocalPayPal, queue: Queue, time: TestClock
) -> None:
    """Control tried: with a key of its own for every request there are two withdrawals."""
    enumerated(SCENES[name], partial(state, queue=queue, time=time), every=6)
    assert auditing.everything() == []
