"""For whom a video is by age: its owner says so, and every way to it asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spaktok.core import clock, dispatch, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.users import store as users
from spaktok.videos import catalogue, store
from spaktok.videos.model import VideoStatus
from spaktok.videos.service import access, origins, reach
from spaktok.videos.service.origins import Origin

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Restriction:
    """From which age on it is."""

    content_id: str
    age_restriction: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it is for the caller. The caller's age is not told."""

    content_id: str
    can_view: bool
    age_restriction: int


def restrict(owner: UserId, video_id: str, years: int) -> Restriction:
    """Say from which age on a video of one's own is; repeated, it writes nothing.

    Two reads and one write; where it rises, two writes more and a delete, for the copies in feeds; and
    a write for its own sound, which is for all ages or for nobody.
    Raises `NotFound` for whatever is not the caller's.
    """
    at = clock.now()

    def body(tx: Transaction) -> Task | None:
        found, heard = users.read([store.ref(video_id), catalogue.sound_ref(video_id)], tx)
        video = store.decode(found)
        if video is None or video.user_id != owner or video.status is VideoStatus.REMOVED:
            raise NotFound
        if video.age_restriction == years:
            return None
        tx.update(store.ref(video_id), {"ageRestriction": years, "lastModified": at})
        task = reach.stage(tx, video, age_restriction=years)
        origin = Origin(catalogue.decode_sound(heard), None)
        changed = replace(video, age_restriction=years)
        origins.follow(tx, origin, changed, {}, status=video.status, at=at)
        return None if task is None else dispatch.stage(tx, task)

    task = transaction.run(body)
    if task is not None:
        dispatch.release(task)
    return Restriction(video_id, years)


def check(viewer: UserId, video_id: str) -> Verdict:
    """Whether a video is for the viewer's age: two reads, one RPC. Raises `NotFound`."""
    from spaktok.safety.service import filters  # of the videos' calls, only this one asks for it

    video = access.reach_video(viewer, video_id)
    allowed = video.user_id == viewer or filters.may_view(viewer, video.age_restriction)
    return Verdict(video_id, allowed, video.age_restriction)
