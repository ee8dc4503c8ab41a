"""The neutral question at sign-up, and what is left of those who were refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from spaktok.core import clients, clock, dispatch, standing
from spaktok.core.age import Band
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest, Refusal, TryAgain
from spaktok.integrations import sign_in
from spaktok.safety import callables as safety
from spaktok.safety import policy, store
from spaktok.safety.births import Source
from spaktok.safety.policy import Feature
from spaktok.safety.refusals import BirthDateIsSet, NotForYourAge, NotOldEnough
from spaktok.safety.requests import SetBirthDate
from spaktok.safety.service import access, birth, gate
from spaktok.users import service
from spaktok.users.callables import profiles as callables
from spaktok.users.requests import CreateUserProfile
from tests.support.ages import HELD, MINORS, PAIRS, born, declares, forget_age, join_aged
from tests.support.edge import Sender
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock

Everything = Callable[[], dict[str, dict[str, Any]]]
DEVICE = "device-0123456789abcdef"
CANARY = "1987-09-13"


def sign_up(
    uid: UserId, birth_date: str, *, region: str = "US", device_id: str | None = None
) -> service.Created | Refusal:
    request = CreateUserProfile(
        username=f"{uid}.name",
        display_name="Somebody",
        birth_date=birth_date,
        region=region,
        time_zone="America/New_York",
        device_id=device_id,
    )
    try:
        return service.create_profile(uid, f"{uid}@example.com", request)
    except Refusal as refusal:
        return refusal


def test_who_was_refused_keeps_no_sign_in_past_the_lock(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without the look at the lock, Ben's goes with his first answer's task; without
    that at the profile, Carl's goes too."""
    deleted: dict[str, timedelta] = {}
    monkeypatch.setattr(sign_in, "delete", lambda uid: deleted.setdefault(uid, time.at - began))
    began = time.at
    sign_up(ANA, born(12))
    sign_up(BEN, born(12))
    sign_up(CARL, born(12))
    time.at = began + timedelta(hours=5)
    sign_up(BEN, born(30))
    assert deleted == {}
    carls = [one for one in queue.waiting if one[2]["data"].get("userId") == CARL]
    for one in carls:
        queue.waiting.remove(one)
    queue.drain(times=2)
    assert set(deleted) == {ANA, BEN}
    assert deleted[ANA] < timedelta(hours=24) < deleted[BEN]  # a day after his second answer
    assert isinstance(sign_up(CARL, born(30)), service.Created)
    queue.waiting.extend(carls)
    queue.drain()
    assert CARL not in deleted


def test_who_was_refused_by_an_instance_that_died_is_forgotten_all_the_same(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with the task not staged beside the lock, the sweeper finds nothing."""
    deleted: list[str] = []
    monkeypatch.setattr(sign_in, "delete", deleted.append)
    monkeypatch.setattr(gate.dispatch, "release", lambda _: False)
    sign_up(ANA, born(12))
    assert queue.names() == []
    time.pass_(minutes=2)
    assert dispatch.sweep() == 1
    queue.drain()
    assert deleted == [ANA]


def test_who_is_under_13_gets_no_account_and_leaves_no_trace(
    everything: Everything, queue: Queue
) -> None:
    """The whole database is looked through. Negative control: with a gate that admits
    everyone the account is there."""
    assert isinstance(sign_up(ANA, born(12), device_id=DEVICE), NotOldEnough)
    left = everything()
    assert {path.partition("/")[0] for path in left} == {"ageLocks"}
    assert [set(fields) for fields in left.values()] == [{"expiresAt"}] * 2
    assert not any(str(trace) in str(left) for trace in (ANA, DEVICE, "Somebody", born(12)))


def test_a_second_answer_is_refused_exactly_like_the_first() -> None:
    first = sign_up(ANA, born(12))
    second = sign_up(ANA, born(30))
    assert isinstance(first, NotOldEnough)
    assert isinstance(second, NotOldEnough)
    assert first.details() == second.details()


def test_another_account_on_the_same_device_is_refused_too() -> None:
    sign_up(ANA, born(12), device_id=DEVICE)
    assert isinstance(sign_up(BEN, born(30), device_id=DEVICE), NotOldEnough)
    assert isinstance(sign_up(CARL, born(30), device_id=f"{DEVICE}-2"), service.Created)


def test_the_lock_lasts_a_day_and_not_until_it_is_deleted(time: TestClock) -> None:
    sign_up(ANA, born(12))
    time.pass_(hours=24, milliseconds=-1)
    # Refused again, and so for another day.
    assert isinstance(sign_up(ANA, born(30)), NotOldEnough)
    time.pass_(hours=24)
    assert isinstance(sign_up(ANA, born(30)), service.Created)


def test_of_two_answers_at_once_the_wrong_one_is_not_outrun() -> None:
    """Either the account was made first, or there is none for a day: never a refusal and an account.

    Negative control: with the locks read outside of the transaction both are there.
    """
    for number in range(some(6, short=2)):
        uid = UserId(f"user{number}")
        with ThreadPoolExecutor(2) as pool:
            child, adult = pool.map(sign_up, (uid, uid), (born(12), born(30)))
        after = sign_up(uid, born(30))
        made = clients.db().document(f"users/{uid}").get().exists
        assert isinstance(adult, service.Created) is made
        assert isinstance(after, service.Created) is made
        assert isinstance(child, NotOldEnough) is not made


@pytest.mark.parametrize(("region", "years"), [("US", 13), ("KR", 14), ("FR", 15), ("DE", 16)])
def test_accounts_begin_at_the_regions_age(region: str, years: int) -> None:
    assert isinstance(sign_up(ANA, born(years - 1), region=region), NotOldEnough)
    assert isinstance(sign_up(BEN, born(years), region=region), service.Created)


@pytest.mark.parametrize("date", ["2026-03-15", "1899-01-01"])
def test_a_date_on_which_nobody_was_born_is_no_answer_and_locks_nothing(date: str) -> None:
    refused = sign_up(ANA, date)
    assert isinstance(refused, InvalidRequest)
    assert date not in str(refused.details())
    assert isinstance(sign_up(ANA, born(30)), service.Created)


@pytest.mark.parametrize("band", MINORS)
def test_minors_start_private_and_closed(band: Band) -> None:
    join_aged(band, ANA)
    card = clients.db().document(f"users/{ANA}").get()
    settings = clients.db().document(f"users/{ANA}/private/account").get().get("privacySettings")
    assert card.get("isPrivate")
    assert settings["account"] == "private"
    for feature in (
        Feature.SUGGESTED_TO_ADULTS,
        Feature.MESSAGES_FROM_STRANGERS,
        Feature.GIFTS_SEND,
        Feature.GIFTS_RECEIVE,
        Feature.PAYOUTS,
        Feature.LIVE_HOST,
        Feature.ADS_PROFILING,
    ):
        assert not access.may(ANA, feature)
        with pytest.raises(NotForYourAge):
            access.require(ANA, feature)
    assert not access.on_by_default(ANA, Feature.PROFILED_FEED)


def test_adults_start_public() -> None:
    join_aged(Band.ADULT, ANA)
    assert not clients.db().document(f"users/{ANA}").get().get("isPrivate")
    access.require(ANA, Feature.LIVE_HOST)


@pytest.mark.parametrize(("viewer", "other"), PAIRS)
def test_no_minor_is_suggested_to_an_adult(viewer: Band, other: Band) -> None:
    join_aged(viewer, ANA)
    join_aged(other, BEN)
    assert access.shown_to(ANA, BEN) is (other is Band.ADULT or viewer in MINORS)


@pytest.mark.usefixtures("signed_in")
def test_a_birth_date_is_in_no_answer_no_log_and_no_document(
    everything: Everything, capsys: pytest.CaptureFixture[str]
) -> None:
    """Searched as it was typed, and in the pieces and forms in which it could be rebuilt.

    Negative control: `birthDate` kept beside the sealed one is found at once.
    """
    wanted = {
        "username": "ana.name",
        "displayName": "Ana",
        "birthDate": CANARY,
        "region": "US",
        "timeZone": "America/New_York",
    }
    sender = Sender(ANA)
    answers = [sender.call(callables.createUserProfile, wanted) for _ in range(2)]
    answers += [
        sender.call(callables.getProfile, {"userId": ANA}),
        sender.call(callables.createUserProfile, {**wanted, "region": "XX"}),
        sender.call(callables.createUserProfile, {**wanted, "username": "-", "deviceId": 3}),
        sender.call(callables.createUserProfile, {**wanted, "birthDate": f"{CANARY}x"}),
    ]
    assert [answer.status for answer in answers] == [200, 200, 200, 400, 400, 400]
    documents = everything()
    shown = [answer.raw.decode() for answer in answers]
    shown += [capsys.readouterr().out, repr(documents), repr(list(documents))]
    for form in (CANARY, CANARY.replace("-", ""), "13.09.1987", "1987, 9, 13", "09-13", "--09"):
        assert not any(form in text for text in shown), form
    sealed = documents[f"users/{ANA}/private/safety"]["birthDate"]
    assert isinstance(sealed, bytes)


def test_the_public_card_says_nothing_about_age() -> None:
    join_aged(Band.YOUNGER_TEEN, ANA)
    join_aged(Band.ADULT, BEN)
    young, old = (clients.db().document(f"users/{uid}").get().to_dict() for uid in (ANA, BEN))
    assert young is not None
    assert old is not None
    differ = {name for name in young if young[name] != old[name]}
    assert differ <= {"userId", "username", "displayName", "isPrivate"}
    named = " ".join(young).lower()
    assert not any(word in named for word in ("birth", "band", "region", "floor", "zone"))


def set_date(uid: UserId, birth_date: str) -> birth.Noted | Refusal:
    request = SetBirthDate(birth_date=birth_date, region="US", time_zone="America/New_York")
    try:
        return birth.set_birth_date(uid, request)
    except Refusal as refusal:
        return refusal


def test_an_account_older_than_the_question_is_treated_as_the_youngest_until_it_answers() -> None:
    join_aged(Band.UNKNOWN, ANA)
    assert access.age_of(ANA).band is Band.UNKNOWN
    assert not any(access.may(ANA, feature) for feature in set(Feature) - {Feature.ACCOUNT})
    assert isinstance(set_date(ANA, born(30)), birth.Noted)
    assert access.age_of(ANA, fresh=True).band is Band.ADULT


def test_a_birth_date_is_set_once() -> None:
    join(ANA)
    assert isinstance(set_date(ANA, born(40)), BirthDateIsSet)
    forget_age(ANA)
    assert isinstance(set_date(ANA, born(16)), birth.Noted)
    assert isinstance(set_date(ANA, born(30)), BirthDateIsSet)
    assert access.age_of(ANA, fresh=True).band is Band.OLDER_TEEN


def test_of_many_birth_dates_at_once_one_is_set() -> None:
    """Negative control: `get` outside of the transaction lets several through."""
    join_aged(Band.UNKNOWN, ANA)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(
            pool.map(lambda years: set_date(ANA, born(years)), range(14, some(62, short=26), 2))
        )
    assert sum(isinstance(one, birth.Noted) for one in outcomes) == 1
    # Whoever waited too long for the emulator's lock is told to try again.
    assert all(isinstance(one, birth.Noted | BirthDateIsSet | TryAgain) for one in outcomes)


@pytest.mark.usefixtures("signed_in")
def test_an_existing_account_that_is_too_young_closes_and_stays_so() -> None:
    """It used to remain one of unknown age, which may have an account: then a child kept theirs.

    Negative control: with nothing put where the gate does not admit, the band is unknown.
    """
    join_aged(Band.UNKNOWN, ANA)
    assert isinstance(set_date(ANA, born(12)), NotOldEnough)
    assert isinstance(set_date(ANA, born(30)), BirthDateIsSet)
    found = standing.load(ANA, fresh=True)
    assert found.age.band is Band.UNDER_MINIMUM
    assert found.hidden(clock.now())
    held = clients.db().document(f"users/{ANA}/private/safety").get().to_dict() or {}
    assert (held["band"], held["bandSource"]) == (Band.UNDER_MINIMUM, Source.SELF_DECLARED)
    locks = list(clients.db().collection("ageLocks").stream())
    assert len(locks) == 1
    sender = Sender(ANA)
    assert sender.call(callables.getProfile, {"userId": ANA}).refused == "age-review-required"
    asked = {"idType": "passport", "idNumber": "L01X00T47", "imageCount": 1}
    assert sender.call(safety.requestIdVerification, asked).status == 200


def test_a_locked_door_lets_no_date_in_that_would_have_done() -> None:
    join_aged(Band.UNKNOWN, ANA)
    (lock,) = store.lock_refs(ANA, None)
    lock.set({"expiresAt": clock.now() + store.LOCKED_FOR})
    assert isinstance(set_date(ANA, born(30)), NotOldEnough)
    assert access.age_of(ANA, fresh=True).band is Band.UNKNOWN


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("band", HELD)
def test_an_app_learns_what_holds_for_its_user_and_never_their_age(band: Band) -> None:
    join_aged(band, ANA, region="US")
    answer = Sender(ANA).call(safety.getMyPolicy, {})
    told = answer.data["features"]
    assert told == {str(one): policy.decide(access.age_of(ANA), one) for one in Feature}
    assert (told["autoplay"] == "allow") is (band is Band.ADULT)
    assert set(answer.data) == {"features"}
    dated = clients.db().document(f"security/{ANA}").get().to_dict() or {}
    assert not any(str(dated.get(name)) in answer.raw.decode() for name in ("region", "timeZone"))
    assert Sender(ANA).call(safety.getMyPolicy, {"userId": BEN}).refused == "invalid-request"


def test_the_standing_tells_the_band_without_another_read() -> None:
    join_aged(Band.OLDER_TEEN, ANA)
    standing.forget()
    found = standing.load(ANA, fresh=False)
    assert (found.age.band, found.age.region) == (Band.OLDER_TEEN, "US")
    assert declares(Band.OLDER_TEEN).birth_date not in repr(found)
