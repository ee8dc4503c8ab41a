"""Telling very many of one thing, resumable: a kill repeats nothing and loses nothing.

A coordinator reads the packed followers (or, where only those with the bell hear it, their edges)
and sends a task for each few hundred. Each of these writes its entries through `core.fan_out`, whose
progress stands in the same commit, and then pushes; an entry says for which window it was written,
so whoever turns up in two tasks is still told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, fan_out, ids
from spaktok.core.dispatch import Task, send, window
from spaktok.notifications import context, delivery, preferences, store
from spaktok.notifications.context import Recipient
from spaktok.notifications.delivery import Pushed
from spaktok.notifications.kinds import KINDS, entry_of
from spaktok.notifications.model import Channel, ManyNews, News
from spaktok.notifications.outgoing import MANY_WINDOW_S, name_of
from spaktok.notifications.store import Entry
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Query

CHUNK: Final = 200
"""Recipients a task: their documents fit one batch read, their entries one commit."""
BELLS_PAGE: Final = 1000


def begin(news: ManyNews) -> int:
    """Send a task for each few hundred who are to be told; how many tasks. Repeatable.

    A read for 5,000 followers, or one for each who has the bell. Nothing where the actor may not
    act.
    """
    if news.actor is None or not context.may_act(news.actor):
        return 0
    return send_chunks(news, _audience(news, news.actor))


def send_chunks(news: ManyNews, pages: Iterable[list[str]]) -> int:
    """Send a task for each few hundred of these people; how many tasks. Repeatable."""
    count = 0
    for chunk in _chunks(pages):
        part = ids.digest(name_of(news), *chunk)
        payload = {**asdict(news), "recipients": list(chunk)}
        send(Task("tellMany", part, payload))
        count += 1
    return count


def tell(news: ManyNews, recipients: Sequence[str]) -> int:
    """Put the news into these inboxes and push it; to how many. Repeatable.

    Five reads and one write a recipient: the entry that may be there, and what decides whether and
    how they hear of it. A read and two writes more for all of them together, one for every 30 and
    what these were pushed this hour; whoever has a device costs two reads more.
    """
    started = clock.now()
    name = ids.digest(name_of(news), *sorted(recipients))
    chosen = _choose(news, recipients, name)

    def stage(batch: Any, uid: str) -> None:
        if uid in chosen and not chosen[uid][1]:
            entry, _ = chosen[uid]
            batch.set(store.ref(entry.id), store.encode(entry, started))

    fan_out.serve(name, fan_out.over([uid for uid, one in chosen.items() if not one[1]]), stage)
    delivery.follow_up_together([entry for entry, _ in chosen.values()], name)
    return len(chosen)


def _choose(news: ManyNews, recipients: Sequence[str], task: str) -> dict[str, tuple[Entry, bool]]:
    """The entry of each who is to hear it, and whether it stands already (an earlier run's)."""
    references = []
    for uid in recipients:
        references += [store.ref(entry_of(_one(news, uid))), *context.recipient_refs(uid)]
    found = users.read(references)
    chosen: dict[str, tuple[Entry, bool]] = {}
    told: list[tuple[Recipient, Entry | None]] = []
    for number, uid in enumerate(recipients):
        snapshot, *rest = found[number * 5 : number * 5 + 5]
        before, recipient = store.decode(snapshot), context.decode_recipient(uid, rest)
        if before is not None and _same_window(before.last_activity_at, news.at):
            if before.alive and before.last_activity_at == news.at:
                chosen[uid] = (before, True)
            continue
        if _hears(news, recipient):
            told.append((recipient, before))
    pushed = delivery.pushed_to([one.uid for one, _ in told], news.type)
    for recipient, before in told:
        entry = _entry(news, recipient, before, task, pushed[recipient.uid])
        chosen[recipient.uid] = (entry, False)
    return chosen


def _hears(news: ManyNews, recipient: Recipient) -> bool:
    if not recipient.reached(news.type):
        return False
    if news.actor is not None and not recipient.hears(news.type, news.actor):
        return False
    key = preferences.entity_key(news.entity_type, news.entity_id)
    if key in recipient.preferences.muted:
        return False
    return preferences.setting(
        recipient.preferences, news.type, Channel.IN_APP, recipient.age.band
    )[0]


def _entry(
    news: ManyNews, recipient: Recipient, before: Entry | None, task: str, pushed: Pushed
) -> Entry:
    actors = () if news.actor is None else (news.actor,)
    decision = delivery.decide(
        recipient,
        news.type,
        news.at,
        mail_hour=before.mail_hour if before else None,
        pushed=pushed,
    )
    entry = Entry(
        id=entry_of(_one(news, recipient.uid)),
        owner=recipient.uid,
        type=news.type,
        entity_type=news.entity_type,
        entity_id=news.entity_id,
        created_at=news.at,
        last_activity_at=news.at,
        actor_ids=actors,
        actor_count=len(actors),
        acts=dict.fromkeys(actors, store.micros(news.at)),
        seen_from=before.seen_from if before else None,
        seen_up_to=before.seen_up_to if before else None,
        dropped_up_to=before.dropped_up_to if before else None,
        held_until=decision.held_until,
        push_hour=before.push_hour if before else None,
        pushes=before.pushes if before else 0,
        mail_hour=before.mail_hour if before else None,
        decided_for=news.at,
        by_email=decision.by_email,
        delivery=decision.delivery,
        told_in=task,
    )
    return delivery.counted(entry, decision)


def _audience(news: ManyNews, actor: str) -> Iterator[list[str]]:
    """Whom to ask, page by page, each page in a fixed order."""
    if KINDS[news.type].bell_only:
        query = with_bell(actor).limit(BELLS_PAGE)
        while page := list(query.stream()):
            yield [one.get("followerId") for one in page]
            if len(page) < BELLS_PAGE:
                return
            query = query.start_after(page[-1])
        return
    for shard in users.card_ref(actor).collection("shards").stream():
        yield sorted((shard.to_dict() or {}).get("followerIds", []))


def with_bell(followed: str) -> Query:
    """The edges of those who asked to be told when this user goes live or posts."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("followers")
        .where(filter=FieldFilter("followingId", "==", followed))
        .where(filter=FieldFilter("notificationsEnabled", "==", True))
        .order_by("__name__")
    )


def _chunks(pages: Iterable[list[str]]) -> Iterator[tuple[str, ...]]:
    for page in pages:
        for start in range(0, len(page), CHUNK):
            yield tuple(page[start : start + CHUNK])


def _one(news: ManyNews, recipient: str) -> News:
    return News(recipient, news.type, news.entity_type, news.entity_id, news.actor, at=news.at)


def _same_window(first: datetime, second: datetime) -> bool:
    return window(first, MANY_WINDOW_S)[0] == window(second, MANY_WINDOW_S)[0]
