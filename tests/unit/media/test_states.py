"""The states of a video's media, every pair of them."""

from __future__ import annotations

from itertools import product

import pytest

from spaktok.media.model import IllegalMediaMove, MediaState, can_move, move

S = MediaState

LEGAL = {
    (S.CREATED, S.UPLOADED),
    (S.CREATED, S.FAILED),
    (S.UPLOADED, S.PROCESSING),
    (S.UPLOADED, S.FAILED),
    (S.PROCESSING, S.READY),
    (S.PROCESSING, S.FAILED),
}


@pytest.mark.parametrize(("source", "target"), product(MediaState, repeat=2))
def test_only_the_listed_moves_are_legal(source: MediaState, target: MediaState) -> None:
    legal = (source, target) in LEGAL
    assert can_move(source, target) is legal
    if legal:
        assert move(source, target) is target
    else:
        with pytest.raises(IllegalMediaMove, match=f"from {source.value} to {target.value}"):
            move(source, target)


def test_a_failed_video_stays_failed_even_for_a_new_upload() -> None:
    assert not any(can_move(S.FAILED, target) for target in MediaState)
