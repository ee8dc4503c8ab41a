"""Who is on a list, and who may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spaktok.core import clients, meter
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest, NotFound
from spaktok.graph import lists, service
from spaktok.graph.refusals import AccountPrivate
from spaktok.users import settings
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.time import TestClock

CROWD = [UserId(f"fan{number}") for number in range(6)]


def followers(viewer: UserId, uid: UserId) -> list[str]:
    return [one.user_id for one in lists.followers(viewer, uid, 20, None).followers]


def following(viewer: UserId, uid: UserId) -> list[str]:
    return [one.user_id for one in lists.following(viewer, uid, 20, None).following]


def crowd(time: TestClock) -> None:
    join(ANA, BEN, *CROWD)
    for fan in CROWD:
        service.follow(fan, ANA)
        time.at += timedelta(seconds=1)


def test_everyone_may_see_who_follows_a_public_account_newest_first(time: TestClock) -> None:
    crowd(time)
    assert followers(BEN, ANA) == CROWD[::-1]
    assert following(BEN, CROWD[0]) == [ANA]


def test_pages_show_everyone_once(time: TestClock) -> None:
    crowd(time)
    seen: list[str] = []
    cursor = None
    while True:
        page = lists.followers(BEN, ANA, 4, cursor)
        seen += [one.user_id for one in page.followers]
        cursor = page.next_cursor
        assert page.has_more == (cursor is not None)
        if cursor is None:
            break
    assert seen == CROWD[::-1]


def test_a_cursor_is_of_one_list_and_one_viewer(time: TestClock) -> None:
    crowd(time)
    cursor = lists.followers(BEN, ANA, 2, None).next_cursor
    for viewer, uid in ((ANA, ANA), (BEN, BEN)):
        with pytest.raises(InvalidRequest, match="cursor"):
            lists.followers(viewer, uid, 2, cursor)
    with pytest.raises(InvalidRequest, match="cursor"):
        lists.following(BEN, ANA, 2, cursor)


def test_a_private_accounts_lists_are_for_its_followers_and_itself(
    time: TestClock, queue: Queue
) -> None:
    """Negative control: without `_enter`, Ben reads both lists."""
    crowd(time)
    service.follow(ANA, CROWD[1])
    settings.set_private(ANA, private=True)
    service.follow(BEN, ANA)
    for read in (followers, following):
        with pytest.raises(AccountPrivate):
            read(BEN, ANA)
        assert read(ANA, ANA) == read(CROWD[0], ANA)


def test_whoever_blocks_the_viewer_is_on_no_list_and_the_page_is_as_full_as_without_them(
    time: TestClock,
) -> None:
    """Negative control: without the mask in `_page`, the blocker is on the list; without filling up,
    the first page is one short and tells that somebody is hidden there."""
    crowd(time)
    service.block(CROWD[5], BEN, None)
    service.block(BEN, CROWD[2], None)
    page = lists.followers(BEN, ANA, 3, None)
    assert [one.user_id for one in page.followers] == [CROWD[4], CROWD[3], CROWD[1]]
    assert followers(CROWD[0], ANA) == CROWD[::-1]


@pytest.mark.parametrize("gone", ["deactivated", "erased"])
def test_whoever_is_gone_is_on_no_list(gone: str, time: TestClock) -> None:
    crowd(time)
    service.follow(BEN, CROWD[3])
    service.block(BEN, CROWD[0], None)
    for fan in (CROWD[3], CROWD[0]):
        card = clients.db().document(f"users/{fan}")
        card.delete() if gone == "erased" else card.update({"deactivated": True})
    assert CROWD[3] not in followers(BEN, ANA)
    assert following(BEN, BEN) == []
    assert lists.blocked(BEN, 20, None).blocked_users == []


def test_the_lists_of_whoever_is_not_there_are_not_there() -> None:
    join(ANA, BEN, CARL)
    service.block(BEN, ANA, None)
    clients.db().document(f"users/{CARL}").update({"deactivated": True})
    costs = set()
    for other in (BEN, CARL, DINA):
        with meter.counting() as cost, pytest.raises(NotFound):
            lists.followers(ANA, other, 20, None)
        costs.add((cost.reads, cost.rpcs))
    assert costs == {(2, 1)}


def test_whom_one_blocks_is_listed_even_if_they_block_too(queue: Queue) -> None:
    """Else the list would tell who blocks back."""
    join(ANA, BEN, CARL)
    service.block(ANA, BEN, "rude")
    clients.db().document(f"relations/{ANA}_{BEN}").set({"blocks": {BEN: 0}}, merge=True)
    assert [one.user_id for one in lists.blocked(ANA, 20, None).blocked_users] == [BEN]
    assert lists.blocked(CARL, 20, None).blocked_users == []


def test_when_somebody_was_followed_is_for_the_lists_owner(time: TestClock) -> None:
    crowd(time)
    assert all(one.since is None for one in lists.followers(BEN, ANA, 20, None).followers)
    assert all(one.since is not None for one in lists.followers(ANA, ANA, 20, None).followers)


def test_a_page_costs_two_reads_a_person_and_four(time: TestClock) -> None:
    crowd(time)
    with meter.counting() as cost:
        lists.followers(BEN, ANA, 5, None)
    assert (cost.reads, cost.rpcs) == (2 + 1 + 6 + 5, 4)
