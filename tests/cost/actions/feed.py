"""Actions of feed."""

from __future__ import annotations

from spaktok.feed import fan_out
from spaktok.feed import service as feed
from spaktok.feed import store as inboxes
from spaktok.users import store as users
from tests.cost.actions.scene import Action, action, cards
from tests.support.people import ANA, BEN, join
from tests.support.worlds import video


@action("read a page of 20 of a feed of 200")
def _() -> Action:
    join(ANA)
    inboxes.inbox_ref(ANA).set({"cards": cards(BEN, 200)})
    inboxes.mask_ref(ANA).set({"users": {"carl": True}})
    return lambda: feed.page(ANA, 20, None)


@action("start a fan-out")
def _() -> Action:
    join(BEN)
    video_id = video(BEN)
    return lambda: fan_out.begin(BEN, video_id)


@action("fan out to 1,000 followers")
def _() -> Action:
    join(BEN)
    video_id = video(BEN)
    shard = users.card_ref(BEN).collection("shards").document("0")
    shard.set({"followerIds": [f"u{n}" for n in range(1_000)], "followerCount": 1_000})
    return lambda: fan_out.deliver(BEN, video_id, 0, 1)


@action("trim an inbox")
def _() -> Action:
    join(ANA)
    inboxes.inbox_ref(ANA).set({"cards": cards(BEN, 260)})
    return lambda: feed.trim(ANA)
