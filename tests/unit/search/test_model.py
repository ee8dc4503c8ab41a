"""What a user is found by, and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaktok.search.model import (
    KEY_MAX,
    Entry,
    fold,
    known_as,
    near_words,
    one_slip,
    ranks,
    rests,
    slips,
    words,
)

LETTERS = st.text("abcdefgh", min_size=4, max_size=12)
KEYS_MAX = 320


def entry(username: str = "ana.lopez", name: str = "Ana", **fields: object) -> Entry:
    known = {
        "user_id": "ana",
        "profile_image": None,
        "is_verified": False,
        "follower_count": 0,
        "for_adults": True,
    }
    return Entry(username=username, display_name=name, **{**known, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ANA", "ana"),
        ("Ánà", "ana"),
        ("A\u0301na", "ana"),
        ("ａｎａ", "ana"),
        ("Straße", "strasse"),
        ("Łukasz Øder", "lukasz oder"),
        ("İstanbul", "istanbul"),
        ("Đorđe", "dorde"),
        ("أحمد", "احمد"),
        ("أَحْمَد", "احمد"),
        ("مـحـمـد", "محمد"),
        ("فاطمة", "فاطمه"),
        ("علی", "علي"),
        ("ﺃﺣﻤﺪ", "احمد"),
        ("שָׁלוֹם", "שלום"),
        ("Ἀθήνα", "αθηνα"),
        ("Ёлка", "елка"),
        ("ｶﾀｶﾅ", "カタカナ"),
    ],
)
def test_what_people_take_for_the_same_is_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("हिन्दी", "हन्दी"), ("ป่า", "ปา้"), ("が", "か"), ("ご", "こ"), ("й", "иа")],
)
def test_marks_that_carry_meaning_stay(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_folding_twice_changes_nothing_more() -> None:
    for text in ("Ǆ", "ﷺ", "ẛ̣", "İ", "ŉ", "ϓ", "Å", "⑳"):
        assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_any_text_at_all_has_words_of_bounded_length(text: str) -> None:
    for word in words(text):
        assert 1 <= len(word) <= KEY_MAX


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_has_a_bounded_number_of_keys(handle: str, name: str) -> None:
    found = entry(handle, name)
    assert len(ranks(found)) <= KEYS_MAX
    assert len(slips(found)) <= 6 * (KEY_MAX + 1)
    assert all(0 < len(key) <= KEY_MAX for key in (*ranks(found), *slips(found)))


def test_one_ligature_does_not_unfold_into_an_endless_name() -> None:
    assert sum(map(len, words("ﷺ" * 40))) <= 64


@pytest.mark.parametrize("text", ["", "   ", "!?…", "😀🏳️‍🌈", "\u200d\u200d", "`", "__name__"[:2]])
def test_what_is_no_word_is_looked_for_nowhere(text: str) -> None:
    assert words(text) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("a", True),
        ("ana", True),
        ("anal", True),
        ("analopez", True),
        ("lop", True),
        ("mar", True),
        ("anamaria", True),
        ("pez", False),
        ("maria ana", False),
    ],
)
def test_a_user_is_found_by_how_their_names_begin(query: str, found: bool) -> None:
    assert ("".join(words(query)) in ranks(entry(name="Ana María"))) is found


def test_scripts_without_spaces_are_found_by_what_is_inside() -> None:
    keys = ranks(entry(name="東京太郎"))
    assert {"東", "東京", "京", "京太", "太郎", "東京太郎"} <= keys.keys()


def test_an_arabic_name_is_found_with_and_without_its_article() -> None:
    keys = ranks(entry(name="الحسن"))
    assert {fold("الح"), fold("حس"), fold("حسن")} <= keys.keys()


def test_the_exact_handle_comes_first_then_handles_then_names_then_the_well_known() -> None:
    famous = {"follower_count": 500_000_000, "is_verified": True}
    order = [
        entry("ana", "X"),
        entry("anabel", "X", **famous),
        entry("anabel", "X", is_verified=True),
        entry("anabel", "X", follower_count=1_000_000),
        entry("anabel", "X"),
        entry("zoe", "Ana", **famous),
        entry("zoe", "Ana"),
    ]
    found = [ranks(one)["ana"] for one in order]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


@given(LETTERS, st.data())
def test_every_single_slip_is_recognised(word: str, data: st.DataObject) -> None:
    """Left out, put in, replaced, swapped: the mistyped word shares a rest with the right one."""
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefgh"))
    kinds = (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    )
    for typed in kinds:
        assert one_slip(typed, word)
        assert one_slip(word, typed)
        assert set(rests(typed)) & set(rests(word))


@pytest.mark.parametrize(
    ("one", "other"),
    [("morning", "mornings!"), ("lumen", "lamin"), ("abcd", "badc"), ("ab", "ba x")],
)
def test_two_slips_are_too_many(one: str, other: str) -> None:
    assert not one_slip(one, other)


def test_a_query_has_no_more_rests_than_one_query_may_name() -> None:
    assert len(rests("a1b2c3d4e5f6g7h8i9j0klmn")) <= 30


def test_short_words_are_not_guessed_at() -> None:
    assert near_words(entry("bob", "Al")) == []


def test_followers_are_known_roughly() -> None:
    asked = [0, 1, 2, 4, 5, 9, 10, 1_999, 2_000, 999_999_999]
    assert [known_as(one) for one in asked] == [0, 1, 2, 2, 5, 5, 10, 1_000, 2_000, 500_000_000]
