"""What every action may cost: the most it may read, write, delete and call, and to one document.

A read is one document, found or missing; an empty query is one. `hottest` is the most writes that any
single document takes. Costs are those of the use case; a sensitive call adds one read at the edge, for
the caller's standing. A figure goes down freely, and up only with a reason in the commit.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """The most that an action may take."""

    reads: int
    writes: int
    deletes: int
    rpcs: int
    hottest: int


BUDGETS: dict[str, Budget] = {
    # users
    "check a username": Budget(1, 0, 0, 1, 0),
    "create a profile": Budget(2, 4, 0, 3, 1),
    "read a profile": Budget(2, 0, 0, 1, 0),
    # graph
    "follow, with a backfill of 50": Budget(3, 4, 0, 4, 1),
    "follow again": Budget(2, 0, 0, 3, 0),
    "unfollow": Budget(3, 3, 1, 4, 1),
    "block": Budget(2, 5, 1, 4, 2),
    "unblock": Budget(1, 3, 1, 3, 1),
    "end the follows of a block, both ways": Budget(6, 4, 2, 6, 1),
    "count whom one follows (1,000)": Budget(1, 1, 0, 2, 1),
    # videos
    "ask for an upload": Budget(1, 2, 0, 3, 1),
    "ask for an upload, with a key": Budget(2, 3, 0, 4, 1),
    "note that an upload arrived": Budget(1, 3, 1, 4, 2),
    "read a video": Budget(2, 0, 0, 1, 0),
    "read one's own video": Budget(1, 0, 0, 1, 0),
    "like": Budget(2, 2, 0, 2, 1),
    "unlike": Budget(2, 1, 1, 2, 1),
    "comment": Budget(2, 2, 0, 2, 1),
    "list 20 comments of 5 authors": Budget(28, 0, 0, 3, 0),
    # feed
    "read a page of 20 of a feed of 200": Budget(2, 0, 0, 1, 0),
    "start a fan-out": Budget(3, 1, 0, 5, 1),
    "fan out to 1,000 followers": Budget(3, 1_003, 0, 6, 3),
    "trim an inbox": Budget(1, 1, 0, 3, 1),
    # notifications
    "deliver a notification": Budget(9, 1, 0, 6, 1),
    "settle the likes of a window": Budget(11, 1, 0, 8, 1),
    "list 20 notifications": Budget(25, 0, 0, 4, 0),
    "mark a notification as read": Budget(1, 1, 0, 2, 1),
    # upkeep
    "roll up a counter of one shard": Budget(2, 1, 0, 3, 1),
    "sweep an empty outbox": Budget(1, 0, 0, 1, 0),
}
