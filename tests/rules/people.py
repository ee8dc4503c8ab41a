"""Who asks in the rules' tests, and what each of them is to Maria, who owns most of the world.

Ids on both sides of hers, because the document two users share is named by their ids in order; and
with a prefix, because the Storage tests seed them in a project that other tests use too.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from spaktok.core import standing
from spaktok.users.relation import SELF, Relation

Fields = dict[str, Any]

SIGNED_IN_S: Final = int(time.time()) - 600
SIGNED_IN: Final = datetime.fromtimestamp(SIGNED_IN_S, UTC)
NOW: Final = datetime.now(UTC).replace(microsecond=0)


def _good_standing() -> Fields:
    return standing.new(SIGNED_IN)


@dataclass(frozen=True)
class Person:
    """Someone with a token; `security` is their document under `security/`, None without one."""

    role: str
    uid: str
    active: bool = True
    security: Fields | None = field(default_factory=_good_standing)
    claims: Fields = field(default_factory=dict)

    def payload(self, project: str) -> Fields:
        """The claims of the ID token: fresh, though the sign-in is ten minutes old."""
        return {
            "iss": f"https://securetoken.google.com/{project}",
            "aud": project,
            "sub": self.uid,
            "user_id": self.uid,
            "auth_time": SIGNED_IN_S,
            "iat": int(time.time()),
            "exp": int(time.time()) + 3600,
            "firebase": {"sign_in_provider": "password", "identities": {}},
            **self.claims,
        }

    def metadata(self, project: str) -> list[tuple[str, str]]:
        """The same for gRPC."""
        return [(name.lower(), value) for name, value in self.headers(project).items()]

    def headers(self, project: str) -> dict[str, str]:
        """The request headers that carry an unsigned token, as the emulators accept it."""
        if not self.uid:
            return {}
        parts = ({"alg": "none", "typ": "JWT"}, self.payload(project))
        encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in parts]
        return {"Authorization": f"Bearer {b'.'.join(encoded).replace(b'=', b'').decode()}."}


def _troubled(role: str, uid: str, **security: Any) -> Person:
    return Person(role, uid, active=False, security=security)


ANONYMOUS: Final = Person("anonymous", "", active=False, security=None)
OWNER: Final = Person("owner", "rules-maria")
FOLLOWER: Final = Person("follower", "rules-ana")
FRIEND: Final = Person("friend", "rules-zoe")
CLOSE_FRIEND: Final = Person("close friend", "rules-cleo")
FOLLOWED: Final = Person("followed by the owner, and lists the owner", "rules-victor")
STRANGER: Final = Person("stranger", "rules-sam")
BLOCKED: Final = Person("blocked by the owner", "rules-bela")
BLOCKER: Final = Person("blocks the owner", "rules-willi")
DEACTIVATED: Final = Person("deactivated", "rules-petra")

BANNED: Final = _troubled("banned for good", "rules-ben", banned=True, bannedUntil=None)
SUSPENDED: Final = _troubled(
    "banned for a while", "rules-tess", banned=True, bannedUntil=NOW + timedelta(days=1)
)
DISABLED: Final = _troubled("disabled", "rules-dora", disabled=True)
REVOKED: Final = _troubled(
    "revoked token", "rules-rex", tokensValidAfter=SIGNED_IN + timedelta(milliseconds=1)
)
TOO_YOUNG: Final = _troubled("under the minimum age", "rules-yuri", band="under_minimum")
SIGNED_OUT: Final = _troubled("signed out device", "rules-iris", revokedSessions=[1, SIGNED_IN_S])
NEWCOMER: Final = Person("without a profile", "rules-noor", active=False, security=None)
RETURNED: Final = Person(
    "back from a ban",
    "rules-rob",
    security={"banned": True, "bannedUntil": NOW - timedelta(hours=1)},
)
RENEWED: Final = Person(
    "signed in at the instant of the revocation",
    "rules-uma",
    security={
        "banned": False,
        "disabled": False,
        "tokensValidAfter": SIGNED_IN,
        "revokedSessions": [SIGNED_IN_S - 1, SIGNED_IN_S + 1],
    },
)
MODERATOR: Final = Person(
    "moderator", "rules-mona", security={"roles": ["moderator"], "tokensValidAfter": None}
)
ADMIN: Final = Person(
    "admin", "rules-adam", security={"roles": ["admin"]}, claims={"role": "admin", "admin": True}
)

TROUBLED: Final = (BANNED, SUSPENDED, DISABLED, REVOKED, SIGNED_OUT, TOO_YOUNG, NEWCOMER)
"""They would see as much as a close friend, were it not for their standing."""
PEOPLE: Final = (
    ANONYMOUS,
    OWNER,
    FOLLOWER,
    FRIEND,
    CLOSE_FRIEND,
    FOLLOWED,
    STRANGER,
    BLOCKED,
    BLOCKER,
    DEACTIVATED,
    *TROUBLED,
    RETURNED,
    RENEWED,
    MODERATOR,
    ADMIN,
)

_EVERYTHING: Final = {"follows": ("them", "her"), "lists": ("her",)}
_RELATIONS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    FOLLOWER.uid: {"follows": ("them",)},
    FRIEND.uid: {"follows": ("them", "her")},
    CLOSE_FRIEND.uid: {"lists": ("her",)},
    FOLLOWED.uid: {"follows": ("her",), "lists": ("them",)},
    BLOCKED.uid: {**_EVERYTHING, "blocks": ("her",)},
    BLOCKER.uid: {**_EVERYTHING, "blocks": ("them",)},
    **{person.uid: _EVERYTHING for person in (*TROUBLED, RETURNED, RENEWED)},
}
"""What binds each to Maria: who (`them` or `her`) follows, lists as a close friend, blocks whom."""


def relation(viewer: str, other: str) -> Relation:
    """How one of the world's people stands to another: everyone but Maria knows only her."""
    if viewer == other:
        return SELF
    them = other if viewer == OWNER.uid else viewer
    bonds = _RELATIONS.get(them, {}) if OWNER.uid in (viewer, other) else {}

    def holds(bond: str, uid: str) -> bool:
        return ("them" if uid == them else "her") in bonds.get(bond, ())

    return Relation(
        follows=holds("follows", viewer),
        followed_by=holds("follows", other),
        blocks=holds("blocks", viewer),
        blocked_by=holds("blocks", other),
        close_friend_of=holds("lists", other),
    )


def relation_documents() -> dict[str, Fields]:
    """`relations/{pair}` for everyone who has to do with Maria, as the server writes them."""
    documents = {}
    for them, bonds in _RELATIONS.items():
        users = sorted((them, OWNER.uid))

        def keyed(
            bond: str, them: str = them, bonds: dict[str, Any] = bonds
        ) -> dict[str, datetime]:
            return {them if who == "them" else OWNER.uid: NOW for who in bonds.get(bond, ())}

        maps = {
            "follows": keyed("follows"),
            "blocks": keyed("blocks"),
            "closeFriends": keyed("lists"),
        }
        # A map that was never written is absent, not empty.
        written = {name: value for name, value in maps.items() if value}
        documents[f"relations/{'_'.join(users)}"] = {"users": users, **written}
    return documents
