"""The stand-in beside emulators: recognises what tests plant, and says so honestly.

It knows three words and two colours. It finds nothing else, and calls itself `local-standin` in every
assessment, so nobody takes its approval for a judgement.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from typing import Final

from spaktok.integrations.moderation.terms import Assessment, Material, Unavailable

NAME: Final = "local-standin/1"
REJECTED_WORD: Final = "spaktok-test-reject"
REVIEWED_WORD: Final = "spaktok-test-review"
OUTAGE_WORD: Final = "spaktok-test-outage"
OUTAGE_VARIABLE: Final = "SPAKTOK_MODERATION_OUTAGE"
"""Set to 1, the engine is out of order."""

_REJECT, _REVIEW, _NOTHING = 0.95, 0.5, 0.02
_PATTERNS: Final = {
    "planted-magenta": ((255, 0, 255), _REJECT),
    "planted-cyan": ((0, 255, 255), _REVIEW),
}
"""A frame that is all of one of these colours."""
_TOLERANCE: Final = 24


class Standin:
    """Knows planted patterns and words."""

    def assess(self, material: Material) -> Assessment:
        """The highest risk of anything planted. Raises `Unavailable` while the switch is on."""
        if os.environ.get(OUTAGE_VARIABLE) == "1" or OUTAGE_WORD in material.text:
            raise Unavailable("the stand-in is switched off")
        found = [*_words(material.text), *_pictures(material.frames)]
        risk = max((risk for _, risk in found), default=_NOTHING)
        return Assessment(risk, tuple(sorted({label for label, _ in found})), NAME)


def _words(text: str) -> Iterator[tuple[str, float]]:
    folded = text.casefold()
    if REJECTED_WORD in folded:
        yield "planted-word-reject", _REJECT
    if REVIEWED_WORD in folded:
        yield "planted-word-review", _REVIEW


def _pictures(frames: Sequence[bytes]) -> Iterator[tuple[str, float]]:
    from PIL import Image

    for frame in frames:
        # One pixel of what ffmpeg itself has just written: the mean of the frame.
        with Image.open(io.BytesIO(frame), formats=("JPEG",)) as image:
            mean = image.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
        for label, (colour, risk) in _PATTERNS.items():
            if isinstance(mean, tuple) and all(
                abs(is_ - planted) <= _TOLERANCE for is_, planted in zip(mean, colour, strict=True)
            ):
                yield label, risk
