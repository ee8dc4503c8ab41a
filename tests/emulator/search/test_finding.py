"""Finding users: who is found, in which order, at what cost, and who can't be found at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from spaktok.core import age, clients, meter, standing
from spaktok.core.age import Age, Band
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest
from spaktok.feed import store as feed
from spaktok.graph import service as graph
from spaktok.search import store
from spaktok.search.model import Entry
from spaktok.search.service import engine, finding, indexing
from spaktok.search.service.engine import Hits
from spaktok.search.service.firestore import FirestoreEngine
from spaktok.users import store as users
from tests.support.people import ANA, BEN, CARL, join

VIEWER = UserId("viewer")
ADULT = Age(Band.ADULT, 21)
TEEN = Age(Band.YOUNGER_TEEN, 13)


def listed(uid: str, username: str, name: str = "", **fields: object) -> Entry:
    """Put somebody into the index, without an account."""
    plain = Entry(uid, username, name, None, False, 0, True)
    one = replace(plain, **fields)  # type: ignore[arg-type]
    FirestoreEngine().index(one)
    return one


def aged(uid: str, known: Age) -> None:
    clients.db().collection("security").document(uid).set(age.encode(known), merge=True)
    standing.forget()


def found(query: str, viewer: UserId = VIEWER, limit: int = 20) -> list[str]:
    """Whom one page shows."""
    return [user.user_id for user in finding.users(viewer, query, limit, None).users]


def pages(query: str, limit: int, viewer: UserId = VIEWER) -> Iterator[list[str]]:
    cursor: str | None = None
    while True:
        page = finding.users(viewer, query, limit, cursor)
        assert len(page.users) <= limit
        yield [user.user_id for user in page.users]
        if not page.has_more:
            assert page.next_cursor is None
            return
        cursor = page.next_cursor


@pytest.fixture(autouse=True)
def _viewer() -> None:
    aged(VIEWER, ADULT)
    # As the edge does before every call: the standing is no cost of searching.
    standing.load(VIEWER, fresh=False)


def test_handles_come_before_names_and_beginnings_before_slips() -> None:
    listed("typo", "lumne", "Q")
    listed("name", "zzz", "Lumen Fidei")
    listed("begins", "lumen.x", "Q")
    listed("exact", "lumen", "Q")
    assert found("lumen") == ["exact", "begins", "name", "typo"]


def test_among_equals_the_verified_and_then_the_well_known_come_first() -> None:
    listed("a", "lumen.a")
    listed("b", "lumen.b", follower_count=1000)
    listed("c", "lumen.c", is_verified=True)
    listed("d", "lumen.d", is_verified=True, follower_count=50)
    assert found("lum") == ["d", "c", "b", "a"]


@pytest.mark.parametrize(
    "query",
    [
        "a", "Ana", "ANA MARÍA", "ana mar", "maria ana", "@ana.lopez", "analopez", "lopez",
        "ana lopes", "mariia",
    ],
)  # fmt: skip
def test_one_person_is_found_in_many_ways(query: str) -> None:
    listed("ana", "ana.lopez", "Ana María")
    assert found(query) == ["ana"]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("東京太郎", "京太"),
        ("東京太郎", "京太郎"),
        ("東京太郎", "東"),
        ("أَحْمَد الحسن", "احمد"),
        ("أحمد الحسن", "حسن احمد"),
        ("Ёжик", "ежик"),
        ("김철수", "철수"),
        ("अनन्या", "अन"),
    ],
)
def test_every_script_is_searched(name: str, query: str) -> None:
    listed("one", "zzz", name)
    listed("other", "yyy", "Someone else")
    assert found(query) == ["one"]


@pytest.mark.parametrize("query", ["!!!", "😀", "  ", "\u200b"])
def test_what_holds_no_word_finds_nobody_and_looks_at_nobody(query: str) -> None:
    listed("ana", "ana")
    with meter.counting() as tally:
        assert found(query) == []
    assert tally.reads == 1


@pytest.mark.parametrize(
    "query",
    [
        "`", "``ana", "a.b.c", "teens.ranks", "__name__", "../users", "a/b", "*", "ana' or 1=1 --",
        "{\"$gt\": \"\"}", "\\", "\u202egnp", "%00", "ᴬ" * 100, "ﷺ" * 100,
    ],
)  # fmt: skip
def test_a_query_is_only_ever_text(query: str) -> None:
    listed("ana", "ana", "Ana")
    finding.users(VIEWER, query, 20, None)


@pytest.mark.parametrize("limit", [5, 7, 20])
def test_pages_neither_repeat_nor_skip(limit: int) -> None:
    everyone = {listed(f"u{n}", f"lumen.{n}", follower_count=n % 7).user_id for n in range(33)}
    seen = [uid for page in pages("lumen", limit) for uid in page]
    assert len(seen) == len(set(seen))
    assert set(seen) == everyone


def test_pages_hold_when_people_come_and_go_in_between() -> None:
    for n in range(20):
        listed(f"u{n:02}", f"lumen.{n:02}")
    walk = pages("lumen", 5)
    first = next(walk)
    listed("new", "lumen", is_verified=True)
    FirestoreEngine().remove(first[0])
    rest = [uid for page in walk for uid in page]
    assert set(first) | set(rest) == {f"u{n:02}" for n in range(20)}
    assert not set(first) & set(rest)


def test_slips_continue_over_pages_without_repeating_whom_they_resemble() -> None:
    listed("exact", "lumen")
    for n in range(12):
        listed(f"u{n:02}", f"x{n}", "Lumne")
    seen = [uid for page in pages("lumen", 5) for uid in page]
    assert sorted(seen) == ["exact", *(f"u{n:02}" for n in range(12))]


def test_whoever_has_plenty_of_results_did_not_mistype() -> None:
    for n in range(30):
        listed(f"u{n}", f"lumen.{n}")
    listed("typo", "lumne")
    assert "typo" not in [uid for page in pages("lumen", 10) for uid in page]


@pytest.mark.parametrize("query", ["lumen", "lumen x", "lumne", "nobody", "lu men zz"])
@pytest.mark.parametrize("limit", [5, 20])
def test_a_page_costs_at_most_a_read_a_result_asked_for_and_one(query: str, limit: int) -> None:
    for n in range(30):
        listed(f"u{n}", f"lumen.{n}", "Lumen X")
    cursor: str | None = None
    for _ in range(20):
        with meter.counting() as tally:
            page = finding.users(VIEWER, query, limit, cursor)
        assert tally.reads <= limit + 1
        cursor = page.next_cursor
        if cursor is None:
            return
    pytest.fail("endless")


def test_a_cursor_is_good_for_its_query_and_its_caller_only() -> None:
    for n in range(10):
        listed(f"u{n}", f"lumen.{n}")
    cursor = finding.users(VIEWER, "lumen", 5, None).next_cursor
    aged(BEN, ADULT)
    for viewer, query in ((VIEWER, "lume"), (BEN, "lumen")):
        with pytest.raises(InvalidRequest):
            finding.users(viewer, query, 5, cursor)


@pytest.mark.parametrize("blocker_is_viewer", [True, False])
@pytest.mark.parametrize("query", ["ben.name", "ben", "benname", "bne.name"])
def test_a_blocked_user_can_not_be_told_from_an_unknown_one(
    query: str, blocker_is_viewer: bool
) -> None:
    """Same page, same number of reads and RPCs, either way round.

    Tried: without the mask in `finding.users` Ben is found by all four.
    """
    join(ANA, BEN)
    standing.load(ANA, fresh=False)
    with meter.counting() as unknown:
        before = finding.users(ANA, query, 5, None)
    indexing.refresh(BEN)
    assert found(query, ANA) == ["ben"]
    graph.block(*((ANA, BEN) if blocker_is_viewer else (BEN, ANA)), None)
    with meter.counting() as blocked:
        after = finding.users(ANA, query, 5, None)
    assert after == before
    assert (blocked.reads, blocked.rpcs) == (unknown.reads, unknown.rpcs)


def test_hidden_users_change_neither_the_pages_nor_whether_there_are_more() -> None:
    """For every set of hidden users, paging shows what it would were they not there."""
    for n in range(12):
        listed(f"u{n:02}", f"lumen.{n:02}")
    for hidden in ({0}, {4, 5}, set(range(8)), {11}, set(range(12))):
        batch = clients.db().batch()
        batch.set(feed.mask_ref(VIEWER), {"users": {f"u{n:02}": True for n in hidden}})
        batch.commit()
        masked = list(pages("lumen", 5))
        clients.db().recursive_delete(feed.mask_ref(VIEWER))
        for n in hidden:
            FirestoreEngine().remove(f"u{n:02}")
        assert masked == list(pages("lumen", 5))
        for n in hidden:
            listed(f"u{n:02}", f"lumen.{n:02}")


def test_adults_find_no_teens_and_pay_nothing_for_their_being_there() -> None:
    """Tried: with teens in the `adults` lists this finds them."""
    aged(CARL, TEEN)
    for n in range(10):
        listed(f"teen{n}", f"lumen.t{n}", for_adults=False)
    listed("adult", "lumen.z")
    standing.load(VIEWER, fresh=False)
    with meter.counting() as tally:
        assert found("lumen") == ["adult"]
    assert tally.reads <= 3
    assert found("lumne.t1") == []
    assert len(found("lumen", CARL)) == 11


def test_whoever_never_said_their_age_is_shown_no_teens() -> None:
    listed("teen", "lumen", for_adults=False)
    assert found("lumen", UserId("nobody-knows")) == []


def test_another_engine_takes_the_place_by_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shelf:
        """Keeps entries in memory and finds them by their handle."""

        def __init__(self) -> None:
            self.entries: dict[str, Entry] = {}

        def index(self, entry: Entry) -> None:
            self.entries[entry.user_id] = entry

        def remove(self, uid: str) -> None:
            self.entries.pop(uid, None)

        def search(
            self,
            query: str,
            audience: store.Audience,
            *,
            after: engine.Place | None,
            limit: int,
            shows: engine.Shows,
        ) -> Hits:
            fitting = [one for one in self.entries.values() if one.username == query and shows(one)]
            return Hits(fitting[:limit], None)

    shelf = Shelf()
    monkeypatch.setattr(engine, "chosen", lambda: shelf)
    join(ANA, BEN)
    indexing.refresh(BEN)
    assert found("ben.name", ANA) == ["ben"]
    graph.block(BEN, ANA, None)
    assert found("ben.name", ANA) == []
    assert not store.ref(BEN).get().exists


def test_an_engine_nobody_knows_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from spaktok.core import config

    monkeypatch.setattr(config, "SEARCH_ENGINE", "sphinx")
    engine.chosen.cache_clear()
    with pytest.raises(ValueError, match=r"sphinx.*choose among firestore"):
        engine.chosen()


def test_what_is_found_is_what_the_card_says() -> None:
    join(BEN)
    users.card_ref(BEN).update({"followerCount": 1234, "profileImage": "profiles/ben/a.jpg"})
    indexing.refresh(BEN)
    (one,) = finding.users(VIEWER, "ben", 20, None).users
    assert (one.username, one.display_name, one.follower_count) == ("ben.name", "Ben", 1000)
    assert one.profile_image == "profiles/ben/a.jpg"
