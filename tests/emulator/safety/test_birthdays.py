"""Bands move by the clock; the job only writes down what is true already."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from spaktok.core import clients, clock, sealed, standing
from spaktok.core.age import Band
from spaktok.core.endpoint.declaration import declared
from spaktok.core.ids import UserId
from spaktok.safety import births, callables, jobs, store
from spaktok.safety.births import Source
from spaktok.safety.model import SignalBand, Store
from spaktok.safety.policy import Feature
from spaktok.safety.refusals import TimeZoneMovedRecently
from spaktok.safety.requests import CorrectBirthDate
from spaktok.safety.service import access, birth
from spaktok.users import service
from spaktok.users.callables import profiles as users
from spaktok.users.requests import CreateUserProfile
from tests.support import faults
from tests.support.edge import Sender
from tests.support.faults import Crash, Fault
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock

MS = timedelta(milliseconds=1)
ADMIN = UserId("admin-1")


def join_born(uid: UserId, birth_date: str, zone: str = "UTC", region: str = "US") -> None:
    service.create_profile(
        uid,
        None,
        CreateUserProfile(
            username=f"{uid}.name",
            display_name="Somebody",
            birth_date=birth_date,
            region=region,
            time_zone=zone,
        ),
    )


def held(uid: UserId) -> dict[str, Any]:
    return clients.db().document(f"users/{uid}/private/safety").get().to_dict() or {}


def band(uid: UserId) -> Band:
    return access.age_of(uid, fresh=True).band


def correct(uid: UserId, birth_date: str, staff: str = ADMIN) -> None:
    request = CorrectBirthDate(
        user_id=uid, birth_date=birth_date, region="US", time_zone="UTC", reason="shown by mail"
    )
    birth.correct_birth_date(staff, request)


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("Etc/GMT-14", "2026-06-14T10:00:00+00:00"),
        ("Etc/GMT+12", "2026-06-15T12:00:00+00:00"),
        ("America/New_York", "2026-06-15T04:00:00+00:00"),
    ],
)
def test_at_local_midnight_of_the_birthday_and_not_a_millisecond_before(
    time: TestClock, queue: Queue, zone: str, midnight: str
) -> None:
    """No job runs. Negative control: without `Age.at` the band stays until one does."""
    join_born(ANA, "2008-06-15", zone)
    begins = datetime.fromisoformat(midnight)
    assert held(ANA)["nextBandAt"] == begins
    for at, grown in ((begins - MS, False), (begins, True), (begins + MS, True)):
        time.at = at
        assert access.may(ANA, Feature.LIVE_HOST) is grown
        assert access.age_of(ANA).band is (Band.ADULT if grown else Band.OLDER_TEEN)


def test_whoever_moves_has_birthdays_and_nights_by_the_new_clock_and_moves_once_a_month(
    time: TestClock, queue: Queue
) -> None:
    """Negative control: without `zone_moved_at` the second move is as good as the first."""
    join_born(ANA, "2008-06-15", "America/New_York")
    birth.move_zone(ANA, "Asia/Tokyo")
    assert access.age_of(ANA, fresh=True).zone == "Asia/Tokyo"  # nights at once
    queue.drain()
    midnight = datetime.fromisoformat("2026-06-14T15:00:00+00:00")
    security = clients.db().document(f"security/{ANA}").get()
    assert security.get("nextBandAt") == held(ANA)["nextBandAt"] == midnight
    assert security.get("region") == "US"
    birth.move_zone(ANA, "Asia/Tokyo")  # where one is, one need not move to
    time.at += birth.ZONE_HELD_FOR - MS
    with pytest.raises(TimeZoneMovedRecently):
        birth.move_zone(ANA, "Europe/Stockholm")
    time.at += MS
    birth.move_zone(ANA, "Europe/Stockholm")
    queue.drain(times=2)
    assert access.age_of(ANA, fresh=True).zone == "Europe/Stockholm"


def test_born_on_29_february_one_grows_up_on_1_march(time: TestClock) -> None:
    time.at = datetime.fromisoformat("2026-02-01T00:00:00+00:00")
    join_born(ANA, "2008-02-29")
    begins = datetime.fromisoformat("2026-03-01T00:00:00+00:00")
    for at, grown in ((begins - MS, False), (begins, True)):
        time.at = at
        assert access.may(ANA, Feature.PAYOUTS) is grown


def test_the_schedule_writes_it_down_for_those_whose_day_it_is(
    time: TestClock, queue: Queue
) -> None:
    join_born(ANA, "2010-06-15")
    join_born(BEN, "2010-06-16")
    join_born(CARL, "1990-06-15")
    time.at = datetime.fromisoformat("2026-06-15T00:00:00+00:00")
    assert birth.send_due(clock.now()) == 1
    queue.drain()
    assert (held(ANA)["band"], held(BEN)["band"]) == (Band.OLDER_TEEN, Band.YOUNGER_TEEN)
    security = clients.db().document(f"security/{ANA}").get()
    assert security.get("band") == Band.OLDER_TEEN
    assert security.get("nextBandAt") == datetime.fromisoformat("2028-06-15T00:00:00+00:00")
    assert birth.send_due(clock.now()) == 0


def test_past_21_no_birthday_is_left_in_the_clear(time: TestClock, queue: Queue) -> None:
    join_born(ANA, "2008-06-15")
    for moment in ("2026-06-15T00:00:00+00:00", "2029-06-15T00:00:00+00:00"):
        time.at = datetime.fromisoformat(moment)
        birth.send_due(clock.now())
        queue.drain()
    assert (held(ANA)["nextBandAt"], held(ANA)["dated"]["nextBandAt"]) == (None, None)
    assert clients.db().document(f"security/{ANA}").get().get("nextBandAt") is None
    assert access.age_of(ANA).floor == 21


def test_a_job_that_is_years_late_ends_with_the_same(time: TestClock, queue: Queue) -> None:
    join_born(ANA, "2012-06-15")
    time.at = datetime.fromisoformat("2031-01-01T00:00:00+00:00")
    assert band(ANA) is Band.OLDER_TEEN  # a step ahead of what is written, and never too far
    birth.send_due(clock.now())
    queue.drain(times=3)
    assert (band(ANA), held(ANA)["band"]) == (Band.ADULT, Band.ADULT)


def test_delivered_again_it_writes_nothing(time: TestClock) -> None:
    join_born(ANA, "2010-06-15")
    time.at = datetime.fromisoformat("2026-06-15T00:00:00+00:00")
    birth.advance(ANA)
    before = clients.db().document(f"users/{ANA}/private/safety").get().update_time
    for _ in range(3):
        assert birth.advance(ANA) is Band.OLDER_TEEN
    assert clients.db().document(f"users/{ANA}/private/safety").get().update_time == before


@pytest.mark.parametrize(
    "plan",
    [
        *(faults.at(index, Fault.CRASH) for index in range(2)),
        faults.nth("commit", 0, Fault.CRASH_AFTER),
    ],
    ids=["before it reads", "before it commits", "after it committed"],
)
def test_wherever_it_dies_it_is_found_again_and_ends_the_same(
    time: TestClock, plan: faults.Plan
) -> None:
    join_born(ANA, "2010-06-15")
    time.at = datetime.fromisoformat("2026-06-15T00:00:00+00:00")
    with faults.injected(plan), pytest.raises(Crash):
        birth.advance(ANA)
    due = {one.id for one in store.due(clock.now(), 50).stream()}
    assert (ANA in due) is (held(ANA)["band"] == Band.YOUNGER_TEEN)
    birth.advance(ANA)
    assert (held(ANA)["band"], band(ANA)) == (Band.OLDER_TEEN, Band.OLDER_TEEN)


def test_a_task_for_an_account_that_is_gone_makes_none(everything: Any) -> None:
    birth.advance("nobody")
    assert everything() == {}


def test_only_the_worker_is_given_the_private_key() -> None:
    assert declared(jobs.advanceAgeBand).secrets
    assert not declared(jobs.advanceAgeBands).secrets


def test_a_birth_date_moved_to_another_account_moves_no_band(time: TestClock) -> None:
    join_born(ANA, "1990-01-01")
    join_born(BEN, "2010-06-15")
    stolen = held(ANA)["birthDate"]
    clients.db().document(f"users/{BEN}/private/safety").update({"birthDate": stolen})
    time.at = datetime.fromisoformat("2026-06-15T00:00:00+00:00")
    with pytest.raises(sealed.Unopenable):
        birth.advance(BEN)


def test_the_strictest_of_date_and_device_counts_and_is_stored_as_band_and_source() -> None:
    join_born(ANA, "1990-01-01")
    birth.submit_signal(ANA, Store.APPLE, SignalBand.YOUNGER_TEEN)
    birth.submit_signal(ANA, Store.GOOGLE, SignalBand.ADULT)
    assert (held(ANA)["band"], held(ANA)["bandSource"]) == (Band.YOUNGER_TEEN, Source.STORE)
    assert band(ANA) is Band.YOUNGER_TEEN
    birth.submit_signal(ANA, Store.APPLE, SignalBand.ADULT)
    assert (held(ANA)["band"], held(ANA)["bandSource"]) == (Band.ADULT, Source.SELF_DECLARED)


def test_a_device_opens_nothing_to_a_minor() -> None:
    join_born(ANA, "2010-06-15")
    birth.submit_signal(ANA, Store.GOOGLE, SignalBand.ADULT)
    assert band(ANA) is Band.YOUNGER_TEEN


def test_a_device_that_says_under_13_closes_everything() -> None:
    join_born(ANA, "1990-01-01")
    birth.submit_signal(ANA, Store.GOOGLE, SignalBand.CHILD)
    assert band(ANA) is Band.UNDER_MINIMUM
    assert not any(access.may(ANA, feature) for feature in Feature)


@pytest.mark.usefixtures("signed_in")
def test_an_account_under_the_minimum_age_may_have_that_reviewed_and_nothing_else() -> None:
    """Negative control: without the check in `identity.admit` every call is answered."""
    join_born(ANA, "1990-01-01")
    birth.submit_signal(ANA, Store.GOOGLE, SignalBand.CHILD)
    standing.forget()
    sender = Sender(ANA)
    filtered = sender.call(callables.updateContentFilterLevel, {"level": "strict"})
    assert filtered.refused == standing.AgeReviewRequired.error()
    assert sender.call(users.getProfile, {"userId": ANA}).refused == filtered.refused
    asked = {"idType": "passport", "idNumber": "L01X00T47", "imageCount": 1}
    assert sender.call(callables.requestIdVerification, asked).status == 200
    signal = {"store": "google", "band": "18+"}
    assert sender.call(callables.submitAgeSignal, signal).status == 200
    standing.forget()
    assert sender.call(users.getProfile, {"userId": ANA}).status == 200


def test_the_same_signal_again_writes_nothing() -> None:
    join_born(ANA, "1990-01-01")
    birth.submit_signal(ANA, Store.APPLE, SignalBand.ADULT)
    before = clients.db().document(f"security/{ANA}").get().update_time
    birth.submit_signal(ANA, Store.APPLE, SignalBand.ADULT)
    assert clients.db().document(f"security/{ANA}").get().update_time == before


def test_a_birthday_behind_a_signal_is_made_up_for_when_the_signal_goes(
    time: TestClock, queue: Queue
) -> None:
    join_born(ANA, "2010-06-15")
    birth.submit_signal(ANA, Store.APPLE, SignalBand.YOUNGER_TEEN)
    time.at = datetime.fromisoformat("2028-07-01T00:00:00+00:00")
    assert birth.send_due(clock.now()) == 0
    assert band(ANA) is Band.YOUNGER_TEEN
    birth.submit_signal(ANA, Store.APPLE, SignalBand.ADULT)
    assert birth.send_due(clock.now()) == 1
    queue.drain()
    assert held(ANA)["band"] == band(ANA) == Band.ADULT


def test_an_adult_mislabelled_by_a_device_comes_back_by_a_review() -> None:
    join_born(ANA, "1990-01-01")
    birth.submit_signal(ANA, Store.APPLE, SignalBand.YOUNGER_TEEN)
    assert not access.may(ANA, Feature.PAYOUTS, fresh=True)
    correct(ANA, "1990-01-01")
    assert access.may(ANA, Feature.PAYOUTS, fresh=True)
    birth.submit_signal(ANA, Store.APPLE, SignalBand.OLDER_TEEN)
    assert access.may(ANA, Feature.PAYOUTS, fresh=True)


def test_whoever_turns_out_to_be_younger_is_private_from_then_on(queue: Queue) -> None:
    """Negative control: without the task the account stays public."""
    join_born(ANA, "1990-01-01")
    assert not clients.db().document(f"users/{ANA}").get().get("isPrivate")
    correct(ANA, births.youngest(14, "UTC", clock.now()).isoformat())
    assert not access.may(ANA, Feature.PUBLIC_ACCOUNT, fresh=True)
    assert queue.names() == ["tightenSettings"]
    function, task_id, body = queue.waiting.popleft()
    assert [queue.deliver(function, task_id, body) for _ in range(2)] == [200, 200]
    assert clients.db().document(f"users/{ANA}").get().get("isPrivate")
    settings = clients.db().document(f"users/{ANA}/private/account").get().get("privacySettings")
    assert (settings["account"], settings["gifts"]) == ("private", "no_one")


def test_a_correction_is_recorded_without_the_date(everything: Any) -> None:
    join(ANA)
    correct(ANA, "2011-11-23")
    entries = [doc for path, doc in everything().items() if "/entries/" in path]
    assert [(one["who"], one["what"], one["target"]) for one in entries] == [
        (ADMIN, "correctBirthDate", ANA)
    ]
    assert (entries[0]["before"], entries[0]["after"]) == (
        {"band": Band.ADULT},
        {"band": Band.YOUNGER_TEEN},
    )
    assert "2011-11-23" not in repr(everything())
    assert held(ANA)["birthDateSource"] == Source.REVIEWED


def test_nobody_corrects_their_own_or_nobodys_birth_date() -> None:
    from spaktok.core.refusal import NotFound
    from spaktok.safety.refusals import NotYourOwn

    join(ANA)
    with pytest.raises(NotYourOwn):
        correct(ANA, "1980-01-01", staff=ANA)
    with pytest.raises(NotFound):
        correct(UserId("nobody"), "1980-01-01")
