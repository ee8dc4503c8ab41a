"""Links as text."""

from __future__ import annotations

import pytest

from spaktok.links.model import Kind, Link, parse

HOST = "spaktok.example"


@pytest.mark.parametrize("start", ["spaktok://", f"https://{HOST}/"])
@pytest.mark.parametrize("kind", [Kind.USER, Kind.VIDEO, Kind.COMMENT, Kind.NOTIFICATION])
def test_a_link_is_a_kind_and_an_id(start: str, kind: Kind) -> None:
    assert parse(f"{start}{kind}/abc-1", HOST) == Link(kind, "abc-1")
    assert parse(f"{start}notifications", HOST) == Link(Kind.NOTIFICATIONS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "spaktok://",
        "spaktok://video",
        "spaktok://video/",
        "spaktok://video/a/b",
        "spaktok://video/a?b=c",
        "spaktok://video/a#b",
        "spaktok://video/..",
        "spaktok://video/%2e%2e",
        "spaktok://video/a_b",
        "spaktok://video/a\n",
        "spaktok://Video/a",
        "spaktok://admin/a",
        "spaktok://notifications/a",
        "SPAKTOK://video/a",
        "http://spaktok.example/video/a",
        "https://spaktok.example.evil/video/a",
        "https://evil.example/spaktok.example/video/a",
        "https://spaktok.example@evil.example/video/a",
        "https://spaktok.example:8443/video/a",
        "https://spaktok.example//video/a",
        "javascript:alert(1)",
        " spaktok://video/a",
    ],
)
def test_anything_else_is_none_of_ours(text: str) -> None:
    assert parse(text, HOST) is None
