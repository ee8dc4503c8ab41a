"""Work of devices that no client waits for."""

from datetime import datetime

from spaktok.core.endpoint.work import schedule
from spaktok.devices import service


@schedule("every 24 hours")
def sweepDevices(at: datetime) -> None:
    """Forget the devices on which nobody opened the app for a month."""
    service.sweep(at)
