"""Work of trends that no client waits for."""

from datetime import datetime

from spaktok.core.endpoint.work import schedule
from spaktok.trends.service import computing


@schedule("every 10 minutes")
def computeTrends(at: datetime) -> None:
    """Make the lists of what trends anew."""
    computing.compute(at)
