"""The hashtags that moderators banned, beside those of the policy: one document, read where it decides.

A banned hashtag is taken by no upload and no edit; its page is empty, and no list and no search names
it. What a video said before stays in its own words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import audit, clients, transaction
from spaktok.core.audit import Act
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest
from spaktok.users import store as users
from spaktok.videos.policy import policy

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction

BANNED_MAX: Final = 5_000
"""50 characters each at most, so the document stays below a megabyte."""


@dataclass(frozen=True, slots=True)
class HashtagBan:
    """Whether there is this hashtag now."""

    hashtag: str
    banned: bool


@dataclass(frozen=True, slots=True)
class Banned:
    """All that is banned. Spellings with and without underscores are one."""

    tags: frozenset[str]

    def __contains__(self, tag: str) -> bool:
        return _bare(tag) in self.tags or _bare(tag) in policy().banned_hashtags


def ref() -> DocumentReference:
    """`settings/hashtags`: {banned}."""
    return clients.db().collection("settings").document("hashtags")


def decode(snapshot: DocumentSnapshot[Any]) -> Banned:
    """What is banned; nothing beside the policy where nobody said so yet."""
    return Banned(frozenset((snapshot.to_dict() or {}).get("banned", ())))


def require(tags: Iterable[str], tx: Transaction) -> None:
    """Raise `InvalidRequest` where one of these tags is banned: a read, and none without tags."""
    wanted = list(tags)
    if wanted:
        banned = decode(users.read([ref()], tx)[0])
        if any(tag in banned for tag in wanted):
            raise InvalidRequest(field="hashtags", rule="is not allowed as a hashtag")


def decide(actor: UserId, tag: str, reason: str, *, banned: bool) -> HashtagBan:
    """Ban a hashtag, or let it be again; at once, and on record. Repeated, it changes nothing.

    Two reads, three writes. What the policy bans is let be by no call: `InvalidRequest`.
    """
    if not banned and _bare(tag) in policy().banned_hashtags:
        raise InvalidRequest(field="hashtag", rule="is banned by the policy")

    def body(tx: Transaction) -> None:
        chain = audit.load(tx, actor)
        before = decode(users.read([ref()], tx)[0]).tags
        after = before | {_bare(tag)} if banned else before - {_bare(tag)}
        if after == before:
            return
        if len(after) > BANNED_MAX:
            raise InvalidRequest(field="hashtag", rule=f"at most {BANNED_MAX} can be banned")
        tx.set(ref(), {"banned": sorted(after)})
        act = "banHashtag" if banned else "allowHashtag"
        audit.append(tx, chain, Act(actor, act, tag, reason, before={"banned": not banned}))

    transaction.run(body)
    return HashtagBan(tag, banned)


def _bare(tag: str) -> str:
    return tag.replace("_", "")
