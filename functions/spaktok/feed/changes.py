"""A video whose audience changed: out of inboxes that it is not for any more, into those it now is for.

What counts is what the video says when the task runs, not what it said when the task was made; a task
that was overtaken by a later change leaves the work to that one's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spaktok.core import fan_out, ids, log, transaction
from spaktok.core.dispatch import Task, send
from spaktok.feed import store
from spaktok.feed.fan_out import audience_of
from spaktok.feed.model import OUTBOX_MAX, encode_card, newest
from spaktok.users import shards
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import store as videos
from spaktok.videos.model import Video, VideoStatus

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction, WriteBatch


def begin(owner: str, video_id: str, epoch: int) -> int:
    """Settle the author's outbox and start a task a shard of followers; how many. Repeatable."""
    transaction.run(lambda tx: _settle_outbox(tx, owner, video_id))
    card = users.decode_card(users.card_ref(owner).get())
    if card is None:
        return 0
    for shard in range(card.shards):
        send(_part(owner, video_id, epoch, shard, card.shards))
    return card.shards


def apply(owner: str, video_id: str, epoch: int, shard: int, of: int) -> int:
    """Settle the inboxes of the followers in one shard; how many this run served.

    A write a follower, one a commit of 500, and a read a follower where the audience is narrower than
    all of them.
    """
    video = videos.decode(videos.ref(video_id).get())
    if video is not None and video.audience_epoch != epoch:
        return 0
    followers = shards.held(owner, shard, of)
    shown = video is not None and video.status is VideoStatus.ACTIVE
    audience = (
        frozenset(audience_of(video, followers)) if video is not None and shown else frozenset()
    )
    arriving = {video_id: encode_card(video)} if video is not None and audience else {}

    def stage(batch: WriteBatch, follower: str) -> None:
        if follower in audience:
            store.put(batch, follower, arriving)
        else:
            store.remove(batch, follower, video_id)

    served = fan_out.serve(f"change:{video_id}:{epoch}:{shard}", fan_out.over(followers), stage)
    log.info("audience applied", followers=served, shard=shard)
    return served


def _part(owner: str, video_id: str, epoch: int, shard: int, of: int) -> Task:
    return Task(
        function="applyVideoChange",
        id=ids.digest("audience", video_id, str(epoch), str(shard)),
        payload={"owner": owner, "videoId": video_id, "epoch": epoch, "shard": shard, "shards": of},
    )


def _settle_outbox(tx: Transaction, owner: str, video_id: str) -> None:
    found, outbox = users.read([videos.ref(video_id), store.outbox_ref(owner)], tx)
    video = videos.decode(found)
    held = store.cards(outbox)
    kept: dict[str, Any] = {key: card for key, card in held.items() if key != video_id}
    if video is not None and _for_followers(video):
        kept = newest({**kept, video_id: encode_card(video)}, OUTBOX_MAX)
    if kept != held:
        tx.set(store.outbox_ref(owner), {"cards": kept})


def _for_followers(video: Video) -> bool:
    return video.status is VideoStatus.ACTIVE and video.visibility in (
        Visibility.PUBLIC,
        Visibility.FOLLOWERS,
    )
