"""Photos: from a place that was asked for to what everyone sees."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from PIL import Image

from spaktok.core import clients
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.feed import store as feed
from spaktok.integrations import images
from spaktok.users import photos, pictures
from spaktok.users import store as users
from spaktok.users.pictures import ImageState, ImageType
from tests.support import worlds
from tests.support.people import join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock


@pytest.fixture
def ana() -> UserId:
    """Someone new each time: the bucket is one for all projects of a stack."""
    uid = UserId(f"ana{uuid4().hex[:10]}")
    join(uid)
    return uid


@pytest.fixture
def ben() -> UserId:
    """Somebody else."""
    uid = UserId(f"ben{uuid4().hex[:10]}")
    join(uid)
    return uid


def photo(colour: str = "red", kind: str = "JPEG") -> bytes:
    """A photo with a place in it."""
    exif = Image.Exif()
    exif[0x010F] = "CANARY"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), colour).save(out, kind, exif=exif)
    return out.getvalue()


def put(place: photos.ImageTicket, data: bytes, content_type: str = "image/jpeg") -> int:
    """Store the file where the ticket says, as the SDK does; its generation."""
    blob = clients.bucket().blob(place.storage_path)
    blob.upload_from_string(data, content_type=content_type)
    blob.reload()
    return int(blob.generation)


def send(uid: UserId, queue: Queue, data: bytes, kind: ImageType = ImageType.PROFILE) -> str:
    place = photos.issue(uid, kind)
    photos.arrived(place.storage_path, put(place, data))
    queue.drain()
    return place.image_id


def files(uid: str) -> set[str]:
    return {blob.name for blob in clients.bucket().list_blobs(prefix=f"profiles/{uid}/")}


def card(uid: str) -> dict[str, object]:
    return users.card_ref(uid).get().to_dict() or {}


def state(image_id: str) -> str:
    return str(clients.db().document(f"profileImages/{image_id}").get().get("state"))


def news(uid: str) -> list[str]:
    found = clients.db().collection("notifications").stream()
    return [one.get("detail") for one in found if one.get("userId") == uid]


def test_a_photo_is_shown_in_three_sizes_without_a_trace_of_the_camera(
    ana: UserId, queue: Queue
) -> None:
    image_id = send(ana, queue, photo())
    shown = card(ana)["profileImage"]
    sizes = pictures.sizes(str(shown))
    assert set(sizes) == {"96", "320", "720"}
    assert files(ana) == set(sizes.values())  # the original is gone
    assert state(image_id) == ImageState.READY
    for width, path in sizes.items():
        blob = clients.bucket().get_blob(path)
        data = blob.download_as_bytes()
        assert blob.content_type == "image/jpeg"
        assert b"CanaRY" not in data
        assert Image.open(io.BytesIO(data)).size == (int(width), int(width))


def test_a_cover_is_three_times_as_wide_as_high(ana: UserId, queue: Queue) -> None:
    send(ana, queue, photo(), ImageType.COVER)
    path = pictures.sizes(str(card(ana)["coverImage"]))["1500"]
    data = clients.bucket().blob(path).download_as_bytes()
    assert Image.open(io.BytesIO(data)).size == (1500, 500)
    assert card(ana)["profileImage"] is None


def test_a_new_photo_has_new_paths_and_the_old_files_go(ana: UserId, queue: Queue) -> None:
    send(ana, queue, photo("red"))
    first = str(card(ana)["profileImage"])
    send(ana, queue, photo("blue"))
    second = str(card(ana)["profileImage"])
    assert first != second
    assert files(ana) == set(pictures.sizes(second).values())


def test_videos_and_outbox_carry_the_new_photo(ana: UserId, queue: Queue) -> None:
    video = worlds.video(ana)
    feed.outbox_ref(ana).set({"cards": {video: {"userId": ana, "userProfileImage": None}}})
    send(ana, queue, photo())
    shown = card(ana)["profileImage"]
    assert clients.db().document(f"videos/{video}").get().get("userProfileImage") == shown
    assert feed.cards(feed.outbox_ref(ana).get())[video]["userProfileImage"] == shown


def test_announced_and_delivered_many_times_it_is_made_once(
    ana: UserId, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = photos.issue(ana, ImageType.PROFILE)
    generation = put(place, photo())
    with ThreadPoolExecutor(8) as pool:
        announced = range(some(16, short=4))
        told = list(pool.map(lambda _: photos.arrived(place.storage_path, generation), announced))
    assert sum(told) == 1
    made = []
    real = images.render
    monkeypatch.setattr(images, "render", lambda *one: (made.append(1), real(*one)))
    queue.drain(times=3)
    assert len(made) == 1
    assert len(files(ana)) == 3


@pytest.mark.parametrize(
    ("data", "content_type", "told"),
    [
        (b"<script>alert(1)</script>", "image/png", "not the JPEG, PNG or WebP"),
        (photo(kind="PNG"), "image/jpeg", "not the JPEG, PNG or WebP"),
        (photo()[:900], "image/jpeg", "damaged"),
    ],
    ids=["no image", "another kind", "cut short"],
)
def test_a_bad_file_is_told_to_its_owner_and_leaves_nothing(
    ana: UserId, queue: Queue, data: bytes, content_type: str, told: str
) -> None:
    place = photos.issue(ana, ImageType.PROFILE)
    photos.arrived(place.storage_path, put(place, data, content_type))
    queue.drain(times=2)
    assert state(place.image_id) == ImageState.FAILED
    assert card(ana)["profileImage"] is None
    assert files(ana) == set()
    (detail,) = news(ana)
    assert told in detail


def test_a_failure_of_ours_is_tried_again_and_told_at_the_end(
    ana: UserId, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = photos.issue(ana, ImageType.PROFILE)
    photos.arrived(place.storage_path, put(place, photo()))

    def broken(*_: object) -> None:
        raise OSError("no space left")

    function, task_id, body = queue.waiting.popleft()
    with monkeypatch.context() as patch:
        patch.setattr(images, "render", broken)
        assert queue.deliver(function, task_id, body) == 500
        assert state(place.image_id) == ImageState.UPLOADED
        assert queue.deliver(function, task_id, body, retry=4) == 200
    assert state(place.image_id) == ImageState.FAILED
    queue.drain()
    assert news(ana) == ["Something went wrong on our side; upload it again."]


def test_of_two_uploads_the_one_asked_for_last_counts_in_whatever_order_they_are_made(
    ana: UserId,
    queue: Queue,
) -> None:
    """Negative control: without `photoTickets`, the photo made last is shown."""
    earlier = photos.issue(ana, ImageType.PROFILE)
    later = photos.issue(ana, ImageType.PROFILE)
    for place, colour in ((later, "blue"), (earlier, "red")):
        photos.arrived(place.storage_path, put(place, photo(colour)))
    queue.drain()
    path = str(card(ana)["profileImage"])
    pixel = Image.open(io.BytesIO(clients.bucket().blob(path).download_as_bytes())).getpixel((5, 5))
    assert pixel[2] > 200  # type: ignore[index]
    assert (state(earlier.image_id), state(later.image_id)) == (
        ImageState.SUPERSEDED,
        ImageState.READY,
    )
    assert files(ana) == set(pictures.sizes(path).values())


def test_the_owner_confirms_and_nobody_else(ana: UserId, ben: UserId, queue: Queue) -> None:
    place = photos.issue(ana, ImageType.PROFILE)
    assert photos.confirm(ana, place.storage_path).state is ImageState.CREATED
    put(place, photo())
    for path in (
        place.storage_path,
        f"profiles/{ana}/other.jpg",
        f"videos/{ana}/x/original.mp4",
        "",
    ):
        with pytest.raises(NotFound):
            photos.confirm(ben, path)
    assert photos.confirm(ana, place.storage_path).state is ImageState.UPLOADED
    queue.drain()
    assert photos.confirm(ana, place.storage_path).state is ImageState.READY


def test_an_object_that_is_no_upload_of_ours_is_left_alone(
    ana: UserId, ben: UserId, queue: Queue
) -> None:
    place = photos.issue(ana, ImageType.PROFILE)
    for path in (
        f"profiles/{ben}/incoming/{place.image_id}",
        f"profiles/{ana}/{place.image_id}",
        f"profiles/{ana}/profile_0a_96.jpg",
        f"videos/{ana}/incoming/{place.image_id}",
    ):
        assert not photos.arrived(path, 1)
    assert queue.names() == []


def test_a_lost_announcement_is_found_and_an_empty_place_is_closed(
    ana: UserId, ben: UserId, queue: Queue, time: TestClock
) -> None:
    place, empty = photos.issue(ana, ImageType.PROFILE), photos.issue(ben, ImageType.COVER)
    put(place, photo())
    assert photos.sweep() == 0
    time.pass_(minutes=16)
    assert photos.sweep() == 2
    queue.drain()
    assert state(place.image_id) == ImageState.READY
    assert state(empty.image_id) == ImageState.FAILED
    assert photos.sweep() == 0
