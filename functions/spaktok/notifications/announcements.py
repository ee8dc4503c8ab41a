"""What the operator told everyone, or everyone in some regions, in its own words.

`announcements/{id}`: {texts: {language: {title, body}}, regions (none: everywhere), at}. Never changed
once written; an entry of an inbox names it, and what it says is read from here. Who said it and why
stands in the audit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, config
from spaktok.notifications.model import EntityType, Note
from spaktok.notifications.store import Entry
from spaktok.notifications.templates import Text
from spaktok.notifications.templates.catalogue import FALLBACK, resolve

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

_KEPT_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said, in some languages, to whom and since when."""

    id: str
    texts: Mapping[str, Text]
    regions: tuple[str, ...]
    at: datetime

    def text(self, locale: str) -> Text:
        """What it says in the language of a locale; in English where it is not written in that."""
        return self.texts.get(resolve(locale), self.texts[FALLBACK])


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement that is on its way."""

    announcement_id: str


def named(entries: Iterable[Entry | Note]) -> set[str]:
    """The announcements that these tell of."""
    return {one.entity_id for one in entries if one.entity_type is EntityType.ANNOUNCEMENT}


def find(announcement_ids: set[str]) -> dict[str, Announcement]:
    """Those of these that there are. A read each that this instance has not read before, one RPC."""
    kept = _kept.setdefault(config.project(), {})
    found = {one: kept[one] for one in announcement_ids if one in kept}
    if missing := sorted(announcement_ids - found.keys()):
        read = map(decode, clients.db().get_all([ref(one) for one in missing]))
        found |= {said.id: said for said in read if said is not None}
        if len(kept) + len(missing) > _KEPT_MAX:
            kept.clear()
        kept |= found
    return found


_kept: dict[str, dict[str, Announcement]] = {}
"""By project. They never change."""


def ref(announcement_id: str) -> DocumentReference:
    """`announcements/{id}`."""
    return clients.db().collection("announcements").document(announcement_id)


def decode(snapshot: DocumentSnapshot[Any]) -> Announcement | None:
    """The announcement; None where there is none."""
    fields: dict[str, Any] | None = snapshot.to_dict()
    if fields is None:
        return None
    return Announcement(
        id=snapshot.id,
        texts={name: Text(said["title"], said["body"]) for name, said in fields["texts"].items()},
        regions=tuple(fields["regions"]),
        at=fields["at"],
    )
