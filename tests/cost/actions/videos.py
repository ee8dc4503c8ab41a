"""Actions of videos."""

from __future__ import annotations

from spaktok.videos.model import Sort
from spaktok.videos.requests import UploadVideo
from spaktok.videos.service import (
    access,
    likes,
    profile_tab,
    restriction,
    upload,
)
from tests.cost.actions.scene import Action, action
from tests.support.people import ANA, BEN, join
from tests.support.worlds import video


@action("restrict a video to 16")
def _() -> Action:
    join(ANA)
    video_id = video(ANA)
    return lambda: restriction.restrict(ANA, video_id, 16)


@action("list 20 videos of a profile")
def _() -> Action:
    join(ANA, BEN)
    for _ in range(21):
        video(BEN)
    return lambda: profile_tab.videos_of(ANA, BEN, sort=Sort.RECENT, limit=20, cursor=None)


@action("ask for an upload")
def _() -> Action:
    join(ANA)
    return lambda: upload.issue(ANA, UploadVideo(caption="Morning"))


@action("ask for an upload, with a key")
def _() -> Action:
    join(ANA)
    request = UploadVideo(caption="Morning", idempotency_key="key-12345678")
    return lambda: upload.issue(ANA, request)


@action("note that an upload arrived")
def _() -> Action:
    join(ANA)
    ticket = upload.issue(ANA, UploadVideo())
    return lambda: upload.arrived(ticket.storage_path, 7, 1_000)


@action("read a video")
def _() -> Action:
    join(ANA, BEN)
    video_id = video(BEN)
    return lambda: access.get_video(ANA, video_id)


@action("read one's own video")
def _() -> Action:
    join(BEN)
    video_id = video(BEN)
    return lambda: access.get_video(BEN, video_id)


@action("like")
def _() -> Action:
    join(ANA, BEN)
    video_id = video(BEN)
    return lambda: likes.like(ANA, video_id)


@action("unlike")
def _() -> Action:
    join(ANA, BEN)
    video_id = video(BEN)
    likes.like(ANA, video_id)
    return lambda: likes.unlike(ANA, video_id)
