"""What arrives in a feed, and what leaves it."""

from __future__ import annotations

import pytest

from spaktok.core import clients, meter
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest
from spaktok.feed import fan_out, service, store
from spaktok.feed.model import INBOX_MAX
from spaktok.graph import circles
from spaktok.graph import service as graph
from spaktok.users import service as users
from spaktok.users import shards
from spaktok.users.relation import Visibility
from spaktok.videos import store as videos
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.worlds import video


def published(
    owner: UserId, queue: Queue, visibility: Visibility = Visibility.PUBLIC, **more: int
) -> str:
    """A video that went out to the followers."""
    video_id = video(owner, visibility, **more)
    fan_out.carry(owner, video_id)
    queue.drain(times=2)
    return video_id


def feed(uid: UserId) -> list[str]:
    return [card.video_id for card in service.page(uid, 50, None).videos]


def test_followers_get_the_card_and_strangers_do_not(queue: Queue) -> None:
    join(ANA, BEN, CARL)
    graph.follow(BEN, ANA)
    shown = published(ANA, queue)
    assert feed(BEN) == [shown]
    assert feed(CARL) == []


def test_a_new_follower_is_given_what_was_published_before(queue: Queue) -> None:
    join(ANA, BEN)
    older, newer = published(ANA, queue), published(ANA, queue, minutes=1)
    graph.follow(BEN, ANA)
    assert feed(BEN) == [newer, older]


def test_unfollowing_takes_the_authors_cards_away(queue: Queue) -> None:
    join(ANA, BEN, CARL)
    graph.follow(BEN, ANA)
    graph.follow(BEN, CARL)
    published(ANA, queue)
    kept = published(CARL, queue)
    graph.unfollow(BEN, ANA)
    assert feed(BEN) == [kept]


def test_a_block_empties_the_feed_at_once_before_any_task_has_run(queue: Queue) -> None:
    """Negative control: without `feed.hide_user` in `block`, the card is still on the page."""
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    published(ANA, queue)
    graph.block(ANA, BEN, None)
    assert feed(BEN) == []
    queue.drain()
    graph.unblock(ANA, BEN)
    assert feed(BEN) == [], "the follow ended, and its cards with it"


@pytest.mark.parametrize(
    ("visibility", "reached"),
    [
        (Visibility.PUBLIC, {BEN, CARL}),
        (Visibility.FOLLOWERS, {BEN, CARL}),
        (Visibility.FRIENDS, {CARL}),
        (Visibility.CLOSE_FRIENDS, {BEN}),
        (Visibility.PRIVATE, set()),
    ],
)
def test_only_those_a_video_is_for_get_its_card(
    visibility: Visibility, reached: set[UserId], queue: Queue
) -> None:
    """Ben is on Ana's list of close friends, Carl is a friend, Dina a stranger.

    Negative control: without `_narrowed` in `_reached` each follower has each card but the private.
    """
    join(ANA, BEN, CARL, DINA)
    graph.follow(BEN, ANA)
    graph.follow(CARL, ANA)
    graph.follow(ANA, CARL)
    circles.add_close_friend(ANA, BEN)
    published(ANA, queue, visibility)
    brought = {uid for uid in (BEN, CARL, DINA) if store.cards(store.inbox_ref(uid).get())}
    assert brought == {uid for uid in (BEN, CARL, DINA) if feed(uid)} == reached


def test_a_follow_after_publishing_gives_no_card_that_is_not_for_every_follower(
    queue: Queue,
) -> None:
    join(ANA, BEN)
    for visibility in (Visibility.FRIENDS, Visibility.CLOSE_FRIENDS, Visibility.PRIVATE):
        published(ANA, queue, visibility)
    graph.follow(BEN, ANA)
    assert feed(BEN) == []


def test_a_video_that_is_gone_before_the_task_runs_is_not_carried(queue: Queue) -> None:
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    gone = video(ANA)
    videos.ref(gone).update({"status": "removed"})
    assert fan_out.carry(ANA, gone) == 0
    assert feed(BEN) == []


def test_a_page_is_three_reads_and_one_rpc_whatever_it_holds(queue: Queue) -> None:
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    for number in range(5):
        published(ANA, queue, minutes=number)
    for spent in ((4, 3, 2), (3, 1, 0)):  # the first time that day it says that Ben looks
        with meter.counting() as cost:
            first = service.page(BEN, 3, None)
        assert (cost.reads, cost.rpcs, cost.writes) == spent
    second = service.page(BEN, 3, first.next_cursor)
    together = [card.video_id for card in [*first.videos, *second.videos]]
    assert len(set(together)) == 5
    assert not second.has_more


def test_a_cursor_of_somebody_elses_feed_is_refused(queue: Queue) -> None:
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    for number in range(3):
        published(ANA, queue, minutes=number)
    cursor = service.page(BEN, 1, None).next_cursor
    with pytest.raises(InvalidRequest, match="cursor"):
        service.page(ANA, 1, cursor)


def test_an_inbox_that_grew_too_long_is_trimmed_to_its_newest(queue: Queue) -> None:
    join(ANA, BEN)
    shown = video(ANA)
    stored = videos.decode(videos.ref(shown).get())
    assert stored is not None
    card = fan_out.encode_card(stored)
    cards = {f"{number:020}-ana": card for number in range(INBOX_MAX + 60)}
    store.inbox_ref(BEN).set({"cards": cards})
    service.page(BEN, 20, None)
    assert queue.names() == ["trimInbox"]
    queue.drain()
    kept = store.cards(store.inbox_ref(BEN).get())
    assert len(kept) == INBOX_MAX
    assert min(kept) == f"{60:020}-ana"


def test_one_full_inbox_does_not_keep_the_card_from_the_others(queue: Queue) -> None:
    join(ANA, BEN, CARL, DINA)
    for follower in (BEN, CARL, DINA):
        graph.follow(follower, ANA)
    store.inbox_ref(CARL).set({"cards": {}, "ballast": "x" * (2**20 - 400)})
    shown = published(ANA, queue)
    assert [feed(uid) for uid in (BEN, CARL, DINA)] == [[shown]] * 3


def test_splitting_shards_loses_nobody_and_the_next_video_reaches_all(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [UserId(f"user{number}") for number in range(8)]
    join(ANA, *crowd)
    for follower in crowd:
        graph.follow(follower, ANA)
    monkeypatch.setattr(shards, "SPLIT_AT", 2)
    for number in range(4):
        published(ANA, queue, minutes=number)
    parts = list(clients.db().collection(f"users/{ANA}/shards").stream())
    assert len(parts) > 2
    held = [uid for part in parts for uid in (part.to_dict() or {}).get("followerIds", [])]
    assert sorted(held) == sorted(crowd)
    assert sum((part.to_dict() or {}).get("followerCount", 0) for part in parts) == 8
    assert all(len(feed(follower)) == 4 for follower in crowd)
    graph.unfollow(crowd[0], ANA)
    queue.drain()
    assert users.get_profile(ANA, ANA).follower_count == 7
