"""Links on a profile: only what an app may open without looking twice.

A link is taken apart and written anew from its parts, so what is stored is what was checked. The
address is not fetched here; whoever fetches it (previews) must resolve and pin it.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

from spaktok.users.confusables import skeleton

LINK_MAX: Final = 200

_SCHEME: Final = "https://"
_LABEL: Final = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")
_TOP: Final = re.compile(r"^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$")
"""No top-level domain has a digit: so no address in any spelling (decimal, hex, octal) passes."""
_HOST_MAX: Final = 253
_PRIVATE: Final = frozenset(
    {"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private"}
    | {"arpa", "onion", "invalid", "test"}
)
"""Top-level names that lead nowhere in the public internet (RFC 6761, 6762, 7686, 8375)."""
_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f-\xa0\"'<>\\^`{|}\u2000-\u200f\u2028-\u202f\ufeff]")
_SAFE: Final = "/?#[]@!$&()*+,;=:%-._~"
"""What RFC 3986 allows after the host; everything else travels percent-encoded."""
_BROKEN_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_TOGETHER: Final = (
    frozenset({"HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"HAN", "HANGUL"}),
    frozenset({"HAN", "BOPOMOFO"}),
)
"""Scripts that one word may mix (UTS #39, highly restrictive)."""
_ANY_SCRIPT: Final = frozenset({"COMMON", "INHERITED"})

SOCIAL: Final[dict[str, re.Pattern[str]]] = {
    "instagram": re.compile(r"^(?!.*\.\.)[A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?$"),
    "twitter": re.compile(r"^[A-Za-z0-9_]{1,15}$"),
    "youtube": re.compile(r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{1,28}[A-Za-z0-9_-]$"),
    "tiktok": re.compile(r"^[A-Za-z0-9_.]{1,23}[A-Za-z0-9_]$"),
}
"""A handle on each network: apps make the link, so none can lead elsewhere."""


def website(link: str) -> str:
    """The link in its one spelling. Raises `ValueError` that says what is wrong with it."""
    if _FORBIDDEN.search(link) is not None:
        raise ValueError("must not hold spaces, quotes, backslashes or control characters")
    if link[: len(_SCHEME)].lower() != _SCHEME:
        raise ValueError("must begin with https://")
    parts = urlsplit(_SCHEME + link[len(_SCHEME) :])
    if _BROKEN_ESCAPE.search(link) is not None:
        raise ValueError("must have two hex digits after every %")
    rest = link[len(_SCHEME) + len(parts.netloc) :]
    made = _SCHEME + _host(parts.netloc) + quote(rest, safe=_SAFE)
    if len(made) > LINK_MAX:
        raise ValueError(f"must have at most {LINK_MAX} characters, encoded ones counted")
    return made


def social_handle(network: str, handle: str) -> str:
    """The handle without its `@`. Raises `ValueError` for what that network has no account under."""
    bare = handle.removeprefix("@")
    if SOCIAL[network].fullmatch(bare) is None:
        raise ValueError(f"must be a username of {network}, not a link")
    return bare


def _host(netloc: str) -> str:
    if "@" in netloc:
        raise ValueError("must not hold a user name or password")
    if ":" in netloc or "[" in netloc:
        raise ValueError("must name a host, without an address or a port")
    labels = [_label(label) for label in netloc.split(".")]
    if len(labels) < 2 or _TOP.fullmatch(labels[-1]) is None or labels[-1] in _PRIVATE:  # noqa: PLR2004 - a name and a top-level domain
        raise ValueError("must name a host of the public internet")
    host = ".".join(labels)
    if len(host) > _HOST_MAX:
        raise ValueError("must name a host of the public internet")
    return host


def _label(label: str) -> str:
    """One part of a host as DNS knows it. Names in other scripts pass, unless they look like Latin."""
    lowered = label.lower()
    if lowered.isascii() and not lowered.startswith("xn--"):
        if _LABEL.fullmatch(lowered) is None:
            raise ValueError("must name a host of the public internet")
        return lowered
    import idna

    try:
        shown = idna.decode(lowered) if lowered.isascii() else label.lower()
        encoded = idna.encode(shown).decode()
    except (idna.IDNAError, UnicodeError):
        raise ValueError("must name a host of the public internet") from None
    if skeleton(shown).isascii() or not _one_script(shown):
        raise ValueError("must not imitate another host with lookalike letters")
    return encoded


def _one_script(label: str) -> bool:
    from confusable_homoglyphs.categories import unique_aliases

    scripts = set(unique_aliases(label)) - _ANY_SCRIPT
    return len(scripts) <= 1 or any(scripts <= together for together in _TOGETHER)
