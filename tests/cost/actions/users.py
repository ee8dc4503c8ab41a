"""Actions of users."""

from __future__ import annotations

from contextlib import suppress

from spaktok.core.caller import Role
from spaktok.safety.refusals import NotOldEnough
from spaktok.users import editing, photos, rename, roles, settings
from spaktok.users import service as people
from spaktok.users.model import AccountType
from spaktok.users.pictures import ImageType
from spaktok.users.requests import CreateUserProfile, UpdateProfile
from tests.cost.actions.scene import Action, action
from tests.support.ages import born
from tests.support.people import ANA, BEN, GROWN_UP, join
from tests.support.worlds import video


@action("check a username")
def _() -> Action:
    return lambda: people.availability(ANA, "some.name")


@action("create a profile")
def _() -> Action:
    request = CreateUserProfile(username="ana.name", display_name="Ana", **GROWN_UP.model_dump())
    return lambda: people.create_profile(ANA, "ana@example.com", request)


@action("refuse a profile to a child")
def _() -> Action:
    request = CreateUserProfile(
        username="ana.name",
        display_name="Ana",
        **{**GROWN_UP.model_dump(), "birth_date": born(12), "device_id": "device-0123456789abcdef"},
    )

    def refused() -> None:
        with suppress(NotOldEnough):
            people.create_profile(ANA, "ana@example.com", request)

    return refused


@action("read a profile")
def _() -> Action:
    join(ANA, BEN)
    return lambda: people.get_profile(ANA, BEN)


@action("change a username")
def _() -> Action:
    join(ANA)
    return lambda: rename.change_username(ANA, "ana.other")


@action("edit a profile")
def _() -> Action:
    join(ANA)
    request = UpdateProfile(display_name="Ana B", bio="Mornings")
    return lambda: editing.update_profile(ANA, request)


@action("choose an account type")
def _() -> Action:
    join(ANA)
    return lambda: editing.set_account_type(ANA, AccountType.BUSINESS, email_verified=True)


@action("make an account of 20 videos private")
def _() -> Action:
    join(ANA)
    for _ in range(20):
        video(ANA)
    return lambda: settings.set_private(ANA, private=True)


@action("change a privacy setting")
def _() -> Action:
    join(ANA)
    return lambda: settings.update(ANA, {"suggestMe": False})


@action("ask for a photo upload")
def _() -> Action:
    join(ANA)
    return lambda: photos.issue(ANA, ImageType.PROFILE)


@action("give a role")
def _() -> Action:
    join(ANA, BEN)
    return lambda: roles.set_role(ANA, BEN, Role.MODERATOR, "Joined the team")
