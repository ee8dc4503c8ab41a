"""Client calls of search."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.search.requests import SearchHashtags, SearchSounds, SearchUsers, SearchVideos
from spaktok.search.service import clips, finding, topics
from spaktok.videos.service.listing import VideoPage


@call(
    SearchUsers,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 read a result, and 1",
)
def searchUsers(caller: Caller, request: SearchUsers) -> finding.FoundPage:
    """Find users by handle or name; typos are forgiven where little else is found."""
    return finding.users(caller.uid, request.query, request.limit, request.cursor)


@call(
    SearchVideos,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="2 reads a result, and 1",
)
def searchVideos(caller: Caller, request: SearchVideos) -> VideoPage:
    """Find public videos by caption, hashtag or owner; typos are forgiven."""
    return clips.search(caller.uid, request)


@call(
    SearchHashtags,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 read a result, and 2",
)
def searchHashtags(caller: Caller, request: SearchHashtags) -> topics.HashtagPage:
    """Find hashtags that public videos have."""
    return topics.hashtags(caller.uid, request.query, request.limit, request.cursor)


@call(
    SearchSounds,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 read a result, and 2",
)
def searchSounds(caller: Caller, request: SearchSounds) -> topics.SoundPage:
    """Find sounds that public videos use, by name or artist."""
    return topics.sounds(caller.uid, request.query, request.limit, request.cursor)
