"""The videos on a profile: for whom they are, and in which order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from spaktok.core import clients, meter
from spaktok.core.age import Band
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest, NotFound
from spaktok.graph import service as graph
from spaktok.users import settings
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.model import VISIBILITIES, Sort
from spaktok.videos.service import profile_tab, restriction
from tests.support import worlds
from tests.support.ages import join_aged
from tests.support.people import ANA, BEN, CARL, DINA, join


def pages(viewer: UserId, sort: Sort = Sort.RECENT, limit: int = 2) -> Iterator[list[str]]:
    cursor: str | None = None
    while True:
        page = profile_tab.videos_of(viewer, ANA, sort=sort, limit=limit, cursor=cursor)
        yield [one.video_id for one in page.videos]
        cursor = page.next_cursor
        if cursor is None:
            return


def seen(viewer: UserId) -> set[Visibility]:
    page = profile_tab.videos_of(viewer, ANA, sort=Sort.RECENT, limit=50, cursor=None)
    return {one.visibility for one in page.videos}


@pytest.fixture
def gallery() -> dict[Visibility, str]:
    """Ana has one video of each visibility; Ben follows her, Carl is her friend."""
    join(ANA, BEN, CARL, DINA)
    graph.follow(BEN, ANA)
    graph.follow(CARL, ANA)
    graph.follow(ANA, CARL)
    return {one: worlds.video(ANA, one) for one in sorted(VISIBILITIES)}


@pytest.mark.usefixtures("gallery")
def test_everyone_is_listed_exactly_what_is_for_them() -> None:
    """Negative control: without the filter by visibility, Dina is listed all five."""
    assert seen(DINA) == {Visibility.PUBLIC}
    assert seen(BEN) == {Visibility.PUBLIC, Visibility.FOLLOWERS}
    assert seen(CARL) == {Visibility.PUBLIC, Visibility.FOLLOWERS, Visibility.FRIENDS}
    assert seen(ANA) == set(VISIBILITIES)


@pytest.mark.usefixtures("gallery")
def test_a_private_account_lists_nothing_for_strangers_the_moment_it_is_private() -> None:
    """Before any task has run: negative control, with `owner_private=False` Dina still sees one."""
    settings.set_private(ANA, private=True)
    assert seen(DINA) == set()
    assert seen(BEN) == {Visibility.PUBLIC, Visibility.FOLLOWERS}
    assert seen(ANA) == set(VISIBILITIES)


@pytest.mark.usefixtures("gallery")
def test_an_unknown_a_blocked_and_a_deactivated_user_have_one_answer_at_one_cost() -> None:
    graph.block(ANA, BEN, None)
    costs = []
    for viewer, user in ((BEN, ANA), (BEN, UserId("nobody"))):
        with meter.counting() as cost, pytest.raises(NotFound):
            profile_tab.videos_of(viewer, user, sort=Sort.RECENT, limit=5, cursor=None)
        costs.append((cost.reads, cost.rpcs))
    clients.db().document(f"users/{ANA}").update({"deactivated": True})
    with meter.counting() as cost, pytest.raises(NotFound):
        profile_tab.videos_of(DINA, ANA, sort=Sort.RECENT, limit=5, cursor=None)
    assert [*costs, (cost.reads, cost.rpcs)] == [(2, 1)] * 3


def test_what_is_not_published_is_not_listed() -> None:
    join(ANA)
    for status in ("processing", "hidden", "removed", "failed"):
        store.ref(worlds.video(ANA)).update({"status": status})
    assert list(pages(ANA)) == [[]]


@pytest.mark.parametrize("sort", Sort)
def test_pages_hold_every_video_once_in_order(sort: Sort) -> None:
    join(ANA, BEN)
    made = [worlds.video(ANA, minutes=number) for number in range(5)]
    views = {made[number]: number for number in (0, 1, 2, 3, 4)}
    for video_id, count in views.items():
        store.ref(video_id).update({"views": (count * 7) % 5})
    ordered = {
        Sort.RECENT: made[::-1],
        Sort.OLDEST: made,
        Sort.POPULAR: sorted(made, key=lambda one: -((views[one] * 7) % 5)),
    }[sort]
    found = list(pages(BEN, sort))
    assert [len(page) for page in found] == [2, 2, 1]
    assert [one for page in found for one in page] == ordered


def test_a_page_costs_its_videos_and_three_reads() -> None:
    join(ANA, BEN)
    for number in range(5):
        worlds.video(ANA, minutes=number)
    with meter.counting() as cost:
        profile_tab.videos_of(BEN, ANA, sort=Sort.RECENT, limit=3, cursor=None)
    assert (cost.reads, cost.writes) == (6, 0)


def test_a_cursor_does_not_go_on_for_somebody_else_or_after_seeing_less() -> None:
    join(ANA, BEN, CARL)
    graph.follow(BEN, ANA)
    for number in range(4):
        worlds.video(ANA, minutes=number)
    cursor = profile_tab.videos_of(BEN, ANA, sort=Sort.RECENT, limit=2, cursor=None).next_cursor
    graph.unfollow(BEN, ANA)
    for viewer in (BEN, CARL):
        with pytest.raises(InvalidRequest):
            profile_tab.videos_of(viewer, ANA, sort=Sort.RECENT, limit=2, cursor=cursor)


def test_what_is_not_for_ones_age_is_in_no_grid() -> None:
    """Negative control: without `for_age` in `_shown` the teen is listed both."""
    join(ANA, BEN)
    join_aged(Band.OLDER_TEEN, CARL)
    shown, grown = worlds.video(ANA), worlds.video(ANA)
    restriction.restrict(ANA, grown, 18)
    listed = {viewer: set(next(pages(viewer, limit=5))) for viewer in (ANA, BEN, CARL)}
    assert listed == {ANA: {shown, grown}, BEN: {shown, grown}, CARL: {shown}}
