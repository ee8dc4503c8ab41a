"""What a username may be."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from spaktok.users.model import fold
from spaktok.users.requests import CreateUserProfile


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
        CreateUserProfile(username=name, display_name="Ana")


@pytest.mark.parametrize("name", ["ana", "ANA", "a.n_a", "a1b", "x" * 24])
def test_ordinary_names_are_taken_as_they_are(name: str) -> None:
    assert CreateUserProfile(username=name, display_name="Ana").username == name


def test_a_display_name_of_blanks_is_refused() -> None:
    with pytest.raises(ValidationError, match="displayName"):
        CreateUserProfile.model_validate({"username": "ana", "displayName": "   "})


def test_names_that_differ_in_case_alone_are_one_name() -> None:
    assert fold("Ana.B") == fold("aNA.b")
