"""Work of notifications that no client waits for.

What only one of them needs is imported there: an instance serves one.
"""

from datetime import datetime

from spaktok.core import clock, keys
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.notifications import delivery as deliveries
from spaktok.notifications import service
from spaktok.notifications.model import ManyNews, News
from spaktok.notifications.push import service as pushes
from spaktok.notifications.push.requests import ResendPush, SendLetter
from spaktok.notifications.requests import (
    AnnounceToAll,
    AnnounceToMany,
    DeliverNotification,
    MarkRest,
    ReleaseHeld,
    SettleNotification,
    TellMany,
)


@job(DeliverNotification)
def deliverNotification(task: DeliverNotification, delivery: Delivery) -> None:  # noqa: ARG001
    """Tell a user something, or take it back."""
    news = News(
        task.recipient,
        task.type,
        task.entity_type,
        task.entity_id,
        actor=task.actor,
        detail=task.detail,
        at=task.at,
    )
    service.deliver(news, retracted=task.retracted)


@job(SettleNotification)
def settleNotification(task: SettleNotification, delivery: Delivery) -> None:  # noqa: ARG001
    """Work out an entry whose acts are recorded elsewhere, once its window has passed."""
    clock.wait_until(task.run_at)
    service.deliver(News(task.recipient, task.type, task.entity_type, task.entity_id))


@job(ReleaseHeld)
def releaseHeld(task: ReleaseHeld, delivery: Delivery) -> None:  # noqa: ARG001
    """Tell a user in one push what waited for the end of the quiet, or for the batch."""
    clock.wait_until(task.until)
    deliveries.release(task.uid, task.until)


@job(MarkRest)
def markRest(task: MarkRest, delivery: Delivery) -> None:  # noqa: ARG001
    """Mark the rest of a long inbox as read."""
    from spaktok.notifications import inbox

    inbox.mark_all(task.uid, task.up_to)


@job(AnnounceToMany)
def announceToMany(task: AnnounceToMany, delivery: Delivery) -> None:  # noqa: ARG001
    """Find all who are to be told what an actor did."""
    from spaktok.notifications import many

    many.begin(_many(task))


@job(AnnounceToAll)
def announceToAll(task: AnnounceToAll, delivery: Delivery) -> None:  # noqa: ARG001
    """Find some of those an announcement is for, and whoever finds the next."""
    from spaktok.notifications import announcing

    announcing.spread(task.announcement_id, task.after)


@job(TellMany)
def tellMany(task: TellMany, delivery: Delivery) -> None:  # noqa: ARG001
    """Tell some of the many."""
    from spaktok.notifications import many

    many.tell(_many(task), task.recipients)


@schedule("every 15 minutes")
def sweepHeld(at: datetime) -> None:
    """Release what was held and whose task was lost; keep no longer what apps have marked as read."""
    from spaktok.notifications import inbox

    deliveries.sweep(at)
    inbox.shorten(at)


@job(ResendPush)
def resendPush(task: ResendPush, delivery: Delivery) -> None:  # noqa: ARG001
    """Push again to the devices that could not be served, if it is still worth it."""
    clock.wait_until(task.run_at)
    pushes.resend(task.uid, task.note.note(), task.keys, task.attempt)


@job(SendLetter, rate=10, secrets=(keys.SMTP_SECRET,))
def sendLetter(task: SendLetter, delivery: Delivery) -> None:  # noqa: ARG001
    """Tell a user by e-mail what concerns their account, money or safety."""
    from spaktok.notifications.push import letters

    letters.deliver(task.uid, task.note.note())


def _many(task: AnnounceToMany | TellMany) -> ManyNews:
    return ManyNews(task.actor, task.type, task.entity_type, task.entity_id, task.at)
