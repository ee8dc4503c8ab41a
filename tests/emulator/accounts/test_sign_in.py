"""What Authentication itself is told: against its emulator, with a user of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from firebase_admin import auth

from spaktok.core import clients
from spaktok.integrations import sign_in
from tests.support.edge import forget_app

REAL = {name: getattr(sign_in, name) for name in ("lock", "sign_out", "delete")}


@pytest.fixture
def user(authentication: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if "FIREBASE_AUTH_EMULATOR_HOST" not in os.environ:
        pytest.fail("these tests need the Auth emulator: run `make test`")
    for name, function in REAL.items():
        monkeypatch.setattr(sign_in, name, function)
    forget_app()
    uid = uuid4().hex
    yield auth.create_user(uid=uid, email=f"{uid}@example.com", app=clients.admin())
    forget_app()


def test_who_is_locked_can_sign_in_no_more(user: Any) -> None:
    sign_in.lock(user.uid)
    found = auth.get_user(user.uid, app=clients.admin())
    assert found.disabled
    assert found.tokens_valid_after_timestamp > 0


def test_who_is_deleted_is_unknown_and_deleting_again_is_no_fault(user: Any) -> None:
    for _ in range(2):
        sign_in.delete(user.uid)
    with pytest.raises(auth.UserNotFoundError):
        auth.get_user(user.uid, app=clients.admin())
    sign_in.lock(user.uid)
    sign_in.sign_out(user.uid)
