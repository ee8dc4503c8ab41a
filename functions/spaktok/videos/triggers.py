"""Storage events of videos."""

from spaktok.core.endpoint.events import (
    StoredObject,
    on_object_finalized,
    on_object_metadata_updated,
)
from spaktok.videos.service import tokens, upload


@on_object_finalized()
def onOriginalUploaded(stored: StoredObject) -> None:
    """Have an uploaded original processed. Every other object is left alone."""
    upload.arrived(stored.path, stored.generation, stored.size_bytes)


@on_object_metadata_updated()
def onVideoFileMarked(stored: StoredObject) -> None:
    """Void the download URL that somebody minted for a video's file."""
    tokens.revoke(stored.path)
