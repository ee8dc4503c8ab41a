"""Use cases of the feed: reading a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spaktok.core import clock, ids, paging, transaction
from spaktok.core.dispatch import Task, send, window
from spaktok.core.ids import UserId
from spaktok.feed import store
from spaktok.feed.model import INBOX_MAX, FeedCard, decode_card, newest, slate
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

_TRIM_WINDOW_S = 3600


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of the feed."""

    videos: list[FeedCard]
    next_cursor: str | None
    has_more: bool


def page(uid: UserId, limit: int, cursor: str | None) -> FeedPage:
    """A page of what the accounts `uid` follows published: two reads, one RPC.

    The mask is applied on every read, so a block counts at once, whatever the inbox still holds.
    """
    scope = f"feed:{uid}"
    after = None
    if cursor is not None:
        published_at, video_id = paging.unseal(cursor, scope)
        after = (published_at, video_id)
    inbox, mask = users.read([store.inbox_ref(uid), store.mask_ref(uid)])
    held = store.cards(inbox)
    if len(held) > INBOX_MAX + INBOX_MAX // 4:
        _ask_for_trim(uid)
    cards = (decode_card(video_id, fields) for video_id, fields in held.items())
    shown, more = slate(cards, store.mask(mask), after=after, limit=limit)
    return FeedPage(
        videos=shown,
        next_cursor=paging.seal(list(shown[-1].place), scope) if more else None,
        has_more=more,
    )


def _ask_for_trim(uid: UserId) -> None:
    number, _ = window(clock.now(), _TRIM_WINDOW_S)
    send(Task("trimInbox", ids.digest("trim", uid, str(number)), {"uid": uid}))


def trim(uid: str) -> int:
    """Forget an inbox's oldest cards; how many it keeps. One read, at most one write."""

    def body(tx: Transaction) -> int:
        held = store.cards(users.read([store.inbox_ref(uid)], tx)[0])
        kept = newest(held, INBOX_MAX)
        if len(kept) < len(held):
            tx.update(store.inbox_ref(uid), {"cards": kept, "authors": store.authors(kept)})
        return len(kept)

    return transaction.run(body)
