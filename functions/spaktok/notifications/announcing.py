"""Sending an announcement, and finding those it is for.

The people are found page by page: each page sends the tasks that tell its people, and then the task of
the next page. A task is known by what it is for, so a kill repeats nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from spaktok.core import audit, clients, clock, dispatch, ids, once, transaction
from spaktok.core.audit import Act
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.notifications import announcements, many
from spaktok.notifications.announcements import Announced
from spaktok.notifications.model import EntityType, ManyNews, NotificationType
from spaktok.notifications.templates.catalogue import FALLBACK

if TYPE_CHECKING:
    from google.cloud.firestore import Query, Transaction

    from spaktok.notifications.requests import SendAnnouncement

PAGE: Final = 5000
"""People whom one task finds."""


def send(actor: UserId, request: SendAnnouncement) -> Announced:
    """Say it, and record who said it and why. Two reads, four writes and a task.

    The same key is the same announcement. Raises `KeyReused`, `TryAgain`.
    """
    key = request.idempotency_key or ids.random_id()
    operation = once.operation(actor, "sendAnnouncement", key, request)
    announcement_id = ids.digest("announcement", operation.id)
    task = _task(announcement_id, None)

    def body(tx: Transaction) -> Announced:
        chain = audit.load(tx, actor)
        if (done := once.recall(tx, operation, Announced)) is not None:
            return done
        tx.create(
            announcements.ref(announcement_id),
            {
                "texts": _texts(request),
                "regions": sorted(set(request.regions)),
                "at": clock.now(),
            },
        )
        told = ", ".join(sorted(set(request.regions))) or "everywhere"
        audit.append(
            tx,
            chain,
            Act(
                actor,
                "sendAnnouncement",
                announcement_id,
                request.reason,
                after={"title": request.title, "regions": told},
            ),
        )
        dispatch.stage(tx, task)
        return once.record(tx, operation, Announced(announcement_id))

    done = transaction.run(body)
    dispatch.release(task)
    return done


def spread(announcement_id: str, after: str | None) -> int:
    """Send the tasks that tell one page of people, and the next page's task; how many people.

    Repeatable. A read a person.
    """
    said = announcements.decode(announcements.ref(announcement_id).get())
    if said is None:
        return 0
    uids = [one.id for one in people(said.regions, after).limit(PAGE).stream()]
    news = ManyNews(
        None, NotificationType.ANNOUNCEMENT, EntityType.ANNOUNCEMENT, announcement_id, said.at
    )
    many.send_chunks(news, [uids])
    if len(uids) == PAGE:
        dispatch.send(_task(announcement_id, uids[-1]))
    return len(uids)


def _texts(request: SendAnnouncement) -> dict[str, dict[str, str]]:
    texts = {FALLBACK: {"title": request.title, "body": request.body}}
    for one in request.translations:
        texts[one.language] = {"title": one.title, "body": one.body}
    return texts


def _task(announcement_id: str, after: str | None) -> Task:
    return Task(
        function="announceToAll",
        id=ids.digest("announce-to-all", announcement_id, after or ""),
        payload={"announcementId": announcement_id, "after": after},
    )


def people(regions: tuple[str, ...], after: str | None) -> Query:
    """Whom an announcement is for, by name. Of a region `security` alone knows who is there."""
    from google.cloud.firestore import FieldFilter

    place = clients.db().collection("security" if regions else "users")
    query: Any = place.select([]).order_by("__name__")
    if regions:
        query = query.where(filter=FieldFilter("region", "in", list(regions)))
    if after is not None:
        query = query.start_after({"__name__": place.document(after)})
    found: Query = query
    return found
