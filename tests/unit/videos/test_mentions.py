"""What in a text is a mention."""

from __future__ import annotations

import pytest

from spaktok.videos.service.mentions import MENTIONS_MAX, handles


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@ben.name look", ("ben.name",)),
        ("(@Ben.Name, @carl_9)", ("ben.name", "carl_9")),
        ("@ben @BEN @ben", ("ben",)),
        ("look at @ben.name.", ("ben.name",)),
        ("mail ben@example.com or ben.@carl", ()),
        ("@@ben", ()),
        ("@ab is too short, @", ()),
        ("@" + "a" * 25, ()),
        ("مرحبا @ben", ("ben",)),
        ("", ()),
    ],
)
def test_a_handle_after_an_at_sign_of_its_own(text: str, found: tuple[str, ...]) -> None:
    assert handles(text) == found


def test_a_crowd_is_cut_off() -> None:
    text = " ".join(f"@name{number:02}" for number in range(40))
    assert handles(text) == tuple(f"name{number:02}" for number in range(MENTIONS_MAX))
