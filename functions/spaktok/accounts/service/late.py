"""Waking somebody for a job of an account's life that does not end."""

from __future__ import annotations

from datetime import datetime, timedelta


def watch(what: str, subject: str, since: datetime, most: timedelta, at: datetime) -> None:
    """Raise an alarm where what began at `since` should be over at `at`. A write, and only then."""
    if at - since < most:
        return
    from spaktok.core import alarms

    why = f"has not ended since {since.isoformat()}"
    alarms.sound("account", [alarms.Alarm(what, subject, why)])
