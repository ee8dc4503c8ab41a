"""Comments: their states, who may write them and what is held back: values and pure rules."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from spaktok.users.privacy import Contact
from spaktok.users.relation import Relation

WORDS_MAX: Final = 200
WORD_MAX: Final = 40
GONE_FOR: Final = timedelta(days=35)
"""How long what is left of a deleted comment is kept: its id, so that a late retry does not write it
anew; no text."""


class CommentStatus(StrEnum):
    """Where a comment stands for others. Totals count those that are `active`."""

    ACTIVE = "active"
    HELD = "held"
    """It waits for the video's owner; its author and the owner see it."""
    AWAY = "away"
    """It would be active, were its author not away: the account is deactivated."""
    WITHHELD = "withheld"
    """It would be active, were its author not banned."""
    REMOVED = "removed"
    """Refused by the owner, or taken down by the staff."""
    DELETED = "deleted"


COUNTED: Final = frozenset({CommentStatus.ACTIVE, CommentStatus.AWAY})
"""What totals hold. An account that goes away for a while leaves them as they are."""
LISTED: Final = (CommentStatus.ACTIVE, CommentStatus.HELD)
ENDED: Final = frozenset({CommentStatus.REMOVED, CommentStatus.DELETED})


class Hold(StrEnum):
    """Which comments wait for the owner, besides those with a word that the owner listed."""

    NONE = "none"
    LINKS = "links"
    STRANGERS = "strangers"
    """Those of whoever does not follow the owner."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class CommentRules:
    """What a video says of its owner's rules, so that commenting reads nothing more."""

    who: Contact
    filtered: bool
    """Whether there are filters to look at."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the owner wants to see before others do."""

    words: tuple[str, ...] = ()
    """As the owner wrote them; compared folded."""
    hold: Hold = Hold.NONE

    @property
    def empty(self) -> bool:
        """Whether nothing is held back."""
        return not self.words and self.hold is Hold.NONE

    def holds(self, text: str, relation: Relation) -> bool:
        """Whether a comment of this author's waits for the owner."""
        match self.hold:
            case Hold.ALL:
                return True
            case Hold.STRANGERS if not relation.follows:
                return True
            case Hold.LINKS if _LINK.search(text) is not None:
                return True
        said = f" {fold(text)} "
        return any(f" {fold(word)} " in said for word in self.words)


@dataclass(frozen=True, slots=True)
class Comment:
    """The stored comment."""

    comment_id: str
    video_id: str
    user_id: str
    parent_id: str | None
    text: str
    status: CommentStatus
    likes: int
    replies: int
    is_edited: bool
    timestamp: datetime

    @property
    def counted(self) -> bool:
        """Whether the totals hold it."""
        return self.status in COUNTED


def may_comment(relation: Relation, who: Contact) -> bool:
    """Whether the owner lets somebody of this relation comment. The owner always may."""
    match who:
        case Contact.EVERYONE:
            return True
        case Contact.FOLLOWERS:
            return relation.is_self or relation.follows
        case Contact.FRIENDS:
            return relation.is_self or relation.friends
        case Contact.NO_ONE:
            return relation.is_self


def fold(text: str) -> str:
    """The words of a text, in one spelling, by single spaces: `B.A.D` and `bäd` are `bad`.

    Accents, case, width, invisible characters and what stands between single letters are no way
    around a list.
    """
    spelled = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(one for one in spelled if unicodedata.category(one) not in _IGNORED)
    words = _WORD.findall(bare)
    joined: list[str] = []
    spelling = False
    for word in words:
        single = len(word) == 1
        if single and spelling:
            joined[-1] += word
        else:
            joined.append(word)
        spelling = single
    return " ".join(joined)


_IGNORED: Final = frozenset({"Mn", "Me", "Cf"})
_WORD: Final = re.compile(r"\w+")
_LINK: Final = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:com|net|org|io|app|me|ru|cn|info|xyz)\b", re.IGNORECASE
)
