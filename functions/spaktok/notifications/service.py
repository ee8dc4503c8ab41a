"""Bringing entries up to date: with what happened, and without who is not to be named any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients
from spaktok.notifications import groups, store
from spaktok.notifications.kinds import KINDS, entry_of
from spaktok.notifications.model import News

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

PAGE: Final = 100


def deliver(news: News, *, retracted: bool = False) -> bool:
    """Bring the entry of this news up to date; whether it stands in the inbox now. Repeatable."""
    return groups.settle(news, retracted=retracted) is not None


def part(owner: str, actor: str) -> int:
    """Take one user out of the other's entries, from whom they are hidden now; how many entries.

    Names leave the inbox with this, not only the list: the owner may read entries directly. Reads
    and writes of `groups.settle` for each.
    """
    return sum(_without(store.involving(actor, owner), actor))


def forget(actor: str) -> Iterator[None]:
    """Take a user who is not there any more out of everyone's entries; yields after each page."""
    for _ in _without(store.involving(actor), actor):
        yield


def forget_things(entity_ids: Sequence[str]) -> None:
    """Delete all news about things that are gone. A query for every 30; a read and a delete an entry.

    What is told late of one of them finds it gone, and makes no entry.
    """
    for start in range(0, len(entity_ids), store.NAMED_IN_QUERY_MAX):
        query = store.about(entity_ids[start : start + store.NAMED_IN_QUERY_MAX]).limit(PAGE)
        while found := list(query.stream()):
            batch = clients.db().batch()
            for one in found:
                batch.delete(one.reference)
            batch.commit()


def _without(query: Query, actor: str) -> Iterator[int]:
    """How many entries of each page were worked out anew. By name: what leaves shifts nothing."""
    query = query.order_by("__name__").limit(PAGE)
    while page := list(query.stream()):
        for snapshot in page:
            _work_out(snapshot, actor)
        yield len(page)
        if len(page) < PAGE:
            return
        query = query.start_after(page[-1])


def _work_out(snapshot: DocumentSnapshot[Any], actor: str) -> None:
    """Bring an entry up to date without this user.

    One that today's kinds would not make there (of a type that is gone, or grouped otherwise since)
    can't be worked out anew, and goes as a whole: rather no news than a name that should not stay.
    """
    fields: dict[str, Any] = snapshot.to_dict() or {}
    entry = store.decode(snapshot) if fields.get("type") in KINDS else None
    if entry is not None and entry.owner is not None:
        news = _news(entry, entry.owner, actor)
        if entry_of(news) == entry.id:
            groups.settle(news, left=actor)
            return
    snapshot.reference.delete()


def _news(entry: store.Entry, owner: str, actor: str) -> News:
    """News that goes into this entry."""
    return News(owner, entry.type, entry.entity_type, entry.entity_id, actor)
