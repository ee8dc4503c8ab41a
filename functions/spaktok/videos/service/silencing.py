"""Making the renditions of a video again without their sound, once that was taken down.

The pictures are copied as they are, so a minute of video takes a blink.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from spaktok.core import clients, clock, ids
from spaktok.core.dispatch import Task
from spaktok.media.model import MediaState
from spaktok.videos import store
from spaktok.videos.model import CACHE_CONTROL, SOUND, VideoStatus, folder
from spaktok.videos.service import purging


def task(video_id: str) -> Task:
    """The task that silences a video."""
    return Task("muteVideo", ids.digest("mute", video_id), {"videoId": video_id})


def silence(video_id: str) -> int:
    """Replace the renditions of a muted video by silent ones; how many. Repeatable.

    A video that is not processed yet is left to its processing, which makes none with sound.
    """
    import tempfile

    from google.api_core.exceptions import NotFound as Missing

    from spaktok.integrations import ffmpeg

    video = store.decode(store.ref(video_id).get())
    if video is None or not video.muted or video.status is VideoStatus.REMOVED:
        return 0
    if video.media_state is not MediaState.READY:
        return 0
    place = folder(video.user_id, video.video_id)
    with tempfile.TemporaryDirectory(prefix="mute-") as name:
        for rendition in video.renditions:
            heard, silent = Path(name) / rendition.name, Path(name) / f"silent-{rendition.name}"
            blob: Any = clients.bucket().blob(f"{place}/{rendition.name}")
            blob.download_to_filename(str(heard))
            ffmpeg.without_sound(heard, silent)
            blob.cache_control = CACHE_CONTROL
            blob.upload_from_filename(str(silent), content_type="video/mp4")
    with contextlib.suppress(Missing):
        clients.bucket().blob(f"{place}/{SOUND}").delete()
    if not purging.purge_if_gone(video.user_id, video_id):
        store.media_ref(video_id).update({"hasSound": False, "silencedAt": clock.now()})
    return len(video.renditions)
