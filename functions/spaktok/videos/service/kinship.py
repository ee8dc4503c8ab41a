"""Duets and stitches: what is made from another's video needs that video's present permission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import ids
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.users import store as users
from spaktok.users.relation import Relation, Visibility, can_view
from spaktok.videos import store
from spaktok.videos.model import Kinship, Video, VideoStatus
from spaktok.videos.refusals import NotAllowedHere

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

REFUSED: Final = "The video it was made from does not allow this any more; it was kept as a draft."

_WIDTH: Final = (
    Visibility.PRIVATE,
    Visibility.CLOSE_FRIENDS,
    Visibility.FRIENDS,
    Visibility.FOLLOWERS,
    Visibility.PUBLIC,
)
"""From the narrowest audience to the widest, of one owner."""


def refs(child_owner: UserId, parent_id: str) -> list[DocumentReference]:
    """The parent, and what its owner and the child's are to each other: two reads."""
    owner = ids.owner_of(parent_id) or child_owner
    return [store.ref(parent_id), users.relation_ref(child_owner, owner)]


def decode(
    found: Sequence[DocumentSnapshot[Any]], child_owner: UserId, parent_id: str
) -> tuple[Video | None, Relation]:
    """What `refs` leads to."""
    owner = UserId(ids.owner_of(parent_id) or child_owner)
    return store.decode(found[0]), users.decode_relation(found[1], child_owner, owner)


def allowed(
    child: Video, parent: Video | None, relation: Relation | None, visibility: Visibility
) -> bool:
    """Whether the child may be published now, for this audience.

    The parent is there for the child's owner, permits it, and is for everyone: a child must not carry
    a part of it to people whom the parent is not for. Of one's own videos one may use those whose
    audience is not narrower than the child's.
    """
    if parent is None or relation is None or parent.status is not VideoStatus.ACTIVE:
        return False
    if parent.user_id == child.user_id:
        return _WIDTH.index(visibility) <= _WIDTH.index(parent.visibility)
    permits = parent.allow_duet if child.kinship is Kinship.DUET else parent.allow_stitch
    return (
        permits
        and parent.visibility is Visibility.PUBLIC
        and not parent.owner_private
        and can_view(relation, parent.visibility, owner_private=parent.owner_private)
    )


def wider(one: Visibility, other: Visibility) -> bool:
    """Whether one audience of an owner's reaches beyond another."""
    return _WIDTH.index(one) > _WIDTH.index(other)


def require(uid: UserId, parent_id: str, kinship: Kinship, visibility: Visibility) -> None:
    """Raise unless `uid` may make this of a video now: `NotFound`, `NotAllowedHere`. Two reads.

    For a child that is not there yet: what counts is asked again when it is published.
    """
    if ids.owner_of(parent_id) is None:
        raise NotFound
    parent, relation = decode(users.read(refs(uid, parent_id)), uid, parent_id)
    if parent is None or parent.status is not VideoStatus.ACTIVE:
        raise NotFound
    if not can_view(relation, parent.visibility, owner_private=parent.owner_private):
        raise NotFound
    own = parent.user_id == uid
    permits = parent.allow_duet if kinship is Kinship.DUET else parent.allow_stitch
    public = parent.visibility is Visibility.PUBLIC and not parent.owner_private
    narrower = _WIDTH.index(visibility) <= _WIDTH.index(parent.visibility)
    if not (narrower if own else permits and public):
        raise NotAllowedHere
