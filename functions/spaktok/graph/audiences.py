"""How a follower is to be reached: at all, while they look at their feed; in part, if they follow many.

Both are said where whoever publishes reads it anyway: in the packed followers of everyone they follow
(`users.shards`: `idleIds`, `heavy`). That costs a read and a write for each followed, once when one
falls asleep, once when one wakes, and once each time that one follows twice as many as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, ids, transaction
from spaktok.core.dispatch import Task, send
from spaktok.feed import recipes
from spaktok.feed import store as feed
from spaktok.graph import store
from spaktok.users import shards
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query, Transaction

PAGE: Final = 200


def sweep(at: datetime) -> int:
    """Ask for those to be marked who have not looked for long; how many. A read and a write each."""
    from google.api_core.exceptions import FailedPrecondition

    count = 0
    for one in asleep(at).stream():
        unchanged = clients.db().write_option(last_update_time=one.update_time)
        try:
            one.reference.update({"idle": True}, option=unchanged)
        except FailedPrecondition:
            continue  # they have just looked
        uid = one.reference.parent.parent.id
        send(Task("idleFollower", ids.digest("idle", uid, at.isoformat()), {"uid": uid}))
        count += 1
    return count


def asleep(at: datetime) -> Query:
    """The feeds that nobody has opened for as long as makes one idle."""
    from google.cloud.firestore import FieldFilter

    since = at - timedelta(days=recipes.delivery().idle_after_days)
    return (
        clients.db()
        .collection_group("feed")
        .where(filter=FieldFilter("idle", "==", False))
        .where(filter=FieldFilter("openedAt", "<", since))
        .limit(PAGE)
    )


def idle(uid: str) -> int:
    """Bring nothing to `uid` until they look again; of how many they follow. Repeatable."""
    from google.cloud.firestore import ArrayUnion

    count = _mark(uid, {"idleIds": ArrayUnion([uid])}) if _is_idle(uid) else 0
    if not _is_idle(uid):
        # They looked meanwhile, and the task that says so may have come before the mark: that of this
        # run, or of one that died right here.
        wake(uid)
    return count


def wake(uid: str) -> int:
    """Bring `uid` what is published again, and what was meanwhile. Repeatable.

    A read more for each followed, and a write where there is something in the outbox.
    """
    from google.cloud.firestore import ArrayRemove

    count = _tell(uid, {"idleIds": ArrayRemove([uid])})
    for page in _followed(uid):
        boxes = users.read([feed.outbox_ref(one) for one in page])
        batch = clients.db().batch()
        held: feed.Cards = {}
        for box in boxes:
            held |= feed.cards(box)
        if held:
            feed.put(batch, uid, held)
            batch.commit()
    return count


def weigh(uid: str, follows: int) -> int:
    """Tell everyone whom `uid` follows that these are very many. Repeatable."""
    return _mark(uid, {"heavy": {uid: follows}})


def weighs_more(before: int, follows: int) -> bool:
    """Whether somebody follows twice as many as when it was last said, and more than most."""
    limit = recipes.delivery().follows_max
    return follows > limit and (before <= limit or _doublings(follows) > _doublings(before))


def _doublings(follows: int) -> int:
    return (follows // recipes.delivery().follows_max).bit_length()


def _is_idle(uid: str) -> bool:
    fields = feed.slate_ref(uid).get(field_paths=["idle"]).to_dict() or {}
    return bool(fields.get("idle"))


def _mark(uid: str, change: dict[str, Any]) -> int:
    """As `_tell`, of those alone to whose followers anything is brought.

    Nothing is brought to a larger crowd, and a shard of one has no room for marks beside its ids.
    """
    return _tell(uid, change, followers_max=recipes.delivery().push_max)


def _tell(uid: str, change: dict[str, Any], followers_max: int | None = None) -> int:
    """Merge a change into `uid`'s place among the followers of everyone they follow; how many.

    Edges and cards are read in the transaction that writes: a mark that comes to a follow that has
    ended, or to a shard that was split meanwhile, would be taken out by nothing.
    """
    count, after = 0, None
    while True:
        told, after = transaction.run(
            lambda tx, after=after: _tell_page(tx, uid, change, followers_max, after)  # type: ignore[misc]
        )
        count += told
        if after is None:
            return count


def _tell_page(
    tx: Transaction,
    uid: str,
    change: dict[str, Any],
    followers_max: int | None,
    after: DocumentSnapshot[Any] | None,
) -> tuple[int, DocumentSnapshot[Any] | None]:
    """Stage the change at a page of those they follow; how many, and the last where more may come."""
    query = _edges(uid)
    edges = list(tx.get(query if after is None else query.start_after(after)))
    if not edges:
        return 0, None
    count = 0
    for found in users.read([users.card_ref(one.get("followingId")) for one in edges], tx):
        card = users.decode_card(found)
        if card is not None and (followers_max is None or card.follower_count <= followers_max):
            shard = shards.shard_of(uid, card.shards)
            place = users.card_ref(card.user_id).collection("shards").document(str(shard))
            tx.set(place, change, merge=True)
            count += 1
    return count, edges[-1] if len(edges) == PAGE else None


def _followed(uid: str) -> Iterator[list[str]]:
    query = _edges(uid)
    while found := list(query.stream()):
        yield [one.get("followingId") for one in found]
        if len(found) < PAGE:
            return
        query = query.start_after(found[-1])


def _edges(uid: str) -> Query:
    return store.followed_by(uid).order_by("__name__").limit(PAGE)
