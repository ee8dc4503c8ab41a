"""The settings, and how far age lets them be opened."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from spaktok.core.age import Age, Band
from spaktok.users.privacy import DEFAULTS, defaults, too_open
from spaktok.users.requests import PrivacySettings

YOUNG = Age(Band.YOUNGER_TEEN, 13, None, "US")
TEEN = Age(Band.OLDER_TEEN, 16, None, "US")
ADULT = Age(Band.ADULT, 21, None, "US")


@pytest.mark.parametrize(
    "setting",
    [
        {"account": "friends"},
        {"videos": "no_one"},
        {"stories": "friends"},
        {"comments": "close_friends"},
        {"duet": "friends"},
        {"likes": "friends"},
        {"suggestMe": "yes"},
        {"suggestMe": 1},
        {"unknown": True},
        {"account": "public", "isPrivate": True},
        {},
    ],
)
def test_a_setting_takes_only_what_it_can_be(setting: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PrivacySettings.model_validate(setting)


def test_the_older_name_of_a_private_account_means_the_same() -> None:
    assert PrivacySettings(is_private=True).changes() == {"account": "private"}


def test_every_setting_has_a_default_and_every_default_is_a_setting() -> None:
    named = {field.alias for field in PrivacySettings.model_fields.values()} - {"isPrivate"}
    assert named == set(DEFAULTS)
    assert PrivacySettings.model_validate(DEFAULTS).changes() == DEFAULTS


def test_an_adult_starts_with_the_defaults() -> None:
    assert defaults(ADULT) == DEFAULTS


@pytest.mark.parametrize("age", [Age(), YOUNG, TEEN], ids=["unknown", "13-15", "16-17"])
def test_a_minor_and_whoever_never_said_their_age_start_closed(age: Age) -> None:
    settings = defaults(age)
    assert settings["account"] == "private"
    assert settings["gifts"] == "no_one"
    assert settings["messages"] == "friends"
    assert too_open(settings, age) is None


@pytest.mark.parametrize(
    ("change", "young", "teen"),
    [
        ({"account": "public"}, True, False),
        ({"comments": "everyone"}, True, False),
        ({"messages": "followers"}, True, True),
        ({"gifts": "followers"}, True, True),
        ({"findByPhone": True}, True, True),
        ({"account": "private"}, False, False),
        ({"messages": "no_one"}, False, False),
    ],
)
def test_how_far_each_band_may_open_a_setting(
    change: dict[str, str | bool], *, young: bool, teen: bool
) -> None:
    """Negative control: with `too_open` answering None, a child opens everything."""
    assert (too_open(change, YOUNG) is not None) == young
    assert (too_open(change, TEEN) is not None) == teen
    assert too_open(change, ADULT) is None
