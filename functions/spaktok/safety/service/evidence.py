"""The images of identity documents: sealed when they arrive, opened for the staff and shut again.

An image lands under the rules as `{n}`, is sealed as `{n}.sealed`, and the original deleted. Whoever of
the staff is to decide asks for it: that they looked is recorded, and a worker, which alone has the key,
lays an opened copy beside it, `{n}.opened`, for 15 minutes. The decision deletes all of them. Images
are not sealed anew when keys change: none lies there for longer than a request may wait (30 days), and
an old key has to be kept for as long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import audit, clients, clock, dispatch, ids, sealed, transaction
from spaktok.core.dispatch import Task
from spaktok.integrations import signed_links
from spaktok.safety import store
from spaktok.safety.model import RequestStatus
from spaktok.safety.service import identity

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction
    from google.cloud.storage import Blob

    from spaktok.safety.requests import GetIdEvidence

OPEN_FOR: Final = timedelta(minutes=15)
_ROOT: Final = "idVerification/"
_IMAGE: Final = re.compile(r"idVerification/([A-Za-z0-9-]+)/([A-Za-z0-9-]+)/([1-4])")
_SEALED: Final = ".sealed"
_OPENED: Final = ".opened"
_UNTIL: Final = "openUntil"
_KINDS: Final = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class EvidenceImage:
    """An image of a document."""

    path: str
    """Where it lies opened, once it does."""
    is_open: bool
    """Whether it does. One that was never uploaded, or is no picture, never is."""
    link: str | None
    """To be opened within 15 minutes; None beside emulators, which sign nothing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The images of a document. They are opened for whoever asks: ask again after a second."""

    images: list[EvidenceImage]


def arrived(path: str, generation: int) -> None:
    """Have an uploaded image sealed. Every other object is left alone."""
    if (found := _IMAGE.fullmatch(path)) is not None:
        dispatch.send(_task("sealIdImage", found, str(generation)))


def seal(uid: str, request_id: str, number: int) -> bool:
    """Seal an image and delete the original; whether one is sealed. Repeatable.

    What is no JPEG, PNG or PDF by its first bytes, or is awaited by no request, is only deleted. The
    first upload of a number counts. Two reads.
    """
    path = identity.image_path(uid, request_id, number)
    original = clients.bucket().blob(path)
    content = _content(original)
    if content is None:
        return False
    kept = _kind(content) is not None and _awaited(uid, request_id)
    if kept:
        place = path + _SEALED
        _create(place, sealed.seal(content, path=place, field="image"))
    _delete(original)
    if kept and not _awaited(uid, request_id):  # decided meanwhile: its deletion may be over
        identity.delete_evidence(uid, request_id)
        return False
    return kept


def look(staff: str, request: GetIdEvidence) -> Evidence:
    """Have the images of a request that waits opened, and link to those that are.

    4 reads, 2 writes and a task: who looked is recorded. Raises `NotYourOwn`, `NotFound`,
    `VerificationDecided`.
    """

    def body(tx: Transaction) -> int:
        found, chain, _, _ = identity.load_pending(
            tx, staff, request.user_id, request.request_id, RequestStatus.PENDING
        )
        chain = chain or audit.load(tx, staff)
        audit.append(tx, chain, identity.act(staff, "getIdEvidence", found, "to decide"))
        return int(found.get("imageCount"))

    count = transaction.run(body)
    whose = {"userId": request.user_id, "requestId": request.request_id}
    dispatch.send(Task("openIdEvidence", ids.digest("open", ids.random_id()), whose))
    paths = identity.image_paths(request.user_id, request.request_id, count)
    return Evidence([_shown(path + _OPENED) for path in paths])


def open_for_staff(uid: str, request_id: str) -> int:
    """Lay an opened copy beside each sealed image, and have them deleted; how many. Repeatable.

    That they are deleted is sent first: no copy lies there of which nobody would think.
    """
    if not _awaited(uid, request_id):
        return 0
    until = clock.now() + OPEN_FOR
    whose = {"userId": uid, "requestId": request_id, "until": until}
    dispatch.send(
        Task("shutIdEvidence", ids.digest("shut", request_id, until.isoformat()), whose, until)
    )
    count = 0
    for blob in clients.bucket().list_blobs(prefix=f"{identity.folder(uid, request_id)}/"):
        if blob.name.endswith(_SEALED):
            content = sealed.open(blob.download_as_bytes(), path=blob.name, field="image")
            copy = clients.bucket().blob(blob.name.removesuffix(_SEALED) + _OPENED)
            copy.metadata = {_UNTIL: until.isoformat()}
            copy.upload_from_string(content, content_type=_kind(content))
            count += 1
    if not _awaited(uid, request_id):  # decided meanwhile: its deletion may be over
        identity.delete_evidence(uid, request_id)
        return 0
    return count


def shut(uid: str, request_id: str) -> int:
    """Delete the opened copies that have lain there for 15 minutes; how many. Repeatable."""
    prefix = f"{identity.folder(uid, request_id)}/"
    return sum(map(_shut, clients.bucket().list_blobs(prefix=prefix)))


def sweep(at: datetime) -> int:
    """See to images whose event, and copies whose task, was lost; how many of both.

    An image that has just come may be sealed twice, which is one sealed image. All there are, which
    are four a request that waits: a list a thousand.
    """
    count = 0
    for blob in clients.bucket().list_blobs(prefix=_ROOT):
        count += _shut(blob)
        found = _IMAGE.fullmatch(blob.name)
        if found is not None:
            dispatch.send(_task("sealIdImage", found, at.isoformat()))
            count += 1
    return count


def _shut(blob: Blob) -> bool:
    until = (blob.metadata or {}).get(_UNTIL)
    if until is None or clock.now() < datetime.fromisoformat(until):
        return False
    _delete(blob)
    return True


def _shown(path: str) -> EvidenceImage:
    there = clients.bucket().blob(path).exists()
    return EvidenceImage(path, there, signed_links.link(path) if there else None)


def _awaited(uid: str, request_id: str) -> bool:
    fields: dict[str, Any] = store.request_ref(request_id).get().to_dict() or {}
    return fields.get("userId") == uid and fields.get("status") == RequestStatus.PENDING


def _kind(content: bytes) -> str | None:
    return next((kind for head, kind in _KINDS.items() if content.startswith(head)), None)


def _content(blob: Blob) -> bytes | None:
    from google.cloud.exceptions import NotFound as Missing

    try:
        content: bytes = blob.download_as_bytes()
    except Missing:
        return None
    return content


def _create(path: str, content: bytes) -> None:
    """Write an object unless there is one."""
    from google.api_core.exceptions import PreconditionFailed

    blob = clients.bucket().blob(path)
    if blob.exists():
        return
    try:
        blob.upload_from_string(content, "application/octet-stream", if_generation_match=0)
    except PreconditionFailed:
        return


def _delete(blob: Blob) -> None:
    from google.cloud.exceptions import NotFound as Missing

    try:
        blob.delete()
    except Missing:
        return


def _task(function: str, image: re.Match[str], cause: str) -> Task:
    uid, request_id, number = image.groups()
    return Task(
        function,
        ids.digest(function, request_id, number, cause),
        {"userId": uid, "requestId": request_id, "number": int(number)},
    )
