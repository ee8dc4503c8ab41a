"""What a search engine must do, and which one does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final, Protocol, cast

from spaktok.core import config
from spaktok.search.model import Kind
from spaktok.search.store import Audience

ENGINES: Final = {"firestore": "spaktok.search.service.firestore:FirestoreEngine"}
"""By the name that `SPAKTOK_SEARCH_ENGINE` gives; the class is made with the kind it is to find."""

Place = list[Any]
"""Where a page ended: texts, numbers and booleans that mean something to the engine alone."""
Shows = Callable[[Any], bool]
"""Whether an entry may be among the results, by what the index holds of it."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Some results, best first; `place` is None once there are no more."""

    entries: list[Any]
    """`model.Entry`, `Clip` or `Topic`, by the kind."""
    place: Place | None


class Engine(Protocol):
    """An index of one kind of thing. Every call may be repeated; the last write of an entry stands."""

    def index(self, entry: Any) -> None:
        """Make something findable as this entry says, and in no other way."""

    def remove(self, key: str) -> None:
        """Make something unfindable."""

    def search(
        self, query: str, audience: Audience, *, after: Place | None, limit: int, shows: Shows
    ) -> Hits:
        """At most `limit` results after a place, without those that `shows` leaves out.

        Leaving one out must change neither the size of the page nor whether there are more: the
        caller may not learn that there was somebody.
        """


@cache
def chosen(kind: Kind = Kind.USERS) -> Engine:
    """The engine of this deployment for a kind. Raises `ValueError` for a name that is no engine's."""
    name = config.SEARCH_ENGINE
    if name not in ENGINES:
        raise ValueError(f"SPAKTOK_SEARCH_ENGINE is {name!r}: choose among {', '.join(ENGINES)}")
    module, _, maker = ENGINES[name].partition(":")
    return cast("Engine", getattr(import_module(module), maker)(kind))
