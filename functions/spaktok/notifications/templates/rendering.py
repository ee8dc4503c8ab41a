"""From what happened to a text: whole sentences, names kept from breaking out of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from spaktok.notifications.kinds import KINDS
from spaktok.notifications.model import NotificationType
from spaktok.notifications.templates import catalogue
from spaktok.notifications.templates.catalogue import Phrase, choose, number, resolve, texts

NAMED_MAX: Final = 2
"""Actors that are named; the others are counted."""
NAME_MAX: Final = 40
ISOLATE: Final = "\u2068"
ISOLATE_END: Final = "\u2069"
"""Unicode's first-strong isolate: what is between them orders itself by its own direction."""

_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads."""

    title: str
    body: str


def render(kind: NotificationType, actors: Sequence[str], count: int, locale: str) -> Text:
    """The text of news in the language of a locale: "A, B and 12 others liked your video".

    `actors` are names, the last to act first; `count` is how many acted, or how many things a digest
    is about. Where nobody may be named, nobody is, and the sentence still stands.
    """
    language = resolve(locale)
    content = texts(language)
    sentence = choose(content["types"][kind.value], count, language)
    who = _who(content["who"], actors, count, language)
    body = sentence.format(who=who, n=number(count, language))
    return Text(title=content["titles"][KINDS[kind].category.value], body=body)


def hidden(kind: NotificationType, locale: str) -> Text:
    """What a screen shows that others may see: that there is something, and not what or from whom."""
    content = texts(resolve(locale))
    name = "call" if kind is NotificationType.INCOMING_CALL else "any"
    return Text(title=content["titles"]["system"], body=content["hidden"][name])


def _who(phrases: dict[str, Phrase], actors: Sequence[str], count: int, language: str) -> str:
    named = [_name(actor, language) for actor in actors[:NAMED_MAX]]
    others = max(count, len(actors)) - len(named)
    match len(named), others:
        case 0, 0 | 1:
            return choose(phrases["someone"], others, language)
        case 0, _:
            key = "people"
        case 1, 0:
            key = "one"
        case 1, _:
            key = "one_more"
        case _, 0:
            key = "two"
        case _:
            key = "two_more"
    names = dict(zip("ab", named, strict=False))
    return choose(phrases[key], others, language).format(n=number(others, language), **names)


def _name(raw: str, language: str) -> str:
    """A name that can't reorder, break or flood the sentence around it."""
    seen = "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in raw)
    name = " ".join(seen.split())
    if len(name) > NAME_MAX:
        name = name[: NAME_MAX - 1] + "…"
    odd = any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in name)
    if odd or language in catalogue.RIGHT_TO_LEFT:
        return f"{ISOLATE}{name}{ISOLATE_END}"
    return name
