"""The yardstick: what firebase-functions itself costs a function that only answers."""

from __future__ import annotations

from typing import Any

from firebase_functions import https_fn  # noqa: TID253 - the very thing that is measured


@https_fn.on_call()
def echo(request: https_fn.CallableRequest[Any]) -> Any:
    """Answer what was sent."""
    return request.data
