"""A share of the cases, or all of them: the short run and the whole one.

`make test` takes a share that is spread evenly over the cases and the same in every run;
`SPAKTOK_WHOLE=1 make test` takes all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final, TypeVar

T = TypeVar("T")

WHOLE: Final = bool(os.environ.get("SPAKTOK_WHOLE"))


def share(cases: Iterable[T], *, every: int) -> list[T]:
    """One case in `every`; all of them in a whole run."""
    return list(cases)[:: 1 if WHOLE else every]


def spread(cases: Iterable[T], *, most: int) -> list[T]:
    """The first case and others at even distances, `most` in all; all of them in a whole run."""
    found = list(cases)
    return share(found, every=max(1, -(-len(found) // most)))


def parts(cases: Iterable[T], *, size: int, most: int) -> list[list[T]]:
    """Cases whose outcomes are compared, as one part of `most`; in a whole run all, in parts of `size`.

    Each begins with the first case: what is the same throughout every part is the same in all.
    """
    found = list(cases)
    if not WHOLE:
        return [spread(found, most=most)]
    return [[found[0], *found[start : start + size]] for start in range(1, len(found), size)]


def some(whole: int, *, short: int) -> int:
    """How many times to try what chance decides."""
    return whole if WHOLE else short
