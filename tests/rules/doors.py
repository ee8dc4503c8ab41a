"""A private account, and people who stand to it in every way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.rules.people import NOW, Fields, Person

CARD: Final = "users/rules-closed"
_UID: Final = "rules-closed"

_BONDS: Final[tuple[tuple[str, dict[str, str], bool], ...]] = (
    ("is a stranger", {}, False),
    ("follows", {"follows": "them"}, True),
    ("is followed", {"follows": "it"}, False),
    ("asks to follow", {"followRequests": "them"}, False),
    ("is listed as a close friend", {"closeFriends": "it"}, False),
    ("follows and is blocked", {"follows": "them", "blocks": "it"}, False),
)
"""What is between them, who of both it is, and whether they may read the card."""


def people() -> Iterator[tuple[Person, bool]]:
    """Everyone, and whether the card is for them."""
    yield Person("the owner of a private account", _UID), True
    for number, (bond, _, allowed) in enumerate(_BONDS):
        yield Person(f"who {bond}", f"rules-door-{number}"), allowed


def documents() -> dict[str, Fields]:
    """The card, and what is between its owner and the others."""
    found: dict[str, Fields] = {CARD: {"userId": _UID, "isPrivate": True, "deactivated": False}}
    for number, (_, bonds, _) in enumerate(_BONDS):
        them = f"rules-door-{number}"
        users = sorted((_UID, them))
        maps = {name: {_UID if who == "it" else them: NOW} for name, who in bonds.items()}
        if maps:
            found[f"relations/{'_'.join(users)}"] = {"users": users, **maps}
    return found | {f"security/{one.uid}": one.security or {} for one, _ in people()}
