"""The texts of every language, and how a language counts.

A language is a file in `languages/`; another one is another file. Which plural forms it needs is
CLDR's to say, and tests hold every file to it. A sentence with {who} must read well with one name and
with many: where verbs agree with their subject, Arabic's verb comes first, and so never does.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

FALLBACK: Final = "en"
RIGHT_TO_LEFT: Final = frozenset({"ar"})

Phrase = str | dict[str, str]
"""A sentence, or one for each plural form."""

_FOLDER: Final = Path(__file__).with_name("languages")
_SUBTAG: Final = re.compile(r"[A-Za-z0-9]+")


@cache
def languages() -> frozenset[str]:
    """The languages that there are texts in."""
    return frozenset(file.stem for file in _FOLDER.glob("*.json"))


def resolve(locale: str) -> str:
    """The language in which to speak to somebody of this locale: `sv_SE` → `sv`, `tlh` → `en`."""
    tags = _SUBTAG.findall(locale)
    for length in range(len(tags), 0, -1):
        name = "-".join([tags[0].lower(), *tags[1:length]])
        if name in languages():
            return name
    return FALLBACK


@cache
def texts(language: str) -> dict[str, Any]:
    """All texts of a language that there is."""
    content: dict[str, Any] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return content


def choose(phrase: Phrase, count: int, language: str) -> str:
    """The form of a phrase for that many."""
    if isinstance(phrase, str):
        return phrase
    return phrase[plural(count, language)]


@cache
def plural(count: int, language: str) -> str:
    """The plural form of a number, by CLDR: `one`, `few` and so on."""
    from babel.core import Locale

    form: str = Locale.parse(language, sep="-").plural_form(count)
    return form


def number(count: int, language: str) -> str:
    """A number as it is written in a language, in the digits 0 to 9: `1,234`, `1 234`."""
    from babel.core import Locale
    from babel.numbers import format_decimal

    return format_decimal(count, locale=Locale.parse(language, sep="-"), numbering_system="latn")
