"""Client calls of gifts: boards, history, what was given."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.gifts.refusals import GiftsHidden
from spaktok.gifts.requests import (
    GetGiftAnalytics,
    GetGiftHistory,
    GetGiftLeaderboard,
    GetStreamTopGifters,
    GetUserGifts,
    GetUserGiftStats,
)
from spaktok.gifts.service import history, leaderboards, stats


@call(GetGiftLeaderboard, limit=per_minute(60), cost="2 reads, and 1 a place")
def getGiftLeaderboard(caller: Caller, request: GetGiftLeaderboard) -> leaderboards.Board:
    """Read who gave, or was given, most: this UTC day, ISO week, month, or ever."""
    return leaderboards.read(caller.uid, request.period, request.type, request.limit)


@call(
    GetStreamTopGifters,
    limit=per_minute(60),
    refusals=(NotFound,),
    cost="4 reads, and 1 a gifter (at most 20)",
)
def getStreamTopGifters(caller: Caller, request: GetStreamTopGifters) -> leaderboards.TopGifters:
    """Read who gave most in a stream that one may watch."""
    return leaderboards.top_gifters(caller.uid, request.stream_id)


@call(GetUserGiftStats, limit=per_minute(60), cost="2 reads")
def getUserGiftStats(caller: Caller, request: GetUserGiftStats) -> stats.Stats:
    """Read what one gave and was given; nobody else's."""
    return stats.own(caller.uid, with_streaks=request.with_streaks)


@call(
    GetUserGifts,
    limit=per_minute(60),
    refusals=(NotFound, GiftsHidden),
    cost="3 reads",
)
def getUserGifts(caller: Caller, request: GetUserGifts) -> stats.Wall:
    """List what a user was given: which gifts and how many, and not by whom."""
    return stats.wall(caller.uid, UserId(request.user_id))


@call(
    GetGiftHistory,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="3 reads a gift, and 2; 1 or 2 more where several lots paid or some was taken back",
)
def getGiftHistory(caller: Caller, request: GetGiftHistory) -> history.HistoryPage:
    """List the gifts one sent, or was sent, newest first."""
    return history.page(caller.uid, request.type, request.limit, request.cursor)


@call(GetGiftAnalytics, limit=per_minute(30), cost="up to 18 reads, and 1 a gifter (at most 10)")
def getGiftAnalytics(caller: Caller, request: GetGiftAnalytics) -> stats.Analytics:
    """Read how gifts do for oneself: by day and hour, popular gifts, top gifters."""
    return stats.analytics(caller.uid, request.days)
