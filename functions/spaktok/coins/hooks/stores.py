"""What the app stores' servers call."""

from __future__ import annotations

from spaktok.coins.service import receipts
from spaktok.core.endpoint.hook import Message, hook


@hook()
def appleNotifications(message: Message) -> None:
    """Hear of refunds and their reversals from Apple (App Store Server Notifications V2)."""
    receipts.apple_told(message.body)


@hook()
def googleNotifications(message: Message) -> None:
    """Hear of refunds from Google Play (Real-time developer notifications, pushed by Pub/Sub)."""
    receipts.google_told(message.body, message.headers)
