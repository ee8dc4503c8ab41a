"""What the inventory's audiences mean: the verdicts that the rules must give."""

from __future__ import annotations

from spaktok.core.inventory import Audience
from spaktok.users.relation import Relation, Visibility, can_view
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
        case Audience.UNBLOCKED | Audience.ADMITTED:
            return bond.is_self or _met(bond, content, audience)
        case Audience.VIEWER if bond.is_self:
            return VideoStatus(content["status"]) is not VideoStatus.REMOVED
        case Audience.MEMBERS:
            return True
        case Audience.WATCHER:
            return bond.is_self or (content["status"] == LIVE and _seen(bond, content))
        case Audience.VIEWER:
            return VideoStatus(content["status"]) is VideoStatus.ACTIVE and _seen(bond, content)


def _met(bond: Relation, content: Fields, audience: Audience) -> bool:
    if bond.barred or content["deactivated"]:
        return False
    return audience is Audience.UNBLOCKED or bond.follows or not content["isPrivate"]


def _seen(bond: Relation, content: Fields) -> bool:
    visibility = Visibility(content["visibility"])
    return can_view(bond, visibility, owner_private=bool(content["ownerPrivate"]))
