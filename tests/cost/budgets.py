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
    "make an account of 20 videos private": Budget(23, 24, 1, 5, 2),
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
    "unfollow": Budget(3, 4, 1, 4, 1),
    "block": Budget(2, 7, 1, 4, 2),
    "unblock": Budget(1, 3, 1, 3, 1),
    "end the follows of a block, both ways": Budget(10, 6, 2, 8, 1),
    "end the nothing that a block of a stranger ends": Budget(4, 0, 0, 8, 0),
    "count whom one follows (1,000)": Budget(2, 1, 0, 3, 1),
    "ask to follow": Budget(2, 2, 0, 3, 1),
    "accept a follow request": Budget(5, 4, 1, 5, 1),
    "reject a follow request": Budget(1, 1, 1, 3, 1),
    "cancel a follow request": Budget(1, 1, 1, 3, 1),
    "remove a follower": Budget(4, 4, 1, 5, 1),
    "ring the bell of someone followed": Budget(2, 1, 0, 3, 1),
    "ask to be friends": Budget(2, 2, 0, 3, 1),
    "accept a friend request": Budget(7, 7, 4, 6, 1),
    "decline a friend request": Budget(1, 1, 1, 3, 1),
    "end a friendship": Budget(5, 7, 2, 5, 1),
    "add a close friend": Budget(2, 2, 0, 3, 1),
    "remove a close friend": Budget(1, 2, 1, 3, 1),
    "mute": Budget(2, 4, 0, 3, 1),
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
    "list 20 videos of a profile": Budget(23, 0, 0, 2, 0),
    "restrict a video to 16": Budget(1, 3, 1, 4, 2),
    # engagement
    "comment": Budget(2, 2, 0, 2, 1),
    "comment first under a video": Budget(7, 3, 0, 6, 1),
    "answer a comment": Budget(5, 3, 0, 5, 1),
    "edit a comment": Budget(4, 1, 0, 5, 1),
    "delete a comment": Budget(2, 3, 1, 5, 2),
    "delete the 10 answers to a comment": Budget(15, 11, 0, 10, 1),
    "pin a comment": Budget(2, 1, 0, 4, 1),
    "like a comment": Budget(4, 2, 0, 4, 1),
    "unlike a comment": Budget(4, 1, 1, 4, 1),
    "change the comment filters": Budget(1, 2, 1, 4, 2),
    "let a held comment stand": Budget(2, 2, 0, 4, 1),
    "list 20 comments of 6 authors": Budget(29, 0, 0, 3, 0),
    "list 20 answers of 5 authors": Budget(30, 0, 0, 5, 0),
    "share": Budget(2, 2, 0, 2, 1),
    "save": Budget(2, 2, 0, 2, 1),
    "unsave": Budget(2, 1, 1, 2, 1),
    "list 20 saved videos of 5 owners": Budget(46, 0, 0, 3, 0),
    # feed
    "open the feed: make a slate of 100, read 20": Budget(9, 2, 0, 2, 1),
    "open the feed, the pools at hand": Budget(7, 2, 0, 2, 1),
    "read the feed's second page of 20": Budget(2, 1, 0, 2, 1),
    "read a page of 20 of the feed": Budget(2, 0, 0, 1, 0),
    "read the feed's fifth page of 20": Budget(2, 0, 0, 1, 0),
    "read 50 cards of the feed, the last of a slate of 100": Budget(2, 0, 0, 1, 0),
    "read a page of 20 of 200 followed": Budget(3, 0, 0, 1, 0),
    "publish to 1,000 followers": Budget(2, 1_002, 0, 6, 1),
    "publish to 1,000 followers of whom 400 are active": Budget(2, 402, 0, 4, 1),
    "publish to 10,000 followers": Budget(2, 10_002, 0, 24, 1),
    "publish as someone too famous to push": Budget(2, 2, 0, 4, 1),
    "publish what was carried already": Budget(1, 0, 0, 1, 0),
    "take a video back from 20 feeds": Budget(20, 21, 0, 3, 1),
    "trim an inbox": Budget(1, 1, 0, 3, 1),
    "make the pool of 10 new videos": Budget(20, 1, 0, 3, 1),
    "mark a video as not interesting": Budget(1, 2, 0, 3, 1),
    "want less of a hashtag": Budget(1, 2, 0, 3, 1),
    "reset the feed": Budget(1, 2, 1, 3, 1),
    # notifications
    "deliver a notification": Budget(9, 1, 0, 6, 1),
    "settle the likes of a window": Budget(11, 1, 0, 8, 1),
    "list 20 notifications": Budget(25, 0, 0, 4, 0),
    "mark a notification as read": Budget(1, 1, 0, 2, 1),
    "mark 20 notifications as read": Budget(20, 20, 0, 2, 1),
    "delete a notification": Budget(1, 1, 0, 2, 1),
    "say why a notification came": Budget(5, 0, 0, 2, 0),
    "retune a notification": Budget(4, 1, 0, 5, 1),
    "read notification settings": Budget(2, 0, 0, 1, 0),
    "change notification settings": Budget(3, 1, 0, 4, 1),
    "like a video whose likes wait to be told": Budget(2, 2, 0, 2, 1),
    "push a notification to a phone": Budget(3, 1, 0, 3, 1),
    "tell a morning's digest of 20": Budget(27, 1, 0, 6, 1),
    "tell 200 followers": Budget(1_202, 201, 0, 205, 1),
    "tell 200 followers with a phone each": Budget(1_402, 202, 0, 206, 1),
    "tell 200 followers again in the window": Budget(5, 0, 0, 4, 0),
    "register a phone": Budget(4, 2, 0, 6, 1),
    "register a phone again": Budget(1, 0, 0, 1, 0),
    "sign a phone out": Budget(1, 0, 2, 3, 1),
    "open a link to a video": Budget(2, 0, 0, 1, 0),
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
    "search videos, a page of 20": Budget(39, 0, 0, 3, 0),
    "search hashtags, a page of 20": Budget(20, 0, 0, 1, 0),
    "index a video": Budget(4, 1, 0, 3, 1),
    # views
    "report 50 plays": Budget(0, 1, 0, 1, 1),
    "count 3 reports of 2 videos": Budget(10, 14, 0, 12, 2),
    "read the analytics of a video": Budget(2, 0, 0, 1, 0),
    # discovery
    "read a page of 20 that trend": Budget(22, 0, 0, 2, 0),
    "read the hashtags that trend": Budget(1, 0, 0, 1, 0),
    "read a page of 20 of a hashtag": Budget(23, 0, 0, 2, 0),
    "hold what trends": Budget(3, 3, 0, 4, 1),
    # coins
    "read the packages of coins": Budget(6, 0, 0, 1, 0),
    "read the packages of coins again": Budget(0, 0, 0, 0, 0),
    "start buying coins, the second time that day": Budget(6, 3, 0, 6, 2),
    "credit bought coins": Budget(6, 5, 0, 7, 1),
    "hear of a payment again": Budget(1, 0, 0, 1, 0),
    "confirm a purchase that is credited": Budget(1, 0, 0, 1, 0),
    "refund a purchase": Budget(20, 16, 1, 20, 3),
    "change a package of coins": Budget(2, 4, 0, 4, 1),
    # premium
    "give a premium slot": Budget(5, 8, 2, 5, 2),
    "take a premium slot": Budget(5, 8, 1, 5, 2),
    "change the premium settings": Budget(2, 3, 0, 4, 1),
    "ask for the share of a receiver's gifts": Budget(2, 0, 0, 1, 0),
    "read one's premium status, waiting": Budget(4, 0, 0, 2, 0),
    "wait for a premium slot": Budget(4, 1, 0, 5, 1),
    "read the ledger of premium slots, 2 tenures": Budget(3, 0, 0, 2, 0),
    "read the premium settings, 1 holder and 1 who waits": Budget(3, 0, 0, 3, 0),
    # payouts
    "link a payout method": Budget(2, 2, 0, 4, 1),
    "list payout methods": Budget(2, 0, 0, 2, 0),
    "ask for a withdrawal": Budget(4, 4, 0, 6, 1),
    "take a withdrawal back": Budget(2, 3, 0, 4, 1),
    "approve a withdrawal": Budget(3, 4, 1, 6, 2),
    "reject a withdrawal": Budget(4, 5, 0, 6, 1),
    "send a withdrawal and settle it": Budget(10, 4, 0, 12, 2),
    "record a check of a payout account": Budget(2, 3, 0, 4, 1),
    "list a withdrawal": Budget(1, 0, 0, 1, 0),
    "list a withdrawal that waits": Budget(1, 0, 0, 1, 0),
    "state a month of one withdrawal": Budget(1, 0, 0, 1, 0),
    "sweep withdrawals of which none is due": Budget(1, 0, 0, 1, 0),
    # gifts
    "read the catalogue of gifts": Budget(1, 0, 0, 1, 0),
    "read the catalogue of gifts again": Budget(0, 0, 0, 0, 0),
    "change a gift": Budget(2, 4, 0, 4, 1),
    "read a board of 20": Budget(22, 0, 0, 2, 0),
    "ask for the price of a gift in a stream": Budget(10, 0, 0, 3, 0),
    "send a gift, with a quote": Budget(1, 2, 0, 3, 1),
    "send a gift, with a quote, again": Budget(3, 2, 0, 7, 1),  # its one commit is refused whole
    "send a gift, without a quote": Budget(7, 2, 0, 4, 1),
    "take a gift back": Budget(5, 4, 1, 8, 2),
    "share out and show a stream's window of 20 gifts": Budget(27, 5, 0, 9, 1),
    "paint what is seen of a stream's gifts": Budget(2, 1, 0, 3, 1),
    "list 20 gifts": Budget(43, 0, 0, 3, 0),
    # accounts
    "register a second session": Budget(2, 1, 0, 4, 1),
    "register a session again": Budget(1, 0, 0, 1, 0),
    "list 2 sessions": Budget(2, 0, 0, 1, 0),
    "revoke a session": Budget(2, 1, 1, 4, 1),
    "revoke all of 2 sessions": Budget(2, 2, 3, 4, 2),
    "deactivate an account of 20 videos": Budget(22, 24, 1, 5, 2),
    "reactivate an account of 20 videos": Budget(22, 24, 1, 5, 2),
    "ask for an export": Budget(1, 2, 1, 4, 2),
    "ask to be erased": Budget(3, 5, 1, 5, 2),
    # upkeep
    "roll up a counter of one shard": Budget(2, 1, 0, 3, 1),
    "sweep an empty outbox": Budget(1, 0, 0, 1, 0),
}
