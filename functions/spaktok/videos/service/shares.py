"""Sharing: a link that opens a video for whoever it is for, and says nothing of who shared it."""

from __future__ import annotations

from dataclasses import dataclass

from spaktok.core import clients, clock, config, counters, ids, once, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.videos import engaged, store
from spaktok.videos.engaging import ShareVideo
from spaktok.videos.model import VideoStatus
from spaktok.videos.service.access import access_video


@dataclass(frozen=True, slots=True)
class Shared:
    """The link. It grants nothing: what it leads to is looked at again with the opener's eyes."""

    share_url: str


def share(uid: UserId, request: ShareVideo) -> Shared:
    """A link to the video; each is a share of its own, the same idempotency key the same one.

    The token in it is unguessable and means something to the server alone. Two reads, two writes,
    two RPCs. Raises as `access_video` does.
    """
    from google.api_core.exceptions import AlreadyExists

    video = access_video(uid, request.video_id)
    if video.status is not VideoStatus.ACTIVE:
        raise NotFound
    key = request.idempotency_key
    # The key is the client's, so a token made of it alone could be guessed: the token is random, and
    # what remembers the key is its own document.
    token = ids.random_id()
    asked = once.input_hash(request)
    reference = engaged.share_ref(token if key is None else ids.digest(uid, "share", key))
    batch = clients.db().batch()
    batch.create(
        reference,
        {
            "userId": uid,
            "videoId": request.video_id,
            "shareMethod": request.share_method,
            "token": token,
            "timestamp": clock.now(),
            "inputHash": asked,
        },
    )
    counters.add(batch, store.ref(request.video_id), {"shares": 1}, shards=video.shards)
    try:
        transaction.commit(batch)
    except AlreadyExists:
        before = reference.get()
        if before.get("inputHash") != asked:
            raise KeyReused from None
        return _link(before.get("token"))
    counters.changed(store.ref(request.video_id), store.TOTALS)
    return _link(token)


def video_of(token: str) -> str | None:
    """The video that a token leads to; None where there is none. One read at least."""
    found = list(engaged.share_with(token).limit(1).stream())
    return str(found[0].get("videoId")) if found else None


def _link(token: str) -> Shared:
    return Shared(f"https://{config.link_host()}/s/{token}")
