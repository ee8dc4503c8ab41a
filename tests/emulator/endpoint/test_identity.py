"""Who may call: tokens, standing, roles, fresh sign-ins, genuine apps."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from firebase_admin import app_check

from spaktok.core import clients, clock, standing
from spaktok.core.caller import Role
from tests.emulator.endpoint import entries
from tests.emulator.endpoint.conftest import Monotonic
from tests.support.edge import Sender, segment, sign_in_for_real, token
from tests.support.time import NOON, TestClock

Account = Callable[..., str]
ANA = Sender("ana")
STEP = timedelta(milliseconds=1)


def with_header(text: str) -> Sender:
    return Sender(headers={"Authorization": text})


def change(uid: str, **fields: Any) -> None:
    clients.db().collection("security").document(uid).update(fields)


def odd_tokens() -> list[str]:
    def framed(header: object, payload: object) -> str:
        return f"{segment(header)}.{segment(payload)}."

    plain = {"alg": "none"}
    return [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "null",
        "\u00e9",
        framed(plain, []),
        framed(plain, "x"),
        framed(plain, None),
        framed([], {}),
        framed(plain, {}),
        framed(plain, {"sub": "ana"}),
        base64.urlsafe_b64encode(b"\xff" * 40).decode() + ".e30.",
        f"{segment(plain)}.{base64.urlsafe_b64encode(b'[' * 5_000).decode()}.",
    ]


@pytest.mark.parametrize("text", odd_tokens())
def test_no_token_that_is_none_is_more_than_a_missing_one(text: str) -> None:
    """Negative control: with the library's own errors alone caught, 5,000 brackets were a 500."""
    answer = with_header(f"Bearer {text}").call(entries.pay)
    assert (answer.status, answer.refused) == (401, "authentication-required")


@pytest.mark.parametrize("text", ["", "Basic YTpi", "bearer x", "Bearer", "Token x"])
def test_another_scheme_is_no_sign_in(text: str) -> None:
    assert with_header(text).call(entries.pay).refused == "authentication-required"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-project"},
        {"iss": "https://securetoken.google.com/another-project"},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
        {"sub": "a" * 129},
        {"sub": "a/b"},
        {"sub": "a_b"},
        {"sub": ".."},
        {"auth_time": "yesterday"},
        {"auth_time": -1e300},
        {"auth_time": []},
    ],
)
def test_a_token_with_a_claim_that_is_not_ours_is_no_sign_in(
    claims: dict[str, object], account: Account
) -> None:
    account("ana")
    answer = with_header(f"Bearer {token('ana', **claims)}").call(entries.pay)
    assert answer.refused == "authentication-required"


def test_who_has_no_profile_is_asked_to_make_one(account: Account) -> None:
    assert ANA.call(entries.browse).refused == "profile-required"
    account("ana")
    assert ANA.call(entries.browse).status == 200


@pytest.mark.parametrize("fields", [{"banned": True}, {"disabled": True}])
def test_a_suspended_account_is_refused_at_once_where_it_matters_and_within_30_seconds_elsewhere(
    fields: dict[str, bool], account: Account, seconds: Monotonic
) -> None:
    account("ana")
    assert ANA.call(entries.browse).status == 200
    change("ana", **fields)
    seconds.now_s += standing.CACHED_S - 0.001
    assert ANA.call(entries.browse).status == 200
    refused = ANA.call(entries.pay)
    assert (refused.status, refused.refused) == (403, "account-suspended")
    # That sensitive call has refreshed what this instance knows; from a fresh start it takes 30 s.
    standing.forget()
    change("ana", banned=False, disabled=False)
    assert ANA.call(entries.browse).status == 200
    change("ana", **fields)
    seconds.now_s += standing.CACHED_S
    assert ANA.call(entries.browse).refused == "account-suspended"


def test_revoked_tokens_are_refused_and_a_new_sign_in_counts(
    account: Account, time: TestClock
) -> None:
    account("ana")
    before = with_header(f"Bearer {token('ana')}")
    assert before.call(entries.pay).status == 200
    time.pass_(minutes=1)
    change("ana", tokensValidAfter=clock.now())
    assert before.call(entries.pay).refused == "authentication-required"
    assert before.call(entries.moderate).refused == "authentication-required"
    assert ANA.call(entries.pay).status == 200  # signed in now


def test_a_revocation_counts_within_30_seconds_where_the_call_is_not_sensitive(
    account: Account, time: TestClock, seconds: Monotonic
) -> None:
    account("ana")
    before = with_header(f"Bearer {token('ana')}")
    assert before.call(entries.browse).status == 200
    time.pass_(minutes=1)
    change("ana", tokensValidAfter=clock.now())
    seconds.now_s += standing.CACHED_S
    assert before.call(entries.browse).refused == "authentication-required"


@pytest.mark.parametrize(
    ("after", "refused"), [(-STEP, "account-suspended"), (timedelta(0), None), (STEP, None)]
)
def test_a_ban_with_an_end_is_over_at_that_instant(
    after: timedelta, refused: str | None, account: Account, time: TestClock
) -> None:
    until = NOON + timedelta(days=7)
    account("ana", banned=True, bannedUntil=until)
    time.at = until + after
    assert ANA.call(entries.browse).refused == refused
    assert ANA.call(entries.pay).refused == refused


def test_a_role_counts_from_the_database_and_never_from_the_token(account: Account) -> None:
    account("ana")
    claimed = with_header(f"Bearer {token('ana', roles=['admin'], admin=True, role='admin')}")
    answer = claimed.call(entries.moderate)
    assert (answer.status, answer.error["message"]) == (403, "Permission denied")


@pytest.mark.parametrize("role", list(Role))
def test_only_the_declared_roles_may(role: Role, account: Account) -> None:
    account("ana", roles=[role])
    answer = ANA.call(entries.moderate)
    assert answer.refused == (None if role in (Role.MODERATOR, Role.ADMIN) else "permission-denied")


def test_a_role_that_is_taken_away_is_gone_on_the_next_call(
    account: Account, seconds: Monotonic
) -> None:
    """Negative control: with `fresh=False` in `identity.admit` the second call passed."""
    account("ana", roles=[Role.MODERATOR])
    assert ANA.call(entries.moderate).status == 200
    change("ana", roles=[Role.USER])
    assert ANA.call(entries.moderate).refused == "permission-denied"


@pytest.mark.parametrize(
    ("age", "refused"),
    [(timedelta(seconds=300), None), (timedelta(seconds=300) + STEP, "recent-sign-in-required")],
)
def test_a_refreshed_token_is_no_recent_sign_in(
    age: timedelta, refused: str | None, account: Account
) -> None:
    account("ana")
    signed_in = token("ana", issued_at=NOON, signed_in_at=NOON - age)
    answer = with_header(f"Bearer {signed_in}").call(entries.changeEmail)
    assert answer.refused == refused
    if refused:
        assert answer.status == 401


class Attestation:
    """App Check, which has no emulator: knows which tokens it gave out, and which were used up."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def verify_token(self, text: str, app: object, *, consume: bool = False) -> dict[str, Any]:
        if not text.startswith("genuine"):
            raise ValueError("forged")
        claims = (
            {"sub": "app", "already_consumed": text in self.used} if consume else {"sub": "app"}
        )
        if consume:
            self.used.add(text)
        return claims


@pytest.fixture
def attestation(monkeypatch: pytest.MonkeyPatch) -> Attestation:
    """The functions are deployed (only sign-in is emulated), and App Check is in force."""
    monkeypatch.delenv("FUNCTIONS_EMULATOR")
    fake = Attestation()
    monkeypatch.setattr(app_check, "verify_token", fake.verify_token)
    return fake


@pytest.mark.usefixtures("attestation")
def test_outside_the_emulator_only_a_genuine_app_may_call(account: Account) -> None:
    account("ana")
    for headers in ({}, {"X_Firebase_AppCheck": ""}, {"X_Firebase_AppCheck": "forged"}):
        answer = ANA.call(entries.browse, **headers)
        assert (answer.status, answer.refused) == (401, "app-check-required")
    for _ in range(2):
        assert ANA.call(entries.browse, X_Firebase_AppCheck="genuine").status == 200


@pytest.mark.usefixtures("attestation")
def test_where_it_is_declared_each_attestation_counts_once() -> None:
    assert ANA.call(entries.buy, X_Firebase_AppCheck="genuine-1").status == 200
    assert ANA.call(entries.buy, X_Firebase_AppCheck="genuine-1").refused == "app-check-required"
    assert ANA.call(entries.buy, X_Firebase_AppCheck="genuine-2").status == 200


def test_an_unsigned_token_is_worth_nothing_where_sign_in_is_not_emulated(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account("ana")
    assert ANA.call(entries.pay).status == 200
    sign_in_for_real(monkeypatch)
    assert ANA.call(entries.pay).refused == "authentication-required"


def test_the_client_cannot_choose_the_address_it_is_limited_by(account: Account) -> None:
    from spaktok.core.endpoint import identity
    from tests.support.edge import _app

    with _app.test_request_context(headers={"X-Forwarded-For": "9.9.9.9, 203.0.113.7"}) as context:
        assert identity._address(context.request) == "203.0.113.7"
