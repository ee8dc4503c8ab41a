"""Taking back what was carried: the copies of a video whose reach has narrowed.

Until it is done the revocation keeps them from being shown (`core.revocations`), so it may be late. Who
may still see the video is brought it again, as it is now.
"""

from __future__ import annotations

from typing import Any, Final

from spaktok.core import clients, log, revocations
from spaktok.feed import store

PAGE: Final = 100


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
