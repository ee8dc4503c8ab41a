"""Images of identity documents: sealed, opened for 15 minutes, gone with the decision."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from spaktok.core import clients, clock, sealed
from spaktok.core.dispatch import Task
from spaktok.core.endpoint.declaration import declared
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.safety import callables, jobs
from spaktok.safety.model import IdType, RejectionReason
from spaktok.safety.refusals import NotYourOwn, VerificationDecided
from spaktok.safety.requests import GetIdEvidence, RejectIdVerification, RequestIdVerification
from spaktok.safety.service import evidence, identity
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.time import TestClock

pytestmark = pytest.mark.usefixtures("own_bucket")

ADMIN = UserId("admin")
PICTURE = b"\xff\xd8\xff\xe0 a face and a number"


def ask(uid: UserId = ANA, images: int = 2) -> str:
    asked = RequestIdVerification(id_type=IdType.PASSPORT, id_number="X1234567", image_count=images)
    return identity.ask(uid, asked).request_id


def upload(request_id: str, number: int = 1, content: bytes = PICTURE, uid: str = ANA) -> None:
    """What the owner may do, and the event of it."""
    path = identity.image_path(uid, request_id, number)
    blob = clients.bucket().blob(path)
    blob.upload_from_string(content, "image/jpeg")
    evidence.arrived(path, blob.generation or 0)


def reject(request_id: str, uid: UserId = ANA) -> None:
    why = RejectionReason.UNREADABLE
    identity.reject(ADMIN, RejectIdVerification(user_id=uid, request_id=request_id, reason=why))


def lying() -> dict[str, bytes]:
    """All that lies in the folder, by what follows the request in its path."""
    found = clients.bucket().list_blobs(prefix="idVerification/")
    return {one.name.rpartition("/")[2]: one.download_as_bytes() for one in found}


def look(request_id: str, staff: UserId = ADMIN) -> evidence.Evidence:
    return evidence.look(staff, GetIdEvidence(user_id=ANA, request_id=request_id))


def test_an_uploaded_image_lies_sealed_and_not_as_it_came(queue: Queue) -> None:
    """Negative control: without the seal in `evidence.seal`, the picture can be read."""
    join(ANA)
    upload(ask())
    queue.drain(times=3)
    assert list(lying()) == ["1.sealed"]
    assert PICTURE not in lying()["1.sealed"]


def test_a_sealed_image_opens_nowhere_else(queue: Queue) -> None:
    join(ANA)
    upload(request_id := ask())
    queue.drain()
    record = lying()["1.sealed"]
    path = f"{identity.image_path(ANA, request_id, 1)}.sealed"
    assert sealed.open(record, path=path, field="image") == PICTURE
    for place, field in ((path.replace("1.sealed", "2.sealed"), "image"), (path, "number")):
        with pytest.raises(sealed.Unopenable):
            sealed.open(record, path=place, field=field)
    with pytest.raises(sealed.Unopenable):
        sealed.open(record[:-1] + bytes([record[-1] ^ 1]), path=path, field="image")


def test_the_staff_see_the_images_for_a_quarter_of_an_hour_and_it_is_recorded(
    queue: Queue, time: TestClock
) -> None:
    """Negative controls: without `audit.append` in `look` nobody knows who looked; without `_shut`
    the picture lies there for ever.
    """
    join(ANA)
    upload(request_id := ask())
    queue.drain()
    assert [one.is_open for one in look(request_id).images] == [False, False]
    deliver(queue, "openIdEvidence")
    assert [one.is_open for one in look(request_id).images] == [True, False]
    assert lying()["1.opened"] == PICTURE
    acts = [one.to_dict() or {} for one in clients.db().collection_group("entries").stream()]
    assert [(one["who"], one["what"], one["target"]) for one in acts] == [
        (ADMIN, "getIdEvidence", ANA)
    ] * 2
    time.pass_(minutes=14)
    assert evidence.shut(ANA, request_id) == 0
    time.pass_(minutes=1)
    deliver(queue, "shutIdEvidence")
    assert list(lying()) == ["1.sealed"]


def deliver(queue: Queue, function: str) -> None:
    """Deliver the tasks of one function, and leave the others waiting."""
    for task in [one for one in queue.waiting if one[0] == function]:
        queue.waiting.remove(task)
        assert queue.deliver(*task) == 200


def test_nobody_looks_at_their_own_at_anothers_or_at_what_is_decided(queue: Queue) -> None:
    join(ANA)
    request_id = ask()
    with pytest.raises(NotYourOwn):
        look(request_id, ANA)
    with pytest.raises(NotFound):
        evidence.look(ADMIN, GetIdEvidence(user_id=BEN, request_id=request_id))
    reject(request_id)
    with pytest.raises(VerificationDecided):
        look(request_id)
    assert "openIdEvidence" not in queue.names()


def test_only_the_worker_holds_the_key_that_opens_them() -> None:
    assert "SPAKTOK_SEALED_PRIVATE_KEYS" in declared(jobs.openIdEvidence).secrets
    for entry in (callables.getIdEvidence, callables.requestIdVerification, jobs.sealIdImage):
        assert "SPAKTOK_SEALED_PRIVATE_KEYS" not in declared(entry).secrets


def test_what_is_no_picture_or_that_nobody_awaits_is_deleted(queue: Queue) -> None:
    join(ANA)
    request_id = ask()
    upload(request_id, content=b"MZ a program")
    upload("never-asked")
    queue.drain(times=2)
    assert lying() == {}
    assert not any(one.is_open for one in look(request_id).images)


def test_the_first_upload_of_a_number_counts(queue: Queue) -> None:
    join(ANA)
    request_id = ask()
    upload(request_id)
    queue.drain()
    first = lying()
    upload(request_id, content=PICTURE + b" another face")
    evidence.sweep(clock.now())  # whatever became of the event
    queue.drain()
    assert lying() == first


def test_an_image_whose_event_was_lost_and_a_copy_whose_task_was_lost_are_found(
    queue: Queue, time: TestClock
) -> None:
    """Negative control: without `sweep` both lie there until somebody decides."""
    join(ANA)
    request_id = ask()
    upload(request_id)
    queue.waiting.clear()
    evidence.sweep(clock.now())
    queue.drain()
    assert list(lying()) == ["1.sealed"]
    evidence.open_for_staff(ANA, request_id)
    queue.waiting.clear()
    time.pass_(minutes=20)
    evidence.sweep(clock.now())
    assert list(lying()) == ["1.sealed"]


def test_no_image_is_opened_before_it_is_sure_to_be_shut(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with `shutIdEvidence` sent after the copies, one lies there opened."""
    join(ANA)
    upload(request_id := ask())
    queue.drain()

    def dies(_: Task) -> None:
        raise ConnectionError

    monkeypatch.setattr(evidence.dispatch, "send", dies)
    with pytest.raises(ConnectionError):
        evidence.open_for_staff(ANA, request_id)
    assert list(lying()) == ["1.sealed"]


def test_images_of_a_request_that_is_decided_while_they_are_opened_go_too(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without the second look at the request, the opened copy stays."""
    join(ANA)
    upload(request_id := ask())
    queue.drain()
    opened = sealed.open

    def decided(record: bytes, **where: str) -> bytes:
        reject(request_id)
        deliver(queue, "deleteIdEvidence")
        return opened(record, **where)

    monkeypatch.setattr(evidence.sealed, "open", decided)
    assert evidence.open_for_staff(ANA, request_id) == 0
    assert lying() == {}


def test_the_sweeper_looks_at_every_image_however_many_wait(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of 601 is a copy whose time is over. Negative control: with a most of 500 it stays."""
    names = [f"idVerification/u{number:03}/asked/1.sealed" for number in range(600)]
    objects = [Mock(metadata=None) for _ in names]
    for one, name in zip(objects, names, strict=True):
        one.name = name
    copy = Mock(metadata={"openUntil": clock.now().isoformat()})
    copy.name = "idVerification/u999/asked/1.opened"
    bucket = Mock()
    bucket.list_blobs = lambda prefix, max_results=None: [*objects, copy][:max_results]
    monkeypatch.setattr(clients, "bucket", lambda: bucket)
    assert evidence.sweep(clock.now()) == 1
    copy.delete.assert_called_once()


def test_a_decision_deletes_them_sealed_opened_or_on_their_way_and_no_others(
    queue: Queue,
) -> None:
    join(ANA, BEN)
    hers, his = ask(ANA), ask(BEN)
    for uid, request_id in ((ANA, hers), (BEN, his)):
        upload(request_id, uid=uid)
    queue.drain()
    evidence.open_for_staff(ANA, hers)
    queue.waiting.clear()
    upload(hers, 2)
    reject(hers)
    queue.drain(times=2)
    left = {one.name for one in clients.bucket().list_blobs(prefix="idVerification/")}
    assert left == {f"{identity.image_path(BEN, his, 1)}.sealed"}
