"""Client calls of videos: sounds and challenges."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_day, per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.videos.refusals import ChallengeClosed, NotPublishable, WordsNotAllowed
from spaktok.videos.requests import (
    CreateChallenge,
    GetChallenge,
    GetSound,
    GetTrendingChallenges,
    JoinChallenge,
)
from spaktok.videos.service import challenges, joining, sounds


@call(
    GetSound,
    limit=per_minute(300),
    refusals=(NotFound,),
    cost="2 reads, 1 RPC",
)
def getSound(caller: Caller, request: GetSound) -> sounds.SoundView:
    """Read one sound: whose it is, how long, how often it is used."""
    return sounds.get(caller.uid, request.sound_id)


@call(
    CreateChallenge,
    message="Challenge created",
    sensitive=True,
    limit=per_day(10),
    refusals=(KeyReused, WordsNotAllowed),
    cost="2 reads, 2 writes",
)
def createChallenge(caller: Caller, request: CreateChallenge) -> challenges.ChallengeView:
    """Call out a challenge. Videos join it by its id when they are uploaded."""
    return challenges.create(caller.uid, request)


@call(
    JoinChallenge,
    message="Challenge joined",
    sensitive=True,
    limit=per_minute(30),
    refusals=(NotFound, ChallengeClosed, NotPublishable),
    cost="7 reads, 1 write",
)
def joinChallenge(caller: Caller, request: JoinChallenge) -> joining.Joined:
    """Enter a video of one's own, out or not, in a challenge that runs; it leaves any other."""
    return joining.join(caller.uid, request.challenge_id, request.video_id)


@call(GetTrendingChallenges, limit=per_minute(120), cost="4 reads a challenge")
def getTrendingChallenges(
    caller: Caller, request: GetTrendingChallenges
) -> challenges.TrendingChallenges:
    """List the challenges that run now, those of most participants first."""
    return challenges.trending(caller.uid, request.limit)


@call(
    GetChallenge,
    limit=per_minute(300),
    refusals=(NotFound,),
    cost="3 reads, 1 RPC",
)
def getChallenge(caller: Caller, request: GetChallenge) -> challenges.ChallengeView:
    """Read one challenge: upcoming, active or ended, by the time of now."""
    return challenges.get(caller.uid, request.challenge_id)
