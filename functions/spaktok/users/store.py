"""Paths, decoding, reads and staged writes of users.

`followerCount`, `followingCount` and `videoCount` on the card are kept fresh by roll-ups
(`core.counters`); author cards copied into videos and comments are refreshed by their owners.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clients, clock, ids, standing
from spaktok.core.age import Age
from spaktok.core.ids import UserId
from spaktok.users.model import AccountType, Card, Location, new_account, new_card
from spaktok.users.relation import SELF, Relation

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction


def card_ref(uid: str) -> DocumentReference:
    """`users/{uid}`."""
    return clients.db().collection("users").document(uid)


def account_ref(uid: str) -> DocumentReference:
    """`users/{uid}/private/account`."""
    return card_ref(uid).collection("private").document("account")


def security_ref(uid: str) -> DocumentReference:
    """`security/{uid}`: core's, see `core.standing`."""
    return clients.db().collection("security").document(uid)


def username_ref(username: str) -> DocumentReference:
    """`usernames/{nameHash}`: one document for all names that look alike, see `users.handles`."""
    from spaktok.users.confusables import handle_key  # of the calls, few write or seek a name

    key = ids.digest("username", handle_key(username))
    return clients.db().collection("usernames").document(key)


def relation_ref(one: str, other: str) -> DocumentReference:
    """`relations/{pair}`: what two users are to each other, both ways.

    {users, follows, blocks, closeFriends, followRequests, friendRequests: {uid: at}, mutes: {uid:
    until | null}, friends?: [uid, uid], friendsAt?, followsChangedAt?}. The key in each map is the
    one who follows, blocks, lists, asks or mutes. `friends` is there while both follow, for
    `getFriends` to find; `followsChangedAt` is for a sweeper.
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
    age: Age,
    at: datetime,
) -> None:
    """Stage a new account, without its name. Three writes, failing where it exists."""
    from spaktok.users.privacy import AccountPrivacy, defaults  # whoever only reads needs no policy

    settings = defaults(age)
    private = settings["account"] == AccountPrivacy.PRIVATE
    tx.create(card_ref(uid), new_card(uid, username, display_name, at, is_private=private))
    tx.create(account_ref(uid), new_account(email, language, at, settings))
    standing.enroll(tx, uid, at, age)


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
        cover_image=fields["coverImage"],
        website=fields["website"],
        social_links=fields["socialLinks"],
        location=_location(fields["location"]),
        is_premium_account=fields["isPremiumAccount"],
        like_count=fields["likeCount"],
        view_count=fields.get("viewCount", 0),
        level=fields["level"],
        badges=tuple(fields["badges"]),
    )


def _location(fields: dict[str, Any] | None) -> Location | None:
    return None if fields is None else Location(fields["country"], fields["city"])


def decode_relation(snapshot: DocumentSnapshot[Any], viewer: str, other: str) -> Relation:
    """How the viewer stands to the other; a missing document means strangers."""
    if viewer == other:
        return SELF
    fields: dict[str, Any] = snapshot.to_dict() or {}
    follows, blocks = fields.get("follows", {}), fields.get("blocks", {})
    listed = fields.get("closeFriends", {})
    asking, befriending = fields.get("followRequests", {}), fields.get("friendRequests", {})
    return Relation(
        follows=viewer in follows,
        followed_by=other in follows,
        blocks=viewer in blocks,
        blocked_by=other in blocks,
        close_friend_of=other in listed,
        close_friend=viewer in listed,
        asks=viewer in asking,
        asked_by=other in asking,
        befriends=viewer in befriending,
        befriended_by=other in befriending,
        mutes=_lasts(fields.get("mutes", {}), viewer),
    )


def _lasts(mutes: dict[str, datetime | None], uid: str) -> bool:
    """Whether a mute of `uid`'s is there and not over: its end is compared, no job takes it back."""
    return uid in mutes and ((until := mutes[uid]) is None or clock.now() < until)


def read(
    references: list[DocumentReference], tx: Transaction | None = None
) -> list[DocumentSnapshot[Any]]:
    """These documents in the order asked for: one RPC, one read each."""
    answers = clients.db().get_all(references, transaction=tx)
    found = {snapshot.reference.path: snapshot for snapshot in answers}
    return [found[reference.path] for reference in references]
