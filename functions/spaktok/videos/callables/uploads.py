"""Client calls of videos: uploading."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_day
from spaktok.core.refusal import KeyReused
from spaktok.videos.requests import (
    UploadVideo,
)
from spaktok.videos.service import upload


@call(
    UploadVideo,
    message="Upload the file now",
    sensitive=True,
    limit=per_day(10).exact(fail_closed=True),
    refusals=(KeyReused,),
    cost="3 reads, 4 writes",
)
def uploadVideo(caller: Caller, request: UploadVideo) -> upload.UploadTicket:
    """Ask for a place to upload a video to; publishing follows by itself."""
    return upload.issue(caller.uid, request)
