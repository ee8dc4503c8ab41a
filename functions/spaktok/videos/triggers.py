"""Events that videos follow."""

from spaktok.core.endpoint.events import (
    StoredObject,
    WrittenDocument,
    on_document_written,
    on_object_finalized,
    on_object_metadata_updated,
)
from spaktok.videos.service import comment_rules, narrowing, offspring, tokens, upload


@on_object_finalized()
def onOriginalUploaded(stored: StoredObject) -> None:
    """Have an uploaded original processed. Every other object is left alone."""
    upload.arrived(stored.path, stored.generation, stored.size_bytes)


@on_object_metadata_updated()
def onVideoFileMarked(stored: StoredObject) -> None:
    """Void the download URL that somebody minted for a video's file."""
    tokens.revoke(stored.path)


@on_document_written("users/{uid}/private/account")
def onCommentersChanged(written: WrittenDocument) -> None:
    """Have a user's videos follow their settings: who may comment, watch, and make what of them."""
    uid = written.path.split("/")[1]
    for follows in (comment_rules, narrowing, offspring):
        follows.settings_changed(uid, written.before, written.after)


@on_document_written("followers/{edgeId}")
def onFollowChanged(written: WrittenDocument) -> None:
    """Have duets and stitches that are for followers to make follow whether their makers are some."""
    offspring.follow_changed(written.before, written.after)
