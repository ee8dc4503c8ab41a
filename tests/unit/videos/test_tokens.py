"""Download URLs that somebody minted for a video's file are taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from spaktok.core import clients
from spaktok.videos.service import tokens

PATH = "videos/ana/some-video/processed.mp4"


@dataclass
class Blob:
    """An object of Storage, as far as its metadata goes."""

    metadata: dict[str, Any] | None
    metageneration: int = 7
    patched: list[tuple[Any, int]] = field(default_factory=list)

    def patch(self, *, if_metageneration_match: int) -> None:
        self.patched.append((self.metadata, if_metageneration_match))


@pytest.fixture
def blob(monkeypatch: pytest.MonkeyPatch) -> Blob:
    """An object somebody minted a URL for, in production."""
    monkeypatch.delenv("FIREBASE_STORAGE_EMULATOR_HOST", raising=False)
    stored = Blob({"firebaseStorageDownloadTokens": "3f1c"})

    class Bucket:
        def get_blob(self, path: str) -> Blob | None:
            return stored if path == PATH else None

    monkeypatch.setattr(clients, "bucket", Bucket)
    return stored


def test_a_minted_token_is_removed_and_nothing_else(blob: Blob) -> None:
    """Negative control: without the patch, the URL works for ever, whoever is blocked since."""
    assert tokens.revoke(PATH)
    assert blob.patched == [({"firebaseStorageDownloadTokens": None}, 7)]


@pytest.mark.parametrize("metadata", [None, {}, {"note": "x"}])
def test_the_event_of_the_removal_itself_changes_nothing(
    blob: Blob, metadata: dict[str, Any] | None
) -> None:
    blob.metadata = metadata
    assert not tokens.revoke(PATH)
    assert blob.patched == []


@pytest.mark.parametrize(
    "path", ["profiles/ana/profile_1_320.jpg", "videos/ana/gone/processed.mp4"]
)
def test_other_objects_and_those_that_are_gone_are_left_alone(blob: Blob, path: str) -> None:
    assert not tokens.revoke(path)
    assert blob.patched == []


def test_beside_the_emulator_nothing_is_done(blob: Blob, monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps tokens apart from the metadata, and would send an event for each attempt."""
    monkeypatch.setenv("FIREBASE_STORAGE_EMULATOR_HOST", "127.0.0.1:1")
    assert not tokens.revoke(PATH)
    assert blob.patched == []
