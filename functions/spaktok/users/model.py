"""Cards, usernames and the defaults of a new account: values and pure rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from spaktok.core.ids import UserId

if TYPE_CHECKING:
    from spaktok.users.privacy import Setting

USERNAME_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._]{1,22}[A-Za-z0-9]$"
"""3 to 24 characters; dots and underscores inside only, so that no name is a reserved path."""

DISPLAY_NAME_MAX: Final = 40
BIO_MAX: Final = 150
PLACE_MAX: Final = 60

RENAME_EVERY: Final = timedelta(days=30)
"""How long after a rename the next one may come."""
HANDLE_HELD: Final = timedelta(days=60)
"""How long a handle that was given up stays its owner's to return to, and nobody else's to claim:
links and mentions must not lead to a stranger."""
EDIT_EVERY: Final = timedelta(hours=1)
"""How often one field of a profile may be edited."""

CREATOR_FOLLOWERS_MIN: Final = 1_000


class AccountType(StrEnum):
    """What kind of account it is; none of them changes anything about money."""

    STANDARD = "standard"
    PREMIUM = "premium"
    BUSINESS = "business"
    CREATOR = "creator"


class Gender(StrEnum):
    """What a user may say of themselves; never shown."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNDISCLOSED = "prefer_not_to_say"


class Theme(StrEnum):
    """How the owner's profile looks."""

    CLASSIC = "classic"
    DARK = "dark"
    COLORFUL = "colorful"
    MINIMAL = "minimal"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a user says they are at home; nothing finer than a city, and only if they want."""

    country: str
    city: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a user shows of themselves; of a private one, see `from_outside`."""

    user_id: UserId
    username: str
    display_name: str
    bio: str
    profile_image: str | None
    """The path of the photo at its middle size; `pictures.sizes` names the others."""
    is_verified: bool
    is_private: bool
    account_type: AccountType
    follower_count: int
    following_count: int
    video_count: int
    created_at: datetime
    shards: int
    """Over how many documents this user's totals are spread; grows with the followers."""
    deactivated: bool = False
    cover_image: str | None = None
    website: str | None = None
    social_links: dict[str, str] = field(default_factory=dict)
    location: Location | None = None
    is_premium_account: bool = False
    like_count: int = 0
    """Likes that others gave to the user's videos, and views of these."""
    view_count: int = 0
    level: int = 1
    badges: tuple[str, ...] = ()

    def from_outside(self) -> Card:
        """What of a private account is there for whoever does not follow it: who, and how large."""
        return replace(
            self, bio="", website=None, social_links={}, location=None, cover_image=None, badges=()
        )


def new_card(
    uid: UserId, username: str, display_name: str, at: datetime, *, is_private: bool
) -> dict[str, Any]:
    """The public document of a new account, with safe defaults and nothing private."""
    return {
        "userId": uid,
        "username": username,
        "displayName": display_name,
        "bio": "",
        "profileImage": None,
        "coverImage": None,
        "website": None,
        "socialLinks": {},
        "location": None,
        "badges": [],
        "isVerified": False,
        "isPremiumAccount": False,
        "isPrivate": is_private,
        "accountType": AccountType.STANDARD,
        "followerCount": 0,
        "followingCount": 0,
        "videoCount": 0,
        "likeCount": 0,
        "viewCount": 0,
        "level": 1,
        "shards": 1,
        "deactivated": False,
        "createdAt": at,
        "updatedAt": at,
    }


def new_account(
    email: str | None, language: str, at: datetime, settings: dict[str, Setting]
) -> dict[str, Any]:
    """The private counterpart: contact, settings."""
    return {
        "email": email,
        "language": language,
        "gender": None,
        "theme": Theme.CLASSIC,
        "location": None,
        "editedAt": {},
        "usernameChangedAt": None,
        "photoTickets": {},
        "privacySettings": settings,
        "createdAt": at,
        "updatedAt": at,
    }
