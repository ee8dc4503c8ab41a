"""Uploading a clip as an app would, without the app."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from demo import clips
from spaktok.core import clients
from spaktok.core.ids import UserId
from spaktok.users.relation import Visibility
from spaktok.videos.requests import UploadVideo
from spaktok.videos.service import upload
from tests.support.queue import Queue


@cache
def clip(kind: str) -> bytes:
    """The bytes of a sample clip, made once a run."""
    with TemporaryDirectory() as folder:
        return clips.KINDS[kind](Path(folder) / "clip.mp4").read_bytes()


def ticket(uid: UserId, visibility: Visibility = Visibility.PUBLIC) -> upload.UploadTicket:
    """A place to upload to."""
    return upload.issue(uid, UploadVideo(caption="Morning", visibility=visibility))


def put(place: upload.UploadTicket, data: bytes) -> int:
    """Store the file where the ticket says; its generation."""
    blob = clients.bucket().blob(place.storage_path)
    blob.upload_from_string(data, content_type="video/mp4")
    blob.reload()
    return int(blob.generation)


def publish(
    uid: UserId, queue: Queue, visibility: Visibility = Visibility.PUBLIC, kind: str = "small"
) -> str:
    """A video of `uid`'s, through the whole pipeline; its id."""
    place = ticket(uid, visibility)
    generation = put(place, clip(kind))
    upload.arrived(place.storage_path, generation, len(clip(kind)))
    queue.drain()
    return place.video_id
