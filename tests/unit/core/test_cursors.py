"""A cursor is ours, whole, and for this list and caller; anything else is refused by name."""

from __future__ import annotations

import base64
import string
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaktok.core import keys, paging
from spaktok.core.refusal import InvalidRequest

AT = datetime(2026, 3, 14, 12, 0, 0, 123_456, tzinfo=UTC)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(keys.CURSOR_SECRET, "k" * 32)


def check_refused(cursor: str, scope: str = "feed:ana") -> None:
    with pytest.raises(InvalidRequest) as refused:
        paging.unseal(cursor, scope)
    assert refused.value.facts["field"] == "cursor"


@pytest.mark.parametrize(
    "values", [[], ["id"], [AT, "id"], [None, True, -3, 2.5, "é\x00🎉"], [2**62, "a" * 300]]
)
def test_what_is_sealed_comes_back(values: list[Any]) -> None:
    assert paging.unseal(paging.seal(values, "feed:ana"), "feed:ana") == values


def test_every_byte_changed_in_any_way_is_refused() -> None:
    """All characters of base64 and some that are none, at every place. Control: without the
    comparison with the one right spelling, other last characters passed."""
    cursor = paging.seal([AT, "x"], "feed:ana")
    others = string.ascii_letters + string.digits + "-_=+/. !\n\x00é\ud800"
    for place, right in enumerate(cursor):
        for other in others:
            if other != right:
                check_refused(cursor[:place] + other + cursor[place + 1 :])


def test_every_cut_and_every_addition_is_refused() -> None:
    cursor = paging.seal([AT, "id"], "feed:ana")
    for end in range(len(cursor)):
        check_refused(cursor[:end])
        check_refused(cursor[end + 1 :])
    for extra in ("A", "=", "==", "\n", "!", " ", "AAAA"):
        check_refused(cursor + extra)
        check_refused(extra + cursor)


@pytest.mark.parametrize("scope", ["feed:ben", "feed:ana ", "", "comments:ana", "feed:an"])
def test_a_cursor_of_another_list_or_user_is_refused(scope: str) -> None:
    """Control: with the scope left out of the signature, each of these was accepted."""
    check_refused(paging.seal([AT, "id"], "feed:ana"), scope)


def test_scope_and_content_cannot_be_shifted_into_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = b'["x"]'
    assert paging._sign(body, "a") != paging._sign(body[1:], "a[")


def test_a_cursor_signed_with_another_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cursor = paging.seal(["id"], "feed:ana")
    monkeypatch.setenv(keys.CURSOR_SECRET, "l" * 32)
    check_refused(cursor)


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda b: base64.b64encode(b).decode()))
def test_nothing_a_client_makes_up_is_anything_but_refused(cursor: str) -> None:
    check_refused(cursor)


@pytest.mark.parametrize("value", [{"t": "x"}, ["list"], b"bytes", object()])
def test_values_that_would_not_come_back_are_not_sealed(value: object) -> None:
    with pytest.raises(TypeError):
        paging.seal([value], "feed:ana")


def test_without_a_secret_nothing_is_signed_outside_of_emulators(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for host in ("FIRESTORE", "FIREBASE_AUTH", "FIREBASE_STORAGE", "STORAGE", "CLOUD_TASKS"):
        monkeypatch.delenv(f"{host}_EMULATOR_HOST", raising=False)
    monkeypatch.setenv(keys.CURSOR_SECRET, "too short")
    with pytest.raises(RuntimeError, match="set the secret"):
        paging.seal(["id"], "feed:ana")
