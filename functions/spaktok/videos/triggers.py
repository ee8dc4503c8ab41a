"""Storage events of videos."""

from spaktok.core.endpoint.events import StoredObject, on_object_finalized
from spaktok.videos.service import upload


@on_object_finalized()
def onOriginalUploaded(stored: StoredObject) -> None:
    """Have an uploaded original processed. Every other object is left alone."""
    upload.arrived(stored.path, stored.generation, stored.size_bytes)
