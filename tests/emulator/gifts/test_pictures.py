"""The pictures of the gifts are sent where the catalogue says they lie, and once."""

from __future__ import annotations

import json

import pytest

from giftart import drawing, upload
from spaktok.core import clients
from spaktok.gifts.service import catalogue

pytestmark = pytest.mark.usefixtures("own_bucket")


@pytest.fixture(autouse=True)
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two gifts are drawn."""
    drawn = {gift: drawing.art()[gift] for gift in ("rose", "galaxy")}
    monkeypatch.setattr(upload, "art", lambda: drawn)


def test_what_is_there_is_not_sent_again() -> None:
    """The control: without comparing, four files are sent every time."""
    assert upload.everything() == 4
    assert upload.everything() == 0


def test_they_lie_where_the_catalogue_says() -> None:
    upload.everything()
    rose = catalogue.first().gifts["rose"]
    image = clients.bucket().get_blob(rose.image_path)
    animation = clients.bucket().get_blob(rose.animation_path)
    assert image is not None
    assert animation is not None
    assert (image.content_type, animation.content_type) == ("image/png", "application/json")
    assert image.cache_control == upload.CACHED
    assert json.loads(animation.download_as_bytes())["nm"] == "rose"


def test_an_artists_own_take_the_place_of_ours() -> None:
    upload.everything()
    assert upload.place("rose", b"another picture", b"{}") == 2
    rose = clients.bucket().blob(catalogue.first().gifts["rose"].image_path)
    assert rose.download_as_bytes() == b"another picture"


def test_nothing_is_sent_without_knowing_where_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("FIREBASE_STORAGE_EMULATOR_HOST", raising=False)
    with pytest.raises(SystemExit):
        upload.main([])
    assert "--project is missing" in capsys.readouterr().err
