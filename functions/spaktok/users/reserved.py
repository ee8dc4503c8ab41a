"""Names that nobody may claim: routes of the apps, and whoever speaks for Spaktok. Data."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from spaktok.users.confusables import handle_key, skeletons

PLATFORM: Final = ("spaktok",)
"""Contained in a username or a display name, these would speak for the platform."""

STAFF: Final = (
    *("admin", "admins", "administrator", "moderator", "moderators", "staff", "superadmin"),
    *("support", "helpdesk", "helpcenter", "customerservice", "security", "safety", "trust"),
    *("official", "verified", "verification", "billing", "payments", "payouts", "legal"),
    *("compliance", "abuse", "postmaster", "webmaster", "hostmaster", "root", "sysadmin"),
    *("system", "team", "noreply", "copyright", "dmca", "privacy", "appeals"),
)
"""Alone, or with digits and separators around them, these would pass for the staff."""

ROUTES: Final = (
    *("about", "account", "accounts", "ads", "api", "app", "apps", "assets", "auth", "blog"),
    *("business", "challenge", "challenges", "chat", "coins", "contact", "cookies", "creator"),
    *("creators", "developers", "discover", "download", "everyone", "explore", "favicon.ico"),
    *("feed", "following", "for.you", "foryou", "friends", "gifts", "graphql", "hashtag"),
    *("help", "here", "home", "inbox", "index", "index.html", "invite", "jobs", "live"),
    *("login", "logout", "map", "me", "messages", "music", "news", "notifications", "null"),
    *("oauth", "open", "pages", "premium", "press", "profile", "register", "robots.txt"),
    *("search", "settings", "share", "shop", "signin", "signup", "sitemap.xml", "sound"),
    *("sounds", "static", "status", "stories", "story", "store", "tag", "terms", "trending"),
    *("undefined", "upload", "user", "users", "video", "videos", "wallet", "web", "www"),
)
"""What a link may already mean."""

_AROUND: Final = "0123456789._"
_SEPARATORS: Final = re.compile(r"[\W_]+")


def is_reserved(username: str) -> bool:
    """Whether a username is nobody's to claim, in whatever spelling."""
    inner = username.strip(_AROUND)
    return (
        handle_key(username) in _keys()
        or handle_key(inner) in _staff_keys()
        or speaks_for_the_platform(username)
    )


def speaks_for_the_platform(name: str) -> bool:
    """Whether a name holds the platform's own, in whatever letters and however spaced."""
    return any(term in _SEPARATORS.sub("", shape) for shape in skeletons(name) for term in PLATFORM)


@cache
def _keys() -> frozenset[str]:
    return frozenset(handle_key(name) for name in (*STAFF, *ROUTES, *PLATFORM))


@cache
def _staff_keys() -> frozenset[str]:
    return frozenset(handle_key(name) for name in STAFF)
