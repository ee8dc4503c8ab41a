"""Taking one's data: everything of a user's that the inventory exports, as files in Storage.

A task writes a file for each page of each collection and reads every stored object of the user's once,
for its SHA-256; the objects themselves stay where they are. No more than a page is in memory. Where it
stands is in `exports/{uid}`, changed only by whoever read it last: a run that died, or one that another
overtook, repeats a page and nothing else. A file's name holds its hash, so that a repeat never
changes what the table of contents already names.

Links are made on request and die within 15 minutes. The files go after 7 days. An export that does not
end raises an alarm.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, Final

from spaktok.accounts import store
from spaktok.accounts.model import EXPORT_KEPT, EXPORT_LATE, STALLED, ExportState
from spaktok.core import clients, clock, dispatch, ids, log, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from spaktok.accounts.service.sources import File, Source

RUN_S: Final = 420.0
FORGOTTEN_AT_ONCE: Final = 400
MANIFEST: Final = "manifest.json"
_IN_MEMORY: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Export:
    """An export, and how far it has come."""

    export_id: str
    state: ExportState
    requested_at: datetime
    expires_at: datetime


def request(uid: UserId) -> Export:
    """Have the data collected; while an export is being written, that one is the answer.

    One read, two writes. A new one replaces the one before it.
    """
    at = clock.now()
    export_id = ids.random_id()

    def body(tx: Transaction) -> tuple[Export, bool]:
        (found,) = users.read([store.export_ref(uid)], tx)
        fields: dict[str, Any] = found.to_dict() or {}
        if fields.get("state") == ExportState.RUNNING:
            return _decode(fields), False
        fresh = {
            "exportId": export_id,
            "state": ExportState.RUNNING,
            "source": None,
            "after": None,
            "salt": ids.random_id(),
            "requestedAt": at,
            "aliveAt": at,
            "expiresAt": at + EXPORT_KEPT,
            "removeAt": at + 2 * EXPORT_KEPT,
        }
        tx.set(store.export_ref(uid), fresh)
        dispatch.stage(tx, _task(uid, export_id))
        return _decode(fresh), True

    export, new = transaction.run(body)
    if new:
        dispatch.release(_task(uid, export_id))
    return export


def run(uid: UserId, export_id: str) -> bool:
    """Go on with an export for as long as one run may; whether there is nothing left to do."""
    state = _load(uid, export_id)
    if state is None:
        return True
    store.watch("export", uid, state.requested_at, EXPORT_LATE, clock.now())
    give_up_s = clock.monotonic() + RUN_S
    for reached in _collect(state):
        if clock.monotonic() > give_up_s:
            dispatch.send_if_possible(_task(uid, export_id, f"{reached.source}>{reached.after}"))
            return False
    return True


def sweep(at: datetime, limit: int = 100) -> int:
    """Remove what expired, and send on what died; how many."""
    from google.cloud.firestore import FieldFilter

    exports = clients.db().collection("exports")
    over = exports.where(filter=FieldFilter("expiresAt", "<=", at)).limit(limit)
    count = 0
    for found in over.stream():
        remove(UserId(found.id), found.get("exportId"))
        count += 1
    still = exports.where(filter=FieldFilter("state", "==", ExportState.RUNNING))
    dead = still.where(filter=FieldFilter("aliveAt", "<=", at - STALLED)).limit(limit)
    for found in dead.stream():
        store.watch("export", found.id, found.get("requestedAt"), EXPORT_LATE, at)
        number, _ = dispatch.window(at, int(STALLED.total_seconds()))
        dispatch.send(_task(UserId(found.id), found.get("exportId"), str(number)))
        count += 1
    return count


def remove(uid: UserId, export_id: str) -> None:
    """Delete an export's files, then what says that there is one. Repeatable.

    Not where another one was asked for meanwhile: what is listed before that look is not the other's.
    """
    from google.api_core.exceptions import NotFound as Missing

    files = list(clients.bucket().list_blobs(prefix=f"exports/{uid}/"))
    if store.export_ref(uid).get(["exportId"]).to_dict() != {"exportId": export_id}:
        return
    for blob in files:
        try:
            blob.delete()
        except Missing:
            continue
    while transaction.run(lambda tx: _forget(tx, uid, export_id)):
        continue


def _forget(tx: Transaction, uid: UserId, export_id: str) -> bool:
    """Stage the end of a page of an export's table of contents, at last of the export; whether more."""
    (found,) = users.read([store.export_ref(uid)], tx)
    if (found.to_dict() or {}).get("exportId") != export_id:
        return False
    lines = list(tx.get(store.export_files(uid).limit(FORGOTTEN_AT_ONCE)))
    for one in lines:
        tx.delete(one.reference)
    if len(lines) < FORGOTTEN_AT_ONCE:
        tx.delete(found.reference)
        return False
    return True


@dataclass(frozen=True, slots=True)
class _State:
    uid: UserId
    export_id: str
    salt: str
    source: str | None
    after: str | None
    requested_at: datetime
    remove_at: datetime
    version: Any

    @property
    def folder(self) -> str:
        return f"exports/{self.uid}/{self.export_id}"


class _OvertakenByAnother(Exception):
    """Another run has written this page, or this export is not the one that counts any more."""


def _load(uid: UserId, export_id: str) -> _State | None:
    snapshot = store.export_ref(uid).get()
    fields: dict[str, Any] = snapshot.to_dict() or {}
    if fields.get("exportId") != export_id or fields["state"] != ExportState.RUNNING:
        return None
    return _State(
        uid=uid,
        export_id=export_id,
        salt=fields["salt"],
        source=fields["source"],
        after=fields["after"],
        requested_at=fields["requestedAt"],
        remove_at=fields["removeAt"],
        version=snapshot.update_time,
    )


def _collect(state: _State) -> Iterator[_State]:
    """Write what is left, file by file; yields where it stands after each."""
    from spaktok.accounts.service import sources

    try:
        if state.source is None:
            _clear(state)
        for source in _left(state):
            if source.name != state.source:
                state = replace(state, source=source.name, after=None)
            for file, after in sources.pages(source, state.after):
                state = _note(replace(state, after=after), _stored(state, file))
                yield state
        _finish(state)
    except _OvertakenByAnother:
        log.info("export overtaken")


def _clear(state: _State) -> None:
    """Forget the files of the export before this one."""
    from spaktok.core import walk

    for name, _ in list(walk.below(store.export_ref(state.uid))):
        clients.db().document(name).delete()
    for blob in clients.bucket().list_blobs(prefix=f"exports/{state.uid}/"):
        if not blob.name.startswith(f"{state.folder}/"):
            blob.delete()


def _left(state: _State) -> list[Source]:
    """The sources that are not done, the one under way first."""
    from spaktok.accounts.service import sources

    every = sources.of(state.uid, state.salt)
    names = [source.name for source in every]
    # A name that a newer version does not know: begin anew, since files are named by what they hold.
    return every[names.index(state.source) :] if state.source in names else every


def _stored(state: _State, file: File) -> dict[str, Any]:
    """Write a file, where it is not there already; its line in the table of contents."""
    if file.path is not None:
        return {"path": file.path, **file.facts()}
    name = f"{file.name}-{file.sha256[:16]}.json"
    path = f"{state.folder}/{name}"
    _upload(path, file.content)
    return {"path": path, **file.facts()}


def _upload(path: str, content: bytes) -> None:
    blob = clients.bucket().blob(path)
    blob.cache_control = "private, no-store"
    blob.upload_from_string(content, content_type="application/json")


def _note(state: _State, line: dict[str, Any]) -> _State:
    """Put a line into the table of contents, and how far it came, in one commit."""
    name = ids.digest(line["path"])
    batch = clients.db().batch()
    reached = {"source": state.source, "after": state.after, "aliveAt": clock.now()}
    unchanged = clients.db().write_option(last_update_time=state.version)
    batch.update(store.export_ref(state.uid), reached, option=unchanged)
    batch.set(store.export_files(state.uid).document(name), {**line, "removeAt": state.remove_at})
    return replace(state, version=_commit(batch))


def _finish(state: _State) -> None:
    """Write the manifest, and say that the export is there."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        for text in _manifest(state):
            file.write(text.encode())
        file.seek(0)
        digest = sha256()
        while chunk := file.read(_IN_MEMORY):
            digest.update(chunk)
        size = file.tell()
        file.seek(0)
        blob = clients.bucket().blob(f"{state.folder}/{MANIFEST}")
        blob.cache_control = "private, no-store"
        blob.upload_from_file(file, content_type="application/json", size=size)
    at = clock.now()
    ready = {
        "state": ExportState.READY,
        "readyAt": at,
        "expiresAt": at + EXPORT_KEPT,
        "removeAt": at + 2 * EXPORT_KEPT,
        "manifest": {"bytes": size, "sha256": digest.hexdigest()},
    }
    unchanged = clients.db().write_option(last_update_time=state.version)
    batch = clients.db().batch()
    batch.update(store.export_ref(state.uid), ready, option=unchanged)
    _commit(batch)
    notifications.announce(
        News(
            recipient=state.uid,
            type=NotificationType.EXPORT_READY,
            entity_type=EntityType.EXPORT,
            entity_id=state.export_id,
        )
    )


def _manifest(state: _State) -> Iterator[str]:
    """The table of contents as JSON, line by line."""
    from spaktok.accounts.service import belongings

    head = {"exportId": state.export_id, "userId": state.uid}
    head["requestedAt"] = state.requested_at.isoformat()
    yield json.dumps(head)[:-1] + ', "files": [\n'
    comma = ""
    for page in belongings.pages(store.export_files(state.uid)):
        for one in page:
            line = {**(one.to_dict() or {})}
            line.pop("removeAt")
            yield f"{comma}{json.dumps(line, sort_keys=True)}"
            comma = ",\n"
    yield "\n]}\n"


def _commit(batch: Any) -> Any:
    """The version written. Raises `_OvertakenByAnother` where someone else wrote since."""
    from google.api_core.exceptions import FailedPrecondition
    from google.api_core.exceptions import NotFound as Missing

    try:
        transaction.commit(batch)
    except (FailedPrecondition, Missing) as error:
        raise _OvertakenByAnother from error
    return batch.write_results[0].update_time


def _decode(fields: dict[str, Any]) -> Export:
    return Export(
        export_id=fields["exportId"],
        state=ExportState(fields["state"]),
        requested_at=fields["requestedAt"],
        expires_at=fields["expiresAt"],
    )


def _task(uid: UserId, export_id: str, where: str = "") -> Task:
    """The task that goes on from where it stands, which makes it another one than that before."""
    return Task(
        function="writeExport",
        id=ids.digest("export", uid, export_id, where),
        payload={"uid": uid, "exportId": export_id},
    )
