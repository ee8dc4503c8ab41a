"""Having what was made from a video stand where it belongs.

After that video changed (`offspring`), or what its owner is to the maker (`graph.severing`, a follow).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids
from spaktok.videos import store
from spaktok.videos.model import Kinship, Video, VideoStatus
from spaktok.videos.service import publishing

if TYPE_CHECKING:
    from google.cloud.firestore import Query

    from spaktok.videos.service.publishing import Scene

PAGE: Final = 100


def settle_all(uid: str) -> int:
    """Settle what was made from each of a user's videos; how many changed. Repeatable."""
    return sum(settle(one.id) for one in reused(uid).stream())


def settle_between(one: str, other: str) -> int:
    """Settle what two users made from each other's videos; how many changed. Repeatable.

    What they are to each other decides besides the video's own permission, so a block and a follow
    lead here, when they begin and when they end. A read for each duet and stitch of either, and what a
    change of a video costs.
    """
    count = 0
    for maker, owner in ((one, other), (other, one)):
        query = made_by(maker)
        while page := list(query.limit(PAGE).stream()):
            theirs = [found for found in page if ids.owner_of(found.get("parentId") or "") == owner]
            count += sum(_settle(found.id, gone=False) for found in theirs)
            query = made_by(maker).start_after(page[-1])
    return count


def settle(video_id: str) -> int:
    """Have what was made from a video stand where it belongs; how many changed. Repeatable.

    A read each, and what a change of a video costs. Those of a deleted video forget which it was: its
    id names its owner.
    """
    return sum(each(video_id))


def each(video_id: str) -> Iterator[bool]:
    """`settle`, for who may have to stop after any of them: whether it changed, one by one."""
    found = store.ref(video_id).get(field_paths=["status"])
    gone = (found.to_dict() or {}).get("status", VideoStatus.REMOVED) == VideoStatus.REMOVED
    query = made_from(video_id)
    while page := list(query.limit(PAGE).stream()):
        for one in page:
            yield _settle(one.id, gone=gone)
        query = made_from(video_id).start_after(page[-1])


def made_from(video_id: str) -> Query:
    """The duets with and stitches of a video, in the order of their ids."""
    from google.cloud.firestore import FieldFilter

    videos = clients.db().collection("videos")
    return videos.where(filter=FieldFilter("parentId", "==", video_id)).order_by("__name__")


def made_by(uid: str) -> Query:
    """A user's duets and stitches, in the order of their ids."""
    from google.cloud.firestore import FieldFilter

    return store.of_owner(uid).where(filter=FieldFilter("kinship", "in", list(Kinship)))


def reused(uid: str) -> Query:
    """A user's videos that others were made from, in the order of their ids."""
    from google.cloud.firestore import FieldFilter

    return store.of_owner(uid).where(filter=FieldFilter("reused", "==", True))


def _settle(child_id: str, *, gone: bool) -> bool:
    at = clock.now()

    def decide(scene: Scene) -> tuple[Video, dict[str, Any]] | None:
        forgotten = {"parentId": None} if gone else {}
        as_it_is = publishing.stands(scene, at) is scene.video.status
        if as_it_is and not forgotten:
            return None
        back = scene.video.status is VideoStatus.WITHHELD and not gone
        epoch = scene.video.audience_epoch + (1 if back else 0)  # so that it is carried out anew
        return replace(scene.video, audience_epoch=epoch), {"audienceEpoch": epoch, **forgotten}

    return publishing.change(child_id, decide) is not None
