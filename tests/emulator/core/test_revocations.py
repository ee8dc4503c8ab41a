"""What was taken back counts from the commit on, and is forgotten only when no copy is left."""

from __future__ import annotations

import pytest

from spaktok.core import clients, clock, revocations
from spaktok.core.revocations import COPIES_LIVE, KEPT_FOR, Limit, Reach, Revocations
from tests.support.time import TestClock

VIDEO, OWNER = "v1-ana", "ana"


def now() -> Revocations:
    return revocations.decode([one.get() for one in revocations.refs()])


def limit(reach: Reach, age: int = 0) -> str:
    batch = clients.db().batch()
    name = revocations.limit_video(batch, VIDEO, OWNER, Limit(reach, age))
    batch.commit()
    return name


def test_where_nothing_was_taken_back_everything_is_admitted() -> None:
    assert now().admits(VIDEO, OWNER, follows=False, years=0)


@pytest.mark.parametrize(
    ("reach", "age", "follows", "years", "admitted"),
    [
        (Reach.NOBODY, 0, True, 18, False),
        (Reach.FOLLOWERS, 0, True, 0, True),
        (Reach.FOLLOWERS, 0, False, 18, False),
        (Reach.EVERYONE, 18, False, 16, False),
        (Reach.EVERYONE, 18, False, 18, True),
        (Reach.FOLLOWERS, 18, True, 16, False),
    ],
)
def test_a_copy_is_shown_to_whom_both_the_reach_and_the_age_admit(
    reach: Reach, age: int, follows: bool, years: int, admitted: bool
) -> None:
    limit(reach, age)
    assert now().admits(VIDEO, OWNER, follows=follows, years=years) is admitted


def test_the_account_and_the_video_must_both_admit() -> None:
    batch = clients.db().batch()
    revocations.limit_user(batch, OWNER, Limit(Reach.FOLLOWERS))
    batch.commit()
    assert not now().admits(VIDEO, OWNER, follows=False, years=18)
    assert now().admits(VIDEO, OWNER, follows=True, years=18)
    assert now().admits("v1-ben", "ben", follows=False, years=18)


def test_what_is_widened_again_is_admitted_again() -> None:
    limit(Reach.NOBODY)
    batch = clients.db().batch()
    revocations.lift_video(batch, VIDEO, OWNER)
    batch.commit()
    assert now() == Revocations()


def test_an_entry_stays_until_the_copies_are_withdrawn_and_the_rest_has_expired(
    time: TestClock,
) -> None:
    """Control: without `done` in `_prune` the entry goes while inboxes still hold the card."""
    name = limit(Reach.NOBODY)
    time.pass_(hours=100)
    assert revocations.prune(clock.now()) == 0
    revocations.withdrawn("videos", VIDEO, OWNER, name)
    assert revocations.prune(clock.now()) == 1
    assert now() == Revocations()


def test_an_entry_outlives_every_copy_outside_inboxes(time: TestClock) -> None:
    revocations.withdrawn("videos", VIDEO, OWNER, limit(Reach.NOBODY))
    time.reach(clock.now() + KEPT_FOR)
    assert revocations.prune(clock.now()) == 0
    assert KEPT_FOR > 2 * COPIES_LIVE
    time.pass_(seconds=1)
    assert revocations.prune(clock.now()) == 1


def test_a_withdrawal_that_comes_late_does_not_settle_a_newer_entry(time: TestClock) -> None:
    old = limit(Reach.NOBODY)
    limit(Reach.NOBODY)
    revocations.withdrawn("videos", VIDEO, OWNER, old)
    time.pass_(hours=100)
    assert revocations.prune(clock.now()) == 0
