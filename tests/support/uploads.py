"""Uploading a clip as an app would, without the app."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

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


def put_in_steps(place: upload.UploadTicket, data: bytes) -> int:
    """Store the file as the apps' SDKs do: begun, broken off, and resumed from where it had come.

    Its generation.
    """
    http = requests.Session()
    http.headers["Authorization"] = "Bearer owner"
    named = {"name": place.storage_path, "contentType": place.content_type}
    target = _step(http, place.upload_url, "start", json=named).headers["X-Goog-Upload-URL"]
    _step(http, target, "upload", data=data[: len(data) // 3], offset=0)
    assert clients.bucket().get_blob(place.storage_path) is None
    come = int(_step(http, target, "query").headers["X-Goog-Upload-Size-Received"])
    _step(http, target, "upload, finalize", data=data[come:], offset=come)
    blob = clients.bucket().get_blob(place.storage_path)
    assert blob.download_as_bytes() == data
    return int(blob.generation)


def _step(
    http: requests.Session, url: str, command: str, offset: int | None = None, **body: Any
) -> requests.Response:
    headers = {"X-Goog-Upload-Protocol": "resumable", "X-Goog-Upload-Command": command}
    if offset is not None:
        headers["X-Goog-Upload-Offset"] = str(offset)
    answer = http.post(url, headers=headers, timeout=30, **body)
    assert answer.ok, answer.text
    return answer


def publish(
    uid: UserId, queue: Queue, visibility: Visibility = Visibility.PUBLIC, kind: str = "small"
) -> str:
    """A video of `uid`'s, through the whole pipeline; its id."""
    place = ticket(uid, visibility)
    generation = put(place, clip(kind))
    upload.arrived(place.storage_path, generation, len(clip(kind)))
    queue.drain()
    return place.video_id
