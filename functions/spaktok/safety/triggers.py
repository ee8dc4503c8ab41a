"""Storage events of age and safety."""

from spaktok.core.endpoint.events import StoredObject, on_object_finalized
from spaktok.safety.service import evidence


@on_object_finalized()
def onIdImageUploaded(stored: StoredObject) -> None:
    """Have an uploaded image of an identity document sealed. Every other object is left alone."""
    evidence.arrived(stored.path, stored.generation)
