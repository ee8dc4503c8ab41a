"""Carrying a published video to its author's followers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaktok.core import fan_out, ids, log, transaction
from spaktok.core.dispatch import Task, send
from spaktok.feed import store
from spaktok.feed.model import OUTBOX_MAX, encode_card, newest
from spaktok.users import shards
from spaktok.users import store as users
from spaktok.users.relation import Visibility, can_view
from spaktok.videos import store as videos
from spaktok.videos.model import Video, VideoStatus

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


def begin(owner: str, video_id: str) -> int:
    """Put the card into the author's outbox and start a task a shard of followers; how many.

    The outbox comes first: whoever follows from now on is given the card from there, and whoever
    followed before stands in a shard. Nothing is carried that is not active any more.
    """
    video = _active(video_id)
    if video is None or video.visibility is Visibility.PRIVATE:
        return 0
    _remember(owner, video)
    card = users.decode_card(users.card_ref(owner).get())
    if card is None:
        return 0
    for shard in range(card.shards):
        send(
            Task(
                function="fanOutVideo",
                id=ids.digest("fan-out", video_id, str(shard)),
                payload={
                    "owner": owner,
                    "videoId": video_id,
                    "shard": shard,
                    "shards": card.shards,
                },
            )
        )
    return card.shards


def deliver(owner: str, video_id: str, shard: int, of: int) -> int:
    """Put the card into the inbox of every follower in one shard of so many; how many this run served.

    Three reads, a write a follower and one a commit of 500; a run that is killed goes on where it
    was. Followers whom a split has carried away since the video went out are found where they lie now.
    """
    video = _active(video_id)
    if video is None:
        return 0
    audience = audience_of(video, shards.held(owner, shard, of))
    arriving = {video_id: encode_card(video)}
    served = fan_out.serve(
        f"video:{video_id}:{shard}",
        fan_out.over(audience),
        lambda batch, follower: store.put(batch, follower, arriving),
        # An inbox that is full refuses: nobody read it for years, so it starts anew.
        instead=lambda batch, follower: store.replace(batch, follower, arriving),
    )
    log.info("fanned out", followers=served, shard=shard)
    return served


def _active(video_id: str) -> Video | None:
    video = videos.decode(videos.ref(video_id).get())
    return video if video is not None and video.status is VideoStatus.ACTIVE else None


def _remember(owner: str, video: Video) -> None:
    def body(tx: Transaction) -> None:
        held = store.cards(users.read([store.outbox_ref(owner)], tx)[0])
        # Only what every follower may see: a new follower is given the outbox as it is.
        if video.visibility in (Visibility.PUBLIC, Visibility.FOLLOWERS):
            held = {**held, video.video_id: encode_card(video)}
        tx.set(store.outbox_ref(owner), {"cards": newest(held, OUTBOX_MAX)})

    transaction.run(body)


def audience_of(video: Video, followers: list[str]) -> list[str]:
    """Those of these followers whom the video is for."""
    if video.visibility in (Visibility.PUBLIC, Visibility.FOLLOWERS):
        return followers
    pairs = users.read([users.relation_ref(one, video.user_id) for one in followers])
    relations = {
        one: users.decode_relation(pair, one, video.user_id)
        for one, pair in zip(followers, pairs, strict=True)
    }
    return [
        one
        for one in followers
        if can_view(relations[one], video.visibility, owner_private=video.owner_private)
    ]
