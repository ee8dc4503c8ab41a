"""Documents that the search index follows."""

from spaktok.core.dispatch import send
from spaktok.core.endpoint.events import WrittenDocument, on_document_written
from spaktok.search.service import clips, indexing, topics


@on_document_written("users/{uid}")
def onCardWritten(written: WrittenDocument) -> None:
    """Have a user found under the name they have now."""
    indexing.card_changed(written.id, written.before, written.after)


@on_document_written("users/{uid}/private/account")
def onAccountWritten(written: WrittenDocument) -> None:
    """Have nobody found who does not want to be."""
    indexing.settings_changed(written.path.split("/")[1], written.before, written.after)


@on_document_written("security/{uid}")
def onStandingWritten(written: WrittenDocument) -> None:
    """Have nobody found who is banned for good, and no minor by adults; nor what they made."""
    if indexing.standing_changed(written.id, written.before, written.after):
        send(clips.reindex_task(written.id, None, written.event_id))


@on_document_written("videos/{videoId}")
def onVideoFindable(written: WrittenDocument) -> None:
    """Have a video found by what it says now, and only while it is public."""
    clips.changed(written.id, written.before, written.after)


@on_document_written("hashtags/{tag}")
def onHashtagWritten(written: WrittenDocument) -> None:
    """Have a hashtag found while public videos have it."""
    topics.hashtag_changed(written.id, written.before, written.after)


@on_document_written("sounds/{soundId}")
def onSoundWritten(written: WrittenDocument) -> None:
    """Have a sound found while public videos use it."""
    topics.sound_changed(written.id, written.before, written.after)
