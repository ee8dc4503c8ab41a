"""Carrying a published video to its author's followers.

Pushed into the inboxes of those who look at them, up to `Delivery.push_max` followers; the followers of
the more famous look into the outbox themselves. Who follows very many is brought a part of it. For N
followers of whom A are active: ⌈N/10,000⌉ + 1 reads, A + 2 writes and ⌈(A + 1)/500⌉ + 3 RPCs.

No progress is written. Whether a video was carried stands on the video, for the audience it had then,
written in the last commit and only if nobody changed the video meanwhile; a run that comes after a
killed one finds in every 250th inbox how far that had come, and repeats less than one commit.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, fan_out, ids, log, transaction
from spaktok.core.dispatch import Task, send
from spaktok.feed import recipes, store, withdrawal
from spaktok.feed.model import encode_card
from spaktok.users import shards
from spaktok.users import store as users
from spaktok.users.relation import Visibility, can_view
from spaktok.videos import store as videos
from spaktok.videos.model import Video, VideoStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from google.cloud.firestore import DocumentSnapshot, Transaction, WriteBatch

WIDE: Final = (Visibility.PUBLIC, Visibility.FOLLOWERS)
"""What every follower may see: a new one is given the outbox as it is."""
_RELATIONS: Final = 500
"""Relations read at once, for a video that is for fewer than all followers."""
_TRIM_ONE_IN: Final = 16
"""After how many videos, on average, an outbox is asked to be trimmed."""


def carry(owner: str, video_id: str, *, at_least: int = 1, again: bool = False) -> int:
    """Carry a video to those it is for; how many this run served. Repeatable.

    `at_least` is how many shards the followers fill at least, `again` whether an earlier run may have
    been killed. The outbox comes first: whoever follows from now on is given the card from there, and
    whoever followed before stands in a shard. Nothing is carried that is not active any more.
    """
    snapshot = videos.ref(video_id).get()
    video = _active(snapshot)
    if video is None:
        return 0
    audience = mark(video)
    if (snapshot.to_dict() or {}).get("carried") == audience:
        return 0
    if video.visibility in WIDE:
        _remember(owner, video)
    crowd = shards.crowd(owner, at_least)
    followers = [] if crowd.pulled else _reached(video, crowd)
    if len(crowd.ids) > recipes.delivery().push_max and not crowd.pulled:
        send(Task("pointFollowers", ids.digest("point", owner), {"owner": owner}))
    start = fan_out.resume(followers, _served(video_id, audience)) if again else 0
    _push(snapshot, video, followers[start:], audience)
    log.info("fanned out", followers=len(followers), resumed_at=start)
    return len(followers) - start


def mark(video: Video) -> str:
    """For which audience a video is now: carried for one, it is to be carried anew for another.

    It stands on the video, where viewers can read it, and tells them no more than that.
    """
    audience = (str(video.audience_epoch), video.visibility, str(video.age_restriction))
    return ids.digest("audience", video.video_id, *audience)[:16]


def point(owner: str) -> int:
    """Tell all who follow that they have to look into the outbox; how many. Repeatable.

    Once in an author's life: a write a follower, and from then on one for all of them. Of an author who
    was erased meanwhile there is no crowd, and nothing is written that would name them again.
    """
    crowd = shards.crowd(owner)
    if not crowd.ids:
        return 0
    fan_out.serve(
        f"pulled:{owner}",
        fan_out.over(sorted(crowd.ids)),
        lambda batch, one: _pull(batch, one, owner),
    )
    batch = clients.db().batch()
    batch.set(store.outbox_ref(owner), {"pulled": True}, merge=True)
    shard = users.card_ref(owner).collection("shards").document("0")
    batch.set(shard, {"pulled": True}, merge=True)
    batch.commit()
    return len(crowd.ids)


def _active(snapshot: DocumentSnapshot[Any]) -> Video | None:
    video = videos.decode(snapshot)
    if video is None or video.status is not VideoStatus.ACTIVE:
        return None
    return None if video.visibility is Visibility.PRIVATE else video


def _remember(owner: str, video: Video) -> None:
    store.publish(owner, {str(video.video_id): encode_card(video)})
    if _roll(video.video_id, owner) < 1 / _TRIM_ONE_IN:
        send(Task("trimOutbox", ids.digest("trim-outbox", video.video_id), {"uid": owner}))


def _reached(video: Video, crowd: shards.Crowd) -> list[str]:
    """Those to whom it is brought, in their order: active, and of those who follow very many a part."""
    share = recipes.delivery().share
    active = sorted(
        one
        for one in crowd.ids - crowd.idle
        if one not in crowd.heavy or _roll(video.video_id, one) < share(crowd.heavy[one])
    )
    return active if video.visibility in WIDE else _narrowed(video, active)


def _roll(video_id: str, uid: str) -> float:
    """A number from 0 to 1 that is always the same for the two."""
    drawn = blake2b(f"{video_id} {uid}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn, "big") / 2**64


def _narrowed(video: Video, followers: list[str]) -> list[str]:
    """Those of these followers whom a video is for that is not for all of them. A read each."""
    reached = []
    for start in range(0, len(followers), _RELATIONS):
        some = followers[start : start + _RELATIONS]
        pairs = users.read([users.relation_ref(one, video.user_id) for one in some])
        for one, pair in zip(some, pairs, strict=True):
            relation = users.decode_relation(pair, one, video.user_id)
            if can_view(relation, video.visibility, owner_private=video.owner_private):
                reached.append(one)
    return reached


def _push(
    snapshot: DocumentSnapshot[Any], video: Video, followers: Sequence[str], audience: str
) -> None:
    arriving: store.Cards = {str(video.video_id): {**encode_card(video), "carried": audience}}

    def close(batch: WriteBatch) -> None:
        unchanged = clients.db().write_option(last_update_time=snapshot.update_time)
        batch.update(snapshot.reference, {"carried": audience}, option=unchanged)

    closed = fan_out.push(
        followers,
        lambda batch, follower: store.put(batch, follower, arriving),
        # An inbox that is full refuses: nobody read it for years, so it starts anew.
        instead=lambda batch, follower: store.replace(batch, follower, arriving),
        closing=close,
    )
    if not closed:
        _settle(snapshot, video, audience)


def _settle(snapshot: DocumentSnapshot[Any], video: Video, audience: str) -> None:
    """The video was changed meanwhile: where it is for others now, take back what was carried."""

    def body(tx: Transaction) -> bool:
        found = _active(users.read([snapshot.reference], tx)[0])
        if found is None or mark(found) != audience:
            return False
        tx.update(snapshot.reference, {"carried": audience})
        return True

    if not transaction.run(body):
        withdrawal.take_back(video.user_id, video.video_id)


def _served(video_id: str, audience: str) -> Any:
    """Whether inboxes have the card as this fan-out brings it, and not from the outbox."""
    from google.cloud.firestore_v1.field_path import FieldPath

    wanted = FieldPath("cards", video_id, "carried").to_api_repr()

    def served(followers: Sequence[str]) -> list[bool]:
        references = [store.inbox_ref(one) for one in followers]
        if not references:
            return []
        found = {
            one.reference.path: store.cards(one).get(video_id, {}).get("carried") == audience
            for one in clients.db().get_all(references, field_paths=[wanted])
        }
        return [found[one.path] for one in references]

    return served


def _pull(batch: WriteBatch, follower: str, owner: str) -> None:
    from google.cloud.firestore import ArrayUnion

    batch.set(store.inbox_ref(follower), {"pulls": ArrayUnion([owner])}, merge=True)
