"""Having what others made with a thing of somebody who is erased name that thing no more.

A thing's id names its owner, so a duet, a video with their sound and an entry in their challenge would
go on naming them. The duet goes as after any deletion; the others stay, with what they said of it gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients
from spaktok.videos import store
from spaktok.videos.model import Video
from spaktok.videos.service import publishing, settling

if TYPE_CHECKING:
    from google.cloud.firestore import Query

    from spaktok.videos.service.publishing import Scene

PAGE: Final = 100

_USES: Final[Mapping[str, str]] = {"soundId": "sound_id", "challengeId": "challenge_id"}
"""The fields of a video that name what it was made with, and what `Video` calls them."""


def disown(thing_id: str) -> Iterator[None]:
    """End what others' videos say of a thing that is gone or going: a video, its sound, a challenge.

    Yields after each video, where its caller may stop; what is done is not found again. Two reads
    and a query for each of `_USES`, and what a change of a video costs, with a write more for a sound.
    """
    for _ in settling.each(thing_id):
        yield
    for field in _USES:
        query = using(field, thing_id)
        while page := list(query.limit(PAGE).stream()):
            for one in page:
                _forget(one.id, field, thing_id)
                yield
            query = using(field, thing_id).start_after(page[-1])


def using(field: str, thing_id: str) -> Query:
    """The videos that name a thing in this field, in the order of their ids."""
    from google.cloud.firestore import FieldFilter

    videos = clients.db().collection("videos")
    return videos.where(filter=FieldFilter(field, "==", thing_id)).order_by("__name__")


def _forget(video_id: str, field: str, thing_id: str) -> None:
    if field == "soundId":
        _keep_borrowed(video_id)
    name = _USES[field]

    def decide(scene: Scene) -> tuple[Video, dict[str, Any]] | None:
        if getattr(scene.video, name) != thing_id:
            return None
        forgotten: dict[str, Any] = {name: None}
        return replace(scene.video, **forgotten), {field: None}

    publishing.change(video_id, decide)


def _keep_borrowed(video_id: str) -> None:
    """Note that what is heard in a video is not its owner's.

    It makes no original sound of theirs, and where it is not out yet, it does not go out with it.
    """
    from google.api_core.exceptions import NotFound as Missing

    with suppress(Missing):  # a video that goes just now
        store.media_ref(video_id).update({"borrowed": True})
