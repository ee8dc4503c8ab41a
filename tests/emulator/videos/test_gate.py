"""Nothing is public that has not passed the gate; what is known is recognised."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from demo import clips
from spaktok.accounts.model import mentions
from spaktok.core import audit, clients
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.graph import service as graph
from spaktok.media import hashes
from spaktok.users.refusals import NotYourOwn
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.model import ModerationStatus, Sort, Video, VideoStatus
from spaktok.videos.refusals import NoCase
from spaktok.videos.requests import UploadVideo
from spaktok.videos.service import (
    access,
    duplicates,
    editing,
    judging,
    profile_tab,
    review,
    upload,
)
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.schedule import fire
from tests.support.time import TestClock
from tests.support.uploads import clip, put

MONA = UserId("mona")


MAGENTA = "color=c=0xff00ff:s=96x64:r=30:d=2"
ANOTHER = "testsrc=s=96x64:r=30:d=3"


@cache
def planted(source: str) -> bytes:
    """A short silent clip of one of ffmpeg's sources."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "clip.mp4"
        how = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-f", "mp4")
        clips._ffmpeg("-f", "lavfi", "-i", source, *how, out)
        return out.read_bytes()


def go(uid: UserId, queue: Queue, data: bytes, **asked: object) -> str:
    """A video through the whole pipeline; its id."""
    place = upload.issue(uid, UploadVideo.model_validate(asked, by_name=True))
    generation = put(place, data)
    upload.arrived(place.storage_path, generation, len(data))
    queue.drain()
    return place.video_id


def video(video_id: str) -> Video:
    found = store.decode(store.ref(video_id).get())
    assert found is not None
    return found


def told(uid: UserId) -> list[str]:
    inbox = clients.db().collection("notifications").stream()
    return sorted(one.get("type") for one in inbox if one.get("userId") == uid)


def unseen(video_id: str, viewer: UserId) -> bool:
    """Whether the video is nowhere for somebody: not by id, profile, feed or news."""
    with pytest.raises(NotFound):
        access.get_video(viewer, video_id)
    tab = profile_tab.videos_of(viewer, ANA, sort=Sort.RECENT, limit=20, cursor=None)
    inbox = clients.db().document(f"users/{viewer}/feed/inbox").get().to_dict() or {}
    return (
        all(one.video_id != video_id for one in tab.videos)
        and video_id not in inbox.get("cards", {})
        and told(viewer) == []
    )


@pytest.mark.parametrize(
    ("caption", "picture", "standing"),
    [
        ("spaktok-test-reject", None, ("removed", "hidden", ["content_removed"])),
        ("spaktok-test-review", None, ("flagged", "review", ["content_flagged"])),
        ("", MAGENTA, ("removed", "hidden", ["content_removed"])),
        ("spaktok-test-outage", None, ("pending", "review", ["video_waits"])),
    ],
)
def test_what_does_not_pass_is_nowhere_for_others_and_its_owner_is_told(
    caption: str, picture: str | None, standing: tuple[str, str, list[str]], queue: Queue
) -> None:
    """Negative control: with `stands` deaf to the moderation, all four are public."""
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    queue.drain()
    clients.db().recursive_delete(clients.db().collection("notifications"))
    data = planted(picture) if picture else clip("small")
    video_id = go(ANA, queue, data, caption=caption)
    found = video(video_id)
    assert (found.moderation, found.status, told(ANA)) == standing
    assert unseen(video_id, BEN)
    assert not found.recommendable
    with pytest.raises(NotFound):
        access.get_video(BEN, video_id)


def test_an_outage_holds_back_until_the_engine_is_back(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without `judging.sweep` in `sweepProcessing` it is held back for ever."""
    join(ANA, BEN)
    monkeypatch.setenv("SPAKTOK_MODERATION_OUTAGE", "1")
    video_id = go(ANA, queue, clip("small"))
    assert video(video_id).status is VideoStatus.REVIEW
    assert editing.publish(ANA, video_id).status is VideoStatus.REVIEW
    assert judging.sweep(time()) == 1
    queue.drain()
    assert video(video_id).status is VideoStatus.REVIEW
    monkeypatch.delenv("SPAKTOK_MODERATION_OUTAGE")
    time.pass_(minutes=5)
    assert fire("sweepProcessing") == 200
    queue.drain(times=2)
    assert access.get_video(BEN, video_id).moderation_status is ModerationStatus.APPROVED
    assert judging.sweep(time()) == 0


def test_a_moderator_decides_once_with_a_reason_that_is_kept_and_never_about_their_own(
    queue: Queue,
) -> None:
    join(ANA, BEN, MONA)
    flagged = go(ANA, queue, clip("small"), caption="spaktok-test-review")
    page = review.pending(MONA, 10, None)
    assert [(one.video_id, one.risk, one.labels) for one in page.cases] == [
        (flagged, 0.5, ["planted-word-review"])
    ]
    with pytest.raises(NotYourOwn):
        review.moderate(ANA, flagged, approve=True, reason="mine")
    for _ in range(2):
        decided = review.moderate(MONA, flagged, approve=True, reason="A test, no threat")
        assert decided.status is VideoStatus.ACTIVE
    queue.drain()
    assert access.get_video(BEN, flagged).video_id == flagged
    assert review.pending(MONA, 10, None).cases == []
    assert review.moderate(MONA, flagged, approve=False, reason="It is").status == "hidden"
    queue.drain()
    assert unseen(flagged, BEN)
    assert "content_removed" in told(ANA)
    again = review.moderate(MONA, flagged, approve=True, reason="Appeal upheld")
    assert again.status is VideoStatus.ACTIVE
    entries = clients.db().collection_group("entries").stream()
    assert sorted(one.get("reason") for one in entries) == [
        "A test, no threat",
        "Appeal upheld",
        "It is",
    ]
    assert audit.verify() == []
    with pytest.raises(NotFound):
        review.moderate(MONA, "never-made", approve=True, reason="?")


def test_a_match_with_known_abuse_is_quarantined_before_any_engine_is_asked(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without `known_abuse` in `judge`, the stand-in approves the clip."""
    join(ANA, BEN, MONA)
    first = go(ANA, queue, clip("small"))
    entry = clients.db().document(f"frameHashes/{first}").get().to_dict() or {}
    near = f"{int(entry['hashes'][3], 16) ^ 0b1011:064x}"
    assert hashes.distance(near, entry["hashes"][3]) == 3
    duplicates.list_abuse(near, "hotline")
    monkeypatch.setenv("SPAKTOK_MODERATION_OUTAGE", "1")
    video_id = go(BEN, queue, clip("small"))
    assert video(video_id).status is VideoStatus.QUARANTINED
    assert told(BEN) == ["content_removed"]
    with pytest.raises(NoCase):
        review.moderate(MONA, video_id, approve=True, reason="no")
    with pytest.raises(NotFound):
        access.get_video(ANA, video_id)


def test_a_copy_is_recognised_told_and_not_recommended(queue: Queue) -> None:
    """Encoded anew and cut down, it is still the same clip. Negative controls: with `alike` at 0, the
    copy is recommended; with the original's id as the `detail` of what Ben is told, it names Ana."""
    join(ANA, BEN, CARL)
    first = go(ANA, queue, clip("normal"))
    assert video(first).recommendable
    copy = go(BEN, queue, recoded(), visibility=Visibility.PUBLIC)
    media = store.media_ref(copy).get().to_dict() or {}
    assert media["isCopy"] is True
    assert (video(copy).status, video(copy).recommendable) == (VideoStatus.ACTIVE, False)
    assert "video_duplicate" in told(BEN)
    # Of which video is nowhere that Ben may read: its id names Ana, who may have blocked him.
    news = [one.to_dict() or {} for one in clients.db().collection("notifications").stream()]
    assert not mentions([media, *(one for one in news if one["userId"] == BEN)], ANA)
    other = go(CARL, queue, planted(ANOTHER))
    assert video(other).recommendable
    assert (store.media_ref(other).get().to_dict() or {})["isCopy"] is False


def test_a_copy_of_what_is_private_is_none_so_that_uploads_find_nothing_out(queue: Queue) -> None:
    join(ANA, BEN)
    go(ANA, queue, clip("normal"), visibility=Visibility.PRIVATE)
    copy = go(BEN, queue, recoded())
    assert video(copy).recommendable
    assert told(BEN) == ["video_published"]


@cache
def recoded() -> bytes:
    """The normal clip, smaller and through another encoder's settings."""
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.mp4", Path(folder) / "copy.mp4"
        source.write_bytes(clip("normal"))
        size = ("-vf", "scale=270:480", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "32")
        clips._ffmpeg("-i", source, *size, "-an", "-f", "mp4", target)
        return target.read_bytes()
