"""Editing a profile, choosing a type, and the privacy settings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from spaktok.core import clients, meter
from spaktok.core.age import Age, Band
from spaktok.core.age import encode as encode_age
from spaktok.core.refusal import Refusal, TryAgain
from spaktok.core.standing import ProfileRequired
from spaktok.safety.refusals import NotForYourAge
from spaktok.users import editing, rename, service, settings
from spaktok.users import store as users
from spaktok.users.model import AccountType
from spaktok.users.refusals import AccountTypeUnavailable, EditedRecently
from spaktok.users.requests import UpdateProfile
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock

BERLIN = {"country": "DE", "city": "Berlin"}


def edit(**fields: object) -> editing.Edited | Refusal:
    try:
        return editing.update_profile(ANA, UpdateProfile.model_validate(fields))
    except Refusal as refusal:
        return refusal


def card() -> dict[str, object]:
    return users.card_ref(ANA).get().to_dict() or {}


def account() -> dict[str, object]:
    return users.account_ref(ANA).get().to_dict() or {}


def make_young(band: Band = Band.YOUNGER_TEEN) -> None:
    """The account's age as it stands in the standing."""
    users.security_ref(ANA).update(encode_age(Age(band, 13, None, "US")))


def test_what_is_left_out_stays_and_null_empties() -> None:
    join(ANA)
    edit(bio="Hello", website="https://example.com", gender="female")
    before = card()
    assert edit(theme="dark") == editing.Edited(["theme"])
    assert {**before, "updatedAt": None} == {**card(), "updatedAt": None}
    assert isinstance(edit(bio=None), EditedRecently)
    assert edit(gender=None) == editing.Edited(["gender"])
    assert account()["gender"] is None


def test_an_edit_without_a_profile_is_refused() -> None:
    assert isinstance(edit(bio="Hello"), ProfileRequired)


def test_each_field_has_a_clock_of_its_own(time: TestClock) -> None:
    """Negative control: with the clock on `updatedAt`, the second edit here is refused."""
    join(ANA)
    assert isinstance(edit(bio="One"), editing.Edited)
    assert isinstance(edit(website="https://example.com"), editing.Edited)
    time.pass_(hours=1, milliseconds=-1)
    refused = edit(bio="Two")
    assert isinstance(refused, EditedRecently)
    assert refused.facts == {"field": "bio", "retryAfterMs": 1}
    time.pass_(milliseconds=1)
    assert isinstance(edit(bio="Two"), editing.Edited)


def test_a_clock_counts_profile_edits_and_nothing_else() -> None:
    join(ANA)
    settings.set_private(ANA, private=True)
    rename.change_username(ANA, "lumen")
    editing.set_account_type(ANA, AccountType.BUSINESS, email_verified=True)
    assert isinstance(edit(bio="One"), editing.Edited)
    assert isinstance(edit(theme="dark"), editing.Edited)
    assert isinstance(edit(theme="minimal", language="de"), editing.Edited)


def test_a_value_that_a_field_has_already_changes_nothing_and_is_never_too_soon() -> None:
    join(ANA)
    edit(bio="One")
    with meter.counting() as cost:
        assert edit(bio="One") == editing.Edited([])
    assert (cost.reads, cost.writes) == (3, 0)


def test_a_refused_field_leaves_the_others_unchanged() -> None:
    join(ANA)
    edit(bio="One")
    assert isinstance(edit(bio="Two", website="https://example.com"), EditedRecently)
    assert card()["website"] is None


def test_of_many_edits_of_one_field_at_once_one_counts() -> None:
    join(ANA)
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda n: edit(bio=f"Bio {n}"), range(some(32, short=6))))
    done = [number for number, one in enumerate(outcomes) if isinstance(one, editing.Edited)]
    assert len(done) == 1
    refused = [one for one in outcomes if isinstance(one, Refusal)]
    assert all(isinstance(one, EditedRecently | TryAgain) for one in refused)
    assert card()["bio"] == f"Bio {done[0]}"


def test_settings_and_gender_never_stand_on_the_card() -> None:
    join(ANA)
    edit(gender="other", language="fr", theme="colorful", displayName="Ana B")
    assert "other" not in str(card())
    assert "colorful" not in str(card())
    assert card()["displayName"] == "Ana B"
    assert account()["theme"] == "colorful"


def test_an_edit_costs_three_reads_and_two_writes() -> None:
    join(ANA)
    with meter.counting() as cost:
        edit(bio="One", website="https://example.com", socialLinks={"tiktok": "ana"})
    assert (cost.reads, cost.writes) == (3, 2)


def test_a_city_is_shown_while_the_account_is_public(time: TestClock) -> None:
    join(ANA, BEN)
    edit(location=BERLIN)
    shown = service.get_profile(BEN, ANA).location
    assert shown is not None
    assert (shown.country, shown.city) == ("DE", "Berlin")
    settings.set_private(ANA, private=True)
    assert service.get_profile(BEN, ANA).location is None
    time.pass_(hours=1)
    edit(location={"country": "FR"})
    assert service.get_profile(BEN, ANA).location is None
    settings.set_private(ANA, private=False)
    shown = service.get_profile(BEN, ANA).location
    assert shown is not None
    assert shown.country == "FR"


def test_a_child_says_no_place() -> None:
    join(ANA)
    make_young()
    assert isinstance(edit(location=BERLIN), NotForYourAge)
    assert isinstance(edit(bio="Hello"), editing.Edited)


def test_a_profile_shows_everything_public_in_two_reads() -> None:
    join(ANA, BEN)
    edit(bio="Hello", website="https://example.com", socialLinks={"tiktok": "@ana"})
    users.card_ref(ANA).update(
        {"profileImage": "profiles/ana/profile_0a_320.jpg", "badges": ["first_video"], "level": 3}
    )
    with meter.counting() as cost:
        seen = service.get_profile(BEN, ANA)
    assert (cost.reads, cost.rpcs) == (2, 1)
    assert (seen.website, seen.social_links) == ("https://example.com", {"tiktok": "ana"})
    assert (seen.level, seen.badges, seen.is_premium_account) == (3, ("first_video",), False)
    assert seen.profile_images == {
        "96": "profiles/ana/profile_0a_96.jpg",
        "320": "profiles/ana/profile_0a_320.jpg",
        "720": "profiles/ana/profile_0a_720.jpg",
    }
    assert seen.cover_images == {}


def test_an_attack_in_a_bio_is_kept_as_text_byte_by_byte() -> None:
    join(ANA, BEN)
    attack = "<img src=x onerror=alert(1)> '; DROP TABLE users; -- {{7*7}} ${x}"
    edit(bio=attack)
    assert service.get_profile(BEN, ANA).bio == attack


def test_a_creator_needs_a_thousand_followers() -> None:
    join(ANA)
    users.card_ref(ANA).update({"followerCount": 999})
    with pytest.raises(AccountTypeUnavailable, match="1000 followers"):
        editing.set_account_type(ANA, AccountType.CREATOR, email_verified=True)
    users.card_ref(ANA).update({"followerCount": 1_000})
    editing.set_account_type(ANA, AccountType.CREATOR, email_verified=False)
    assert card()["accountType"] == "creator"


def test_a_business_needs_a_verified_e_mail_address() -> None:
    join(ANA)
    with pytest.raises(AccountTypeUnavailable, match="verified e-mail"):
        editing.set_account_type(ANA, AccountType.BUSINESS, email_verified=False)
    editing.set_account_type(ANA, AccountType.BUSINESS, email_verified=True)
    assert card()["accountType"] == "business"


def test_no_type_gives_a_premium_slot_and_a_slot_outlasts_every_type() -> None:
    join(ANA)
    editing.set_account_type(ANA, AccountType.BUSINESS, email_verified=True)
    assert card()["isPremiumAccount"] is False
    users.card_ref(ANA).update({"isPremiumAccount": True})
    editing.set_account_type(ANA, AccountType.STANDARD, email_verified=True)
    assert (card()["accountType"], card()["isPremiumAccount"]) == ("premium", True)


def test_a_private_account_is_one_by_both_names(queue: Queue) -> None:
    join(ANA)
    answer = settings.set_private(ANA, private=True)
    assert (answer.is_private, answer.privacy_settings["account"]) == (True, "private")
    assert card()["isPrivate"] is True
    assert account()["privacySettings"]["account"] == "private"  # type: ignore[index]
    assert queue.names() == ["applyPrivacy"]


def test_a_change_of_another_setting_leaves_the_account_as_it_is(queue: Queue) -> None:
    join(ANA)
    before = account()["privacySettings"]
    with meter.counting() as cost:
        settings.update(ANA, {"comments": "no_one"})
    assert (cost.reads, cost.writes) == (3, 1)
    assert account()["privacySettings"] == {**before, "comments": "no_one"}  # type: ignore[dict-item]
    assert queue.names() == []


def test_going_private_many_times_at_once_is_one_change(queue: Queue) -> None:
    """Whoever is crowded out is told to try again; the emulator's locks crowd out many."""

    def close(_: int) -> bool:
        try:
            return settings.set_private(ANA, private=True).is_private
        except TryAgain:
            return False

    join(ANA)
    with ThreadPoolExecutor(16) as pool:
        assert any(pool.map(close, range(some(64, short=6))))
    assert card()["isPrivate"] is True
    assert queue.names() == ["applyPrivacy"]
    assert not list(clients.db().collection("outbox").stream())


@pytest.mark.parametrize(
    "change", [{"account": "public"}, {"messages": "everyone"}, {"gifts": "everyone"}]
)
def test_a_child_opens_nothing_to_strangers(change: dict[str, str | bool]) -> None:
    join(ANA)
    settings.set_private(ANA, private=True)
    make_young()
    before = account()
    with pytest.raises(NotForYourAge):
        settings.update(ANA, {"suggestMe": False, **change})
    assert account() == before
    settings.update(ANA, {"messages": "no_one", "suggestMe": False})
