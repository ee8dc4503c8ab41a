"""What a username may be."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from spaktok.users.confusables import handle_key
from spaktok.users.requests import CreateUserProfile
from tests.support.people import GROWN_UP


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ab",
        "a" * 25,
        ".ana",
        "ana.",
        "_ana",
        "ana_",
        "__ana__",
        "..",
        "a/b/c",
        "ana b",
        "ana\n",
    ],
)
def test_a_name_that_could_be_a_path_or_cannot_be_typed_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="username"):
        CreateUserProfile(username=name, display_name="Ana", **GROWN_UP.model_dump())


@pytest.mark.parametrize("name", ["ana", "ANA", "a.n_a", "a1b", "x" * 24])
def test_ordinary_names_are_taken_as_they_are(name: str) -> None:
    assert (
        CreateUserProfile(username=name, display_name="Ana", **GROWN_UP.model_dump()).username
        == name
    )


def test_a_display_name_of_blanks_is_refused() -> None:
    with pytest.raises(ValidationError, match="displayName"):
        CreateUserProfile.model_validate(
            {"username": "ana", "displayName": "   ", **GROWN_UP.model_dump(by_alias=True)}
        )


def test_names_that_differ_in_case_alone_are_one_name() -> None:
    assert handle_key("Ana.B") == handle_key("aNA.b")
