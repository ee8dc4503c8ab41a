"""An entry of the inbox is worked out, not added to: from who did it, and what its owner has seen.

Who did it stands in the records of another feature (`kinds.Source`) or, where there are none, in the
entry itself, where for each actor the later of telling and retracting counts. Either way the entry
is a function of what happened and not of how often, when or in which order its tasks arrived.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from spaktok.core import clock, ids, transaction
from spaktok.notifications import context, delivery, preferences, store
from spaktok.notifications.context import Recipient
from spaktok.notifications.kinds import KINDS, Grouping, Source, entry_of
from spaktok.notifications.model import Channel, News
from spaktok.notifications.store import SYSTEM, Entry
from spaktok.users import store as users

NAMED_MAX: Final = 3
RECORDS_MAX: Final = 10
"""Records looked at one by one; beyond these they are counted."""
EXCLUDED_MAX: Final = 100
"""Hidden users who are looked for among the counted. Whoever hides more counts some of them along,
as the total on the thing itself does."""
ACTS_MAX: Final = 1000
"""Actors an entry without records remembers."""
UNSEEN_BACK: Final = timedelta(days=30)
TOLD_AGAIN_AFTER: Final = timedelta(days=1)
"""Who takes an act back and repeats it within this time is pushed once."""
_TOLD_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Act:
    """One who did it, and when."""

    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Acts:
    """Who did it, latest first: those who may be named, and how many there are in all."""

    latest: tuple[Act, ...] = ()
    count: int = 0
    held: dict[str, int] | None = None
    """What the entry is to remember; None where records do."""
    gone: dict[str, int] | None = None


NOBODY: Final = Acts()


def settle(news: News, *, retracted: bool = False, left: str | None = None) -> Entry | None:
    """Bring the entry that this news goes into up to date, and deliver it; the entry, if it stands.

    `left` works it out anew and without that user: after a block, say. Repeatable. At most one
    write; for a group with records at most about 35 reads, whatever their number, and else 9.
    """
    worked_out = transaction.settle(lambda: _attempt(news, retracted, left))
    if worked_out is None:
        return None
    delivery.follow_up(worked_out)
    return worked_out if worked_out.alive else None


def _attempt(news: News, retracted: bool, left: str | None) -> Entry | None:
    reference = store.ref(entry_of(news))
    snapshot, *found = users.read([reference, *context.recipient_refs(news.recipient)])
    before = store.decode(snapshot)
    recipient = context.decode_recipient(news.recipient, found)
    if left is not None:
        recipient = replace(recipient, barred=recipient.barred | {left})
    elif not recipient.exists or not (retracted or recipient.reached(news.type)):
        return None
    listed, _ = preferences.setting(
        recipient.preferences, news.type, Channel.IN_APP, recipient.age.band
    )
    if not listed and not retracted and left is None:
        return before
    acts = _acts(news, before, recipient, retracted=retracted, changed=left is None)
    after = _after(news, before, acts, recipient)
    if after is None:
        return None
    if after != before:
        store.replace_if_unchanged(snapshot, after, clock.now())
    return after


def _acts(
    news: News, before: Entry | None, recipient: Recipient, *, retracted: bool, changed: bool
) -> Acts:
    """Who did it, as far as the recipient may know: nobody, where the thing is not there for them."""
    source = KINDS[news.type].source
    if source is None:
        acts = _held(news, before, recipient, retracted=retracted, changed=changed)
    else:
        acts = _recorded(news, before, recipient, source)
    if acts.count and not context.there_for(news.recipient, news.entity_type, news.entity_id):
        return replace(acts, latest=(), count=0, held={} if acts.held is not None else None)
    return acts


# ---- Acts that the entry remembers


def _held(
    news: News, before: Entry | None, recipient: Recipient, *, retracted: bool, changed: bool
) -> Acts:
    held: dict[str, int] = dict(before.acts) if before else {}
    gone: dict[str, int] = dict(before.gone) if before else {}
    actor = news.actor or SYSTEM
    if changed:
        stamp, name = store.micros(news.at or clock.now()), hashed(entry_of(news), actor)
        if retracted:
            gone[name] = max(stamp, gone.get(name, 0))
            if held.get(actor, 0) <= stamp:
                held.pop(actor, None)
        elif stamp > gone.get(name, 0) and _tells(recipient, news, stamp):
            held[actor] = max(stamp, held.get(actor, 0))
    dropped = store.micros(before.dropped_up_to) if before and before.dropped_up_to else -1
    held = {
        one: at
        for one, at in held.items()
        if at > dropped and (one == SYSTEM or recipient.hears(news.type, one))
    }
    newest = sorted(held.items(), key=lambda one: (-one[1], one[0]))[:ACTS_MAX]
    latest = tuple(Act(one, store.from_micros(at)) for one, at in newest)
    kept = sorted(gone.items(), key=lambda one: (-one[1], one[0]))[:ACTS_MAX]
    return Acts(latest, len(latest), dict(newest), dict(kept))


def _tells(recipient: Recipient, news: News, stamp: int) -> bool:
    """Whether the recipient hears of this act: not of what they muted, nor of whom they may not."""
    until = _muted_at(recipient, news)
    if until is not None and stamp > store.micros(until):
        return False
    if news.actor is None:
        return True
    return recipient.hears(news.type, news.actor) and context.may_act(news.actor)


# ---- Acts that records tell


def _recorded(news: News, before: Entry | None, recipient: Recipient, source: Source) -> Acts:
    """From the records: at most ten read, and the rest counted."""
    grouped = KINDS[news.type].grouping
    about = news.recipient if grouped is Grouping.TYPE else news.entity_id
    until = _muted_at(recipient, news)
    dropped = before.dropped_up_to if before else None
    if not source.unseen_only:
        return _read(news, recipient, source, about, dropped, until)
    earliest = max(filter(None, (dropped, clock.now() - UNSEEN_BACK)))
    seen_from, seen_up_to = _seen(before)
    acts = _read(news, recipient, source, about, max(seen_up_to or earliest, earliest), until)
    if acts.count or seen_up_to is None:
        return acts
    return _read(news, recipient, source, about, max(seen_from or earliest, earliest), until)


def _read(  # noqa: PLR0913, PLR0917 - a question has its parts
    news: News,
    recipient: Recipient,
    source: Source,
    about: str,
    since: datetime | None,
    until: datetime | None,
) -> Acts:
    query = store.records(source, about, since, until)
    found = [one.to_dict() or {} for one in query.limit(RECORDS_MAX).stream()]
    shown = [
        act
        for one in found
        if recipient.hears(news.type, (act := Act(one[source.actor], one[source.at])).actor)
    ]
    named, lost = _named(shown)
    if len(found) < RECORDS_MAX:
        count = len(shown) - lost
    else:
        count = store.count(query) - _excluded(recipient, source, about, since, until) - lost
    return Acts(named, max(count, len(named))) if named else NOBODY


def _named(shown: list[Act]) -> tuple[tuple[Act, ...], int]:
    """The latest three who are there and in good standing, and how many were not, on the way."""
    named: list[Act] = []
    lost = 0
    for act in shown:
        if len(named) == NAMED_MAX:
            break
        if context.may_act(act.actor):
            named.append(act)
        else:
            lost += 1
    return tuple(named), lost


def _excluded(
    recipient: Recipient,
    source: Source,
    about: str,
    since: datetime | None,
    until: datetime | None,
) -> int:
    """How many of the counted the recipient must not hear of, themselves among them."""
    hidden = sorted(recipient.barred | recipient.muted)[:EXCLUDED_MAX]
    found = users.read([store.record_ref(source, one, about) for one in (recipient.uid, *hidden)])
    times: list[Any] = [one.get(source.at) for one in found if one.exists]
    return sum((since is None or at > since) and (until is None or at <= until) for at in times)


def _muted_at(recipient: Recipient, news: News) -> datetime | None:
    """Since when the recipient wants to hear nothing of the thing."""
    if KINDS[news.type].urgent or KINDS[news.type].locked:
        return None
    key = preferences.entity_key(news.entity_type, news.entity_id)
    return recipient.preferences.muted.get(key)


# ---- The entry


def _after(news: News, before: Entry | None, acts: Acts, recipient: Recipient) -> Entry | None:
    """The entry as it now has to be; None where there is none and needs to be none."""
    if not acts.latest:
        return _emptied(news, before, acts)
    newest = acts.latest[0]
    seen_from, seen_up_to = _seen(before)
    unread = seen_up_to is None or newest.at > seen_up_to
    if before is not None and not before.alive and not unread:
        return replace(before, gone=acts.gone or {})
    named = tuple(act.actor for act in acts.latest if act.actor != SYSTEM)[:NAMED_MAX]
    after = Entry(
        id=entry_of(news),
        owner=news.recipient,
        type=news.type,
        entity_type=news.entity_type,
        entity_id=_entity(news, newest),
        created_at=before.created_at if before and before.alive else newest.at,
        last_activity_at=newest.at,
        actor_ids=named,
        actor_count=acts.count - any(act.actor == SYSTEM for act in acts.latest),
        detail=_detail(news, before, newest),
        is_read=not unread,
        read_at=None if unread else (before.read_at if before and before.read_at else clock.now()),
        seen_from=seen_from,
        seen_up_to=seen_up_to,
        dropped_up_to=before.dropped_up_to if before else None,
        acts=acts.held or {},
        gone=acts.gone or {},
        told=before.told if before else {},
        held_until=before.held_until if before else None,
        push_hour=before.push_hour if before else None,
        pushes=before.pushes if before else 0,
        mail_hour=before.mail_hour if before else None,
        decided_for=before.decided_for if before else None,
        by_email=before.by_email if before else False,
        delivery=before.delivery if before else "inbox",
        told_in=before.told_in if before else None,
    )
    fresh = before is None or not before.alive or newest.at > before.last_activity_at
    return _decided(after, recipient, newest) if unread and fresh else after


def _decided(after: Entry, recipient: Recipient, newest: Act) -> Entry:
    """The entry with what becomes of its push."""
    at = clock.now()
    name = hashed(after.id, newest.actor)
    last = after.told.get(name)
    if (
        KINDS[after.type].source is not None
        and last is not None
        and store.micros(at) - last < TOLD_AGAIN_AFTER // timedelta(microseconds=1)
    ):
        return replace(
            after,
            delivery="repeated",
            held_until=None,
            decided_for=newest.at,
            by_email=False,
            told_in=None,
        )
    decision = delivery.decide(recipient, after.type, newest.at, mail_hour=after.mail_hour)
    told = (
        {**after.told, name: store.micros(at)}
        if decision.now or decision.held_until
        else after.told
    )
    latest = dict(sorted(told.items(), key=lambda one: (-one[1], one[0]))[:_TOLD_MAX])
    return replace(
        delivery.counted(after, decision),
        by_email=decision.by_email,
        delivery=decision.delivery,
        held_until=decision.held_until,
        told=latest,
        decided_for=newest.at,
        told_in=None,
    )


def _emptied(news: News, before: Entry | None, acts: Acts) -> Entry | None:
    """Nobody is left: a tombstone where there was an entry, or something to remember."""
    if before is None and not acts.gone:
        return None
    at = news.at or clock.now()
    found = before or Entry(
        id=entry_of(news),
        owner=None,
        type=news.type,
        entity_type=news.entity_type,
        entity_id=news.entity_id,
        created_at=at,
        last_activity_at=at,
    )
    seen_from, seen_up_to = _seen(before)
    return replace(
        store.bury(found), seen_from=seen_from, seen_up_to=seen_up_to, gone=acts.gone or {}
    )


def _seen(before: Entry | None) -> tuple[datetime | None, datetime | None]:
    return (None, None) if before is None else before.seen()


def _entity(news: News, newest: Act) -> str:
    """What the entry leads to: the latest to do it, where one entry holds all of the type."""
    grouped = KINDS[news.type].grouping
    return newest.actor if grouped is Grouping.TYPE and newest.actor else news.entity_id


def _detail(news: News, before: Entry | None, newest: Act) -> str:
    told = before.detail if before else ""
    mine = (news.actor or SYSTEM) == newest.actor and news.at in (None, newest.at)
    return news.detail if mine and news.detail else told


def hashed(entry_id: str, actor: str) -> str:
    """An actor's name in what the owner may read of the past: comparable, and not legible."""
    return ids.digest("told", entry_id, actor)[:16]
