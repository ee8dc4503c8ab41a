"""What a person must look at: a document a kind and a thing, and a line in the log that pages."""

from __future__ import annotations

from spaktok.core import clients, clock, ids, log


def raise_alarm(kind: str, about: str, why: str = "") -> None:
    """Raise it; raised again, it is the same. One write."""
    alarm = clients.db().collection("alarms").document(ids.digest("alarm", kind, about))
    alarm.set({"invariant": kind, "subject": about, "why": why, "at": clock.now()})
    log.alarm(kind, about=about)
