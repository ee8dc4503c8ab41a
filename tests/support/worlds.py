"""Ready-made situations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from spaktok.core import clients, clock, ids
from spaktok.core.ids import UserId, VideoId
from spaktok.media.model import MediaState
from spaktok.users import store as users
from spaktok.users.model import Card
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.commenting import CommentRules
from spaktok.videos.model import ModerationStatus, VideoStatus
from spaktok.videos.service import comment_rules, publishing


def video(
    owner: UserId,
    visibility: Visibility = Visibility.PUBLIC,
    *,
    minutes: int = 0,
    allow_comments: bool = True,
) -> VideoId:
    """A published video without the pipeline (and without its files)."""
    video_id = VideoId(ids.owned_id(owner))
    card, rules = _of(owner)
    at = clock.now() + timedelta(minutes=minutes)

    new = store.NewVideo(
        caption="Morning",
        hashtags=("sun",),
        visibility=visibility,
        allow_comments=allow_comments,
        comment_rules=rules,
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


def _of(owner: UserId) -> tuple[Card, CommentRules]:
    """What a video takes over from its owner."""
    found, *truth = users.read([users.card_ref(owner), *comment_rules.truth(owner)])
    card = users.decode_card(found)
    assert card is not None
    return card, comment_rules.decode(*truth)


def ready(owner: UserId, **new: Any) -> VideoId:
    """A video that is processed and approved, standing where its owner wants it, without files."""
    video_id = VideoId(ids.owned_id(owner))
    card, rules = _of(owner)
    batch = clients.db().batch()
    store.create(batch, video_id, card, store.NewVideo(comment_rules=rules, **new), clock.now())
    processed = {"media.state": MediaState.READY, "media.durationMs": 3000}
    approved = {"moderationStatus": ModerationStatus.APPROVED}
    batch.update(store.ref(video_id), {**processed, **approved})
    batch.update(store.media_ref(video_id), {"hasSound": True, "generation": 1})
    batch.commit()
    publishing.change(
        video_id, lambda scene: (scene.video, {}) if scene.video.published_at is None else None
    )
    return video_id
