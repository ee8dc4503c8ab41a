"""Suggestions come from mutual follows, and tell nothing that one could not look up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spaktok.core import clients, clock, meter, standing
from spaktok.core.ids import UserId
from spaktok.graph import circles, service, suggestions
from spaktok.users import settings
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.time import TestClock

EVE = UserId("eve")
FRED = UserId("fred")


def suggested(uid: UserId) -> dict[str, int]:
    return {one.user_id: one.mutual_count for one in suggestions.suggest(uid, 20).users}


@pytest.fixture
def circle() -> None:
    """Ana follows Ben and Carl; both follow Dina, Ben follows Eve, Carl follows Ana."""
    join(ANA, BEN, CARL, DINA, EVE, FRED)
    for one, other in (
        (ANA, BEN),
        (ANA, CARL),
        (BEN, DINA),
        (CARL, DINA),
        (BEN, EVE),
        (CARL, ANA),
    ):
        service.follow(one, other)


@pytest.mark.usefixtures("circle")
def test_those_whom_most_of_ones_own_follow_come_first() -> None:
    assert list(suggested(ANA).items()) == [(DINA, 2), (EVE, 1)]


@pytest.mark.usefixtures("circle")
def test_whoever_follows_nobody_is_suggested_nobody() -> None:
    assert suggested(FRED) == {}


@pytest.mark.usefixtures("circle")
@pytest.mark.parametrize("blocker", [ANA, DINA])
def test_a_block_in_either_direction_keeps_each_from_the_other(blocker: UserId) -> None:
    """Negative control: without the mask and the relation, Dina is suggested."""
    service.block(blocker, DINA if blocker == ANA else ANA, None)
    assert suggested(ANA) == {EVE: 1}


@pytest.mark.usefixtures("circle")
def test_whom_a_private_account_follows_is_neither_suggested_nor_counted(queue: Queue) -> None:
    """Negative control: without `card.is_private` in `_mutuals`, Dina has two and Eve is there."""
    settings.set_private(BEN, private=True)
    queue.drain()
    assert suggested(ANA) == {DINA: 1}


@pytest.mark.usefixtures("circle")
def test_whoever_does_not_want_to_be_suggested_is_not() -> None:
    settings.update(DINA, {"suggestMe": False})
    assert suggested(ANA) == {EVE: 1}


@pytest.mark.usefixtures("circle")
def test_whoever_is_suspended_is_not_suggested_until_that_ends(time: TestClock) -> None:
    """Negative control: without the look at the standing both are."""
    ends = clock.now() + timedelta(days=1)
    clients.db().document(f"security/{DINA}").update({"banned": True, "bannedUntil": ends})
    clients.db().document(f"security/{EVE}").update({"disabled": True})
    standing.forget()
    assert suggested(ANA) == {}
    time.at = ends
    assert suggested(ANA) == {DINA: 2}


@pytest.mark.usefixtures("circle")
def test_the_muted_the_followed_the_asked_and_those_who_are_away_are_not_suggested(
    queue: Queue,
) -> None:
    circles.mute(ANA, EVE, None)
    assert suggested(ANA) == {DINA: 2}
    settings.set_private(DINA, private=True)
    assert suggested(ANA) == {DINA: 2}
    service.follow(ANA, DINA)
    assert suggested(ANA) == {}
    circles.unmute(ANA, EVE)
    clients.db().document(f"users/{EVE}").update({"deactivated": True})
    assert suggested(ANA) == {}


@pytest.mark.usefixtures("circle")
def test_a_deactivated_friend_counts_for_nobody() -> None:
    clients.db().document(f"users/{BEN}").update({"deactivated": True})
    assert suggested(ANA) == {DINA: 1}


@pytest.mark.usefixtures("circle")
@pytest.mark.parametrize("band", ["13-15", "16-17", "unknown"])
def test_minors_are_not_suggested_to_adults(band: str) -> None:
    """Negative control: without `access.shown_to`, Dina is suggested."""
    clients.db().document(f"security/{DINA}").update({"band": band, "ageFloor": 13})
    assert suggested(ANA) == {EVE: 1}


def test_the_cost_is_bounded_however_large_the_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "SOURCES_MAX", 2)
    monkeypatch.setattr(suggestions, "EDGES_EACH", 2)
    monkeypatch.setattr(suggestions, "EXAMINED_MAX", 3)
    hubs = [UserId(f"hub{number}") for number in range(3)]
    crowd = [UserId(f"user{number}") for number in range(8)]
    join(ANA, *hubs, *crowd)
    for hub in hubs:
        service.follow(ANA, hub)
        for other in crowd:
            service.follow(hub, other)
    with meter.counting() as cost:
        found = suggestions.suggest(ANA, 2)
    assert len(found.users) == 2
    assert cost.reads <= 1 + 2 * 2 + 2 * 2 + 4 * 3
