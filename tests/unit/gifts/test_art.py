"""Every gift of the catalogue has a picture and an animation, made of the same shapes."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image

from giftart import drawing
from spaktok.gifts.service import catalogue

GIFTS = catalogue.first().gifts


def animated(gift_id: str) -> dict[str, Any]:
    gift = GIFTS[gift_id]
    made = drawing.animation(gift_id, drawing.art()[gift_id], gift.duration_ms, gift.rarity)
    found: dict[str, Any] = json.loads(made)
    return found


def test_every_gift_is_drawn_and_nothing_else_is() -> None:
    assert drawing.art().keys() == GIFTS.keys()


def test_no_two_gifts_look_alike() -> None:
    assert len(set(drawing.art().values())) == len(GIFTS)


@pytest.mark.parametrize("gift_id", ["rose", "galaxy"])
def test_a_picture_is_a_small_png_that_is_transparent_around_the_gift(gift_id: str) -> None:
    made = drawing.picture(drawing.art()[gift_id])
    image: Any = Image.open(io.BytesIO(made))
    assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (256, 256))
    assert image.getpixel((0, 0))[3] == 0
    assert image.getpixel((128, 128))[3] == 255
    assert len(made) < 50_000


def test_every_shape_lies_on_the_grid() -> None:
    for gift_id, shapes in drawing.art().items():
        for shape in shapes:
            assert all(0 <= number <= drawing.GRID for number in shape.numbers), gift_id


@pytest.mark.parametrize("gift_id", GIFTS)
def test_an_animation_takes_as_long_as_the_catalogue_says(gift_id: str) -> None:
    made = animated(gift_id)
    assert made["op"] / made["fr"] * 1000 == GIFTS[gift_id].duration_ms
    (layer,) = made["layers"]
    assert (layer["ip"], layer["op"]) == (made["ip"], made["op"])
    assert [one["t"] for one in layer["ks"]["o"]["k"]][-1] == made["op"]


@pytest.mark.parametrize("gift_id", GIFTS)
def test_an_animation_has_every_shape_with_the_topmost_first(gift_id: str) -> None:
    shapes = drawing.art()[gift_id]
    groups = animated(gift_id)["layers"][0]["shapes"]
    kinds = {"ellipse": "el", "rect": "rc", "poly": "sh"}
    assert [one["it"][0]["ty"] for one in groups] == [kinds[one.kind] for one in reversed(shapes)]
    assert [one["it"][1]["ty"] for one in groups] == ["fl"] * len(shapes)


def test_a_shape_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no such shape"):
        drawing.picture((drawing.Shape("blob", "#000000", (1, 2)),))


def test_only_the_dearest_turn_round() -> None:
    def turning(gift_id: str) -> Any:
        return animated(gift_id)["layers"][0]["ks"]["r"]["a"]

    assert (turning("rose"), turning("galaxy")) == (0, 1)
