"""Telling: the one function every feature uses, and all of notifications that it needs to load."""

from __future__ import annotations

from dataclasses import asdict

from spaktok.core.dispatch import Task, send
from spaktok.notifications.model import News


def task(news: News) -> Task:
    """The task that delivers this news: the same news is the same task."""
    return Task(function="deliverNotification", id=news.id, payload=asdict(news))


def announce(news: News) -> None:
    """Tell it, after the commit that caused it. Nobody is told what they did themselves."""
    if news.actor != news.recipient:
        send(task(news))
