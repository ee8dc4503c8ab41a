"""Client calls of discovery."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.discovery import service
from spaktok.discovery.requests import (
    GetTrendingHashtags,
    GetTrendingSounds,
    GetTrendingVideos,
    GetVideosByHashtag,
    GetVideosBySound,
)
from spaktok.videos.service.listing import VideoPage


@call(
    GetTrendingVideos,
    limit=per_minute(120),
    secrets=(keys.CURSOR_SECRET,),
    cost="2 reads, and 1 a video",
)
def getTrendingVideos(caller: Caller, request: GetTrendingVideos) -> VideoPage:
    """List the videos that trend, as far as they are for the caller."""
    return service.trending_videos(caller.uid, request.limit, request.cursor)


@call(GetTrendingHashtags, limit=per_minute(120), cost="2 reads")
def getTrendingHashtags(
    caller: Caller,  # noqa: ARG001 - the same for everyone
    request: GetTrendingHashtags,
) -> service.TrendingHashtags:
    """List the hashtags that trend."""
    return service.trending_hashtags(request.limit)


@call(GetTrendingSounds, limit=per_minute(120), cost="2 reads, and 1 a sound")
def getTrendingSounds(caller: Caller, request: GetTrendingSounds) -> service.TrendingSounds:
    """List the sounds that trend, as far as their makers are there for the caller."""
    return service.trending_sounds(caller.uid, request.limit)


@call(
    GetVideosByHashtag,
    limit=per_minute(120),
    secrets=(keys.CURSOR_SECRET,),
    cost="4 reads, and 1 a video and author",
)
def getVideosByHashtag(caller: Caller, request: GetVideosByHashtag) -> VideoPage:
    """List a hashtag's public videos: what trends, the newest, or the most viewed first."""
    return service.by_hashtag(
        caller.uid, request.hashtag, request.order, request.limit, request.cursor
    )


@call(
    GetVideosBySound,
    limit=per_minute(120),
    secrets=(keys.CURSOR_SECRET,),
    cost="3 reads, and 1 a video and author",
)
def getVideosBySound(caller: Caller, request: GetVideosBySound) -> VideoPage:
    """List a sound's public videos: what trends, the newest, or the most viewed first."""
    return service.by_sound(
        caller.uid, request.sound_id, request.order, request.limit, request.cursor
    )
