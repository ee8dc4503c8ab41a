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
RPCS_MAX = 12


def until_done(work: Callable[[], None], fault: Fault, index: int) -> None:
    """Do it with a fault at one RPC, and again without, as a redelivery does."""
    with faults.injected(faults.at(index, fault)) as injected:
        with suppress(Crash, Refusal, GoogleAPIError):
            work()
        injected.revive()
    work()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_comment_counts_once_whichever_rpc_fails(wire: Wire, queue: Queue, fault: Fault) -> None:
    join(ANA, BEN)
    for index in range(RPCS_MAX):
        video_id = f"{index:020}-ana"
        wire.sent.clear()
        wire.comment(f"c{index}", BEN, video_id)
        until_done(wire.deliver, fault, index)
    queue.drain()
    for uid, metric in ((ANA, "comments"), (BEN, "commentsMade")):
        day = store.day_ref(uid, "2026-03-14").get().to_dict() or {}
        assert (day[metric], day["points"]) == (RPCS_MAX, 2 * RPCS_MAX)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_day_is_settled_once_whichever_rpc_fails(wire: Wire, queue: Queue, fault: Fault) -> None:
    people = [UserId(f"u{index}") for index in range(RPCS_MAX)]
    join(*people)
    for uid in people:
        wire.like("fan", f"{0:020}-{uid}")
    wire.deliver()
    queue.waiting.clear()
    for index, uid in enumerate(people):
        path = store.day_ref(uid, "2026-03-14").path
        until_done(partial(standing.roll_up, path, store.METRICS), fault, index)
    for uid in people:
        summary = store.decode_summary(store.summary_ref(uid).get())
        assert (summary.earned, summary.totals["likes"]) == (1, 1)
        assert users.card_ref(uid).get().get("level") == 1
