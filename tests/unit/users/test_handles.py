"""Which usernames are one, and which are nobody's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaktok.users.confusables import handle_key, skeleton, skeletons
from spaktok.users.reserved import is_reserved, speaks_for_the_platform

HANDLES = st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._")
FUNCTIONS = Path(__file__).resolve().parents[3] / "functions"


@pytest.mark.parametrize(
    "name", ["lumen", "Lumen", "LUMEN", "1umen", "Iumen", "lurnen", "LURNEN", "1URnen", "iuMEn"]
)
def test_names_that_look_like_lumen_are_lumen(name: str) -> None:
    """Negative control: with plain case folding only the first three are."""
    assert handle_key(name) == handle_key("lumen")


@pytest.mark.parametrize(
    ("one", "other"),
    [("ana", "anna"), ("ana.b", "ana_b"), ("vera", "wera"), ("clara", "dara"), ("n1", "nz")],
)
def test_names_that_do_not_look_alike_stay_apart(one: str, other: str) -> None:
    assert handle_key(one) != handle_key(other)


@given(HANDLES)
def test_the_key_of_a_name_is_that_of_all_its_spellings(name: str) -> None:
    assert handle_key(name) == handle_key(name.upper()) == handle_key(name.lower())
    assert handle_key(handle_key(name)) == handle_key(name)


@given(HANDLES, HANDLES)
def test_whatever_looks_the_same_in_some_spelling_has_one_key(one: str, other: str) -> None:
    """The library's own skeleton, on every spelling in one case, is the yardstick."""
    shapes = [skeletons(form) for form in (one, one.upper(), one.lower())]
    others = [skeletons(form) for form in (other, other.upper(), other.lower())]
    if frozenset().union(*shapes) & frozenset().union(*others):
        assert handle_key(one) == handle_key(other)


@pytest.mark.parametrize(
    "text", ["Spaktok", "ЅРАKTOK", "spаktоk", "𝐒𝐩𝐚𝐤𝐭𝐨𝐤", "ＳＰＡＫＴＯＫ", "SPAKT0K", "ｓｐaktok"]
)
def test_letters_of_other_scripts_have_the_skeleton_of_what_they_look_like(text: str) -> None:
    assert skeleton(text) == "spaktok"


@given(st.text(max_size=30))
def test_a_skeleton_of_a_skeleton_is_itself(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(text)


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "ADMIN",
        "Adm1n",
        "admin.99",
        "00admin",
        "moderat0r",
        "support",
        "spaktok",
        "SPAKT0K",
        "spaktok_fan",
        "real.spaktok",
        "s.p.a.k.t.o.k",
        "1ive",
        "login",
        "wallet",
        "robots.txt",
        "off1cial",
        "safety",
    ],
)
def test_names_of_routes_and_staff_are_nobodys_in_any_spelling(name: str) -> None:
    assert is_reserved(name)


@pytest.mark.parametrize(
    "name", ["lumen", "superman", "administrative", "supporter", "olive", "spartak", "teamo"]
)
def test_ordinary_names_are_free(name: str) -> None:
    assert not is_reserved(name)


@pytest.mark.parametrize("name", ["Spaktok Help", "S p a k t o k", "ѕраκток", "The SPAKT0K team"])
def test_a_display_name_does_not_speak_for_the_platform(name: str) -> None:
    assert speaks_for_the_platform(name)


def test_the_table_is_read_at_first_use_and_not_at_start() -> None:
    command = "import sys, spaktok.users.service; print('confusable_homoglyphs' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", command],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(FUNCTIONS)},
    )
    assert ran.stdout.strip() == "False"
