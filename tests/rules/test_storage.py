"""Who may send and read files, inside the running Storage emulator; every boundary by its runtime."""

from __future__ import annotations

import pytest

from tests.rules.people import (
    ANONYMOUS,
    BANNED,
    BLOCKED,
    BLOCKER,
    FOLLOWER,
    FRIEND,
    OWNER,
    REVOKED,
    STRANGER,
    Person,
)
from tests.rules.replay import Replay
from tests.rules.storage_emulator import Bucket
from tests.rules.storage_probes import (
    ORIGINAL,
    RENDITIONS,
    UPLOADED_ID,
    VIDEO_BYTES_MAX,
    documents,
    path,
    videos,
)

VIDEOS = {
    video.path.rpartition("-")[2]: video.path.rpartition("/")[2]
    for video in videos()
    if video.owner == OWNER.uid
}
"""Maria's videos by what sets each apart: its visibility, or its status where it is not active."""
HERS = path(ORIGINAL, OWNER.uid, VIDEOS["public"])


@pytest.fixture(scope="module")
def seeded() -> Bucket:
    """The world, and every file of Maria's videos where the server put it."""
    bucket = Bucket()
    bucket.seed(documents())
    for video_id in VIDEOS.values():
        for entry in (ORIGINAL, *RENDITIONS):
            bucket.place(path(entry, OWNER.uid, video_id))
    return bucket


@pytest.fixture
def empty(seeded: Bucket) -> Bucket:
    """A bucket into which nothing was sent yet; the documents are those of the world."""
    return Bucket()


def test_every_question_gets_its_answer(storage_replay: Replay, storage_rules: str) -> None:
    """Roles × objects × operations, all boundaries; asked of the runtime, in milliseconds each."""
    assert storage_replay.load(storage_rules) == []
    assert list(storage_replay.failures()) == []


def test_an_owner_sends_the_file_of_an_issued_video(empty: Bucket) -> None:
    assert empty.upload(OWNER, HERS)


def test_an_owner_sends_it_in_steps(empty: Bucket) -> None:
    assert empty.upload_resumably(OWNER, HERS)


@pytest.mark.parametrize("person", [ANONYMOUS, STRANGER, FRIEND], ids=lambda one: one.role)
def test_nobody_sends_into_anothers_folder(empty: Bucket, person: Person) -> None:
    assert not empty.upload(person, HERS)
    assert not empty.upload_resumably(person, HERS)


@pytest.mark.parametrize("person", [BANNED, REVOKED], ids=lambda one: one.role)
def test_whoever_may_not_act_sends_nothing(empty: Bucket, person: Person) -> None:
    issued = next(video for video in videos() if video.owner == person.uid)
    place = path(ORIGINAL, person.uid, issued.path.rpartition("/")[2])
    assert not empty.upload(person, place)


@pytest.mark.parametrize("kind", ["text/plain", "video/quicktime", "video/mp4; codecs=avc1"])
def test_another_type_is_refused(empty: Bucket, kind: str) -> None:
    assert not empty.upload(OWNER, HERS, content_type=kind)


def test_an_empty_file_is_refused(empty: Bucket) -> None:
    assert not empty.upload(OWNER, HERS, size=0)


def test_a_file_that_is_too_large_is_refused(empty: Bucket) -> None:
    assert not empty.upload(OWNER, HERS, size=VIDEO_BYTES_MAX + 1)


def test_an_id_that_was_never_issued_is_refused(empty: Bucket) -> None:
    assert not empty.upload(OWNER, path(ORIGINAL, OWNER.uid, "never-issued"))


def test_an_id_whose_file_has_arrived_is_refused(empty: Bucket) -> None:
    assert not empty.upload(OWNER, path(ORIGINAL, OWNER.uid, UPLOADED_ID))


def test_an_original_is_never_overwritten_relabelled_or_deleted(seeded: Bucket) -> None:
    assert not seeded.upload(OWNER, HERS)
    assert not seeded.upload_resumably(OWNER, HERS)
    assert not seeded.relabels(OWNER, HERS)
    assert not seeded.deletes(OWNER, HERS)
    assert seeded.reads(OWNER, HERS)


@pytest.mark.parametrize(
    "person", [ANONYMOUS, STRANGER, FOLLOWER, FRIEND], ids=lambda one: one.role
)
def test_nobody_else_reads_an_original(seeded: Bucket, person: Person) -> None:
    assert not seeded.reads(person, HERS)


@pytest.mark.parametrize(
    ("person", "video", "seen"),
    [
        (STRANGER, "public", True),
        (FOLLOWER, "public", True),
        (OWNER, "private", True),
        (FOLLOWER, "followers", True),
        (FRIEND, "friends", True),
        (ANONYMOUS, "public", False),
        (BLOCKED, "public", False),
        (BLOCKER, "public", False),
        (STRANGER, "followers", False),
        (FOLLOWER, "friends", False),
        (FRIEND, "private", False),
        (FOLLOWER, "removed", False),
        (OWNER, "removed", False),
        (FOLLOWER, "hidden", False),
        (OWNER, "hidden", True),
    ],
    ids=lambda given: getattr(given, "role", str(given)),
)
def test_a_rendition_is_for_whom_the_video_is(
    seeded: Bucket, person: Person, video: str, seen: bool
) -> None:
    for entry in RENDITIONS:
        assert seeded.reads(person, path(entry, OWNER.uid, VIDEOS[video])) is seen


def test_nobody_lists_or_changes_what_the_server_wrote(seeded: Bucket) -> None:
    for entry in RENDITIONS:
        place = path(entry, OWNER.uid, VIDEOS["public"])
        assert not seeded.upload(OWNER, place)
        assert not seeded.relabels(OWNER, place)
        assert not seeded.deletes(OWNER, place)
    for folder in ("videos", f"videos/{OWNER.uid}", f"videos/{OWNER.uid}/{VIDEOS['public']}"):
        assert not seeded.lists(OWNER, folder)
