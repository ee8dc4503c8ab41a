"""Cloud Scheduler in the test's own process."""

from __future__ import annotations

from importlib import import_module

import flask


def fire(function: str) -> int:
    """Start a scheduled function through its entry point; the HTTP status it answered with."""
    entry = getattr(import_module("main"), function)
    with flask.Flask("schedules").test_request_context("/", method="POST"):
        status: int = entry(flask.request).status_code
        return status
