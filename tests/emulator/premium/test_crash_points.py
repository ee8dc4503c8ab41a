"""F1 to F3: a fault at every RPC of giving a slot and taking it, each followed by a retry, leaves what
one clean run leaves: the slot, its copies, the audit, the claims' task and the news."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from spaktok.core import clients, dispatch
from spaktok.core.ids import UserId
from spaktok.premium import store
from spaktok.premium.refusals import NotTheHolder
from spaktok.premium.service import assigning
from spaktok.users import store as users
from tests.support.crashes import Operation, Scene, enumerated
from tests.support.people import ANA, join
from tests.support.queue import Queue
from tests.support.time import TestClock

SLOT = "premium_slot_1"
SCENES: dict[str, Scene] = {}


def scene(made: Scene) -> Scene:
    SCENES[made.__name__] = made
    return made


@scene
def assign(uid: str) -> Operation:
    join(UserId(uid))
    return lambda: assigning.assign(ANA, UserId(uid), SLOT, "Well earned")


@scene
def unassign(uid: str) -> Operation:
    assign(uid)()
    return lambda: assigning.unassign(ANA, UserId(uid), SLOT, "The term is over")


def state(uid: str, queue: Queue, time: TestClock) -> Any:
    time.pass_(minutes=2)
    dispatch.sweep()
    sent = sorted(
        function for function, _, body in queue.waiting if uid in str(sorted(body["data"].items()))
    )
    queue.waiting.clear()
    account = store.account_ref(uid).get().to_dict() or {}
    card = users.card_ref(uid).get().to_dict() or {}
    acts = [one.to_dict() or {} for one in clients.db().collection_group("entries").stream()]
    tenures = [(one["slotId"], one["until"] is None) for one in account["tenures"].values()]
    found = (
        account["slotId"],
        tenures,
        sorted(store.decode_settings(store.settings_ref().get()).slots),
        (card["isPremiumAccount"], card["premiumSlotId"], card["accountType"]),
        users.security_ref(uid).get().get("roles"),
        sorted(one["what"] for one in acts if one["target"] == uid),
        sent,
    )
    assigning.vacate(UserId(uid))  # the slot is the next one's
    return found


@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize("name", SCENES)
def test_a_fault_at_any_rpc_of_a_slot_changes_nothing_of_the_outcome(
    name: str, queue: Queue, time: TestClock
) -> None:
    """Control tried: with the news sent after the commit and not staged, of the slot given or taken by
    the commit that was the instance's last nobody is ever told."""
    join(ANA)
    enumerated(SCENES[name], partial(state, queue=queue, time=time), every=4, done=(NotTheHolder,))
