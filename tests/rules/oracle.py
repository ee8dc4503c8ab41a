"""What the inventory's audiences mean: the verdicts that the rules must give."""

from __future__ import annotations

from spaktok.core.inventory import Audience
from spaktok.users.relation import Visibility, can_view
from spaktok.videos.model import VideoStatus
from tests.rules.people import Fields, Person, relation

LIVE = "live"
"""The status in which a stream is there for others than its owner."""


def admits(
    audience: Audience, person: Person, owner: str, subjects: frozenset[str], content: Fields
) -> bool:
    """Whether someone belongs to the audience of a thing of `owner`'s that names `subjects`."""
    if not person.active:
        return False
    bond = relation(person.uid, owner)
    match audience:
        case Audience.NOBODY:
            return False
        case Audience.OWNER:
            return bond.is_self
        case Audience.PARTIES:
            return person.uid in subjects
        case Audience.UNBLOCKED:
            return bond.is_self or not (bond.barred or bool(content["deactivated"]))
        case Audience.VIEWER if bond.is_self:
            return VideoStatus(content["status"]) is not VideoStatus.REMOVED
        case Audience.MEMBERS:
            return True
        case Audience.WATCHER:
            live = content["status"] == LIVE
            return bond.is_self or (
                live
                and can_view(
                    bond,
                    Visibility(content["visibility"]),
                    owner_private=bool(content["ownerPrivate"]),
                )
            )
        case Audience.VIEWER:
            shown = VideoStatus(content["status"]) is VideoStatus.ACTIVE
            return shown and can_view(
                bond,
                Visibility(content["visibility"]),
                owner_private=bool(content["ownerPrivate"]),
            )
