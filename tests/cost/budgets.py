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
    "create a profile": Budget(3, 5, 0, 3, 1),
    "read a profile": Budget(2, 0, 0, 1, 0),
    "change a username": Budget(3, 5, 1, 4, 2),
    "edit a profile": Budget(3, 2, 0, 3, 1),
    "choose an account type": Budget(1, 1, 0, 3, 1),
    "make an account of 20 videos private": Budget(23, 23, 1, 5, 2),
    "change a privacy setting": Budget(3, 1, 0, 3, 1),
    "ask for a photo upload": Budget(1, 2, 0, 3, 1),
    "give a role": Budget(3, 4, 1, 5, 2),
    # safety
    "set a birth date": Budget(2, 2, 0, 3, 1),
    "note an age signal": Budget(1, 2, 0, 3, 1),
    "choose a content filter": Budget(2, 1, 0, 4, 1),
    "ask for verification of age": Budget(1, 2, 0, 3, 1),
    # graph
    "follow, with a backfill of 50": Budget(4, 4, 0, 4, 1),
    "follow again": Budget(2, 0, 0, 3, 0),
    "unfollow": Budget(3, 3, 1, 4, 1),
    "block": Budget(2, 5, 1, 4, 2),
    "unblock": Budget(1, 3, 1, 3, 1),
    "end the follows of a block, both ways": Budget(10, 4, 8, 8, 1),
    "count whom one follows (1,000)": Budget(2, 1, 0, 3, 1),
    "ask to follow": Budget(2, 2, 0, 3, 1),
    "accept a follow request": Budget(5, 3, 1, 5, 1),
    "reject a follow request": Budget(1, 1, 1, 3, 1),
    "cancel a follow request": Budget(1, 1, 1, 3, 1),
    "remove a follower": Budget(4, 2, 1, 5, 1),
    "ring the bell of someone followed": Budget(2, 1, 0, 3, 1),
    "ask to be friends": Budget(2, 2, 0, 3, 1),
    "accept a friend request": Budget(7, 5, 4, 6, 1),
    "decline a friend request": Budget(1, 1, 1, 3, 1),
    "end a friendship": Budget(5, 3, 2, 5, 1),
    "add a close friend": Budget(2, 2, 0, 3, 1),
    "remove a close friend": Budget(1, 1, 1, 3, 1),
    "mute": Budget(2, 3, 0, 3, 1),
    "unmute": Budget(1, 2, 1, 3, 1),
    "list 20 followers": Budget(44, 0, 0, 4, 0),
    "list 20 follow requests": Budget(42, 0, 0, 3, 0),
    "list 20 friends": Budget(42, 0, 0, 3, 0),
    "list 20 friend requests received": Budget(44, 0, 0, 5, 0),
    "list 20 close friends": Budget(42, 0, 0, 3, 0),
    "list 20 muted users": Budget(42, 0, 0, 3, 0),
    "list 20 blocked users": Budget(41, 0, 0, 2, 0),
    "suggest users, from 10 who follow 10 each": Budget(169, 0, 0, 26, 0),
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
    "list 20 videos of a profile": Budget(23, 0, 0, 2, 0),
    "restrict a video to 16": Budget(1, 1, 0, 3, 1),
    # feed
    "read a page of 20 of a feed of 200": Budget(2, 0, 0, 1, 0),
    "start a fan-out": Budget(3, 1, 0, 5, 1),
    "fan out to 1,000 followers": Budget(4, 1_003, 0, 7, 3),
    "trim an inbox": Budget(1, 1, 0, 3, 1),
    # notifications
    "deliver a notification": Budget(9, 1, 0, 6, 1),
    "settle the likes of a window": Budget(11, 1, 0, 8, 1),
    "list 20 notifications": Budget(25, 0, 0, 4, 0),
    "mark a notification as read": Budget(1, 1, 0, 2, 1),
    # verification
    "ask for a verification, and be refused": Budget(7, 0, 0, 8, 0),
    # progress
    "record a profile view": Budget(2, 2, 0, 2, 1),
    "record a profile view again": Budget(2, 2, 0, 2, 1),
    "read 28 days of analytics": Budget(28, 0, 0, 1, 0),
    "read another's achievements": Budget(3, 0, 0, 2, 0),
    # search
    "search users, a page of 20": Budget(21, 0, 0, 2, 0),
    "index a user": Budget(6, 1, 0, 3, 1),
    # premium
    "give a premium slot": Budget(5, 8, 2, 5, 2),
    "take a premium slot": Budget(5, 8, 1, 5, 2),
    "change the premium settings": Budget(2, 3, 0, 4, 1),
    "ask for the share of a receiver's gifts": Budget(2, 0, 0, 1, 0),
    "read one's premium status, waiting": Budget(4, 0, 0, 2, 0),
    "wait for a premium slot": Budget(4, 1, 0, 5, 1),
    "read the ledger of premium slots, 2 tenures": Budget(3, 0, 0, 2, 0),
    "read the premium settings, 1 holder and 1 who waits": Budget(3, 0, 0, 3, 0),
    # gifts
    "read the catalogue of gifts": Budget(1, 0, 0, 1, 0),
    "read the catalogue of gifts again": Budget(0, 0, 0, 0, 0),
    "change a gift": Budget(2, 4, 0, 4, 1),
    "read a board of 20": Budget(22, 0, 0, 2, 0),
    # accounts
    "register a second session": Budget(2, 1, 0, 4, 1),
    "register a session again": Budget(1, 0, 0, 1, 0),
    "list 2 sessions": Budget(2, 0, 0, 1, 0),
    "revoke a session": Budget(2, 1, 1, 4, 1),
    "revoke all of 2 sessions": Budget(2, 2, 3, 4, 2),
    "deactivate an account of 20 videos": Budget(22, 23, 1, 5, 2),
    "reactivate an account of 20 videos": Budget(22, 23, 1, 5, 2),
    "ask for an export": Budget(1, 2, 1, 4, 2),
    "ask to be erased": Budget(3, 4, 1, 5, 2),
    # upkeep
    "roll up a counter of one shard": Budget(2, 1, 0, 3, 1),
    "sweep an empty outbox": Budget(1, 0, 0, 1, 0),
    # wallet
    "spend coins on a gift": Budget(1, 2, 0, 3, 1),
    "spend coins again under the same key": Budget(3, 0, 0, 7, 0),
    "spend coins one does not have": Budget(2, 0, 0, 4, 0),
    "read a balance": Budget(1, 0, 0, 1, 0),
    "read a page of 20 transactions": Budget(21, 0, 0, 1, 0),
    "credit a purchase": Budget(1, 3, 0, 3, 1),
    "grant promotional coins": Budget(1, 2, 0, 3, 1),
    "refund a purchase that was spent": Budget(2, 4, 1, 5, 2),
    "reserve earnings for a withdrawal": Budget(1, 2, 0, 3, 1),
    "take a gift back": Budget(3, 3, 0, 5, 1),
    # A read a gift: with the write at its commit, a gift is 8.0 units (a write is three).
    "share out a second of 100 gifts": Budget(101, 2, 0, 3, 1),
    "sweep the income of a second": Budget(2, 2, 1, 4, 1),
    "sweep where nothing came": Budget(1, 0, 0, 1, 0),
    "reverse the gifts of a refunded purchase": Budget(5, 1, 0, 6, 1),
    "approve a correction": Budget(4, 5, 0, 6, 1),
    "audit a wallet of 10 new entries": Budget(12, 1, 0, 3, 1),
    "audit a minute without gifts": Budget(20, 0, 0, 20, 0),
}
