"""A gift's shapes, as a picture and as an animation. Pure.

The animation is in the format of Lottie (lottie.github.io/lottie-spec): one layer that pops up, sways
the more the rarer the gift is, and fades.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw

GRID: Final = 100
PIXELS: Final = 256
_FINER: Final = 4
"""Drawn so many times as large and made smaller, for smooth edges."""
FRAMES_A_SECOND: Final = 30
_POP: Final = 0.12
_FADE: Final = 0.88
"""Shares of the time at which it is all there, and from which on it goes."""
ROUND: Final = 360
_SWAY: Final = {"common": 0, "rare": 8, "epic": 16, "legendary": ROUND}
"""Degrees by rarity: the dearest turn round."""
_ART: Final = Path(__file__).with_name("art.json")


@dataclass(frozen=True, slots=True)
class Shape:
    """One coloured shape on the grid."""

    kind: str
    colour: str
    numbers: tuple[float, ...]

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour, 0 to 255 each."""
        red, green, blue = bytes.fromhex(self.colour.removeprefix("#"))
        return red, green, blue


@cache
def art() -> dict[str, tuple[Shape, ...]]:
    """The shapes of every gift that has some, the lowest first."""
    stored: dict[str, list[list[Any]]] = json.loads(_ART.read_text(encoding="utf-8"))
    return {
        gift: tuple(Shape(kind, colour, tuple(numbers)) for kind, colour, *numbers in shapes)
        for gift, shapes in stored.items()
    }


def picture(shapes: tuple[Shape, ...]) -> bytes:
    """A PNG of 256 by 256 pixels, transparent around the shapes."""
    side = PIXELS * _FINER
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for shape in shapes:
        numbers = [number * side / GRID for number in shape.numbers]
        match shape.kind:
            case "ellipse":
                x, y, width, height = numbers
                box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
                draw.ellipse(box, fill=shape.rgb)
            case "rect":
                x, y, width, height, radius = numbers
                draw.rounded_rectangle((x, y, x + width, y + height), radius, fill=shape.rgb)
            case "poly":
                draw.polygon(numbers, fill=shape.rgb)
            case _:
                raise ValueError(f"no such shape: {shape.kind}")
    file = io.BytesIO()
    image.resize((PIXELS, PIXELS), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()


def animation(gift_id: str, shapes: tuple[Shape, ...], duration_ms: int, rarity: str) -> bytes:
    """A Lottie animation of that many milliseconds, as JSON."""
    last = round(duration_ms * FRAMES_A_SECOND / 1000)
    full, sway = 100 * PIXELS / GRID, _SWAY[rarity]
    turns: list[tuple[float, list[float]]] = [
        (0, [0]),
        (0.5, [sway]),
        (1, [sway if sway == ROUND else -sway]),
    ]
    layer = {
        "ty": 4,
        "nm": gift_id,
        "ip": 0,
        "op": last,
        "st": 0,
        "sr": 1,
        "ks": {
            "a": _still([GRID / 2, GRID / 2]),
            "p": _still([PIXELS / 2, PIXELS / 2]),
            "s": _moving([(0, [0, 0]), (_POP, [full * 1.15] * 2), (2 * _POP, [full] * 2)], last),
            "r": _moving(turns, last) if sway else _still(0),
            "o": _moving([(0, [100]), (_FADE, [100]), (1, [0])], last),
        },
        # In Lottie the first lies on top.
        "shapes": [_group(shape) for shape in reversed(shapes)],
    }
    whole = {
        "v": "5.7.0",
        "nm": gift_id,
        "fr": FRAMES_A_SECOND,
        "ip": 0,
        "op": last,
        "w": PIXELS,
        "h": PIXELS,
        "assets": [],
        "layers": [layer],
    }
    return json.dumps(whole, separators=(",", ":")).encode()


def _still(value: Any) -> dict[str, Any]:
    return {"a": 0, "k": value}


def _moving(steps: list[tuple[float, list[float]]], last: int) -> dict[str, Any]:
    ease = {"i": {"x": [0.6], "y": [1]}, "o": {"x": [0.4], "y": [0]}}
    frames = [{"t": round(share * last), "s": value, **ease} for share, value in steps]
    return {"a": 1, "k": frames}


def _group(shape: Shape) -> dict[str, Any]:
    colour = [round(part / 255, 4) for part in shape.rgb]
    fill = {"ty": "fl", "c": _still([*colour, 1]), "o": _still(100), "r": 1}
    place = {
        "ty": "tr",
        "a": _still([0, 0]),
        "p": _still([0, 0]),
        "s": _still([100, 100]),
        "r": _still(0),
        "o": _still(100),
    }
    return {"ty": "gr", "it": [_outline(shape), fill, place]}


def _outline(shape: Shape) -> dict[str, Any]:
    match shape.kind:
        case "ellipse":
            x, y, width, height = shape.numbers
            return {"ty": "el", "p": _still([x, y]), "s": _still([width, height])}
        case "rect":
            x, y, width, height, radius = shape.numbers
            centre = [x + width / 2, y + height / 2]
            size = [width, height]
            return {"ty": "rc", "p": _still(centre), "s": _still(size), "r": _still(radius)}
        case "poly":
            corners = [list(pair) for pair in zip(*[iter(shape.numbers)] * 2, strict=True)]
            straight = [[0, 0]] * len(corners)
            path = {"c": True, "v": corners, "i": straight, "o": straight}
            return {"ty": "sh", "ks": _still(path)}
        case _:
            raise ValueError(f"no such shape: {shape.kind}")
