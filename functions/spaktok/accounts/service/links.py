"""Links to the files of an export: made when they are asked for, dead within 15 minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from spaktok.accounts import store
from spaktok.accounts.model import ExportState
from spaktok.accounts.refusals import ExportNotReady
from spaktok.accounts.service.exporting import MANIFEST
from spaktok.core import clock, paging
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.integrations import signed_links


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file of an export."""

    path: str
    """Where it lies in Storage; its owner reads it there, under the rules."""
    link: str | None
    """A link that needs no sign-in, for a few minutes; None beside emulators, which sign nothing."""
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ExportLinks:
    """A page of an export's files, and the manifest that names them all with their hashes."""

    export_id: str
    expires_at: datetime
    """When the export goes; the links go sooner."""
    manifest: ExportFile
    files: list[ExportFile]
    next_cursor: str | None
    has_more: bool


def page(uid: UserId, limit: int, cursor: str | None) -> ExportLinks:
    """Links to the manifest and to a page of files. One read, and one a file, and one.

    Raises `NotFound` where there is no export or it expired, `ExportNotReady` while it is written.
    """
    found = store.export_ref(uid).get()
    if not found.exists or found.get("expiresAt") <= clock.now():
        raise NotFound
    if found.get("state") != ExportState.READY:
        raise ExportNotReady
    export_id = found.get("exportId")
    listed = paging.page(
        store.export_files(uid).order_by("__name__"),
        limit=limit,
        cursor=cursor,
        scope=f"export:{uid}:{export_id}",
    )
    place = f"exports/{uid}/{export_id}/{MANIFEST}"
    return ExportLinks(
        export_id=export_id,
        expires_at=found.get("expiresAt"),
        manifest=_file({**found.get("manifest"), "path": place}),
        files=[_file(one.to_dict() or {}) for one in listed.snapshots],
        next_cursor=listed.next_cursor,
        has_more=listed.next_cursor is not None,
    )


def _file(fields: dict[str, Any]) -> ExportFile:
    path = fields["path"]
    return ExportFile(path, signed_links.link(path), fields["bytes"], fields["sha256"])
