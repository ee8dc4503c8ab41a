"""Identity documents: one request at a time, two pairs of eyes, and nothing left but the outcome."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from spaktok.core import clients, clock, keys, sealed
from spaktok.core.age import Band
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest, NotFound, PermissionDenied, Refusal
from spaktok.safety import callables
from spaktok.safety.births import Source
from spaktok.safety.model import IdType, RejectionReason, RequestStatus, SignalBand, Store
from spaktok.safety.policy import Feature
from spaktok.safety.refusals import NotYourOwn, VerificationDecided, VerificationPending
from spaktok.safety.requests import (
    ApproveIdVerification,
    RejectIdVerification,
    RequestIdVerification,
)
from spaktok.safety.service import access, birth, identity
from tests.emulator.safety.test_birthdays import join_born
from tests.support.ages import join_aged
from tests.support.edge import Sender
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock

ADMIN = UserId("admin-1")
OTHER_ADMIN = UserId("admin-2")
NUMBER = "L01X00T47"


def ask(uid: UserId = ANA) -> str:
    request = RequestIdVerification(id_type=IdType.PASSPORT, id_number=NUMBER, image_count=2)
    return identity.ask(uid, request).request_id


def approve(
    request_id: str,
    uid: UserId = ANA,
    *,
    staff: str = ADMIN,
    birth_date: str | None = None,
    age: int | None = None,
) -> identity.Decided:
    request = ApproveIdVerification(
        user_id=uid, request_id=request_id, birth_date=birth_date, verified_age=age
    )
    return identity.approve(staff, request)


def reject(request_id: str, uid: UserId = ANA, *, staff: str = ADMIN) -> identity.Decided:
    request = RejectIdVerification(
        user_id=uid, request_id=request_id, reason=RejectionReason.UNREADABLE
    )
    return identity.reject(staff, request)


def stored(request_id: str) -> dict[str, Any]:
    return clients.db().document(f"idVerificationRequests/{request_id}").get().to_dict() or {}


def held(uid: UserId = ANA) -> dict[str, Any]:
    return clients.db().document(f"users/{uid}/private/safety").get().to_dict() or {}


def deliver(queue: Queue, function: str) -> None:
    """Deliver the tasks of one function, and leave the others waiting."""
    for task in [one for one in queue.waiting if one[0] == function]:
        queue.waiting.remove(task)
        assert queue.deliver(*task) == 200


def test_what_nobody_decides_about_in_thirty_days_lapses_with_its_evidence(
    queue: Queue, time: TestClock
) -> None:
    """Negative control: without `lapse` the number and the images lie there for ever."""
    join(ANA)
    request_id = ask()
    time.at += identity.WAITS_FOR - timedelta(milliseconds=1)
    assert identity.lapse(clock.now()) == 0
    time.at += timedelta(milliseconds=1)
    assert [identity.lapse(clock.now()) for _ in range(2)] == [1, 0]
    assert stored(request_id)["status"] == RequestStatus.REJECTED
    assert "idNumber" not in stored(request_id)
    assert queue.names() == ["deliverNotification", "deleteIdEvidence"]
    assert ask() != request_id


def test_one_request_at_a_time() -> None:
    join(ANA)
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda _: _tried(ask), range(6)))
    assert sum(isinstance(one, str) for one in outcomes) == 1
    assert all(isinstance(one, str | VerificationPending) for one in outcomes)


def _tried(what: Any, *args: Any, **kwargs: Any) -> Any:
    try:
        return what(*args, **kwargs)
    except Refusal as refusal:
        return refusal


def test_the_number_is_sealed_when_it_arrives_and_gone_with_the_decision(everything: Any) -> None:
    join(ANA)
    request_id = ask()
    record = stored(request_id)["idNumber"]
    place = f"idVerificationRequests/{request_id}"
    assert sealed.open(record, path=place, field="idNumber").decode() == NUMBER
    assert NUMBER not in repr(everything())
    approve(request_id, birth_date="1990-01-01")
    assert "idNumber" not in stored(request_id)
    assert stored(request_id)["status"] == RequestStatus.APPROVED


def test_a_request_without_the_public_key_is_an_error_and_stores_nothing(
    monkeypatch: pytest.MonkeyPatch, everything: Any
) -> None:
    join(ANA)
    before = set(everything())
    monkeypatch.setattr(keys, "sealed_public", dict)
    with pytest.raises(ValueError, match="empty"):
        ask()
    assert set(everything()) == before


def test_what_a_document_shows_survives_midnight(time: TestClock, queue: Queue) -> None:
    """The night's job moves bands by the date that was verified, not by the one once declared.

    Negative control: `approve` that keeps the declared date brings the adult back at night.
    """
    join_born(ANA, "1990-01-01")
    approve(ask(), birth_date="2010-06-15")
    assert access.age_of(ANA, fresh=True).band is Band.YOUNGER_TEEN
    assert held()["bandSource"] == Source.ID_VERIFIED
    time.at = datetime.fromisoformat("2026-06-15T00:00:00+00:00")
    assert birth.send_due(clock.now()) == 1
    deliver(queue, "advanceAgeBand")
    assert access.age_of(ANA, fresh=True).band is Band.OLDER_TEEN
    for _ in range(3):
        time.pass_(days=1)
        birth.send_due(clock.now())
        birth.advance(ANA)
        deliver(queue, "advanceAgeBand")
    assert access.age_of(ANA, fresh=True).band is Band.OLDER_TEEN


def test_an_adult_mislabelled_by_a_device_comes_back_by_a_document(time: TestClock) -> None:
    join_born(ANA, "1990-01-01")
    birth.submit_signal(ANA, Store.APPLE, SignalBand.CHILD)
    assert not access.may(ANA, Feature.ACCOUNT, fresh=True)
    approve(ask(), birth_date="1990-01-01")
    assert access.may(ANA, Feature.PAYOUTS, fresh=True)
    time.pass_(days=1)
    birth.advance(ANA)
    assert access.may(ANA, Feature.PAYOUTS, fresh=True)


def test_an_age_without_a_date_is_taken_as_the_youngest(time: TestClock) -> None:
    join_born(ANA, "1990-01-01")
    approve(ask(), age=17)
    assert access.age_of(ANA, fresh=True).band is Band.OLDER_TEEN
    assert held()["nextBandAt"] == datetime.fromisoformat("2027-03-14T00:00:00+00:00")


def test_exactly_one_of_date_and_age_is_taken_over() -> None:
    join(ANA)
    request_id = ask()
    for given in ({}, {"birth_date": "1990-01-01", "age": 36}):
        with pytest.raises(InvalidRequest):
            approve(request_id, **given)  # type: ignore[arg-type]
    assert stored(request_id)["status"] == RequestStatus.PENDING


def test_an_account_older_than_the_question_has_no_region_to_go_by() -> None:
    """Negative control, tried: by `security.get` it was an error of ours."""
    join_aged(Band.UNKNOWN, ANA)
    with pytest.raises(InvalidRequest, match="userId"):
        approve(ask(), age=20)


def test_nobody_decides_about_themselves_or_about_what_is_not_theirs_to_find() -> None:
    join(ANA, BEN)
    request_id = ask()
    with pytest.raises(NotYourOwn):
        approve(request_id, staff=ANA, birth_date="1990-01-01")
    for wrong in ((request_id, BEN), ("nothing", ANA)):
        with pytest.raises(NotFound):
            approve(*wrong, birth_date="1990-01-01")


def test_of_two_who_decide_at_once_one_does(queue: Queue) -> None:
    """Negative control: deciding outside of the transaction lets both through."""
    for number in range(some(4, short=1)):
        uid = UserId(f"user{number}")
        join(uid)
        request_id = ask(uid)
        with ThreadPoolExecutor(2) as pool:
            both = [
                pool.submit(_tried, approve, request_id, uid, birth_date="1990-01-01"),
                pool.submit(_tried, reject, request_id, uid, staff=OTHER_ADMIN),
            ]
        outcomes = [one.result() for one in both]
        assert sum(isinstance(one, identity.Decided) for one in outcomes) == 1
        assert sum(isinstance(one, VerificationDecided) for one in outcomes) == 1
        decided = next(one for one in outcomes if isinstance(one, identity.Decided))
        assert stored(request_id)["status"] == decided.status


def test_the_same_decision_again_is_the_same_and_told_once(queue: Queue, everything: Any) -> None:
    join(ANA)
    request_id = ask()
    assert reject(request_id) == reject(request_id)
    assert sorted(queue.names()) == ["deleteIdEvidence", "deliverNotification"]
    assert sum("/entries/" in path for path in everything()) == 1


def test_whoever_asked_is_told_the_outcome_and_may_ask_again(queue: Queue) -> None:
    join(ANA)
    reject(ask())
    deliver(queue, "deliverNotification")
    told = [one.to_dict() or {} for one in clients.db().collection("notifications").stream()]
    assert [(one["userId"], one["type"]) for one in told] == [(ANA, "id_verification_rejected")]
    assert "can't be read" in told[0]["detail"]
    assert approve(ask(), birth_date="1990-01-01").status is RequestStatus.APPROVED


def test_the_staff_sees_what_waits_oldest_first_and_never_the_number(time: TestClock) -> None:
    join(ANA, BEN, CARL)
    asked = []
    for uid in (CARL, ANA, BEN):
        asked.append(ask(uid))
        time.pass_(minutes=1)
    reject(asked[0], CARL)
    first = identity.waiting(ADMIN, 1, None)
    second = identity.waiting(ADMIN, 1, first.next_cursor)
    assert [first.requests[0].user_id, second.requests[0].user_id] == [ANA, BEN]
    assert (first.has_more, second.has_more) == (True, False)
    assert NUMBER not in repr((first, second))
    assert first.requests[0].image_paths == [
        f"idVerification/{ANA}/{asked[1]}/{number}" for number in (1, 2)
    ]


@pytest.mark.usefixtures("signed_in")
def test_staffs_calls_are_staffs_and_no_answer_says_an_age() -> None:
    join(ANA, BEN)
    request_id = ask()
    wanted = {"userId": ANA, "requestId": request_id, "birthDate": "1987-09-13"}
    stranger = Sender(BEN).call(callables.approveIdVerification, wanted)
    assert stranger.refused == PermissionDenied.error()
    clients.db().document(f"security/{BEN}").update({"roles": ["admin"]})
    answer = Sender(BEN).call(callables.approveIdVerification, wanted)
    assert answer.data == {"requestId": request_id, "status": "approved"}
    assert b"1987" not in answer.raw
