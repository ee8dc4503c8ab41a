"""Who is staff, how it is recorded, and what the sign-in says of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from spaktok.core import audit, clients, clock, standing
from spaktok.core.caller import Role
from spaktok.core.refusal import NotFound
from spaktok.integrations import sign_in
from spaktok.safety.service import birth
from spaktok.users import roles
from spaktok.users import store as users
from spaktok.users.refusals import NotYourOwn
from tests.support.edge import Sender, emulate
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock

Claims = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch) -> Claims:
    """What reaches Firebase Authentication, recorded at the wire."""
    sent: Claims = []
    monkeypatch.setattr(sign_in, "set_claims", lambda uid, what: sent.append((uid, what)))
    return sent


def make_superadmin(uid: str) -> None:
    users.security_ref(uid).update({"roles": ["user", "superadmin"]})
    standing.forget()


def entries() -> list[dict[str, Any]]:
    chain = clients.db().collection("audit").document(audit.chain_of(ANA)).collection("entries")
    return [one.to_dict() or {} for one in chain.stream()]


def test_a_role_counts_at_once_is_recorded_and_reaches_the_sign_in(
    queue: Queue, claims: Claims
) -> None:
    join(ANA, BEN)
    assert roles.set_role(ANA, BEN, Role.MODERATOR, "joined the team").roles == [
        Role.MODERATOR,
        Role.USER,
    ]
    assert Role.MODERATOR in standing.load(BEN, fresh=True).roles
    (entry,) = entries()
    assert (entry["who"], entry["what"], entry["target"]) == (ANA, "setUserRole", BEN)
    assert (entry["reason"], entry["before"], entry["after"]) == (
        "joined the team",
        {"roles": "user"},
        {"roles": "moderator,user"},
    )
    assert audit.verify() == []
    queue.drain()
    told = {"roles": ["moderator", "user"], "premium": False, "ageFloor": 21}
    assert claims == [(BEN, told)]
    assert users.security_ref(BEN).get().get("claimsDue") is None


def test_one_role_takes_the_place_of_another_and_user_ends_them_all() -> None:
    join(ANA, BEN)
    users.security_ref(BEN).update({"roles": ["user", "creator"]})
    roles.set_role(ANA, BEN, Role.ADMIN, "promoted")
    roles.set_role(ANA, BEN, Role.MODERATOR, "changed teams")
    assert set(users.security_ref(BEN).get().get("roles")) == {"user", "creator", "moderator"}
    roles.set_role(ANA, BEN, Role.USER, "left")
    assert set(users.security_ref(BEN).get().get("roles")) == {"user", "creator"}


def test_nobody_changes_their_own_role_or_that_of_nobody() -> None:
    join(ANA)
    with pytest.raises(NotYourOwn):
        roles.set_role(ANA, ANA, Role.USER, "tired")
    with pytest.raises(NotFound):
        roles.set_role(ANA, BEN, Role.ADMIN, "who is that")
    assert entries() == []


def test_the_same_role_many_times_at_once_is_one_change_and_one_record() -> None:
    join(ANA, BEN)
    with ThreadPoolExecutor(8) as pool:
        times = range(some(32, short=4))
        list(pool.map(lambda _: roles.set_role(ANA, BEN, Role.ADMIN, "again"), times))
    assert len(entries()) == 1


@pytest.mark.parametrize("role", ["user", "moderator", "admin"])
def test_only_a_superadmin_may_call_it(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the claims in the caller's token say."""
    import main

    emulate(monkeypatch)
    join(ANA, BEN)
    users.security_ref(BEN).update({"roles": ["user", role]})
    standing.forget()
    request = {"userId": ANA, "role": "admin", "reason": "please"}
    assert Sender(BEN).call(main.setUserRole, request).refused == "permission-denied"
    make_superadmin(BEN)
    assert Sender(BEN).call(main.setUserRole, request).refused is None


def test_a_lost_copy_is_made_by_the_sweeper(queue: Queue, claims: Claims, time: TestClock) -> None:
    join(ANA, BEN, CARL)
    for uid in (ANA, BEN, CARL):
        roles.mirror(uid)
    claims.clear()
    roles.set_role(ANA, BEN, Role.ADMIN, "joined")
    queue.waiting.clear()
    assert roles.sweep(clock.now()) == 0
    time.pass_(minutes=6)
    assert roles.sweep(clock.now()) == 1
    queue.drain()
    assert [uid for uid, _ in claims] == [BEN]
    assert roles.sweep(clock.now() + timedelta(hours=1)) == 0


def test_a_change_during_the_copy_keeps_the_mark(
    monkeypatch: pytest.MonkeyPatch, queue: Queue, time: TestClock
) -> None:
    """Negative control: without the precondition on the mark, the later role is never copied."""
    join(ANA, BEN)
    roles.set_role(ANA, BEN, Role.ADMIN, "joined")
    queue.waiting.clear()
    time.pass_(seconds=1)

    def overtaken(uid: str, what: dict[str, Any]) -> None:
        if "admin" in what["roles"]:
            roles.set_role(ANA, BEN, Role.USER, "left again")

    monkeypatch.setattr(sign_in, "set_claims", overtaken)
    roles.mirror(BEN)
    assert users.security_ref(BEN).get().get("claimsDue") == time.at
    assert roles.mirror(BEN) == {"roles": ["user"], "premium": False, "ageFloor": 21}
    assert users.security_ref(BEN).get().get("claimsDue") is None


def test_the_sign_in_says_how_many_years_are_completed_from_the_profile_on(
    claims: Claims, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For Storage rules, whose look-ups are spent. A birthday is copied once the band has moved."""
    import main

    emulate(monkeypatch)
    monkeypatch.setattr(sign_in, "set_claims", lambda uid, what: claims.append((uid, what)))
    born = {"birthDate": "2008-03-20", "region": "SE", "timeZone": "Europe/Stockholm"}
    profile = {"username": "lumen", "displayName": "Lumen", **born}
    assert Sender(ANA).call(main.createUserProfile, profile).refused is None
    queue.drain()
    assert [what["ageFloor"] for _, what in claims] == [16]
    time.pass_(days=6)
    birth.send_due(clock.now())
    queue.drain()
    time.pass_(minutes=6)
    assert roles.sweep(clock.now()) == 1
    queue.drain()
    assert [what["ageFloor"] for _, what in claims] == [16, 18]
