"""Whatever fails while an event is counted or a day rolled up, it is counted and settled once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from google.api_core.exceptions import GoogleAPIError

from spaktok.core.ids import UserId
from spaktok.core.refusal import Refusal
from spaktok.progress import store
from spaktok.progress.service import standing
from spaktok.users import store as users
from tests.emulator.progress.conftest import Wire
from tests.support import faults
from tests.support.faults import Crash, Fault
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue

FAULTS = [Fault.UNAVAILABLE, Fault.LOST_ACK, Fault.ABORTED, Fault.CRASH, Fault.CRASH_AFTER]
RPCS_MAX = 20


def until_done(work: Callable[[], None], fault: Fault, index: int) -> bool:
    """Do it with a fault at one RPC, and again without, as a redelivery does.

    Whether there was such an RPC.
    """
    with faults.injected(faults.at(index, fault)) as injected:
        with suppress(Crash, Refusal, GoogleAPIError):
            work()
        injected.revive()
    work()
    return bool(injected.injected)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_comment_counts_once_whichever_rpc_fails(wire: Wire, queue: Queue, fault: Fault) -> None:
    join(ANA, BEN)
    for index in range(RPCS_MAX):
        wire.sent.clear()
        wire.comment(f"c{index}", BEN, f"{index:020}-ana")
        if not until_done(wire.deliver, fault, index):
            break
    assert 2 <= index < RPCS_MAX - 1
    queue.drain()
    for uid, metric in ((ANA, "comments"), (BEN, "commentsMade")):
        day = store.day_ref(uid, "2026-03-14").get().to_dict() or {}
        assert (day[metric], day["points"]) == (index + 1, 2 * (index + 1))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_day_is_settled_once_whichever_rpc_fails(wire: Wire, queue: Queue, fault: Fault) -> None:
    for index in range(RPCS_MAX):
        uid = UserId(f"u{index}")
        join(uid)
        wire.sent.clear()
        wire.like("fan", f"{0:020}-{uid}")
        wire.deliver()
        path = store.day_ref(uid, "2026-03-14").path
        hit = until_done(partial(standing.roll_up, path, store.METRICS), fault, index)
        summary = store.decode_summary(store.summary_ref(uid).get())
        assert (summary.earned, summary.totals["likes"]) == (1, 1)
        assert users.card_ref(uid).get().get("level") == 1
        if not hit:
            break
    assert 4 <= index < RPCS_MAX - 1
