"""What clients may ask of links."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spaktok.core.shape import Request


class ResolveDeepLink(Request):
    """Ask what a link opens, before opening it."""

    link: Annotated[
        str, Field(min_length=1, max_length=512, description="`spaktok://…`, or the same by https.")
    ]
