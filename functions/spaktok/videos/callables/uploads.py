"""Client calls of videos: uploading."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.videos.refusals import (
    ChallengeClosed,
    NotAllowedHere,
    SoundUnavailable,
    TimeOutOfRange,
)
from spaktok.videos.requests import (
    UploadVideo,
)
from spaktok.videos.service import upload


@call(
    UploadVideo,
    message="Upload the file now",
    sensitive=True,
    limit=per_minute(30),
    refusals=(
        KeyReused,
        NotFound,
        NotAllowedHere,
        SoundUnavailable,
        ChallengeClosed,
        TimeOutOfRange,
    ),
    secrets=(keys.CURSOR_SECRET,),
    cost="6 reads, 6 writes; 1 to 3 reads more for a sound, a challenge or a parent",
)
def uploadVideo(caller: Caller, request: UploadVideo) -> upload.UploadTicket:
    """Ask for a place to upload a video to; publishing follows by itself.

    Ten a day, thirty for a holder of a premium slot, and more from level 10 and 20 on; three minutes
    long, ten with a premium slot (`videos/policy.json`).
    """
    return upload.issue(caller.uid, request)
