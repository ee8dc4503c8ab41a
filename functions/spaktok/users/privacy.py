"""The privacy settings: which there are, what each may be, what a new account has. Data.

`account` decides whether the account is private and is mirrored to the card's `isPrivate`, which is
what every surface asks. How open a minor's may be is bounded by the safety policy.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from spaktok.core import clock
from spaktok.core.age import Age
from spaktok.safety import policy
from spaktok.safety.policy import Decision, Feature

Setting = str | bool


class AccountPrivacy(StrEnum):
    """Who may follow without asking, and see what is public."""

    PUBLIC = "public"
    PRIVATE = "private"


class VideoAudience(StrEnum):
    """The widest audience that the owner's videos have."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    FRIENDS = "friends"


class StoryAudience(StrEnum):
    """The widest audience that the owner's stories have."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    CLOSE_FRIENDS = "close_friends"


class Contact(StrEnum):
    """Who may write to the owner."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    FRIENDS = "friends"
    NO_ONE = "no_one"


class Reuse(StrEnum):
    """Who may build on what the owner made, or send gifts."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    NO_ONE = "no_one"


class LikesAudience(StrEnum):
    """Who sees the tab of what the owner liked."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    ONLY_ME = "only_me"


DEFAULTS: Final[dict[str, Setting]] = {
    "account": AccountPrivacy.PUBLIC,
    "videos": VideoAudience.EVERYONE,
    "stories": StoryAudience.FOLLOWERS,
    "comments": Contact.EVERYONE,
    "messages": Contact.FRIENDS,
    "duet": Reuse.EVERYONE,
    "stitch": Reuse.EVERYONE,
    "gifts": Reuse.EVERYONE,
    "likes": LikesAudience.ONLY_ME,
    "suggestMe": True,
    "findByEmail": False,
    "findByPhone": False,
    "appearInSearch": True,
}
"""The settings of a new account: what helps to be found by name is on, what reveals contacts is off."""

_STRANGERS: Final[dict[tuple[str, Setting], Feature]] = {
    ("account", AccountPrivacy.PUBLIC): Feature.PUBLIC_ACCOUNT,
    ("videos", VideoAudience.EVERYONE): Feature.PUBLIC_ACCOUNT,
    ("stories", StoryAudience.EVERYONE): Feature.PUBLIC_ACCOUNT,
    ("likes", LikesAudience.EVERYONE): Feature.PUBLIC_ACCOUNT,
    ("comments", Contact.EVERYONE): Feature.COMMENTS_FROM_STRANGERS,
    ("messages", Contact.EVERYONE): Feature.MESSAGES_FROM_STRANGERS,
    ("messages", Contact.FOLLOWERS): Feature.MESSAGES_FROM_STRANGERS,
    ("duet", Reuse.EVERYONE): Feature.DOWNLOADS_BY_OTHERS,
    ("stitch", Reuse.EVERYONE): Feature.DOWNLOADS_BY_OTHERS,
    ("gifts", Reuse.EVERYONE): Feature.GIFTS_RECEIVE,
    ("gifts", Reuse.FOLLOWERS): Feature.GIFTS_RECEIVE,
    ("findByEmail", True): Feature.SUGGESTED_TO_ADULTS,
    ("findByPhone", True): Feature.SUGGESTED_TO_ADULTS,
}
"""What a value opens, where the safety policy has a say in it. Every other value anyone may choose."""

_CLOSED: Final[dict[str, Setting]] = {
    "account": AccountPrivacy.PRIVATE,
    "videos": VideoAudience.FOLLOWERS,
    "stories": StoryAudience.FOLLOWERS,
    "likes": LikesAudience.ONLY_ME,
    "comments": Contact.FOLLOWERS,
    "messages": Contact.FRIENDS,
    "duet": Reuse.FOLLOWERS,
    "stitch": Reuse.FOLLOWERS,
    "gifts": Reuse.NO_ONE,
    "findByEmail": False,
    "findByPhone": False,
}
"""The widest value of each setting that opens nothing to strangers."""


def too_open(changes: dict[str, Setting], age: Age) -> str | None:
    """The first change that nobody of this age may make, by its name; None where all are allowed."""
    for name, value in changes.items():
        feature = _STRANGERS.get((name, value))
        if feature is not None and _decision(age, feature) is Decision.DENY:
            return name
    return None


def defaults(age: Age) -> dict[str, Setting]:
    """The settings of a new account: what age leaves on, the rest closed until its owner opens it."""
    return {
        name: value if _on(name, value, age) else _CLOSED[name] for name, value in DEFAULTS.items()
    }


def narrowed(settings: dict[str, Setting], age: Age) -> dict[str, Setting]:
    """What has to change where somebody turns out to be younger: what is not on at their age, off."""
    return {name: _CLOSED[name] for name, value in settings.items() if not _on(name, value, age)}


def _on(name: str, value: Setting, age: Age) -> bool:
    feature = _STRANGERS.get((name, value))
    return feature is None or _decision(age, feature) is Decision.ALLOW


def _decision(age: Age, feature: Feature) -> Decision:
    return policy.decide(age.at(clock.now()), feature)
