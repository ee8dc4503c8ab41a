"""What clients may ask of devices."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spaktok.core.shape import Request
from spaktok.devices.model import TOKEN_PATTERN, Platform

Token = Annotated[
    str, Field(pattern=TOKEN_PATTERN, description="What Firebase Messaging gave this installation.")
]


class RegisterFcmToken(Request):
    """Receive pushes on this device: at every start of the app, and when its token changes."""

    token: Token
    platform: Annotated[Platform, Field(strict=False)] = Platform.UNKNOWN
    device_id: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9-]{8,64}$",
            description="Made by the app at its installation; lets a new token replace the old.",
        ),
    ] = None
    locale: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$",
            description="The language of the screen, as `sv-SE`; that of the account where absent.",
        ),
    ] = None
    app_version: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9.+-]{1,32}$", max_length=32)] = (
        None
    )


class UnregisterFcmToken(Request):
    """Receive no more pushes on this device: before signing out."""

    token: Token
