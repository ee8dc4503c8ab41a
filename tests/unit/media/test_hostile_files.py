"""A playlist or script that is named like a video makes nothing read or fetch anything."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from spaktok.integrations.ffmpeg import probe, process
from spaktok.integrations.ffmpeg.probing import PROBE_BUDGET, input_arguments
from spaktok.media.model import MediaRejected, RejectReason, VideoLimits

SECRET = "the-secret-outside"
FTYP = b"\0\0\0\x18ftypisom\0\0\2\0isomavc1"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def hostile_texts(listener: socket.socket, secret: Path) -> dict[str, str]:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/steal.ts"
    return {
        "playlist of an address": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{url}\n",
        "playlist of a file": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{secret}\n",
        "concat of an address": f"ffconcat version 1.0\nfile '{url}'\n",
        "concat of a file": f"ffconcat version 1.0\nfile '{secret}'\n",
        "session description": f"v=0\nc=IN IP4 127.0.0.1\nm=video {url}\n",
        "manifest": f"<MPD><Period><BaseURL>{url}</BaseURL></Period></MPD>\n",
    }


KINDS = (
    "playlist of an address",
    "playlist of a file",
    "concat of an address",
    "concat of a file",
    "session description",
    "manifest",
)


def connections(listener: socket.socket) -> int:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return 0
    return 1


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_refused_by_its_first_bytes(
    tmp_path: Path, listener: socket.socket, kind: str
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_text(hostile_texts(listener, tmp_path / "secret.txt")[kind])
    with pytest.raises(MediaRejected) as refusal:
        probe(path, VideoLimits())
    assert refusal.value.reason is RejectReason.NOT_A_VIDEO
    assert connections(listener) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_refused_behind_the_first_bytes_of_a_video(
    tmp_path: Path, listener: socket.socket, kind: str
) -> None:
    path = tmp_path / "clip.mp4"
    text = hostile_texts(listener, tmp_path / "secret.txt")[kind]
    path.write_bytes(FTYP + b"\n" + text.encode())
    with pytest.raises(MediaRejected) as refusal:
        probe(path, VideoLimits())
    assert refusal.value.reason is RejectReason.CORRUPT
    assert connections(listener) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_ffmpeg_itself_reads_and_fetches_nothing_for_it(
    tmp_path: Path, listener: socket.socket, kind: str
) -> None:
    """The first bytes are not looked at here: ffmpeg gets the file as the pipeline would open it.

    With `-f mov` and the protocol whitelist removed (and `-safe 0` given), "concat of an
    address" connects to the listener.
    """
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    path = tmp_path / "clip.mp4"
    path.write_text(hostile_texts(listener, secret)[kind])
    (scratch := tmp_path / "scratch").mkdir()
    arguments = [*input_arguments(path), "-map", "0", "-c", "copy", "-f", "data", "stolen"]
    outcome = process.run(arguments, PROBE_BUDGET, scratch)
    assert not outcome.succeeded
    assert "Invalid data found" in outcome.stderr
    assert connections(listener) == 0
    assert SECRET not in outcome.stdout + outcome.stderr
    assert list(scratch.iterdir()) == []


def test_an_address_given_straight_to_ffmpeg_is_not_fetched(
    tmp_path: Path, listener: socket.socket
) -> None:
    """With `-protocol_whitelist` removed and the network namespace kept, this connects."""
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/clip.mp4"
    arguments = ["-rw_timeout", "500000", "-f", "mov", "-i", url, "-f", "null", "-"]
    outcome = process.run(arguments, PROBE_BUDGET, tmp_path)
    assert not outcome.succeeded
    assert "not on whitelist" in outcome.stderr
    assert connections(listener) == 0


def test_no_picture_larger_than_the_probed_one_is_decoded(
    tmp_path: Path, sample: Callable[[str], Path]
) -> None:
    """With `-max_pixels` removed, the large picture behind the small promise is decoded."""
    path = sample("full_hd")
    found = probe(path, VideoLimits())
    promised = replace(found, coded_width=64, coded_height=64)
    decode = ["-map", "0:V:0", "-frames:v", "1", "-f", "framecrc", "pipe:1"]
    for picture, decoded in ((found, True), (promised, False)):
        outcome = process.run([*input_arguments(path, picture), *decode], PROBE_BUDGET, tmp_path)
        assert outcome.succeeded is decoded
