"""Looking at sampled frames: their perceptual hashes, and which of them shows the clip best.

numpy and pdqhash (bindings of Facebook's own implementation) see raw pixels only, which ffmpeg
decoded in its jail: no parser of ours meets a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from spaktok.media.hashes import FrameHash
from spaktok.media.model import RASTER, Sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DARK: Final = 24.0
_BRIGHT: Final = 235.0
"""Mean luma, 0 to 255, beyond which a frame is a fade rather than a picture."""
_FLAT: Final = 8.0
"""Standard deviation of luma below which there is nothing to see."""


def hashes(samples: Sequence[Sample]) -> list[FrameHash]:
    """The PDQ hash of each frame."""
    import pdqhash

    found = []
    for sample in samples:
        bits, quality = pdqhash.compute(_raster(sample))
        digits = f"{int(''.join(str(int(bit)) for bit in bits), 2):064x}"
        found.append(FrameHash(digits, int(quality)))
    return found


def best(samples: Sequence[Sample]) -> int:
    """The index of the frame to show: sharp and rich in contrast, never black if any is not.

    The earliest among equals, so that the same frames give the same choice.
    """
    scores = [_score(sample) for sample in samples]
    return scores.index(max(scores))


def _score(sample: Sample) -> float:
    """Sharpness (variance of the Laplacian) weighed with contrast; fades and flat frames are last."""
    luma = _luma(sample)
    mean, deviation = float(luma.mean()), float(luma.std())
    laplacian = (
        4 * luma[1:-1, 1:-1] - luma[:-2, 1:-1] - luma[2:, 1:-1] - luma[1:-1, :-2] - luma[1:-1, 2:]
    )
    score = round(float(laplacian.var()) ** 0.5 * deviation, 3)
    if not _DARK <= mean <= _BRIGHT or deviation < _FLAT:
        return score * 1e-6
    return score


def _raster(sample: Sample) -> NDArray[Any]:
    import numpy as np

    return np.frombuffer(sample.raster, dtype=np.uint8).reshape(RASTER, RASTER, 3)


def _luma(sample: Sample) -> NDArray[Any]:
    import numpy as np

    weights = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
    return _raster(sample).astype(np.float32) @ weights
