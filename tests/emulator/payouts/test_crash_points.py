"""F1 to F3: a fault at every RPC of asking for a withdrawal, taking it back, deciding on it, sending it
and of all around it, each followed by a retry, leaves what one clean run leaves, and tells the same."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

import pytest
from google.cloud.firestore import FieldFilter

from localpaypal.server import LocalPayPal
from spaktok.core import clients, clock, dispatch
from spaktok.core.ids import UserId
from spaktok.integrations.paypal import signature
from spaktok.payouts import store
from spaktok.payouts.model import policy
from spaktok.payouts.model.gates import Check, Outcome
from spaktok.payouts.model.states import key_of
from spaktok.payouts.refusals import ApprovedByYou
from spaktok.payouts.requests import BankLine
from spaktok.payouts.service import (
    banks,
    checks,
    deciding,
    incoming,
    messages,
    reconciling,
    requesting,
    sending,
)
from spaktok.wallet.service import auditing, reading
from tests.support.crashes import Operation, Scenes, enumerated
from tests.support.payouts import ADMIN, approved, approved_to_bank, ask, creator, link
from tests.support.people import join
from tests.support.queue import Queue
from tests.support.remains import left
from tests.support.time import TestClock

DEAR = policy.FOUR_EYES_ABOVE_MINOR + 1
_PASSED = r'"sends", \d|\{"map": \[\["at", "at"\], \["state", "submitted"\]\]\}, '
REQUESTS, AROUND = Scenes(), Scenes()
"""Those around are given the queue and the clock."""


@REQUESTS.of("requestPayout")
def request(uid: str) -> Operation:
    creator(UserId(uid))
    return lambda: ask(UserId(uid))


@REQUESTS.of("cancelPayoutRequest")
def cancel(uid: str) -> Operation:
    payout = ask(creator(UserId(uid)))
    return lambda: requesting.cancel(UserId(uid), payout)


@REQUESTS.of("processPayout")
def approve(uid: str) -> Operation:
    payout = ask(creator(UserId(uid)))
    return lambda: deciding.approve(ADMIN, payout, "Fine")


@REQUESTS.of("processPayout")
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
@pytest.mark.parametrize("name", REQUESTS)
def test_a_fault_at_any_rpc_of_a_request_changes_nothing_of_the_outcome(
    name: str, paypal: LocalPayPal, queue: Queue, time: TestClock
) -> None:
    """Control tried: with a key of its own for every request there are two withdrawals."""
    enumerated(REQUESTS[name], partial(state, queue=queue, time=time), every=6)
    assert auditing.everything() == []


@AROUND.of("linkPayPal")
def link_paypal(uid: str, *_: object) -> Operation:
    join(UserId(uid))
    return lambda: link(UserId(uid))


@AROUND.of("createStripeAccount")
def open_an_account(uid: str, *_: object) -> Operation:
    join(UserId(uid))
    return lambda: banks.open_account(UserId(uid), "US")


@AROUND.of("linkBankAccount")
def link_a_bank(uid: str, *_: object) -> Operation:
    join(UserId(uid))
    return lambda: banks.link(UserId(uid), "US", "btok_us_verified")


@AROUND.of("reviewPayoutAccount")
def review(uid: str, *_: object) -> Operation:
    join(UserId(uid))
    return lambda: checks.review(ADMIN, UserId(uid), Check.IDENTITY, Outcome.PASSED, "Seen")


@AROUND.of("processPayout")
def approve_as_the_first_of_two(uid: str, *_: object) -> Operation:
    payout = ask(creator(UserId(uid), dollars=2_000), DEAR)
    return lambda: deciding.approve(ADMIN, payout, "Fine")


@AROUND.of("submitPayout")
def send_by_paypal(uid: str, *_: object) -> Operation:
    payout = approved(creator(UserId(uid)))
    return lambda: sending.advance(payout)


@AROUND.of("submitPayout")
def settle_by_paypal(uid: str, _: Queue, time: TestClock) -> Operation:
    payout = approved(creator(UserId(uid)))
    sending.advance(payout)
    time.pass_(minutes=15)
    return lambda: sending.advance(payout)


@AROUND.of("submitPayout")
def send_to_a_bank(uid: str, *_: object) -> Operation:
    payout = approved_to_bank(UserId(uid))
    return lambda: sending.advance(payout)


@AROUND.of("sweepPayouts")
def send_tasks_for_what_is_due(uid: str, queue: Queue, time: TestClock) -> Operation:
    for one in clients.db().collection("payoutRequests").list_documents():
        one.delete()  # nobody else's
    approved(creator(UserId(uid)))
    queue.waiting.clear()
    time.pass_(minutes=10)
    return lambda: sending.sweep(clock.now())


@AROUND.of("paypalWebhook")
def hear_from_paypal(uid: str, *_: object) -> Operation:
    item = {"sender_item_id": key_of(approved(creator(UserId(uid))))}
    told = {"id": f"WH-{uid}", "event_type": f"{messages.ITEM}SUCCEEDED"}
    body = json.dumps({**told, "resource": {"payout_item": item}}).encode()
    return lambda: messages.take(body, {})


@AROUND.of("importBankStatement")
def import_lines(uid: str, *_: object) -> Operation:
    about = {"reference": "po_1", "amount_minor": 950, "booked_on": "2026-03-14"}
    lines = [BankLine.model_validate({"line_id": f"{uid}-{n}", **about}) for n in range(2)]
    return lambda: reconciling.import_bank(lines)


@AROUND.of("reconcilePayouts")
def reconcile(uid: str, _: Queue, time: TestClock) -> Operation:
    """What PayPal has paid, and nobody has looked at since."""
    send_by_paypal(uid)()
    time.pass_(hours=12)
    return lambda: reconciling.run(clock.now())


@AROUND.of("reconcilePayments")
def compare_what_came_in(uid: str, _: Queue, time: TestClock) -> Operation:
    """Two hours that have come of age since the last comparison."""
    creator(UserId(uid))
    time.pass_(minutes=-time.at.minute)
    reconciling.mark(clock.now())
    incoming.run(clock.now())
    time.pass_(hours=2)
    return lambda: incoming.run(clock.now())


@pytest.mark.usefixtures("no_backoff", "paypal", "stripe")
@pytest.mark.parametrize("name", AROUND)
def test_a_fault_at_any_rpc_around_a_withdrawal_changes_nothing_of_what_is_left(
    name: str, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked after until it has come to its end."""
    monkeypatch.setattr(signature, "verify", lambda *_: None)  # others' tests

    def state(uid: str) -> list[str]:
        sends = "submitPayout" in AROUND.functions_of[name]
        if sends:
            (payout,) = store.own(uid).stream()
            for _ in range(4):
                time.pass_(minutes=15)
                sending.advance(payout.id)
        found = left(uid, queue, time)
        if name == "compare_what_came_in":  # it names nobody
            return [*found, str(clock.now() - reconciling.mark(clock.now()))]
        if name == "review":
            return sorted(set(found))  # whoever says it twice has it recorded twice
        if (
            sends
        ):  # as often as it takes, by a task of its own or the sweeper's; paid may be seen first
            found = [one for one in found if one != "task submitPayout"]
            return [re.sub(_PASSED, "", one) for one in found]
        return found

    done = (ApprovedByYou,)
    enumerated(AROUND.at(name, queue, time), state, few=1, done=done)
