"""Ready-made situations."""

from __future__ import annotations

from datetime import timedelta

from spaktok.core import clients, clock, ids
from spaktok.core.ids import UserId, VideoId
from spaktok.media.model import MediaState
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.model import ModerationStatus, VideoStatus


def video(
    owner: UserId,
    visibility: Visibility = Visibility.PUBLIC,
    *,
    minutes: int = 0,
    allow_comments: bool = True,
) -> VideoId:
    """A published video without the pipeline (and without its files)."""
    video_id = VideoId(ids.owned_id(owner))
    card = users.decode_card(users.card_ref(owner).get())
    assert card is not None
    at = clock.now() + timedelta(minutes=minutes)

    new = store.NewVideo(
        caption="Morning",
        hashtags=("sun",),
        visibility=visibility,
        allow_comments=allow_comments,
    )
    batch = clients.db().batch()
    store.create(batch, video_id, card, new, at)
    batch.update(
        store.ref(video_id),
        {
            "status": VideoStatus.ACTIVE,
            "media.state": MediaState.READY,
            "moderationStatus": ModerationStatus.APPROVED,
            "recommendable": True,
            "publishedAt": at,
        },
    )
    batch.commit()
    return video_id
