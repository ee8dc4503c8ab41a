"""What clients may ask of users."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spaktok.core.shape import Line, Request, Uid
from spaktok.users.model import DISPLAY_NAME_MAX, USERNAME_PATTERN

Username = Annotated[
    str, Field(pattern=USERNAME_PATTERN, description="3 to 24 letters, digits, dots, underscores.")
]


class CreateUserProfile(Request):
    """Choose a username and make the profile of the signed-in account."""

    username: Username
    display_name: Annotated[Line, Field(max_length=DISPLAY_NAME_MAX)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"


class CheckUsernameAvailability(Request):
    """Whether a username could be claimed now."""

    username: Username


class GetProfile(Request):
    """Read a user's public profile."""

    user_id: Uid
