"""The engine that needs nothing but the database: ordered posting lists in Firestore's own indexes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spaktok.search import store
from spaktok.search.model import (
    Findable,
    Kind,
    joined,
    mistypable,
    near_words,
    one_slip,
    pairs,
    ranks,
    rests,
    spaceless,
    words,
)
from spaktok.search.service.engine import Hits, Place, Shows
from spaktok.search.store import Audience

if TYPE_CHECKING:
    from google.cloud.firestore import Query

SCAN_MAX: Final = 200
"""Entries of a later list that are looked at: of those whom one word names, few have the others."""
HIDDEN_MAX: Final = 200
"""Left out on one page; beyond it the page ends early, whoever arranged to be left out."""

VALUES_MAX: Final = 30
"""Values of one `array_contains_any`."""


class FirestoreEngine:
    """See `engine.Engine`."""

    def __init__(self, kind: Kind = Kind.USERS) -> None:
        """An engine for one kind of thing."""
        self.kind: Final = kind

    def index(self, entry: Any) -> None:
        """One write."""
        store.ref(entry.key, self.kind).set(store.encode(entry, self.kind))

    def remove(self, key: str) -> None:
        """One delete."""
        store.ref(key, self.kind).delete()

    def search(
        self, query: str, audience: Audience, *, after: Place | None, limit: int, shows: Shows
    ) -> Hits:
        """At most `limit` reads, and one for everyone who is left out.

        Results come from one list after the other: what the whole query begins, what all its words
        begin, what is one slip away from it. The later ones are gone through, and not to the end,
        only where the first ended on the first page: who has plenty of results did not mistype. An
        empty list costs a read too, so a page holds one less for each list besides the first.
        """
        lists = _plan(query, audience, self.kind)
        number, seen, *place = after or [0, 0]
        left, hidden = limit - (len(lists) - 1), 0
        found: list[Any] = []
        while number < len(lists):
            asked = left
            page = lists[number].page(place, asked)
            for rank, entry in page:
                place = [rank, entry.key]
                if not shows(entry):
                    hidden += 1
                    continue
                left, seen = left - 1, seen + 1
                if lists[number].holds(entry):
                    found.append(entry)
            ended = len(page) < asked or (number > 0 and seen >= SCAN_MAX)
            if (left == 0 or hidden >= HIDDEN_MAX) and not ended:
                return Hits(found, [number, seen, *place])
            if ended:
                if after is not None and after[0] == 0:
                    break
                number, seen, place = number + 1, 0, []
                if left == 0 and number < len(lists):
                    return Hits(found, [number, seen])
        return Hits(found, None)


@dataclass(frozen=True, slots=True)
class _List:
    """An ordered list of entries."""

    kind: Kind
    query: Query
    order: str
    holds: Callable[[Findable], bool]
    """Whether an entry belongs to the results, and did not in a list before."""

    def page(self, place: Place, limit: int) -> list[tuple[int, Any]]:
        """The next entries after a place, with the value that orders them. A read each."""
        from google.cloud.firestore import Query

        query = self.query.order_by(self.order, direction=Query.DESCENDING).order_by(
            "__name__", direction=Query.DESCENDING
        )
        if place:
            query = query.start_after(
                {self.order: place[0], "__name__": store.ref(place[1], self.kind)}
            )
        found = query.select([*store.shown(self.kind), self.order]).limit(limit).stream()
        return [(one.get(self.order), store.decode(one, self.kind)) for one in found]


def _plan(query: str, audience: Audience, kind: Kind = Kind.USERS) -> list[_List]:
    """The lists to go through, at most three."""
    asked = words(query)
    if not asked:
        return []
    whole = joined(asked)
    needed = {key for word in asked for key in (pairs(word) if spaceless(word) else [word])}
    lists = [_ranked(kind, audience, whole, lambda _: True)]
    if needed != {whole}:
        lists.append(
            _ranked(
                kind, audience, max(sorted(needed), key=len), lambda one: _all(one, whole, needed)
            )
        )
    typed = [word for word in (whole, *sorted(asked, key=len, reverse=True)) if mistypable(word)]
    if typed:
        lists.append(_slipped(kind, audience, list(dict.fromkeys(typed)), whole, needed))
    return lists


def _ranked(kind: Kind, audience: Audience, key: str, holds: Callable[[Findable], bool]) -> _List:
    from google.cloud.firestore_v1.field_path import FieldPath

    # Keys hold letters of any script: quoted, so that none can be read as a path.
    order = FieldPath(audience, "ranks", key).to_api_repr()
    return _List(kind, store.entries(kind), order, holds)


def _slipped(
    kind: Kind, audience: Audience, typed: list[str], whole: str, needed: set[str]
) -> _List:
    from google.cloud.firestore import FieldFilter

    keys = [rest for word in typed for rest in rests(word)][:VALUES_MAX]
    matching = store.entries(kind).where(
        filter=FieldFilter(f"{audience}.slips", "array_contains_any", keys)
    )

    def holds(entry: Findable) -> bool:
        known, near = ranks(entry).keys(), near_words(entry)
        if whole in known or needed <= known:
            return False
        return any(
            any(one_slip(word, other) for other in near)
            and (word == whole or needed - {word} <= known)
            for word in typed
        )

    return _List(kind, matching, "popularity", holds)


def _all(entry: Findable, whole: str, needed: set[str]) -> bool:
    keys = ranks(entry)
    return whole not in keys and needed <= keys.keys()
