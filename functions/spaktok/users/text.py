"""What people write about themselves: text that looks like what it is.

Unicode has characters that show nothing or turn the text around (the bidi controls of the "Trojan
Source" attack, zero-width fillers, tags that smuggle ASCII). In a name they make two people look like
one, in a bio they hide what a moderator must see. So text is brought into one form (NFC, UAX #15) and
refused where it holds them, apart from the joiners that emoji and some scripts can't do without.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ZWNJ: Final = "\u200c"
_ZWJ: Final = "\u200d"
_JOINERS: Final = frozenset({_ZWNJ, _ZWJ})
_FILLERS: Final = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and symbols by their category that have no picture."""
_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_JOINED: Final = frozenset({"Lo", "Mn", "Mc", "So", "Sk"})
"""What a joiner may stand between: emoji, and letters of scripts without case, as Persian and Hindi
need it. Between Latin letters it only makes a second spelling of one name."""
_MARKS_MAX: Final = 4
"""Combining marks in a row; Vietnamese and pointed Hebrew need three, a stack of fifty covers others'
lines."""
_FLAG: Final = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f")
"""The flags of England, Scotland and their like: the one honest use of tag characters (UTS #51)."""
_MARK: Final = frozenset({"Mn", "Me"})


def line(text: str) -> str:
    """One line in its normal form. Raises `ValueError` that names what can't stay."""
    return _checked(text, breaks=False)


def prose(text: str) -> str:
    """The same, with line breaks."""
    return _checked(text.replace("\r\n", "\n"), breaks=True)


def _checked(text: str, *, breaks: bool) -> str:
    normal = unicodedata.normalize("NFC", text)
    rest = _FLAG.sub("", normal)
    for index, character in enumerate(rest):
        if character == "\n" and breaks:
            continue
        if character in _JOINERS:
            if not _joins(rest, index):
                raise ValueError("must not hold an invisible joiner between plain letters")
            continue
        if unicodedata.category(character) in _REFUSED or character in _FILLERS:
            raise ValueError("must not hold invisible or direction-changing characters")
        if _noncharacter(character):
            raise ValueError("must not hold characters that no text has")
    _check_marks(rest)
    return normal


def _joins(text: str, index: int) -> bool:
    around = (text[index - 1 : index], text[index + 1 : index + 2])
    return all(one and unicodedata.category(one) in _JOINED for one in around)


def _noncharacter(character: str) -> bool:
    code = ord(character)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF  # noqa: PLR2004 - Unicode's own


def _check_marks(text: str) -> None:
    row = 0
    for character in text:
        row = row + 1 if unicodedata.category(character) in _MARK else 0
        if row > _MARKS_MAX:
            raise ValueError(f"must not stack more than {_MARKS_MAX} marks on a letter")
