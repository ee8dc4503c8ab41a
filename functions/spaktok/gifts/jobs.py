"""Work of gifts that no client waits for."""

from datetime import datetime

from spaktok.core.endpoint.work import schedule
from spaktok.gifts.service import leaderboards


@schedule("every 60 minutes")
def updateGiftLeaderboards(at: datetime) -> None:
    """Work every board of givers and receivers out anew."""
    leaderboards.rebuild(at)
