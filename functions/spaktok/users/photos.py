"""From the wish to change a photo to the photo that everyone sees.

Owns `profileImages/{imageId}`: {userId, imageType, state, createdAt, uploadUntil, expiresAt,
generation?, reason?, replaced?}, and Storage's `profiles/{uid}/`. Of several uploads of one kind
only the one that was asked for last counts (`photoTickets` of the account), however their work
interleaves.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spaktok.core import clients, clock, dispatch, ids, log, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.users import lookup, news, pictures, store
from spaktok.users.author import refresh_task
from spaktok.users.pictures import (
    CONTENT_TYPES,
    SHAPES,
    TICKET_KEPT,
    UPLOAD_BYTES_MAX,
    UPLOAD_WITHIN,
    ImageState,
    ImageType,
)

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Transaction
    from google.cloud.storage import Blob

_ON_THE_CARD: Final = {ImageType.PROFILE: "profileImage", ImageType.COVER: "coverImage"}
_VERSION_LENGTH: Final = 12
_OURS: Final = "Something went wrong on our side; upload it again."
_CACHED: Final = "private, max-age=31536000, immutable"
"""For good: another photo has another path."""


@dataclass(frozen=True, slots=True)
class ImageTicket:
    """Where to upload the photo to, with the Storage SDK, and within which bounds."""

    image_id: str
    storage_path: str
    content_types: tuple[str, ...]
    size_bytes_max: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ImageStatus:
    """How far an upload has come."""

    state: ImageState


@dataclass(frozen=True, slots=True)
class _Upload:
    """A file that arrived."""

    image_id: str
    uid: UserId
    kind: ImageType
    generation: int

    @property
    def version(self) -> str:
        return ids.digest("photo", self.image_id, str(self.generation))[:_VERSION_LENGTH]

    @property
    def middle(self) -> str:
        """What the card carries."""
        return pictures.rendition(self.uid, self.kind, self.version, SHAPES[self.kind].middle)


def issue(uid: UserId, kind: ImageType) -> ImageTicket:
    """A place to upload a photo to; it takes the place of one asked for before. 1 read, 2 writes."""
    at = clock.now()
    image_id = ids.owned_id(uid)

    def body(tx: Transaction) -> None:
        lookup.own_card(tx, uid)
        tx.create(
            _ref(image_id),
            {
                "userId": uid,
                "imageType": kind,
                "state": ImageState.CREATED,
                "createdAt": at,
                "uploadUntil": at + UPLOAD_WITHIN,
                "expiresAt": at + TICKET_KEPT,
            },
        )
        tx.update(store.account_ref(uid), {f"photoTickets.{kind}": image_id})

    transaction.run(body)
    place = pictures.incoming(uid, image_id)
    return ImageTicket(image_id, place, CONTENT_TYPES, UPLOAD_BYTES_MAX, at + UPLOAD_WITHIN)


def confirm(uid: UserId, path: str) -> ImageStatus:
    """Note that the owner's file is there, before Storage says so. Raises `NotFound`."""
    parsed = pictures.parse_incoming(path)
    if parsed is None or parsed[0] != uid or not ids.valid(parsed[1]):
        raise NotFound
    blob = clients.bucket().get_blob(path)
    if blob is not None:
        arrived(path, int(blob.generation))
    ticket = _ref(parsed[1]).get().to_dict()
    if ticket is None:
        raise NotFound
    return ImageStatus(ImageState(ticket["state"]))


def arrived(path: str, generation: int) -> bool:
    """Note that a photo lies at `path`, and have it processed; whether it was news.

    Announced twice, it is processed once: the state moves only from `created`. Any other object is
    left alone.
    """
    parsed = pictures.parse_incoming(path)
    if parsed is None:
        return False
    uid, image_id = parsed
    task = Task(
        function="processProfileImage",
        id=ids.digest("photo", image_id, str(generation)),
        payload={"imageId": image_id, "generation": generation},
    )

    def body(tx: Transaction) -> bool:
        ticket = store.read([_ref(image_id)], tx)[0].to_dict()
        if ticket is None or ticket["userId"] != uid or ticket["state"] != ImageState.CREATED:
            return False
        tx.update(_ref(image_id), {"state": ImageState.UPLOADED, "generation": generation})
        dispatch.stage(tx, task)
        return True

    if not transaction.run(body):
        return False
    dispatch.release(task)
    return True


def process(image_id: str, generation: int, *, last_attempt: bool) -> ImageState | None:
    """Make the renditions of an uploaded photo and show them; the state afterwards.

    Idempotent. A bad file fails it for good, and the owner hears why; a failure of ours is raised for
    the queue to try again, and on `last_attempt` fails it too. None for a photo nobody knows.
    """
    from spaktok.integrations.images import ImageRejected

    ticket = _ref(image_id).get().to_dict()
    if ticket is None:
        return None
    upload = _Upload(image_id, ticket["userId"], ImageType(ticket["imageType"]), generation)
    state = ImageState(ticket["state"])
    if state is ImageState.UPLOADED:
        try:
            with tempfile.TemporaryDirectory(prefix="photo-") as scratch:
                _render(upload, Path(scratch))
            state = _show(upload)
        except ImageRejected as rejected:
            log.info("photo rejected", reason=rejected.reason)
            state = _fail(upload, rejected.reason, str(rejected))
        except Exception as error:
            if not last_attempt:
                raise
            log.failure("photo given up", error)
            state = _fail(upload, "processing_failed", _OURS)
    _tidy(upload, state)
    return state


def sweep(limit: int = 100) -> int:
    """Settle tickets that ran out: one whose file came unannounced is processed, one without fails."""
    from google.cloud.firestore import FieldFilter

    late = (
        clients.db()
        .collection("profileImages")
        .where(filter=FieldFilter("state", "==", ImageState.CREATED))
        .where(filter=FieldFilter("uploadUntil", "<", clock.now()))
        .limit(limit)
    )
    count = 0
    for snapshot in late.stream():
        path = pictures.incoming(snapshot.get("userId"), snapshot.id)
        blob = clients.bucket().get_blob(path)
        if blob is not None:
            arrived(path, int(blob.generation))
        else:
            snapshot.reference.update({"state": ImageState.FAILED, "reason": "never_came"})
        count += 1
    return count


def _render(upload: _Upload, scratch: Path) -> None:
    from spaktok.integrations.images import ImageRejected, ImageRejectReason, Target, render
    from spaktok.media.model import MediaEngineFailure

    place = pictures.incoming(upload.uid, upload.image_id)
    blob = clients.bucket().get_blob(place, generation=upload.generation)
    if blob is None:
        raise MediaEngineFailure("The uploaded photo is not there")
    if int(blob.size) > UPLOAD_BYTES_MAX:
        raise ImageRejected(ImageRejectReason.TOO_LARGE)
    source = scratch / "source"
    blob.download_to_filename(str(source))
    shape = SHAPES[upload.kind]
    wide, high = shape.ratio
    targets = [
        Target(str(scratch / f"{width}.jpg"), width, width * high // wide) for width in shape.widths
    ]
    render(source, str(blob.content_type), targets)
    for target in targets:
        path = pictures.rendition(upload.uid, upload.kind, upload.version, target.width)
        made: Blob = clients.bucket().blob(path)
        made.cache_control = _CACHED
        made.upload_from_filename(target.path, content_type="image/jpeg")


def _show(upload: _Upload) -> ImageState:
    """Put the photo on the card, unless its owner asked for another place since."""
    at = clock.now()
    field = _ON_THE_CARD[upload.kind]

    def body(tx: Transaction) -> tuple[ImageState, Task | None]:
        references = [
            _ref(upload.image_id),
            store.card_ref(upload.uid),
            store.account_ref(upload.uid),
        ]
        ticket, card, account = (one.to_dict() for one in store.read(references, tx))
        if ticket is None or card is None or account is None:
            return ImageState.SUPERSEDED, None
        if ticket["state"] != ImageState.UPLOADED:
            return ImageState(ticket["state"]), None
        if account["photoTickets"][upload.kind] != upload.image_id:
            tx.update(_ref(upload.image_id), {"state": ImageState.SUPERSEDED})
            return ImageState.SUPERSEDED, None
        task = None
        if upload.kind is ImageType.PROFILE:
            task = dispatch.stage(tx, refresh_task(upload.uid, upload.version))
        tx.update(store.card_ref(upload.uid), {field: upload.middle, "updatedAt": at})
        after = {"state": ImageState.READY, "replaced": card[field]}
        tx.update(_ref(upload.image_id), after)
        return ImageState.READY, task

    state, task = transaction.run(body)
    if task is not None:
        dispatch.release(task)
    return state


def _fail(upload: _Upload, reason: str, detail: str) -> ImageState:
    """Give it up, unless the attempt that seemed to fail had done it after all."""

    def body(tx: Transaction) -> tuple[ImageState, bool]:
        ticket = store.read([_ref(upload.image_id)], tx)[0].to_dict()
        if ticket is None or ticket["state"] != ImageState.UPLOADED:
            return ImageState(ticket["state"] if ticket else ImageState.SUPERSEDED), False
        tx.update(_ref(upload.image_id), {"state": ImageState.FAILED, "reason": reason})
        return ImageState.FAILED, True

    state, failed = transaction.run(body)
    if failed:
        news.tell(upload.uid, "profile_image_rejected", "profile_image", upload.image_id, detail)
    return state


def _tidy(upload: _Upload, state: ImageState) -> None:
    """Delete what nobody needs any more: the original always, and what was replaced or came late."""
    leaving = [pictures.incoming(upload.uid, upload.image_id)]
    if state is ImageState.READY:
        replaced = (_ref(upload.image_id).get().to_dict() or {}).get("replaced")
        if replaced != upload.middle:
            leaving += pictures.sizes(replaced).values()
    elif state in (ImageState.SUPERSEDED, ImageState.FAILED):
        leaving += pictures.sizes(upload.middle).values()
    _delete(leaving)


def _delete(paths: Iterable[str]) -> None:
    from google.api_core.exceptions import NotFound as Missing

    for path in paths:
        try:
            clients.bucket().blob(path).delete()
        except Missing:
            continue


def _ref(image_id: str) -> DocumentReference:
    return clients.db().collection("profileImages").document(image_id)
