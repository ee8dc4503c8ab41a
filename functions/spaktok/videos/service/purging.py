"""Deleting what a video left: its files, its frames in the index, its case.

What is left in Storage is found by listing, not by a list of ours, until nothing is.
"""

from __future__ import annotations

from typing import Final

from spaktok.core import clients, log
from spaktok.videos import store
from spaktok.videos.model import VideoStatus, folder

ROUNDS_MAX: Final = 5


class Leftover(Exception):
    """Files were added as fast as they were deleted: the task comes again."""


def purge_if_gone(owner: str, video_id: str) -> bool:
    """Delete a video's files if it is deleted; whether it was. A read, a list, and a delete each.

    For a worker that finds its video gone: it may have stored a file after the deletion looked.
    """
    video = store.decode(store.ref(video_id).get())
    if video is not None and video.status is not VideoStatus.REMOVED:
        return False
    purge(owner, video_id)
    return True


def purge(owner: str, video_id: str) -> int:
    """Delete every file of a video and what the server keeps about it; how many files.

    Repeatable. Raises `Leftover` unless the last look finds nothing.
    """
    count = delete_files(owner, video_id)
    batch = clients.db().batch()
    # Its sound stays as a withdrawn title: what others made with it goes on naming it.
    for document in (store.frames_ref(video_id), store.case_ref(video_id)):
        batch.delete(document)
    batch.commit()
    log.info("video purged", files=count)
    return count


def delete_files(owner: str, video_id: str) -> int:
    """Delete every file of a video; how many. Raises `Leftover`."""
    from google.api_core.exceptions import NotFound as Missing

    prefix = f"{folder(owner, video_id)}/"
    count = 0
    for _ in range(ROUNDS_MAX):
        blobs = list(clients.bucket().list_blobs(prefix=prefix))
        if not blobs:
            break
        for blob in blobs:
            try:
                blob.delete()
            except Missing:
                continue
            count += 1
    else:
        raise Leftover(prefix)
    return count
