"""Paths, decoding, reads and staged writes of users.

`followerCount`, `followingCount` and `videoCount` on the card are kept fresh by roll-ups
(`core.counters`); author cards copied into videos and comments are refreshed by their owners.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clients, ids, standing
from spaktok.core.ids import UserId
from spaktok.users.model import AccountType, Card, fold, new_account, new_card
from spaktok.users.relation import SELF, Relation

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction


def card_ref(uid: str) -> DocumentReference:
    """`users/{uid}`."""
    return clients.db().collection("users").document(uid)


def account_ref(uid: str) -> DocumentReference:
    """`users/{uid}/private/account`."""
    return card_ref(uid).collection("private").document("account")


def username_ref(username: str) -> DocumentReference:
    """`usernames/{folded}`: one document a name, so that two claims meet."""
    return clients.db().collection("usernames").document(fold(username))


def relation_ref(one: str, other: str) -> DocumentReference:
    """`relations/{pair}`: {users, follows: {uid: at}, blocks: {uid: at}, closeFriends: {uid: at}}.

    The key in each map is the one who follows, blocks or lists; one document answers both ways.
    """
    return clients.db().collection("relations").document(ids.pair(one, other))


def create(  # noqa: PLR0913 - a document's fields
    tx: Transaction,
    uid: UserId,
    *,
    username: str,
    display_name: str,
    email: str | None,
    language: str,
    at: datetime,
) -> None:
    """Stage a new account with its claimed name, failing where either exists. Four writes."""
    tx.create(card_ref(uid), new_card(uid, username, display_name, at))
    tx.create(account_ref(uid), new_account(email, language, at))
    standing.enroll(tx, uid, at)
    tx.create(username_ref(username), {"userId": uid, "username": username, "claimedAt": at})


def decode_card(snapshot: DocumentSnapshot[Any]) -> Card | None:
    """The card, or None where there is no such user."""
    fields = snapshot.to_dict()
    if fields is None:
        return None
    return Card(
        user_id=UserId(snapshot.id),
        username=fields["username"],
        display_name=fields["displayName"],
        bio=fields["bio"],
        profile_image=fields["profileImage"],
        is_verified=fields["isVerified"],
        is_private=fields["isPrivate"],
        account_type=AccountType(fields["accountType"]),
        follower_count=fields["followerCount"],
        following_count=fields["followingCount"],
        video_count=fields["videoCount"],
        created_at=fields["createdAt"],
        shards=fields["shards"],
        deactivated=fields["deactivated"],
    )


def decode_relation(snapshot: DocumentSnapshot[Any], viewer: str, other: str) -> Relation:
    """How the viewer stands to the other; a missing document means strangers."""
    if viewer == other:
        return SELF
    fields: dict[str, Any] = snapshot.to_dict() or {}
    follows, blocks = fields.get("follows", {}), fields.get("blocks", {})
    return Relation(
        follows=viewer in follows,
        followed_by=other in follows,
        blocks=viewer in blocks,
        blocked_by=other in blocks,
        close_friend_of=other in fields.get("closeFriends", {}),
    )


def read(
    references: list[DocumentReference], tx: Transaction | None = None
) -> list[DocumentSnapshot[Any]]:
    """These documents in the order asked for: one RPC, one read each."""
    answers = clients.db().get_all(references, transaction=tx)
    found = {snapshot.reference.path: snapshot for snapshot in answers}
    return [found[reference.path] for reference in references]
