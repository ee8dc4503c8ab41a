"""Words, keys and ranks: how names and captions become what they are found by. Pure rules.

A name is folded (compatibility forms, case, diacritics, Arabic spellings) and cut into words. A word
is found by any of its beginnings; scripts without spaces by their characters and pairs of them. A
mistyped word is found by what is left of it with one letter taken out (Garbe's SymSpell): two words
that are one slip apart share such a rest.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

KEY_MAX: Final = 24
"""Characters of a key; a handle has no more."""
FOLDED_MAX: Final = 64
"""Characters of a name that are indexed once folded: one ligature may unfold into eighteen."""
TEXT_MAX: Final = 400
"""The same of a caption with its hashtags."""
WORDS_MAX: Final = 40
NEAR_MIN: Final = 4
"""Shorter words are mistyped into too many others."""
NEAR_WORDS_MAX: Final = 6

# Kana, Han and Hangul: names in them have no spaces, or need none.
_SPACELESS: Final = re.compile(
    "[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U000323af]"
)

# Letters that Unicode does not decompose, and spellings that Arabic and Persian writers mix.
_SPELLINGS: Final = str.maketrans(
    dict(zip("øđłħŧðı", "odlhtdi", strict=True))
    | {"æ": "ae", "œ": "oe", "þ": "th"}
    | {"\u0640": "", "\u0671": "\u0627", "\u0649": "\u064a", "\u06cc": "\u064a"}
    | {"\u06a9": "\u0643", "\u0629": "\u0647", "\u200c": " ", "\u200d": ""}
)
_ARTICLE: Final = "\u0627\u0644"
"""Arabic's "al-", which is written together with the name and left out as often."""

_SCRIPT_MARKS: Final = range(10, 36)
_ATTACHED_MARKS: Final = 200
"""Canonical combining classes: vowel points of Hebrew and Arabic, and accents above and below.
What lies between carries meaning in Indic, Thai and Japanese writing, and stays."""

EXACT: Final = 300
HANDLE: Final = 200
NAME: Final = 100
"""How well a key fits, before it counts how well known the user is."""
VERIFIED: Final = 50

_STEPS: Final = tuple(step * 10**power for power in range(9) for step in (1, 2, 5))
"""Followers are counted in steps of 1, 2 and 5 times the powers of ten."""


class Kind(StrEnum):
    """What can be searched for; each has an index of its own."""

    USERS = "users"
    VIDEOS = "videos"
    HASHTAGS = "hashtags"
    SOUNDS = "sounds"


class Findable(Protocol):
    """What is found: by how its title begins, best by all of it, and by the words of its text."""

    @property
    def key(self) -> str:
        """Its id, under which the index holds it once."""

    @property
    def title(self) -> str:
        """What it is called: a handle, a tag, a name."""

    @property
    def text(self) -> str:
        """What else it is known by."""

    @property
    def popularity(self) -> int:
        """0 to 99: how well known it is, among those that fit equally well."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index holds of a user: nothing that not everybody may see on their card."""

    user_id: str
    username: str
    display_name: str
    profile_image: str | None
    is_verified: bool
    follower_count: int
    """Rounded down (`known_as`): the index is not rewritten for every follower."""
    for_adults: bool
    """Whether adults may find them (`safety`)."""

    @property
    def key(self) -> str:
        """Their id."""
        return self.user_id

    @property
    def title(self) -> str:
        """Their handle."""
        return self.username

    @property
    def text(self) -> str:
        """Their name."""
        return self.display_name

    @property
    def popularity(self) -> int:
        """0 to 99: the verified first, then by followers."""
        return VERIFIED * self.is_verified + bisect_right(_STEPS, self.follower_count)


@dataclass(frozen=True, slots=True)
class Clip:
    """What the index holds of a video: what it is found by, and what filters ask. Public ones alone."""

    video_id: str
    user_id: str
    username: str
    caption: str
    hashtags: tuple[str, ...]
    duration_ms: int
    age_restriction: int
    published_at: datetime
    view_count: int
    """Rounded down (`known_as`): the index is not rewritten for every view."""
    for_adults: bool
    """Whether adults may be shown it by itself: its owner may be found by them."""

    @property
    def key(self) -> str:
        """Its id."""
        return self.video_id

    @property
    def title(self) -> str:
        """Its owner's handle: who looks for somebody finds what they made."""
        return self.username

    @property
    def text(self) -> str:
        """Its hashtags and caption."""
        return " ".join((*self.hashtags, self.caption))[:TEXT_MAX]

    @property
    def popularity(self) -> int:
        """0 to 99, by views."""
        return bisect_right(_STEPS, self.view_count)


@dataclass(frozen=True, slots=True)
class Topic:
    """What the index holds of a hashtag (its name is the tag) or a sound."""

    key: str
    title: str
    text: str
    usage_count: int
    """Rounded down; of public videos alone."""
    for_adults: bool = True

    @property
    def popularity(self) -> int:
        """0 to 99, by uses."""
        return bisect_right(_STEPS, self.usage_count)


def known_as(count: int) -> int:
    """A number of followers, views or uses, rounded down to its step."""
    reached = bisect_right(_STEPS, count)
    return _STEPS[reached - 1] if reached else 0


def fold(text: str) -> str:
    """One spelling for what people take for the same: `Ána`, `ANA` and full-width `ａｎａ` are one."""
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_SPELLINGS)
    bare = (one for one in unicodedata.normalize("NFKD", lowered) if not _decorates(one))
    return unicodedata.normalize("NFKC", "".join(bare).translate(_SPELLINGS))


def words(text: str, longest: int = FOLDED_MAX) -> list[str]:
    """The folded words of a name or of a query, each cut to `KEY_MAX`; nothing else is looked at."""
    found: list[str] = []
    kind = ""
    for one in fold(text)[:longest]:
        before, kind = kind, _kind(one, kind)
        if kind and kind == before:
            found[-1] += one
        elif kind:
            found.append(one)
    return [word[:KEY_MAX] for word in found]


def joined(parts: Iterable[str]) -> str:
    """Words as one: `ana.lopez` is found by `analopez` and by `ana lop`."""
    return "".join(parts)[:KEY_MAX]


def spaceless(word: str) -> bool:
    """Whether a word is of a script without spaces, so that its parts are words too."""
    return _SPACELESS.match(word) is not None


def pairs(word: str) -> list[str]:
    """The pairs of neighbours in a word, or the one character that it is."""
    return [word[at : at + 2] for at in range(len(word) - 1)] or [word]


def ranks(entry: Findable) -> dict[str, int]:
    """Every key that finds it, and how high up. A few hundred for a name, a thousand for a caption."""
    handle, name = words(entry.title), text_words(entry)
    found: dict[str, int] = {}
    for word in (*handle, *name, joined(name), *map(_without_article, name)):
        for key in _beginnings(word):
            found[key] = NAME + entry.popularity
    for key in _beginnings(joined(handle)):
        found[key] = HANDLE + entry.popularity
    if handle:
        found[joined(handle)] = EXACT + entry.popularity
    return found


def text_words(entry: Findable) -> list[str]:
    """The words that it is known by besides its title, as many as are indexed."""
    return words(entry.text, TEXT_MAX if len(entry.text) > FOLDED_MAX else FOLDED_MAX)[:WORDS_MAX]


def slips(entry: Findable) -> list[str]:
    """The keys under which it is found although a word was mistyped."""
    return sorted({rest for word in near_words(entry) for rest in rests(word)})


def near_words(entry: Findable) -> list[str]:
    """The words of an entry that may be mistyped: those of both names, and each name as one."""
    handle, name = words(entry.title), text_words(entry)
    found = dict.fromkeys((joined(handle), joined(name), *handle, *name))
    return [word for word in found if mistypable(word)][:NEAR_WORDS_MAX]


def mistypable(word: str) -> bool:
    """Whether a word is long enough, and written with letters, to be recognised with a slip."""
    return len(word) >= NEAR_MIN and not spaceless(word)


def rests(word: str) -> list[str]:
    """The word, and what is left of it with any one letter taken out. At most 25."""
    return sorted({word, *(word[:at] + word[at + 1 :] for at in range(len(word)))})


def one_slip(one: str, other: str) -> bool:
    """Whether a letter left out, put in, replaced or swapped with its neighbour makes one the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    mine, theirs = one[start:], other[start:]
    return (
        mine[1:] == theirs[1:]
        or mine[1:] == theirs
        or mine == theirs[1:]
        or (mine[:2] == theirs[:2][::-1] and mine[2:] == theirs[2:])
    )


def _beginnings(word: str) -> Iterator[str]:
    for end in range(1, len(word) + 1):
        yield word[:end]
    if spaceless(word):
        yield from word
        yield from pairs(word)


def _without_article(word: str) -> str:
    return word.removeprefix(_ARTICLE)


def _decorates(one: str) -> bool:
    place = unicodedata.combining(one)
    return place in _SCRIPT_MARKS or place >= _ATTACHED_MARKS


def _kind(one: str, before: str) -> str:
    """What a character is part of: a `word`, a `run` without spaces, or (empty) nothing."""
    match unicodedata.category(one)[0]:
        case "L" | "N":
            return "run" if _SPACELESS.match(one) else "word"
        case "M":
            return before
        case _:
            return ""
