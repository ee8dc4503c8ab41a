"""Taking back what was carried: the copies of a video whose reach has narrowed.

Until it is done the revocation keeps them from being shown (`core.revocations`), so it may be late. Who
may still see the video is brought it again, as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, log, revocations, transaction
from spaktok.feed import store

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

PAGE: Final = 100
WHOLE: Final = 20
"""Feeds that one transaction reads whole, about 100 KB each."""


def take_back(owner: str, video_id: str) -> int:
    """Take a video's card out of the outbox and of every inbox that holds it; how many. Repeatable.

    A read for each feed that holds anything of the author's, a write for each that holds this.
    """
    from google.cloud.firestore import DELETE_FIELD

    gone = {"cards": {video_id: DELETE_FIELD}}
    store.outbox_ref(owner).set(gone, merge=True)
    query: Any = store.holding(owner).order_by("__name__").limit(PAGE)
    count = 0
    while found := list(query.stream()):
        batch = clients.db().batch()
        holding = [one for one in found if video_id in store.cards(one)]
        for one in holding:
            batch.set(one.reference, gone, merge=True)
        if holding:
            batch.commit()
        count += len(holding)
        if len(found) < PAGE:
            break
        query = query.start_after(found[-1])
    log.info("withdrawn", feeds=count)
    return count


def withdraw(owner: str, video_id: str, nonce: str) -> int:
    """Take the copies back, and note that the revocation has nothing left to hide in inboxes.

    Once: what was brought anew since is not taken back by the same task delivered again.
    """
    if not revocations.pending("videos", video_id, owner, nonce):
        return 0
    count = take_back(owner, video_id)
    revocations.withdrawn("videos", video_id, owner, nonce)
    return count


def forget_sound(sound_id: str) -> Iterator[None]:
    """Have no copy say any more that it is with this sound. A read and a write for each feed that does.

    For a sound whose id is to be named nowhere: the cards stay. Yields after each commit.
    """
    while transaction.run(lambda tx: _forget_sound(tx, sound_id)) == WHOLE:
        yield
    yield


def _forget_sound(tx: Transaction, sound_id: str) -> int:
    found = list(tx.get(store.heard(sound_id).limit(WHOLE)))
    for one in found:
        store.unname(tx, one, sound_id)
    return len(found)
