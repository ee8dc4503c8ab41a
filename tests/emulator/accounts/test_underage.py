"""Accounts of those who turned out to be too young go, unless a review of the age is asked for in time.

Negative controls, each tried: without the look at the request (`pending_request`) who waits for a
decision is erased; without `unreviewed`, who was refused on the last day is erased on it, and who was
found to be too young a moment after the decision (told of nothing, without `decided`); without
`grown`, so is who has a birthday that no job wrote down yet; without the look at the band, so is who
was found to be old enough (the test makes the moment between).
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from spaktok.accounts.service import presence, underage
from spaktok.core import clients, clock, meter, standing
from spaktok.core.age import Band
from spaktok.core.refusal import Refusal
from spaktok.safety import births, policy
from spaktok.safety.model import IdType, RejectionReason, SignalBand, Store
from spaktok.safety.requests import (
    ApproveIdVerification,
    RejectIdVerification,
    RequestIdVerification,
    SetBirthDate,
)
from spaktok.safety.service import birth, identity
from tests.support.ages import join_aged
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.worlds import video

ADMIN = "admin-1"
MS = timedelta(milliseconds=1)


def say(years: int, *, days_to_birthday: int = 180) -> None:
    """Ana, of whom no date is known, says one by which she completed so many years."""
    today = births.youngest(years + 1, "UTC", clock.now())
    born = (today + timedelta(days=days_to_birthday)).isoformat()
    request = SetBirthDate(birth_date=born, region="US", time_zone="UTC")
    with pytest.raises(Refusal):
        birth.set_birth_date(ANA, request)


@pytest.fixture
def closed(queue: Queue, time: TestClock) -> TestClock:
    """Ana, who published something and of whom no date was known, turned out to be 12."""
    join_aged(Band.UNKNOWN, ANA)
    join(BEN)
    video(ANA)
    say(12)
    return time


def ask() -> str:
    request = RequestIdVerification(id_type=IdType.PASSPORT, id_number="L01X00T47", image_count=1)
    return identity.ask(ANA, request).request_id


def reject(request_id: str) -> None:
    request = RejectIdVerification(
        user_id=ANA, request_id=request_id, reason=RejectionReason.UNREADABLE
    )
    identity.reject(ADMIN, request)


def leaving() -> bool:
    return "erasure" in (clients.db().document(f"security/{ANA}").get().to_dict() or {})


def look_at(time: TestClock, after: timedelta) -> bool:
    """Let time pass and the sweep run; whether Ana is leaving then."""
    time.at += after
    underage.sweep(clock.now())
    return leaving()


def test_whoever_asks_for_no_review_in_thirty_days_is_erased(
    closed: TestClock, queue: Queue
) -> None:
    assert policy.erased_after() == timedelta(days=30)
    assert not look_at(closed, timedelta(days=30) - MS)
    queue.drain()
    closed.at += MS
    assert [underage.sweep(clock.now()) for _ in range(2)] == [1, 0]
    known = standing.load(ANA, fresh=True)
    assert (known.disabled, known.deactivated) == (True, True)
    (erasure,) = clients.db().collection("erasures").stream()
    assert (erasure.get("subject"), erasure.get("dueAt")) == (ANA, closed.at)
    assert queue.names() == ["eraseAccount"]  # the same task as of whoever leaves


def test_the_notice_comes_with_what_closes_the_account_and_stays(
    time: TestClock, queue: Queue
) -> None:
    join(ANA)
    birth.submit_signal(ANA, Store.APPLE, SignalBand.CHILD)
    assert queue.names() == ["tightenSettings", "deliverNotification"]
    queue.drain(times=2)
    told = [one.to_dict() or {} for one in clients.db().collection("notifications").stream()]
    assert [(one["userId"], one["type"]) for one in told] == [(ANA, "age_review_needed")]
    assert "2026-04-13" in str(told)
    security = clients.db().document(f"security/{ANA}").get()
    assert security.get("ageErasureAt") == clock.now() + policy.erased_after()
    birth.submit_signal(ANA, Store.APPLE, SignalBand.ADULT)
    assert clients.db().document(f"security/{ANA}").get().get("ageErasureAt") is None
    assert not look_at(time, timedelta(days=60))


def test_an_open_review_holds_it_up_and_one_that_failed_leaves_time_for_another(
    closed: TestClock,
) -> None:
    closed.pass_(days=29)
    request = ask()
    assert not look_at(closed, timedelta(days=20))
    reject(request)
    assert not look_at(closed, timedelta(days=30) - MS)
    assert look_at(closed, timedelta(days=1))


def test_whom_a_document_shows_to_be_old_enough_stays(closed: TestClock) -> None:
    request = ApproveIdVerification(user_id=ANA, request_id=ask(), verified_age=18)
    identity.approve(ADMIN, request)
    assert not look_at(closed, timedelta(days=40))
    # As if the look had been planned and the approval came in between.
    clients.db().document(f"security/{ANA}").update({"ageErasureAt": clock.now()})
    clients.db().document(f"users/{ANA}/private/safety").update({"tooYoungSince": closed.at})
    assert not look_at(closed, timedelta(days=40))
    assert clients.db().document(f"security/{ANA}").get().get("ageErasureAt") is None


def test_whom_a_document_shows_to_be_too_young_has_the_time_anew_and_is_told(
    closed: TestClock, queue: Queue
) -> None:
    closed.pass_(days=29)
    request_id = ask()
    closed.pass_(days=11)
    queue.waiting.clear()
    decision = ApproveIdVerification(user_id=ANA, request_id=request_id, verified_age=11)
    identity.approve(ADMIN, decision)
    news = [body for name, *_, body in queue.waiting if name == "deliverNotification"]
    assert "age_review_needed" in str(news)
    assert not look_at(closed, timedelta(days=30) - MS)
    assert look_at(closed, timedelta(days=1))


def test_whose_birthday_comes_first_stays(time: TestClock, queue: Queue) -> None:
    join_aged(Band.UNKNOWN, ANA)
    say(12, days_to_birthday=20)
    assert not look_at(time, timedelta(days=31))  # and nobody has moved the band yet
    birth.send_due(clock.now())
    queue.drain()
    presence.settle(ANA)
    assert standing.load(ANA, fresh=True).age.band is Band.YOUNGER_TEEN
    assert not look_at(time, timedelta(days=31))


def test_whose_device_said_so_too_has_a_birthday_all_the_same(
    time: TestClock, queue: Queue
) -> None:
    """Negative control, tried: without `dated` in `erase` they are erased on day 31."""
    join_aged(Band.UNKNOWN, ANA)
    say(12, days_to_birthday=20)
    birth.submit_signal(ANA, Store.APPLE, SignalBand.CHILD)
    assert not look_at(time, timedelta(days=31))
    birth.submit_signal(ANA, Store.APPLE, SignalBand.YOUNGER_TEEN)
    birth.send_due(clock.now())
    queue.drain()
    assert standing.load(ANA, fresh=True).age.band is Band.YOUNGER_TEEN


def test_an_account_that_fails_holds_up_no_other(time: TestClock, queue: Queue) -> None:
    """Negative control, tried: without the `try` the sweep ends at Ana."""
    join(ANA, BEN)
    for uid in (ANA, BEN):
        birth.submit_signal(uid, Store.APPLE, SignalBand.CHILD)
        time.at += MS
    clients.db().document(f"users/{ANA}/private/safety").set({"no": "record"})
    time.pass_(days=31)
    assert underage.sweep(clock.now()) == 1
    (erasure,) = clients.db().collection("erasures").stream()
    assert erasure.get("subject") == BEN


@pytest.mark.usefixtures("queue", "time")
def test_closing_an_account_costs_no_more_than_the_calls_declare() -> None:
    join_aged(Band.UNKNOWN, ANA)
    with meter.counting() as asked:
        say(12)
    join(BEN)
    with meter.counting() as signalled:
        birth.submit_signal(BEN, Store.APPLE, SignalBand.CHILD)
    decision = ApproveIdVerification(user_id=ANA, request_id=ask(), verified_age=11)
    with meter.counting() as decided:
        identity.approve(ADMIN, decision)
    tallies = [(one.reads, one.writes, one.deletes) for one in (asked, signalled, decided)]
    assert tallies == [(2, 5, 2), (1, 4, 2), (4, 8, 3)]  # no device, and it was closed before
