"""Erasing the accounts of those who turned out to be too young for one.

Such an account is closed and hidden the moment that is known, and its owner is told that it goes
unless a review of the age is asked for in time (`safety.service.birth`, `safety/policy.json`). One that
is open holds the erasure up, and one that changed nothing leaves as much time for another. Whoever is
found to be old enough, or has come to be meanwhile, is left alone: that is looked at in the commit that
closes the account for good.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from spaktok.accounts import store
from spaktok.accounts.service import leaving
from spaktok.core import dispatch, ids, log, standing, transaction
from spaktok.core.age import Band
from spaktok.core.ids import UserId
from spaktok.safety import store as safety
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

PAGE: Final = 200
AGAIN: Final = timedelta(days=1)
"""When to look again at what is not to be decided yet."""


def sweep(at: datetime) -> int:
    """Have those erased whose time is over, at most `PAGE`; how many.

    Four reads each, and a write, or those of `leaving.stage`. Whoever is looked at and stays is found
    again when it is time, and one that fails is logged, so nobody holds up the others.
    """
    count = 0
    for found in list(safety.too_young(at, PAGE).stream()):
        try:
            count += erase(UserId(found.id), at)
        except Exception as error:  # noqa: BLE001 - the others must not wait for it
            log.failure("account under the minimum age not looked at", error)
    return count


def erase(uid: UserId, at: datetime) -> bool:
    """Close the account for good and have it erased, if that is due; whether it was."""
    erasure_id = ids.random_id()

    def body(tx: Transaction) -> bool:
        card, security, record = users.read(
            [users.card_ref(uid), store.security_ref(uid), safety.record_ref(uid)], tx
        )
        fields = security.to_dict() or {}
        if (due := fields.get("ageErasureAt")) is None or due > at:
            return False
        known = standing.decode(fields).age
        if not card.exists or "erasure" in fields or known.band is not Band.UNDER_MINIMUM:
            tx.update(security.reference, {"ageErasureAt": None})
            return False
        held = safety.decode(record)
        # And nobody wrote it down yet; what counts names no birthday while a device says so young, too.
        dated = held.dated.next_at if held.dated.band is Band.UNDER_MINIMUM else None
        grown = any(one is not None and one <= at for one in (known.next_at, dated))
        until = held.erased_from
        if held.pending_request is not None or grown or until is None or until > at:
            later = at + AGAIN if until is None else max(until, at + AGAIN)
            tx.update(security.reference, {"ageErasureAt": later})
            return False
        leaving.stage(tx, uid, erasure_id, at, at, ageErasureAt=None)
        return True

    if not transaction.run(body):
        return False
    log.info("account under the minimum age", erasure=erasure_id)
    dispatch.release(leaving.task(erasure_id, 0))
    return True
