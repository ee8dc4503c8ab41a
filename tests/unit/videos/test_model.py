"""Captions, hashtags and paths of videos."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from spaktok.videos.model import fold_hashtag, parse_original
from spaktok.videos.requests import LikeVideo, UploadVideo


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("#Café", "café"),
        ("cafe\u0301", "café"),
        ("\uff03\uff23\uff21\uff26\uff25", "cafe"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("صباح", "صباح"),
        ("a_b", "a_b"),
    ],
)
def test_hashtags_that_look_alike_are_one(written: str, found: str) -> None:
    assert fold_hashtag(written) == found


@pytest.mark.parametrize("written", ["", "#", "_a", "a_", "a b", "a/b", "..", "__x__", "x" * 51])
def test_what_is_no_hashtag_is_refused(written: str) -> None:
    assert fold_hashtag(written) is None
    with pytest.raises(ValidationError, match="hashtags"):
        UploadVideo(hashtags=[written])


def test_repeated_hashtags_count_once() -> None:
    assert UploadVideo(hashtags=["Sun", "#sun", "bay"]).hashtags == ["sun", "bay"]


def test_a_video_cannot_be_for_a_custom_audience() -> None:
    with pytest.raises(ValidationError, match="visibility"):
        UploadVideo.model_validate({"visibility": "custom"})


@pytest.mark.parametrize("action", [None, "", "LIKE", "toggle", True, 1])
def test_a_like_must_say_what_it_wants(action: object) -> None:
    with pytest.raises(ValidationError, match="action"):
        LikeVideo.model_validate({"videoId": "v1", "action": action})


def test_only_originals_are_taken_for_uploads() -> None:
    assert parse_original("videos/ana/v1/original.mp4") == ("ana", "v1")
    for other in (
        "videos/ana/v1/processed.mp4",
        "videos/ana/v1/thumbnail.jpg",
        "videos/ana/v1/x/original.mp4",
        "stories/ana/v1/original.mp4",
        "original.mp4",
    ):
        assert parse_original(other) is None
