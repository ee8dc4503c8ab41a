"""The proof that somebody was erased: every document and every stored object, looked at.

It asks neither the inventory nor the code where to look; it walks all there is. What it finds under an
entry that the inventory keeps, with a reason, is said to be kept; anything else is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spaktok.accounts.model import Subject, flat, whole
from spaktok.core import clients, walk
from spaktok.core.inventory import Fate, UnknownPath, find


@dataclass(frozen=True, slots=True)
class Residue:
    """A place where somebody who was erased is still named."""

    path: str
    name: str
    kept: str | None = None
    """The inventory's reason to keep it; None where there is none."""


def prove(subjects: Iterable[Subject]) -> Iterator[Residue]:
    """Every place that still names one of them: in an id, a field's name or a value. All is read."""
    needles = [(name, re.compile(whole(name))) for one in subjects for name in one.needles]
    for path, fields in walk.below(None):
        text = f"{path}\n{flat(fields)}"
        for name in _in(text, needles):
            yield Residue(path, name, _kept(path))
    for blob in clients.bucket().list_blobs():
        text = f"{blob.name}\n{flat(blob.metadata or {})}"
        for name in _in(text, needles):
            yield Residue(f"gs://{blob.name}", name)


def _in(text: str, needles: list[tuple[str, re.Pattern[str]]]) -> Iterator[str]:
    for name, pattern in needles:
        # Most are not there, and a plain search says so sooner.
        if name in text and pattern.search(text):
            yield name


def _kept(path: str) -> str | None:
    try:
        entry = find(path)
    except UnknownPath:
        return None
    named = entry.erasure.fate is Fate.KEEP and bool(entry.subjects)
    return entry.erasure.reason if named else None
