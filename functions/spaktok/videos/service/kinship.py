"""Duets and stitches: what is made from another's video needs that video's present permission.

The permission is the parent's own switch and its owner's privacy setting (`duet`, `stitch`) together:
the narrower decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import ids
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.users import store as users
from spaktok.users.privacy import DEFAULTS, Reuse
from spaktok.users.relation import Relation, Visibility, can_view
from spaktok.videos import store
from spaktok.videos.model import Kinship, Video, VideoStatus, wider
from spaktok.videos.refusals import NotAllowedHere

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

REFUSED: Final = "The video it was made from does not allow this any more; it was kept as a draft."

REFS: Final = 3


@dataclass(frozen=True, slots=True)
class Parentage:
    """What a video is made from, and what the one owner is to the other, as it stands now."""

    parent: Video | None
    relation: Relation
    """Of the child's owner to the parent's."""
    settings: dict[str, Any]
    """The privacy settings of the parent's owner."""


def refs(child_owner: UserId, parent_id: str) -> list[DocumentReference]:
    """The parent, what the owners are to each other, and the settings of its own: `REFS` reads."""
    owner = ids.owner_of(parent_id) or child_owner
    return [
        store.ref(parent_id),
        users.relation_ref(child_owner, owner),
        users.account_ref(owner),
    ]


def decode(
    found: Sequence[DocumentSnapshot[Any]], child_owner: UserId, parent_id: str
) -> Parentage:
    """What `refs` leads to."""
    owner = UserId(ids.owner_of(parent_id) or child_owner)
    parent, pair, account = found
    return Parentage(
        parent=store.decode(parent),
        relation=users.decode_relation(pair, child_owner, owner),
        settings=(account.to_dict() or {}).get("privacySettings", {}),
    )


def allowed(child: Video, parentage: Parentage | None, visibility: Visibility) -> bool:
    """Whether the child may be shown now, to this audience.

    The parent is there for the child's owner, permits it, and is for everyone: a child must not carry
    a part of it to people whom the parent is not for. Of one's own videos one may use those whose
    audience is not narrower than the child's.
    """
    if parentage is None or child.kinship is None:
        return False
    parent = parentage.parent
    if parent is None or parent.status is not VideoStatus.ACTIVE:
        return False
    if parent.user_id == child.user_id:
        return not wider(visibility, parent.visibility)
    return _permits(parent, parentage, child.kinship) and can_view(
        parentage.relation, parent.visibility, owner_private=parent.owner_private
    )


def _permits(parent: Video, parentage: Parentage, kinship: Kinship) -> bool:
    """Whether the parent is for everyone, and it and its owner's settings allow this of it."""
    switch = parent.allow_duet if kinship is Kinship.DUET else parent.allow_stitch
    if not switch or parent.visibility is not Visibility.PUBLIC or parent.owner_private:
        return False
    match Reuse(parentage.settings.get(kinship, DEFAULTS[kinship])):
        case Reuse.EVERYONE:
            return True
        case Reuse.FOLLOWERS:
            return parentage.relation.follows
        case Reuse.NO_ONE:
            return False


def require(uid: UserId, parent_id: str, kinship: Kinship, visibility: Visibility) -> None:
    """Raise unless `uid` may make this of a video now: `NotFound`, `NotAllowedHere`. Three reads.

    For a child that is not there yet: what counts is asked again when it is published.
    """
    if ids.owner_of(parent_id) is None:
        raise NotFound
    parentage = decode(users.read(refs(uid, parent_id)), uid, parent_id)
    parent = parentage.parent
    if parent is None or parent.status is not VideoStatus.ACTIVE:
        raise NotFound
    if parent.user_id == uid:
        fits = not wider(visibility, parent.visibility)
    elif can_view(parentage.relation, parent.visibility, owner_private=parent.owner_private):
        fits = _permits(parent, parentage, kinship)
    else:
        raise NotFound
    if not fits:
        raise NotAllowedHere
