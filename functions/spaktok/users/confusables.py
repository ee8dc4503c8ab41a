"""Which texts look alike: skeletons after Unicode TR39, from the data of `confusable-homoglyphs`.

The library's table is symmetric: a character and its lookalikes name each other, and which of them is
the prototype is lost. It is found again here: lookalikes form stars, with the prototype in the middle.
Reading the table takes some 60 ms, so it is read at first use and kept.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

_LEFT_TO_RIGHT_MARK: Final = "\u200e"
"""Wrapped by the library around letters of scripts that run the other way."""
_ROUNDS_MAX: Final = 4
"""What a character looks like may itself be composed of characters that look like others (`%`)."""
_HANDLE_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789._"


def skeleton(text: str) -> str:
    """The form in which texts that look alike are equal, whatever their case: `ЅРАKTOK` → `spaktok`.

    For comparing only, never for showing.
    """
    for _ in range(_ROUNDS_MAX):
        after = _shape(unicodedata.normalize("NFKC", text).casefold())
        if after == text:
            break
        text = after
    return text


def skeletons(text: str) -> frozenset[str]:
    """Its skeleton as it is, and that of its capitals: `κ` looks like no `k`, but `Κ` like `K`."""
    capitals = unicodedata.normalize("NFKC", text).upper()
    return frozenset({skeleton(text), _shape(capitals)})


def handle_key(username: str) -> str:
    """The form in which two usernames are one: `Lumen`, `1umen`, `IumeN` and `lurnen` alike.

    Usernames are shown as their owners wrote them, so two are one if some spelling of the first, in
    capitals or not, looks like some spelling of the second: `I` looks like `l`, so `i` is `l` here.
    """
    classes = _handle_classes()
    return "".join(classes.get(one, one) for one in username.casefold())


def _shape(text: str) -> str:
    prototypes = _prototypes()
    decomposed = unicodedata.normalize("NFD", text)
    shape = "".join(prototypes.get(one, one) for one in decomposed)
    return unicodedata.normalize("NFD", shape.casefold())


@cache
def _prototypes() -> dict[str, str]:
    """Every character that has a lookalike → what stands for all of them."""
    from confusable_homoglyphs.confusables import confusables_data

    stars: dict[str, list[str]] = {
        name.strip(_LEFT_TO_RIGHT_MARK): [one["c"].strip(_LEFT_TO_RIGHT_MARK) for one in others]
        for name, others in confusables_data.items()
    }
    # A sequence is always a prototype; among two single characters either would do.
    rank = {name: (len(others), len(name), -ord(name[0])) for name, others in stars.items() if name}
    direct: dict[str, str] = {}
    for name, others in stars.items():
        if len(name) == 1:
            best = max((*others, name), key=lambda one: rank.get(one, (0, len(one), 0)))
            if best != name:
                direct[name] = best
    return {name: _settled(best, direct) for name, best in direct.items()}


def _settled(text: str, direct: dict[str, str]) -> str:
    """A prototype whose own parts stand for themselves."""
    for _ in range(_ROUNDS_MAX):
        after = "".join(direct.get(one, one) for one in text)
        if after == text:
            break
        text = after
    return text


@cache
def _handle_classes() -> dict[str, str]:
    """Each character of a username → its class, merging what either case of it looks like."""
    prototypes = _prototypes()
    alike: dict[str, set[str]] = {}
    for one in _HANDLE_ALPHABET:
        group = {prototypes.get(form, form).casefold() for form in (one, one.upper())} | {one}
        for member in [*group]:
            group |= alike.get(member, set())
        for member in group:
            alike[member] = group
    # The longest is the sequence that a letter looks like (`m` is `rn`); else any fixed one will do.
    return {one: max(alike[one], key=lambda form: (len(form), form)) for one in _HANDLE_ALPHABET}
