"""Client calls of videos: saving them for oneself."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.safety.refusals import NotForYourAge
from spaktok.videos.engaging import (
    CreateSavedCollection,
    DeleteSavedCollection,
    GetSavedCollections,
    GetSavedVideos,
    RenameSavedCollection,
    SaveVideo,
)
from spaktok.videos.refusals import TooManyCollections
from spaktok.videos.service import listing, saves


@call(
    SaveVideo,
    limit=per_minute(60),
    refusals=(NotFound, NotForYourAge),
    cost="3 reads, 2 writes, 3 RPCs",
)
def saveVideo(caller: Caller, request: SaveVideo) -> saves.Saved:
    """Save a video for oneself, or let it go. Nobody else learns of it."""
    if request.action == "save":
        return saves.save(caller.uid, request)
    return saves.unsave(caller.uid, request.video_id)


@call(
    GetSavedVideos,
    limit=per_minute(120),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 read, and up to 3 a video",
)
def getSavedVideos(caller: Caller, request: GetSavedVideos) -> listing.VideoPage:
    """List what the caller saved, as far as it is still there for them, the latest first."""
    return saves.saved_by(caller.uid, request.collection_id, request.limit, request.cursor)


@call(
    CreateSavedCollection,
    message="Collection made",
    limit=per_minute(20),
    refusals=(TooManyCollections, KeyReused),
    cost="1 read a collection, and 1; 1 write",
)
def createSavedCollection(caller: Caller, request: CreateSavedCollection) -> saves.Collection:
    """Make a collection for saved videos."""
    return saves.create_collection(caller.uid, request)


@call(RenameSavedCollection, limit=per_minute(60), refusals=(NotFound,), cost="1 read, 1 write")
def renameSavedCollection(caller: Caller, request: RenameSavedCollection) -> saves.Collection:
    """Give a collection another name."""
    return saves.rename_collection(caller.uid, request.collection_id, request.name)


@call(
    DeleteSavedCollection,
    message="Collection deleted",
    limit=per_minute(20),
    refusals=(NotFound,),
    cost="2 reads, 1 delete; 1 read and 1 write a video in it",
)
def deleteSavedCollection(caller: Caller, request: DeleteSavedCollection) -> None:
    """Delete a collection. What is in it stays saved, in none."""
    saves.delete_collection(caller.uid, request.collection_id)


@call(GetSavedCollections, limit=per_minute(60), cost="1 read a collection")
def getSavedCollections(caller: Caller, request: GetSavedCollections) -> saves.Collections:  # noqa: ARG001
    """List one's own collections, the oldest first."""
    return saves.collections_of(caller.uid)
