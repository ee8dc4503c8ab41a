"""What clients may ask of search."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spaktok.core.shape import Cursor, Request

QUERY_MAX = 100


class SearchUsers(Request):
    """Find users by handle or name: by how they begin, or nearly so."""

    query: Annotated[str, Field(min_length=1, max_length=QUERY_MAX)]
    limit: Annotated[
        int, Field(ge=5, le=50, description="The most results on the page; it may hold fewer.")
    ] = 20
    cursor: Cursor | None = None


class ReindexUsers(Request):
    """A task: put everyone into the index anew, from the user after `after` on."""

    run: Annotated[str, Field(max_length=64)]
    after: Annotated[str, Field(max_length=160)] | None = None
