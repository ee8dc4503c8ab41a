"""Which devices are signed in, and how one or all of them are signed out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from spaktok.accounts import model
from spaktok.accounts.callables import getSessions, registerSession, revokeSession
from spaktok.accounts.model import SESSION_KEPT, SESSIONS_MAX, Platform
from spaktok.accounts.requests import RegisterSession
from spaktok.accounts.service import sessions
from spaktok.core import clients, clock, meter, standing
from spaktok.core.caller import Caller
from spaktok.core.ids import UserId
from spaktok.core.refusal import AuthenticationRequired
from spaktok.notifications import inbox as notifications
from spaktok.users.callables.profiles import getProfile
from tests.emulator.accounts.conftest import Authentication
from tests.support.edge import Sender, emulate, token
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.time import NOON, TestClock

PHONE = RegisterSession(device_id="phone-1", name="Pixel 9", platform=Platform.ANDROID)


@pytest.fixture(autouse=True)
def edge(monkeypatch: pytest.MonkeyPatch) -> None:
    emulate(monkeypatch)


def caller(signed_in_at: datetime = NOON, uid: UserId = ANA) -> Caller:
    return Caller(uid, "request", signed_in_at=signed_in_at)


def sender(signed_in_at: datetime = NOON, uid: UserId = ANA) -> Sender:
    issued = clock.now()
    text = token(uid, issued_at=issued, signed_in_at=signed_in_at)
    return Sender(headers={"Authorization": f"Bearer {text}"})


def listed(by: Caller | None = None) -> list[str]:
    return [one.session_id for one in sessions.sessions(by or caller()).sessions]


def accepts(second: datetime) -> bool:
    try:
        standing.load(ANA, fresh=True).check(signed_in_at=second, at=clock.now())
    except AuthenticationRequired:
        return False
    return True


def test_a_device_is_listed_once_however_often_it_comes_back(time: TestClock) -> None:
    join(ANA)
    first = sessions.register(caller(), PHONE)
    time.pass_(hours=30)
    assert sessions.register(caller(), PHONE) == first
    (one,) = sessions.sessions(caller()).sessions
    assert (one.name, one.platform, one.is_current) == ("Pixel 9", Platform.ANDROID, True)
    assert (one.created_at, one.last_seen_at) == (NOON, clock.now())


def test_coming_back_the_same_day_costs_a_read() -> None:
    join(ANA)
    sessions.register(caller(), PHONE)
    with meter.counting() as cost:
        sessions.register(caller(), PHONE)
    assert (cost.reads, cost.writes, cost.rpcs) == (1, 0, 1)


def test_each_sign_in_is_a_session_and_the_own_one_is_marked(time: TestClock) -> None:
    join(ANA)
    sessions.register(caller(), PHONE)
    time.pass_(minutes=5)
    later = caller(clock.now())
    sessions.register(later, RegisterSession(device_id="web", name="Fox", platform=Platform.WEB))
    assert [one.is_current for one in sessions.sessions(later).sessions] == [True, False]
    assert [one.is_current for one in sessions.sessions(caller()).sessions] == [False, True]


def test_a_session_tells_others_and_its_list_nothing_that_identifies_the_device() -> None:
    join(ANA, BEN)
    sessions.register(caller(), PHONE)
    kept = str([one.to_dict() for one in clients.db().collection_group("sessions").stream()])
    assert "phone-1" not in kept
    assert sessions.sessions(caller(uid=BEN)).sessions == []


def test_a_device_that_was_not_seen_for_half_a_year_is_listed_no_more(time: TestClock) -> None:
    join(ANA)
    sessions.register(caller(), PHONE)
    time.at = NOON + SESSION_KEPT - timedelta(milliseconds=1)
    assert listed()
    time.at = NOON + SESSION_KEPT
    assert not listed()


def test_one_more_than_the_most_signs_out_the_one_that_was_away_longest(time: TestClock) -> None:
    join(ANA)
    for number in range(SESSIONS_MAX + 1):
        time.at = NOON + timedelta(minutes=number)
        sessions.register(caller(clock.now()), PHONE)
    assert len(listed()) == SESSIONS_MAX
    assert not accepts(NOON)
    assert accepts(NOON + timedelta(minutes=1))


def test_revoking_one_device_ends_its_sign_in_and_no_other(time: TestClock) -> None:
    """Negative control: without `revoked_sessions` in `Standing.check`, it is accepted."""
    join(ANA)
    sessions.register(caller(), PHONE)
    lost = listed()[0]
    time.pass_(hours=2)
    assert sessions.revoke_one(caller(clock.now()), lost).revoked
    second = timedelta(seconds=1)
    assert [accepts(at) for at in (NOON - second, NOON, NOON + second)] == [True, False, True]
    assert listed() == []


def test_revoking_what_is_not_listed_or_anothers_changes_nothing() -> None:
    join(ANA, BEN)
    sessions.register(caller(uid=BEN), PHONE)
    (bens,) = [one.session_id for one in sessions.sessions(caller(uid=BEN)).sessions]
    for unknown in (bens, "nothing"):
        assert sessions.revoke_one(caller(), unknown).revoked
    standing.load(BEN, fresh=True).check(signed_in_at=NOON, at=clock.now())
    assert len(sessions.sessions(caller(uid=BEN)).sessions) == 1


def test_a_revoked_device_is_refused_at_once_where_it_matters_and_within_30_s_elsewhere(
    time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(ANA)
    seconds = [100.0]
    monkeypatch.setattr(clock, "monotonic", lambda: seconds[0])
    monkeypatch.setattr("spaktok.core.limits.clock.monotonic_ns", lambda: int(seconds[0] * 1e9))
    assert (
        sender().call(registerSession, PHONE.model_dump(mode="json", by_alias=True)).status == 200
    )
    (lost,) = listed()
    time.pass_(minutes=50)
    fresh = sender(clock.now())
    assert sender().call(getProfile, {"userId": ANA}).status == 200
    assert fresh.call(revokeSession, {"sessionId": lost}).data == {"revoked": True}
    # That sensitive call has refreshed what this instance knows; another one knows it late.
    assert sender().call(revokeSession, {"sessionId": "x"}).refused == "authentication-required"
    assert sender().call(getSessions).refused == "authentication-required"
    assert fresh.call(getSessions).status == 200


def test_another_instance_knows_within_30_seconds(
    time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(ANA)
    seconds = [100.0]
    monkeypatch.setattr(clock, "monotonic", lambda: seconds[0])
    assert sender().call(getProfile, {"userId": ANA}).status == 200
    clients.db().document(f"security/{ANA}").update({"revokedSessions": [int(NOON.timestamp())]})
    seconds[0] += standing.CACHED_S - 0.001
    assert sender().call(getProfile, {"userId": ANA}).status == 200
    seconds[0] += 0.001
    assert sender().call(getProfile, {"userId": ANA}).refused == "authentication-required"


def test_a_token_refreshed_after_the_revocation_is_refused_too(time: TestClock) -> None:
    """It is younger, but stems from the same sign-in. Negative control: `iat` for `auth_time`."""
    join(ANA)
    sessions.revoke_all(ANA)
    time.pass_(hours=5)
    assert sender(NOON).call(revokeSession, {"sessionId": "x"}).refused == "authentication-required"


def test_revoking_all_ends_every_sign_in_before_and_in_that_second_and_none_after(
    queue: Queue, time: TestClock, authentication: Authentication
) -> None:
    join(ANA)
    sessions.register(caller(), PHONE)
    time.at = NOON + timedelta(minutes=1, milliseconds=400)
    sessions.revoke_all(ANA)
    second = NOON + timedelta(minutes=1)
    step = timedelta(milliseconds=1)
    after = second + timedelta(seconds=1)
    assert [accepts(at) for at in (NOON, second, after - step)] == [False, False, False]
    assert [accepts(at) for at in (after, after + step)] == [True, True]
    assert listed() == []
    queue.drain()
    assert authentication.of(ANA) == ["sign_out"]


def test_however_many_are_revoked_the_list_stays_short_and_none_of_them_counts_again(
    time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "REVOKED_MAX", 6)
    join(ANA)
    signed_in = [NOON + timedelta(minutes=number) for number in range(6 + 5)]
    for at in signed_in:
        time.at = at
        sessions.register(caller(at), PHONE)
        sessions.revoke_one(caller(at), sessions.session_id(ANA, int(at.timestamp())))
    kept = clients.db().document(f"security/{ANA}").get().get("revokedSessions")
    assert len(kept) == 6
    assert not any(accepts(at) for at in signed_in)
    assert accepts(signed_in[-1] + timedelta(seconds=1))


def test_another_address_is_taken_down_and_told_at_the_next_sign_in(
    queue: Queue, time: TestClock
) -> None:
    """Negative control: without `_moved` the export still says the address of sign-up."""
    join(ANA)
    account = clients.db().document(f"users/{ANA}/private/account")
    for email in ("ana@example.com", None):
        time.pass_(minutes=1)
        sessions.register(replace(caller(clock.now()), email=email), PHONE)
    queue.drain()
    told = [one.type for one in notifications.inbox(ANA, 10, None).notifications]
    assert "credentials_changed" not in told
    time.pass_(minutes=1)
    sessions.register(replace(caller(clock.now()), email="new@example.com"), PHONE)
    queue.drain()
    told = [one.type for one in notifications.inbox(ANA, 10, None).notifications]
    assert told.count("credentials_changed") == 1
    assert account.get().get("email") == "new@example.com"


def test_a_new_sign_in_is_told_unless_it_is_the_first(queue: Queue, time: TestClock) -> None:
    join(ANA)
    sessions.register(caller(), PHONE)
    queue.drain()
    assert notifications.inbox(ANA, 10, None).notifications == []
    time.pass_(minutes=1)
    sessions.register(caller(clock.now()), PHONE)
    queue.drain(times=2)
    (told,) = notifications.inbox(ANA, 10, None).notifications
    assert (told.type, told.actor_id) == ("new_sign_in", None)
    assert "android" in told.detail
