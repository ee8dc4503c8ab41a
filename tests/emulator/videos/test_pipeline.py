"""From a ticket to a published video, or a reason why not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from demo import clips
from spaktok.core import clients, dispatch
from spaktok.core.ids import UserId, VideoId
from spaktok.core.refusal import KeyReused
from spaktok.core.standing import ProfileRequired
from spaktok.media.model import MediaState
from spaktok.media.profiles import profile
from spaktok.users import service as users
from spaktok.videos import store
from spaktok.videos.requests import UploadVideo
from spaktok.videos.service import access, leases, processing, removal, upload
from tests.support.people import ANA, join
from tests.support.queue import Queue
from tests.support.schedule import fire
from tests.support.time import TestClock
from tests.support.uploads import clip, publish, put, put_in_steps, ticket


def state(video_id: str) -> tuple[str, str | None]:
    """The media's state and the reason of its failure."""
    media = store.media_ref(video_id).get().to_dict() or {}
    video = store.decode(store.ref(video_id).get())
    assert video is not None
    return video.media_state, media.get("failure", {}).get("reason")


def told(uid: UserId) -> list[str]:
    """The types of the notifications a user has."""
    inbox = clients.db().collection("notifications").stream()
    return sorted(one.get("type") for one in inbox if one.get("userId") == uid)


def users_view(video_id: str) -> access.VideoView:
    return access.get_video(ANA, video_id)


def test_without_a_profile_there_is_no_ticket() -> None:
    with pytest.raises(ProfileRequired):
        ticket(ANA)


def test_the_same_key_gets_the_same_ticket_and_another_body_is_a_conflict() -> None:
    join(ANA)
    asked = UploadVideo(caption="Morning", idempotency_key="key-12345678")
    first = upload.issue(ANA, asked)
    assert upload.issue(ANA, asked) == first
    with pytest.raises(KeyReused):
        upload.issue(ANA, UploadVideo(caption="Evening", idempotency_key="key-12345678"))
    assert len(list(clients.db().collection("videos").stream())) == 1


def test_a_good_clip_is_published_with_measured_facts(queue: Queue) -> None:
    join(ANA)
    video_id = publish(ANA, queue, kind="normal")
    assert state(video_id) == (MediaState.READY, None)
    media = store.media_ref(video_id).get().to_dict() or {}
    assert (media["original"]["width"], media["original"]["height"]) == (360, 640)
    assert media["original"]["audioCodec"] == "aac"
    assert media["processed"]["videoCodec"] == "h264"
    assert users.get_profile(ANA, ANA).video_count == 1
    assert told(ANA) == ["video_published"]
    place = f"videos/{ANA}/{video_id}"
    rendition = users_view(video_id).renditions[0]
    assert (rendition.path, rendition.codec) == (f"{place}/processed.mp4", "h264")
    assert rendition.bitrate == media["files"]["processed_mp4"]["bitrate"] > 100_000
    for name in ("processed.mp4", "thumbnail.jpg", "audio.m4a"):
        made = clients.bucket().blob(f"{place}/{name}").download_as_bytes()
        assert not [secret for secret in clips.SECRETS if secret.encode() in made]


def test_a_silent_clip_is_published(queue: Queue) -> None:
    join(ANA)
    video_id = publish(ANA, queue, kind="silent")
    assert state(video_id) == (MediaState.READY, None)
    assert (store.media_ref(video_id).get().to_dict() or {})["processed"]["audioCodec"] is None


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("text", "not_a_video"), ("truncated", "corrupt"), ("long", "too_long")],
)
def test_a_bad_file_fails_for_good_and_its_owner_is_told_once(
    kind: str, reason: str, queue: Queue
) -> None:
    join(ANA)
    video_id = publish(ANA, queue, kind=kind)
    assert state(video_id) == (MediaState.FAILED, reason)
    assert told(ANA) == ["video_failed"]
    assert list(clients.bucket().list_blobs(prefix=f"videos/{ANA}/{video_id}/")) == []


def test_announcing_and_processing_five_times_changes_nothing(queue: Queue) -> None:
    """Negative control: without the check of the state in `arrived` the task is staged again."""
    join(ANA)
    place = ticket(ANA)
    generation = put(place, clip("small"))
    news = [upload.arrived(place.storage_path, generation, 1) for _ in range(5)]
    assert news == [True, False, False, False, False]
    assert queue.names() == ["processVideo"]
    queue.drain(times=5)
    first = store.ref(place.video_id).get()
    for _ in range(5):
        processing.process(ANA, VideoId(place.video_id), generation, last_attempt=False)
    queue.drain(times=5)
    assert store.ref(place.video_id).get().update_time == first.update_time
    assert users.get_profile(ANA, ANA).video_count == 1
    assert told(ANA) == ["video_published"]


def test_an_upload_that_is_broken_off_and_resumed_becomes_one_video(queue: Queue) -> None:
    """Negative control: sent whole after a part had come (`come` of 0), it is no clip."""
    join(ANA)
    place = ticket(ANA)
    generation = put_in_steps(place, clip("small"))
    announced = [
        upload.arrived(place.storage_path, generation, len(clip("small"))) for _ in range(2)
    ]
    queue.drain(times=2)
    assert announced == [True, False]
    assert state(place.video_id) == (MediaState.READY, None)
    assert told(ANA) == ["video_published"]
    assert len(list(clients.db().collection("videos").stream())) == 1


def test_an_object_that_was_never_asked_for_is_left_alone(queue: Queue) -> None:
    join(ANA)
    assert not upload.arrived("videos/ana/never-issued/original.mp4", 1, 1)
    assert not upload.arrived("profiles/ana/profile.jpg", 1, 1)
    assert queue.names() == []


def test_while_one_worker_holds_a_video_another_is_sent_away(queue: Queue, time: TestClock) -> None:
    """Negative control: without `processing.sweep` in `sweepProcessing` it is held for ever."""
    join(ANA)
    place = ticket(ANA)
    generation = put(place, clip("small"))
    upload.arrived(place.storage_path, generation, 1)
    queue.waiting.clear()
    video_id = VideoId(place.video_id)
    lease = leases.take(video_id, generation)
    with pytest.raises(leases.Busy):
        processing.process(ANA, video_id, generation, last_attempt=False)
    time.pass_(minutes=2)
    leases.renew(lease)  # a heartbeat
    time.pass_(minutes=2)
    assert processing.sweep(time()) == 0
    with pytest.raises(leases.Busy):
        processing.process(ANA, video_id, generation, last_attempt=False)
    time.pass_(minutes=2)  # the holder died: its lease is over
    assert fire("sweepProcessing") == 200
    queue.drain()
    assert state(place.video_id) == (MediaState.READY, None)
    with pytest.raises(leases.Lost):
        leases.renew(lease)


def test_after_three_dead_workers_the_watchdog_fails_the_video_and_tells_its_owner(
    queue: Queue, time: TestClock
) -> None:
    """Negative control: without the count of attempts the video is handed on for ever."""
    join(ANA)
    place = ticket(ANA)
    generation = put(place, clip("small"))
    upload.arrived(place.storage_path, generation, 1)
    queue.waiting.clear()
    for _ in range(3):
        leases.take(VideoId(place.video_id), generation)
        time.pass_(minutes=4)
    assert processing.sweep(time()) == 1
    queue.drain()
    assert state(place.video_id) == (MediaState.FAILED, "processing_failed")
    assert told(ANA) == ["video_failed"]
    assert processing.sweep(time()) == 0


def test_an_attempt_goes_on_where_the_last_one_died(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with `Job.done` answering None, the sound and the rendition are made twice."""
    from spaktok.integrations import ffmpeg

    join(ANA)
    place = ticket(ANA)
    generation = put(place, clip("small"))
    upload.arrived(place.storage_path, generation, 1)
    function, task_id, body = queue.waiting.popleft()
    made: list[str] = []
    transcode, encode_sound = ffmpeg.transcode, ffmpeg.encode_sound

    def counted(source: Path, sound: Path | None, target: Path, *rest: Any, **how: Any) -> Any:
        made.append(target.name)
        return transcode(source, sound, target, *rest, **how)

    def heard(source: Path, target: Path, *rest: Any) -> None:
        made.append(target.name)
        encode_sound(source, target, *rest)

    monkeypatch.setattr(ffmpeg, "transcode", counted)
    monkeypatch.setattr(ffmpeg, "encode_sound", heard)
    with monkeypatch.context() as patch:
        patch.setattr(ffmpeg, "sample", die)
        assert queue.deliver(function, task_id, body) == 500
    assert made == ["audio.m4a", "processed.mp4"]
    assert queue.deliver(function, task_id, body, 1) == 200
    assert made == ["audio.m4a", "processed.mp4"]
    assert state(place.video_id) == (MediaState.READY, None)


def die(*_: Any) -> None:
    raise OSError("the instance is out of memory")


@pytest.mark.parametrize("what", ["video", "account"])
def test_what_is_deleted_while_it_is_processed_leaves_no_file(
    what: str, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without `purge_if_gone` after a lost lease, the sound stays in Storage."""
    from spaktok.integrations import ffmpeg

    join(ANA)
    place = ticket(ANA)
    generation = put(place, clip("small"))
    upload.arrived(place.storage_path, generation, 1)
    encode_sound = ffmpeg.encode_sound

    def deleted_meanwhile(*arguments: Any) -> None:
        encode_sound(*arguments)
        if what == "video":
            removal.delete(ANA, place.video_id)
            removal.purge(ANA, place.video_id)
        else:
            store.ref(place.video_id).delete()
            store.media_ref(place.video_id).delete()

    monkeypatch.setattr(ffmpeg, "encode_sound", deleted_meanwhile)
    queue.drain()
    assert list(clients.bucket().list_blobs(prefix=f"videos/{ANA}/{place.video_id}/")) == []
    assert "video_published" not in told(ANA)


def test_a_failure_of_ours_is_retried_and_after_the_last_attempt_the_owner_is_told(
    queue: Queue,
) -> None:
    join(ANA)
    place = ticket(ANA)
    upload.arrived(place.storage_path, 1, 1)  # announced, but the object is not there
    function, task_id, body = queue.waiting.popleft()
    for retry in range(2):
        assert queue.deliver(function, task_id, body, retry) == 500
        assert state(place.video_id) == (MediaState.PROCESSING, None)
    assert queue.deliver(function, task_id, body, 2) == 200, "the third attempt is the last"
    queue.drain()
    assert state(place.video_id) == (MediaState.FAILED, "processing_failed")
    assert told(ANA) == ["video_failed"]


def test_a_crash_between_commit_and_dispatch_is_healed_by_the_sweeper(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(ANA)
    place = ticket(ANA)
    generation = put(place, clip("small"))

    def die(_task: dispatch.Task) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(dispatch, "release", die)
        with pytest.raises(SystemExit):
            upload.arrived(place.storage_path, generation, 1)
    assert queue.names() == []
    assert dispatch.sweep() == 0, "an entry is left to its own instance for a minute"
    time.pass_(seconds=61)
    assert dispatch.sweep() == 1
    queue.drain()
    assert state(place.video_id) == (MediaState.READY, None)


def test_an_upload_that_never_came_is_settled_and_one_that_came_unannounced_is_processed(
    queue: Queue, time: TestClock
) -> None:
    join(ANA)
    lost, silent = ticket(ANA), ticket(ANA)
    put(silent, clip("small"))
    assert upload.sweep() == 0
    time.pass_(hours=1, seconds=1)
    assert upload.sweep() == 2
    queue.drain()
    assert state(lost.video_id) == (MediaState.FAILED, None)
    assert state(silent.video_id) == (MediaState.READY, None)


def test_the_thumbnail_is_of_the_moment_that_its_owner_chose(queue: Queue) -> None:
    """Of the frames that the gate looks at, the nearest. Negative control: without the choice in
    `_thumbnail` all three are alike."""
    join(ANA)
    pictures = set()
    for moment in (0, 600_000, None):
        place = upload.issue(ANA, UploadVideo(thumbnail_at=moment))
        generation = put(place, clip("small"))
        upload.arrived(place.storage_path, generation, len(clip("small")))
        queue.drain()
        thumbnail = place.storage_path.replace("original.mp4", "thumbnail.jpg")
        pictures.add(clients.bucket().blob(thumbnail).download_as_bytes())
    assert len(pictures) >= 2


def test_what_another_profile_made_is_made_anew(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with `Job.of` that leaves the profile out, the old files stay."""
    from spaktok.integrations import ffmpeg

    join(ANA)
    place = ticket(ANA)
    generation = put(place, clip("small"))
    upload.arrived(place.storage_path, generation, 1)
    made: list[str] = []
    transcode = ffmpeg.transcode

    def counted(source: Path, sound: Path | None, target: Path, *rest: Any, **how: Any) -> Any:
        made.append(target.name)
        return transcode(source, sound, target, *rest, **how)

    monkeypatch.setattr(ffmpeg, "transcode", counted)
    video_id, old = VideoId(place.video_id), profile()
    with monkeypatch.context() as patch:
        patch.setattr(ffmpeg, "sample", die)
        with pytest.raises(OSError, match="out of memory"):
            processing.process(ANA, video_id, generation, last_attempt=False, how=old)
    newer = replace(old, name="v3")
    processing.process(ANA, video_id, generation, last_attempt=False, how=newer)
    assert made == ["processed.mp4"] * 2
    media = store.media_ref(video_id).get().to_dict() or {}
    assert media["profile"] == "v3"
