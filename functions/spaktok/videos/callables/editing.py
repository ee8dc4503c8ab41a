"""Client calls of videos: what owners do with theirs."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.videos.refusals import NotAllowedHere, NotPublishable, SoundUnavailable, TimeOutOfRange
from spaktok.videos.requests import DeleteVideo, PublishVideo, ScheduleVideo, UpdateVideo
from spaktok.videos.service import editing, removal


@call(
    UpdateVideo,
    message="Video updated",
    sensitive=True,
    limit=per_minute(60),
    refusals=(NotFound, NotAllowedHere),
    cost="4 reads, up to 5 writes",
)
def updateVideo(caller: Caller, request: UpdateVideo) -> editing.Changed:
    """Change a video of one's own: words, audience, permissions.

    New words of a processed video are checked first; until they pass, the old ones are shown.
    """
    return editing.update(caller.uid, request)


@call(
    PublishVideo,
    message="Video published",
    sensitive=True,
    limit=per_minute(30),
    refusals=(NotFound, NotPublishable, NotAllowedHere, SoundUnavailable),
    cost="4 reads, up to 5 writes",
)
def publishVideo(caller: Caller, request: PublishVideo) -> editing.Changed:
    """Publish a draft or a scheduled video now. Repeating it changes nothing."""
    return editing.publish(caller.uid, request.video_id)


@call(
    ScheduleVideo,
    message="Video scheduled",
    sensitive=True,
    limit=per_minute(30),
    refusals=(NotFound, NotPublishable, TimeOutOfRange),
    cost="4 reads, 2 writes",
)
def scheduleVideo(caller: Caller, request: ScheduleVideo) -> editing.Changed:
    """Have a video published at an hour, at another, or not (it stays a draft)."""
    return editing.schedule(caller.uid, request.video_id, request.publish_at)


@call(
    DeleteVideo,
    message="Video deleted",
    sensitive=True,
    limit=per_minute(60),
    refusals=(NotFound,),
    cost="4 reads, up to 6 writes; the rest by a task",
)
def deleteVideo(caller: Caller, request: DeleteVideo) -> removal.Deleted:
    """Delete a video of one's own: it is gone for everyone at once, its files within seconds."""
    return removal.delete(caller.uid, request.video_id)
