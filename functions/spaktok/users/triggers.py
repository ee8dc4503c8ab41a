"""Storage events of users."""

from spaktok.core.endpoint.events import StoredObject, on_object_finalized
from spaktok.users import photos


@on_object_finalized()
def onProfileImageUploaded(stored: StoredObject) -> None:
    """Have an uploaded photo processed. Every other object is left alone."""
    photos.arrived(stored.path, stored.generation)
