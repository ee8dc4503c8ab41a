"""Cards, usernames and the defaults of a new account: values and pure rules."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from spaktok.core.ids import UserId

USERNAME_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._]{1,22}[A-Za-z0-9]$"
"""3 to 24 characters; dots and underscores inside only, so that no name is a reserved path."""

DISPLAY_NAME_MAX: Final = 40


class AccountType(StrEnum):
    """What kind of account it is; none of them changes anything about money."""

    STANDARD = "standard"
    PREMIUM = "premium"
    BUSINESS = "business"
    CREATOR = "creator"


@dataclass(frozen=True, slots=True)
class Card:
    """What everyone may know of a user."""

    user_id: UserId
    username: str
    display_name: str
    bio: str
    profile_image: str | None
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


def fold(username: str) -> str:
    """The form in which usernames are compared: `Ana.B` and `ana.b` are one name."""
    return unicodedata.normalize("NFKC", username).casefold()


def new_card(uid: UserId, username: str, display_name: str, at: datetime) -> dict[str, Any]:
    """The public document of a new account, with safe defaults and nothing private."""
    return {
        "userId": uid,
        "username": username,
        "displayName": display_name,
        "bio": "",
        "profileImage": None,
        "coverImage": None,
        "website": None,
        "isVerified": False,
        "isPremiumAccount": False,
        "isPrivate": False,
        "accountType": AccountType.STANDARD,
        "followerCount": 0,
        "followingCount": 0,
        "videoCount": 0,
        "likeCount": 0,
        "level": 1,
        "shards": 1,
        "deactivated": False,
        "createdAt": at,
        "updatedAt": at,
    }


def new_account(email: str | None, language: str, at: datetime) -> dict[str, Any]:
    """The private counterpart: contact, settings."""
    return {
        "email": email,
        "language": language,
        "privacySettings": {
            "account": "public",
            "comments": "everyone",
            "messages": "friends",
            "suggestMe": True,
            "findByEmail": False,
            "findByPhone": False,
            "appearInSearch": True,
        },
        "notificationSettings": {
            "likes": True,
            "comments": True,
            "liveStreams": True,
            "messages": True,
        },
        "createdAt": at,
        "updatedAt": at,
    }
