"""Carrying a post to very many: counted exactly, cut anywhere, and taken back."""

from __future__ import annotations

import os

import pytest

from spaktok.core import clients, fan_out, meter, revocations
from spaktok.core.ids import UserId
from spaktok.feed import fan_out as carrying
from spaktok.feed import personal, recipes, service, sources, store, withdrawal
from spaktok.feed.model import Mode
from spaktok.graph import service as graph
from spaktok.users import shards
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import store as videos
from spaktok.videos.service import restriction
from tests.support.faults import Crash, Fault, at, injected
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.worlds import video

pytestmark = pytest.mark.usefixtures("no_backoff")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits of ten, looked at in every fifth inbox."""
    monkeypatch.setattr(fan_out, "WRITES_MAX", 10)
    monkeypatch.setattr(fan_out, "_PROBE", 5)


def followed(count: int, **more: object) -> list[str]:
    """Ana with so many followers."""
    join(ANA)
    crowd = [f"u{number:05}" for number in range(count)]
    shard = users.card_ref(ANA).collection("shards").document("0")
    shard.set({"followerIds": crowd, "followerCount": count, **more})
    return crowd


def holders(video_id: str) -> list[str]:
    return sorted(
        one.reference.parent.parent.id
        for one in store.holding(ANA).stream()
        if video_id in store.cards(one)
    )


COUNTS = (0, 1, 8, 9, 10, 11, 19, 20, 25)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.usefixtures("small")
def test_the_cost_is_exact_at_every_edge_of_a_commit(count: int) -> None:
    """In commits of ten: ⌈N/10,000⌉ + 1 reads, A + 2 writes, ⌈(A + 1)/10⌉ + 3 RPCs."""
    crowd = followed(count)
    video_id = video(ANA)
    with meter.counting() as cost:
        assert carrying.carry(ANA, video_id) == count
    assert (cost.reads, cost.writes) == (2, count + 2)
    assert cost.rpcs == -(-(count + 1) // 10) + 3
    assert holders(video_id) == crowd


@pytest.mark.parametrize("fault", [Fault.CRASH, Fault.CRASH_AFTER])
@pytest.mark.usefixtures("small")
def test_a_kill_at_any_rpc_loses_nobody_and_repeats_less_than_a_commit(fault: Fault) -> None:
    """Negative control: with `resume` answering 0, everything before the kill is written again."""
    crowd = followed(23)
    for index in range(7):
        video_id = video(ANA, minutes=index)
        with injected(at(index, fault)) as wire:
            try:
                carrying.carry(ANA, video_id)
                killed = False
            except Crash:
                killed = True
            wire.revive()
        before = len(holders(video_id))
        with meter.counting() as cost:
            again = carrying.carry(ANA, video_id, again=True)
        assert holders(video_id) == crowd
        if killed:
            assert again - (len(crowd) - before) in range(10)
        assert cost.writes <= len(crowd) - before + 10 + 2


@pytest.mark.usefixtures("small")
def test_what_is_brought_again_after_a_withdrawal_is_repeated_no_more_than_a_commit() -> None:
    """Negative control: without `again` in `withdrawVideo` all thirty are written anew."""
    crowd = followed(30)
    video_id = video(ANA)
    with injected(at(5, Fault.CRASH)) as wire:
        with pytest.raises(Crash):
            carrying.carry(ANA, video_id)
        wire.revive()
    before = len(holders(video_id))
    assert 10 <= before < 30
    queue = Queue()
    task = {"data": {"owner": ANA, "videoId": video_id, "nonce": "n"}}
    with meter.counting() as cost:
        assert queue.deliver("withdrawVideo", "task", task, retry=1) == 200
    assert holders(video_id) == crowd
    assert cost.writes <= 30 - before + 10 + 2


@pytest.mark.usefixtures("small")
def test_who_follows_and_leaves_between_a_kill_and_its_repeat_costs_nobody_else_the_card() -> None:
    crowd = followed(30)
    video_id = video(ANA)
    with injected(at(5, Fault.CRASH)) as wire:
        with pytest.raises(Crash):
            carrying.carry(ANA, video_id)
        wire.revive()
    shard = users.card_ref(ANA).collection("shards").document("0")
    left = {crowd[0], crowd[4], crowd[9], crowd[25]}
    stay = [one for one in crowd if one not in left]
    shard.update({"followerIds": ["u00000a", *stay, "u00028a"]})
    carrying.carry(ANA, video_id, again=True)
    assert set(stay) <= set(holders(video_id))


def test_who_has_not_looked_for_long_is_brought_nothing() -> None:
    crowd = followed(20, idleIds=[f"u{number:05}" for number in range(12)])
    video_id = video(ANA)
    assert carrying.carry(ANA, video_id) == 8
    assert holders(video_id) == crowd[12:]


def test_who_follows_ten_times_too_many_is_brought_about_a_tenth() -> None:
    crowd = followed(40, heavy={f"u{number:05}": 20_000 for number in range(40)})
    got = [carrying.carry(ANA, video(ANA, minutes=number)) for number in range(10)]
    assert 20 <= sum(got) <= 65
    assert len(crowd) == 40


def test_a_split_is_found_without_asking_the_card() -> None:
    crowd = followed(40)
    shards.spread(ANA, 1, 5)
    assert sorted(shards.crowd(ANA).ids) == crowd
    assert sorted(shards.crowd(ANA, 2).ids) == crowd
    with meter.counting() as cost:
        shards.crowd(ANA, 5)
    assert (cost.reads, cost.rpcs) == (5, 1)
    assert carrying.carry(ANA, video(ANA)) == 40


def test_ten_thousand_followers_lie_in_one_document() -> None:
    assert [shards.wanted(n, 0) for n in (1, 10_000, 10_001, 25_000, 10**6)] == [1, 1, 2, 3, 100]


def test_the_famous_are_looked_up_and_not_pushed(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    little = replace(recipes.delivery(), writes_per_second=1, deadline_s=2)
    monkeypatch.setattr(recipes, "delivery", lambda: little)
    join(ANA, BEN, CARL)
    fans = [UserId(f"fan{number}") for number in range(2)]
    join(*fans)
    for one in (BEN, *fans):
        graph.follow(one, ANA)
    queue.drain()
    first = video(ANA)
    assert carrying.carry(ANA, first) == 3, "pushed for the last time"
    queue.drain()
    second = video(ANA, minutes=1)
    with meter.counting() as cost:
        assert carrying.carry(ANA, second) == 0
    assert (cost.reads, cost.writes) == (2, 2)
    graph.follow(CARL, ANA)
    for one in (BEN, CARL):
        sources.forget()
        assert service.page(one, 20, None).videos[0].video_id == second
        found = personal.page(one, 20, None, Mode.FOR_YOU).videos
        assert {card.video_id for card in found} == {first, second}
    with meter.counting() as cost:
        service.page(BEN, 20, None)
    assert cost.reads == 3, "the outbox is kept for a while"
    graph.unfollow(BEN, ANA)
    assert service.page(BEN, 20, None).videos == []


def test_a_video_taken_back_while_it_is_carried_stays_in_no_inbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control: with the last commit's precondition removed, the cards stay."""
    followed(5)
    gone = video(ANA)
    push = fan_out.push

    def meanwhile(*args: object, **more: object) -> bool:
        videos.ref(gone).update({"status": "removed"})
        return push(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(fan_out, "push", meanwhile)
    carrying.carry(ANA, gone)
    assert holders(gone) == []
    assert gone not in store.cards(store.outbox_ref(ANA).get())


def test_counting_a_like_meanwhile_takes_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = followed(5)
    video_id = video(ANA)
    push = fan_out.push

    def meanwhile(*args: object, **more: object) -> bool:
        videos.ref(video_id).update({"likes": 7})
        return push(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(fan_out, "push", meanwhile)
    carrying.carry(ANA, video_id)
    assert holders(video_id) == crowd
    assert carrying.carry(ANA, video_id) == 0, "it is known as carried"


def test_a_raised_age_brings_the_card_anew_and_settles_the_revocation(queue: Queue) -> None:
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    video_id = video(ANA)
    carrying.carry(ANA, video_id)
    restriction.restrict(ANA, video_id, 18)
    queue.drain(times=2)
    card = store.cards(store.inbox_ref(BEN).get())[video_id]
    assert card["ageRestriction"] == 18
    entry = (revocations.refs()[0].get().to_dict() or {})["videos"][video_id]
    assert entry["done"]
    assert len(service.page(BEN, 20, None).videos) == 1


def test_a_narrower_visibility_leaves_the_card_with_friends_alone(queue: Queue) -> None:
    join(ANA, BEN, CARL)
    for one in (BEN, CARL):
        graph.follow(one, ANA)
    graph.follow(ANA, CARL)
    video_id = video(ANA)
    carrying.carry(ANA, video_id)
    from spaktok.videos.service import reach

    found = videos.decode(videos.ref(video_id).get())
    assert found is not None
    batch = clients.db().batch()
    task = reach.stage(batch, found, visibility=Visibility.FRIENDS)
    batch.update(videos.ref(video_id), {"visibility": Visibility.FRIENDS, "audienceEpoch": 1})
    batch.commit()
    assert task is not None
    for who in (BEN, CARL):
        assert service.page(who, 20, None).videos == [], "at once, for everyone"
    withdrawal.withdraw(ANA, video_id, task.payload["nonce"])
    carrying.carry(ANA, video_id)
    assert service.page(BEN, 20, None).videos == []
    assert [one.video_id for one in service.page(CARL, 20, None).videos] == [video_id]


@pytest.mark.skipif("SPAKTOK_LONG" not in os.environ, reason="a minute; set SPAKTOK_LONG=1")
@pytest.mark.parametrize("index", range(2, 26, 3))
def test_a_kill_among_ten_thousand_repeats_less_than_five_hundred_writes(index: int) -> None:
    crowd = followed(10_000)
    video_id = video(ANA)
    with injected(at(index, Fault.CRASH_AFTER)) as wire:
        with pytest.raises(Crash):
            carrying.carry(ANA, video_id)
        wire.revive()
    before = len(holders(video_id))
    again = carrying.carry(ANA, video_id, again=True)
    assert again - (len(crowd) - before) < 500
    assert len(holders(video_id)) == 10_000
