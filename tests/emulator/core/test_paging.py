"""Pages of real queries: nothing skipped, nothing repeated, never without end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from spaktok.core import clients, meter, paging
from spaktok.core.refusal import InvalidRequest
from tests.support.time import NOON

if TYPE_CHECKING:
    from google.cloud.firestore import Query


def put(*ids: str, at: int = 0, **fields: Any) -> None:
    batch = clients.db().batch()
    for one in ids:
        batch.set(items().document(one), {"at": NOON + timedelta(seconds=at), **fields})
    batch.commit()


def items() -> Any:
    return clients.db().collection("items")


def newest() -> Query:
    return items().order_by("at", direction="DESCENDING").order_by("__name__")


def pages(query: Query, limit: int, scope: str = "items:ana") -> Iterator[list[str]]:
    cursor = None
    while True:
        page = paging.page(query, limit=limit, cursor=cursor, scope=scope)
        yield [one.id for one in page.snapshots]
        cursor = page.next_cursor
        if cursor is None:
            return


@pytest.mark.parametrize("limit", [1, 3, 7, 50])
def test_items_of_equal_value_are_neither_skipped_nor_repeated(limit: int) -> None:
    """Control: ordered by `at` alone, the second page began after all ten."""
    put(*(f"i{n:02}" for n in range(10)))
    put("first", at=1)
    put("last", at=-1)
    assert list(chain.from_iterable(pages(newest(), limit))) == [
        "first",
        *(f"i{n:02}" for n in range(10)),
        "last",
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_items_that_stay_are_seen_once_whatever_comes_and_goes(seed: int) -> None:
    """Control: with offsets for cursors, deletions made the next page skip items that stayed."""
    rolls = random.Random(seed)
    stay = [f"stay{n:02}" for n in range(30)]
    for one in stay:
        put(one, at=rolls.randrange(6))
    goers = [f"go{n:02}" for n in range(30)]
    for one in goers:
        put(one, at=rolls.randrange(6))
    seen: list[str] = []
    for page in pages(newest(), 4):
        seen += page
        for _ in range(3):
            if goers and rolls.random() < 0.5:
                items().document(goers.pop(rolls.randrange(len(goers)))).delete()
            else:
                put(f"came{rolls.randrange(10**9)}", at=rolls.randrange(-2, 8))
    assert len(seen) == len(set(seen))
    assert {one for one in seen if one.startswith("stay")} == set(stay)


def test_the_item_at_which_a_page_ended_may_go() -> None:
    put("a", "b", "c", "d")
    first = paging.page(newest(), limit=2, cursor=None, scope="s")
    items().document("b").delete()
    second = paging.page(newest(), limit=2, cursor=first.next_cursor, scope="s")
    assert [one.id for one in second.snapshots] == ["c", "d"]
    assert second.next_cursor is None


def test_the_last_full_page_says_that_it_is_the_last() -> None:
    put("a", "b", "c", "d")
    assert list(pages(newest(), 2)) == [["a", "b"], ["c", "d"]]
    assert list(pages(items().order_by("__name__"), 4)) == [["a", "b", "c", "d"]]


def test_an_empty_list_is_one_empty_page() -> None:
    assert list(pages(newest(), 5)) == [[]]


def test_missing_values_and_instants_are_continued_after() -> None:
    put("a", rank=None)
    put("b", rank=None)
    put("c", rank=1)
    ranked = items().order_by("rank").order_by("at").order_by("__name__")
    assert list(pages(ranked, 1)) == [["a"], ["b"], ["c"]]


def test_a_page_over_many_collections_of_one_name_goes_on_in_the_right_one() -> None:
    for owner in ("ana", "ben", "carl"):
        for number in range(2):
            place = clients.db().document(f"people/{owner}/notes/n{number}")
            place.set({"owner": owner})
    notes = clients.db().collection_group("notes").order_by("__name__")
    paths = []
    cursor = None
    for _ in range(6):
        page = paging.page(notes, limit=1, cursor=cursor, scope="notes")
        paths += [one.reference.path for one in page.snapshots]
        cursor = page.next_cursor
    assert cursor is None
    assert paths == [f"people/{o}/notes/n{n}" for o in ("ana", "ben", "carl") for n in range(2)]


def test_a_cursor_serves_its_own_query_and_caller_only() -> None:
    put("a", "b", "c", size=1)
    cursor = paging.page(newest(), limit=1, cursor=None, scope="items:ana").next_cursor
    others: list[tuple[Query, str]] = [
        (newest(), "items:ben"),
        (items().order_by("at").order_by("__name__"), "items:ana"),
        (items().order_by("size", direction="DESCENDING").order_by("__name__"), "items:ana"),
        (items().order_by("__name__"), "items:ana"),
        (clients.db().collection("others").order_by("at").order_by("__name__"), "items:ana"),
    ]
    for query, scope in others:
        with pytest.raises(InvalidRequest, match="cursor"):
            paging.page(query, limit=1, cursor=cursor, scope=scope)


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "é", "=" * 9, "A" * 2048, "null", "W10"])
def test_what_is_no_cursor_is_refused_before_any_read(cursor: str) -> None:
    with meter.counting() as cost, pytest.raises(InvalidRequest, match="cursor"):
        paging.page(newest(), limit=1, cursor=cursor, scope="items:ana")
    assert cost.rpcs == 0


def test_a_page_is_bounded_and_costs_one_read_more_than_it_shows() -> None:
    put(*(f"i{n:02}" for n in range(60)))
    with meter.counting() as cost:
        page = paging.page(newest(), limit=50, cursor=None, scope="s")
    assert len(page.snapshots) == 50
    assert (cost.reads, cost.rpcs) == (51, 1)
    for limit in (0, -1, 51):
        with pytest.raises(ValueError, match="1 to 50"):
            paging.page(newest(), limit=limit, cursor=None, scope="s")


def test_a_query_that_could_skip_is_an_error_of_ours() -> None:
    for query in (items().order_by("at"), items()):
        with pytest.raises(ValueError, match="__name__"):
            paging.page(query, limit=1, cursor=None, scope="s")
