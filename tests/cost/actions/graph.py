"""Actions of graph."""

from __future__ import annotations

from spaktok.core import clock
from spaktok.core.ids import UserId
from spaktok.feed import store as inboxes
from spaktok.graph import asking, circles, counting, friends, lists, severing, suggestions
from spaktok.graph import service as graph
from spaktok.graph import store as edges
from spaktok.graph.model import Tie
from spaktok.users import settings
from tests.cost.actions.scene import Action, action, cards, write_all
from tests.support.people import ANA, BEN, join


def _private() -> None:
    """Ben's account is private, and Ana asked to follow him."""
    join(ANA, BEN)
    settings.set_private(BEN, private=True)
    graph.follow(ANA, BEN)


def _friends() -> None:
    join(ANA, BEN)
    graph.follow(ANA, BEN)
    graph.follow(BEN, ANA)


def _crowd(count: int) -> list[UserId]:
    crowd = [UserId(f"fan{number}") for number in range(count)]
    join(ANA, *crowd)
    return crowd


@action("follow, with a backfill of 50")
def _() -> Action:
    join(ANA, BEN)
    inboxes.outbox_ref(BEN).set({"cards": cards(BEN, 50)})
    return lambda: graph.follow(ANA, BEN)


@action("follow again")
def _() -> Action:
    join(ANA, BEN)
    graph.follow(ANA, BEN)
    return lambda: graph.follow(ANA, BEN)


@action("unfollow")
def _() -> Action:
    join(ANA, BEN)
    inboxes.outbox_ref(BEN).set({"cards": cards(BEN, 50)})
    graph.follow(ANA, BEN)
    return lambda: graph.unfollow(ANA, BEN)


@action("block")
def _() -> Action:
    join(ANA, BEN)
    graph.follow(ANA, BEN)
    graph.follow(BEN, ANA)
    return lambda: graph.block(ANA, BEN, "spam")


@action("unblock")
def _() -> Action:
    join(ANA, BEN)
    graph.block(ANA, BEN, None)
    return lambda: graph.unblock(ANA, BEN)


@action("end the follows of a block, both ways")
def _() -> Action:
    join(ANA, BEN)
    for one, other in ((ANA, BEN), (BEN, ANA)):
        inboxes.outbox_ref(other).set({"cards": cards(other, 5)})
        graph.follow(one, other)
    graph.block(ANA, BEN, None)
    both = [Tie.FOLLOW]
    return lambda: severing.sever(ANA, BEN, both, both)


@action("end the nothing that a block of a stranger ends")
def _() -> Action:
    join(ANA, BEN)
    graph.block(ANA, BEN, None)
    return lambda: severing.sever(ANA, BEN, [], [])


@action("count whom one follows (1,000)")
def _() -> Action:
    join(ANA)
    at = clock.now()
    write_all(
        {edges.edge_ref(ANA, f"u{n}"): edges.new_edge(ANA, f"u{n}", at) for n in range(1_000)}
    )
    return lambda: counting.count_following(ANA)


@action("ask to follow")
def _() -> Action:
    join(ANA, BEN)
    settings.set_private(BEN, private=True)
    return lambda: graph.follow(ANA, BEN)


@action("accept a follow request")
def _() -> Action:
    _private()
    return lambda: asking.accept(BEN, ANA)


@action("reject a follow request")
def _() -> Action:
    _private()
    return lambda: asking.reject(BEN, ANA)


@action("cancel a follow request")
def _() -> Action:
    _private()
    return lambda: asking.cancel(ANA, BEN)


@action("remove a follower")
def _() -> Action:
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    return lambda: graph.remove_follower(ANA, BEN)


@action("ring the bell of someone followed")
def _() -> Action:
    join(ANA, BEN)
    graph.follow(ANA, BEN)
    return lambda: graph.set_bell(ANA, BEN, enabled=True)


@action("ask to be friends")
def _() -> Action:
    join(ANA, BEN)
    return lambda: friends.send(ANA, BEN)


@action("accept a friend request")
def _() -> Action:
    join(ANA, BEN)
    request = friends.send(ANA, BEN).request_id
    assert request is not None
    return lambda: friends.accept(BEN, request)


@action("decline a friend request")
def _() -> Action:
    join(ANA, BEN)
    request = friends.send(ANA, BEN).request_id
    assert request is not None
    return lambda: friends.decline(BEN, request)


@action("end a friendship")
def _() -> Action:
    _friends()
    return lambda: friends.remove(ANA, BEN)


@action("add a close friend")
def _() -> Action:
    join(ANA, BEN)
    return lambda: circles.add_close_friend(ANA, BEN)


@action("remove a close friend")
def _() -> Action:
    join(ANA, BEN)
    circles.add_close_friend(ANA, BEN)
    return lambda: circles.remove_close_friend(ANA, BEN)


@action("mute")
def _() -> Action:
    join(ANA, BEN)
    return lambda: circles.mute(ANA, BEN, 24)


@action("unmute")
def _() -> Action:
    join(ANA, BEN)
    circles.mute(ANA, BEN, None)
    return lambda: circles.unmute(ANA, BEN)


@action("list 20 followers")
def _() -> Action:
    for one in _crowd(21):
        graph.follow(one, ANA)
    return lambda: lists.followers(ANA, ANA, 20, None)


@action("list 20 follow requests")
def _() -> Action:
    crowd = _crowd(21)
    settings.set_private(ANA, private=True)
    for one in crowd:
        graph.follow(one, ANA)
    return lambda: lists.requests(ANA, 20, None)


@action("list 20 friends")
def _() -> Action:
    for one in _crowd(21):
        graph.follow(one, ANA)
        graph.follow(ANA, one)
    return lambda: lists.friends(ANA, 20, None)


@action("list 20 friend requests received")
def _() -> Action:
    for one in _crowd(21):
        friends.send(one, ANA)
    return lambda: lists.friend_requests(ANA, 20, None, None)


@action("list 20 close friends")
def _() -> Action:
    for one in _crowd(21):
        circles.add_close_friend(ANA, one)
    return lambda: lists.close_friends(ANA, 20, None)


@action("list 20 muted users")
def _() -> Action:
    for one in _crowd(21):
        circles.mute(ANA, one, None)
    return lambda: lists.muted(ANA, 20, None)


@action("list 20 blocked users")
def _() -> Action:
    for one in _crowd(21):
        graph.block(ANA, one, None)
    return lambda: lists.blocked(ANA, 20, None)


@action("suggest users, from 10 who follow 10 each")
def _() -> Action:
    crowd = _crowd(22)
    for number, one in enumerate(crowd[:10]):
        graph.follow(ANA, one)
        for other in range(10):
            graph.follow(one, crowd[10 + (number + other) % 12])
    return lambda: suggestions.suggest(ANA, 20)
