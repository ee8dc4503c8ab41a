"""Use cases of the feed: the tab of whom one follows, and the inbox it is read from."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from spaktok.core import clients, clock, ids, paging, revocations, transaction
from spaktok.core.dispatch import Task, release, send, stage, window
from spaktok.core.ids import UserId
from spaktok.feed import store
from spaktok.feed.model import INBOX_MAX, OUTBOX_MAX, Viewer, decode_card, newest, page_after
from spaktok.feed.pages import FeedPage, not_narrowed, years_for
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction, WriteBatch

LOOKS_EVERY: Final = timedelta(days=1)
"""How often it is noted that somebody looks: far more often than makes one idle."""
_TRIM_WINDOW_S = 3600


def page(uid: UserId, limit: int, cursor: str | None) -> FeedPage:
    """A page of what the accounts `uid` follows published: three reads, one RPC.

    Two more for each card that is for friends alone; one for a famous author whose outbox this
    instance does not keep; and once a day what `_look` costs. What decides who sees a card is applied
    on every read, so it counts at once, whatever the inbox holds.
    """
    scope = f"feed:{uid}"
    after = None
    if cursor is not None:
        published_at, video_id = paging.unseal(cursor, scope)
        after = (published_at, video_id)
    references = [store.inbox_ref(uid), store.mask_ref(uid), *revocations.refs()]
    inbox, mask, *taken_back = users.read(references)
    held = store.cards(inbox)
    if len(held) > INBOX_MAX + INBOX_MAX // 4:
        _ask_for_trim(uid)
    fields = inbox.to_dict() or {}
    if cursor is None:
        _look(uid, fields.get("lookedAt"))
    if pulls := fields.get("pulls"):
        from spaktok.feed import sources  # few follow the very famous

        for cards in sources.famous(pulls).values():
            held = {**cards, **held}
    revoked = revocations.decode(taken_back)
    viewer = Viewer(
        uid=uid,
        mask=store.mask(mask),
        revoked=revoked,
        years=years_for(uid, held.values(), revoked),
        left=frozenset(fields.get("left", {})),
    )
    shows = (
        decode_card(video_id, card)
        for video_id, card in held.items()
        if viewer.sees(video_id, card, follows=True)
    )
    shown, more = page_after(shows, after=after, limit=limit)
    return FeedPage(
        videos=not_narrowed(uid, shown),
        next_cursor=paging.seal(list(shown[-1].place), scope) if more else None,
        has_more=more,
    )


def _look(uid: UserId, before: datetime | None) -> None:
    """Note that a user looks at what they are brought, so that it goes on being brought.

    Whoever reads this tab alone makes no slate, which says it otherwise. Once a day, a read and two
    writes; whoever was left out meanwhile is brought everything again from now on, for a write, a
    delete and a task.
    """
    at = clock.now()
    if before is not None and at - before < LOOKS_EVERY:
        return
    slate = store.slate_ref(uid).get(field_paths=["idle"])
    batch = clients.db().batch()
    batch.set(store.inbox_ref(uid), {"lookedAt": at}, merge=True)
    batch.set(store.slate_ref(uid), {"openedAt": at, "idle": False}, merge=True)
    waking = stage_waking(batch, uid, at) if (slate.to_dict() or {}).get("idle") else None
    transaction.settle(batch.commit)
    if waking is not None:
        release(waking)


def stage_waking(batch: WriteBatch, uid: UserId, at: datetime) -> Task:
    """Stage that somebody who looks again is brought what is published; release it. One write.

    In the commit that says that they look: no later one would find that they had been left out.
    """
    task = Task("wakeFollower", ids.digest("wake", uid, at.isoformat()), {"uid": uid})
    return stage(batch, task)


def _ask_for_trim(uid: UserId) -> None:
    number, _ = window(clock.now(), _TRIM_WINDOW_S)
    send(Task("trimInbox", ids.digest("trim", uid, str(number)), {"uid": uid}))


def trim(uid: str) -> int:
    """Forget an inbox's oldest cards; how many it keeps. One read, at most one write."""

    def body(tx: Transaction) -> int:
        held = store.cards(users.read([store.inbox_ref(uid)], tx)[0])
        kept = newest(held, INBOX_MAX)
        if len(kept) < len(held):
            tx.update(store.inbox_ref(uid), {"cards": kept, **store.found_by(kept.values())})
        return len(kept)

    return transaction.run(body)


def trim_outbox(uid: str) -> int:
    """Forget an outbox's oldest cards; how many it keeps. One read, at most one write."""

    def body(tx: Transaction) -> int:
        held = store.cards(users.read([store.outbox_ref(uid)], tx)[0])
        kept = newest(held, OUTBOX_MAX)
        if len(kept) < len(held):
            sounds = store.found_by(kept.values())["soundIds"]
            tx.update(store.outbox_ref(uid), {"cards": kept, "soundIds": sounds})
        return len(kept)

    return transaction.run(body)
