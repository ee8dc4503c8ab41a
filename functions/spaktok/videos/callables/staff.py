"""Client calls of videos: what moderators decide."""

from spaktok.core import keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import InvalidRequest, NotFound
from spaktok.users.refusals import NotYourOwn
from spaktok.videos.refusals import NoCase
from spaktok.videos.requests import BanHashtag, GetPendingVideos, ModerateVideo, TakeDownSound
from spaktok.videos.service import bans, review, sounds

STAFF = (Role.MODERATOR, Role.ADMIN, Role.SUPERADMIN)


@call(
    ModerateVideo,
    message="Decided",
    roles=STAFF,
    sensitive=True,
    limit=per_minute(120),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound, NotYourOwn, NoCase),
    cost="5 reads, up to 8 writes",
)
def moderateVideo(caller: Caller, request: ModerateVideo) -> review.Decided:
    """Approve a video, or take it from everyone, with a reason that is kept."""
    return review.moderate(
        caller.uid,
        request.video_id,
        approve=request.action == "approve",
        reason=request.reason,
    )


@call(
    GetPendingVideos,
    roles=STAFF,
    limit=per_minute(120),
    secrets=(keys.CURSOR_SECRET,),
    cost="2 reads a video, and 1 more",
)
def getPendingVideos(caller: Caller, request: GetPendingVideos) -> review.CasePage:
    """List the videos that wait for a moderator, oldest first."""
    return review.pending(caller.uid, request.limit, request.cursor)


@call(
    BanHashtag,
    message="Decided",
    roles=STAFF,
    sensitive=True,
    limit=per_minute(60),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(InvalidRequest,),
    cost="3 reads, 3 writes",
)
def banHashtag(caller: Caller, request: BanHashtag) -> bans.HashtagBan:
    """Ban a hashtag: nobody can use it, and no page, list or search shows it. Or let it be again."""
    banned = request.action == "ban"
    return bans.decide(caller.uid, request.hashtag, request.reason, banned=banned)


@call(
    TakeDownSound,
    message="Sound taken down",
    roles=STAFF,
    sensitive=True,
    limit=per_minute(60),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound, NotYourOwn),
    cost="2 reads, 4 writes; the videos by a task",
)
def takeDownSound(caller: Caller, request: TakeDownSound) -> sounds.TakenDown:
    """Take a sound from everyone; the videos that use it lose theirs."""
    return sounds.take_down(caller.uid, request.sound_id, request.reason)
