"""What clients may ask of users."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from spaktok.core.caller import PRIVILEGED, Role
from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Line, Request, Uid
from spaktok.safety.requests import DeclaresBirth
from spaktok.users import text
from spaktok.users.model import (
    BIO_MAX,
    DISPLAY_NAME_MAX,
    PLACE_MAX,
    USERNAME_PATTERN,
    AccountType,
    Gender,
    Theme,
)
from spaktok.users.pictures import ImageType
from spaktok.users.privacy import (
    AccountPrivacy,
    Contact,
    LikesAudience,
    Reuse,
    StoryAudience,
    VideoAudience,
)
from spaktok.users.reserved import speaks_for_the_platform

Username = Annotated[
    str, Field(pattern=USERNAME_PATTERN, description="3 to 24 letters, digits, dots, underscores.")
]


def _own_name(name: str) -> str:
    if speaks_for_the_platform(name):
        raise ValueError("must not name Spaktok, or look as if it did")
    return name


def _chosen_type(kind: AccountType) -> AccountType:
    if kind is AccountType.PREMIUM:
        raise ValueError("comes with a premium slot and can't be chosen")
    return kind


def _staff_role(role: Role) -> Role:
    if role is not Role.USER and role not in PRIVILEGED:
        raise ValueError("must be user, moderator, admin or superadmin")
    return role


DisplayName = Annotated[
    Line, AfterValidator(text.line), AfterValidator(_own_name), Field(max_length=DISPLAY_NAME_MAX)
]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
Reason = Annotated[Line, AfterValidator(text.line), Field(max_length=500)]


def _website(address: str) -> str:
    from spaktok.users import links  # a sign-up, which declares its request here too, needs none

    return links.website(address)


class CreateUserProfile(DeclaresBirth):
    """Choose a username and make the profile of the signed-in account."""

    username: Username
    display_name: DisplayName
    language: Language = "en"


class CheckUsernameAvailability(Request):
    """Whether a username could be claimed now."""

    username: Username


class GetProfile(Request):
    """Read a user's public profile."""

    user_id: Uid


class ChangeUsername(Request):
    """Take another username. The old one is held for its owner for 60 days."""

    username: Username


class Place(Request):
    """A home to show: a country (ISO 3166 alpha-2), and a city where wanted. Nothing finer."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    city: Annotated[Line, AfterValidator(text.line), Field(max_length=PLACE_MAX)] | None = None


class SocialLinks(Request):
    """Usernames on other networks; apps make the links. What is left out is removed."""

    instagram: Annotated[str, Field(max_length=64)] | None = None
    twitter: Annotated[str, Field(max_length=64)] | None = None
    youtube: Annotated[str, Field(max_length=64)] | None = None
    tiktok: Annotated[str, Field(max_length=64)] | None = None

    @model_validator(mode="after")
    def _are_handles(self) -> SocialLinks:
        self.handles()
        return self

    def handles(self) -> dict[str, str]:
        """Those that are given, without `@`."""
        given = self.model_dump(exclude_none=True)
        from spaktok.users import links  # as in `_website`

        return {name: links.social_handle(name, handle) for name, handle in given.items()}


class UpdateProfile(Request):
    """Edit the profile. What is left out stays; null empties a field that may be empty."""

    display_name: DisplayName | None = None
    bio: (
        Annotated[
            str, AfterValidator(str.strip), AfterValidator(text.prose), Field(max_length=BIO_MAX)
        ]
        | None
    ) = None
    website: Annotated[str, Field(max_length=500), AfterValidator(_website)] | None = None
    social_links: SocialLinks | None = None
    location: Place | None = None
    gender: Annotated[Gender, Field(strict=False)] | None = None
    language: Language | None = None
    theme: Annotated[Theme, Field(strict=False)] | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> UpdateProfile:
        if not self.model_fields_set:
            raise ValueError("must change at least one field")
        for name in ("display_name", "language", "theme"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} can't be empty")
        return self


class EditProfile(UpdateProfile):
    """The same under an older name, with the switch for who may follow without asking."""

    public_mode: bool | None = None


class SetAccountType(Request):
    """Choose a type. `premium` comes with a premium slot, and none changes anything about money."""

    account_type: Annotated[AccountType, Field(strict=False), AfterValidator(_chosen_type)]


class SetAccountPrivate(Request):
    """Say whether following needs the owner's consent. Followers stay."""

    is_private: bool


class PrivacySettings(Request):
    """The settings to change; what is left out stays."""

    account: Annotated[AccountPrivacy, Field(strict=False)] | None = None
    is_private: bool | None = None
    """The same as `account`, by the older name."""
    videos: Annotated[VideoAudience, Field(strict=False)] | None = None
    stories: Annotated[StoryAudience, Field(strict=False)] | None = None
    comments: Annotated[Contact, Field(strict=False)] | None = None
    messages: Annotated[Contact, Field(strict=False)] | None = None
    duet: Annotated[Reuse, Field(strict=False)] | None = None
    stitch: Annotated[Reuse, Field(strict=False)] | None = None
    gifts: Annotated[Reuse, Field(strict=False)] | None = None
    likes: Annotated[LikesAudience, Field(strict=False)] | None = None
    suggest_me: bool | None = None
    find_by_email: bool | None = None
    find_by_phone: bool | None = None
    appear_in_search: bool | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> PrivacySettings:
        if not self.changes():
            raise ValueError("must change at least one setting")
        if None not in (self.account, self.is_private) and self.is_private != (
            self.account is AccountPrivacy.PRIVATE
        ):
            raise ValueError("account and isPrivate contradict each other")
        return self

    def changes(self) -> dict[str, str | bool]:
        """The settings by their stored names."""
        given: dict[str, str | bool] = self.model_dump(by_alias=True, exclude_none=True)
        if (private := given.pop("isPrivate", None)) is not None:
            given["account"] = AccountPrivacy.PRIVATE if private else AccountPrivacy.PUBLIC
        return given


class UpdatePrivacySettings(Request):
    """Change privacy settings."""

    privacy_settings: PrivacySettings


class UploadProfileImage(Request):
    """Ask for a place to upload a photo to."""

    image_type: Annotated[ImageType, Field(strict=False)]


class ConfirmProfileImageUpload(Request):
    """Say that the file is there, rather than waiting for Storage to say so."""

    file_name: Annotated[str, Field(max_length=400, description="The `storagePath` of the place.")]
    image_type: Annotated[ImageType, Field(strict=False)]


class ProcessProfileImage(Request):
    """A task: make the renditions of an uploaded photo."""

    image_id: Annotated[str, Field(pattern=ID_PATTERN)]
    generation: int


class SetUserRole(Request):
    """Make a user part of the staff, or end it with `user`."""

    user_id: Uid
    role: Annotated[Role, Field(strict=False), AfterValidator(_staff_role)]
    reason: Reason


class MirrorClaims(Request):
    """A task: copy a user's roles and premium state into their sign-in."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]


class TightenSettings(Request):
    """A task: close what a user's age does not leave open."""

    user_id: Annotated[str, Field(pattern=ID_PATTERN)]
