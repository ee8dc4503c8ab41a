"""Requests: the strict base every one of them has, and the field types they share."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from spaktok.core import ids
from spaktok.core.encode import camel


class Request(BaseModel):
    """What a client sends: camelCase on the wire, strict types, unknown fields refused."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        alias_generator=camel,
        populate_by_name=True,
        hide_input_in_errors=True,
    )


class Keyed(Request):
    """A request that has an effect which must not happen twice."""

    idempotency_key: Annotated[
        str | None,
        Field(
            default=None,
            pattern=r"^[A-Za-z0-9_-]{8,64}$",
            description="Made by the client, once an intent; a retry sends the same key.",
        ),
    ]


class Nothing(Request):
    """A call that takes no arguments."""


Uid = Annotated[str, Field(pattern=ids.ID_PATTERN, description="A user's id.")]
Vid = Annotated[str, Field(pattern=ids.ID_PATTERN, description="A video's id.")]
PageSize = Annotated[int, Field(ge=1, le=50, description="Items on the page.")]
Cursor = Annotated[
    str, Field(min_length=1, max_length=2048, description="Where the previous page ended.")
]


def _visible(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


Line = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_visible)]
"""Text that says something; the length is the feature's to bound."""
