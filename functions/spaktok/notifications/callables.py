"""Client calls of notifications."""

from spaktok.core import keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_day, per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.notifications import announcements, choices, inbox
from spaktok.notifications.refusals import AlwaysTold
from spaktok.notifications.requests import (
    DeleteNotification,
    ExplainNotification,
    GetNotifications,
    GetNotificationSettings,
    MarkAllNotificationsAsRead,
    MarkNotificationAsRead,
    RetuneNotification,
    SendAnnouncement,
    UpdateNotificationSettings,
)


@call(
    GetNotifications,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 read an entry, 1 a distinct actor, and 4",
)
def getNotifications(caller: Caller, request: GetNotifications) -> inbox.NotificationPage:
    """List the caller's notifications, latest activity first, and count the unread."""
    return inbox.inbox(caller.uid, request.limit, request.cursor)


@call(
    MarkNotificationAsRead,
    message="Marked as read",
    limit=per_minute(120),
    refusals=(NotFound,),
    cost="1 read, 1 write",
)
def markNotificationAsRead(caller: Caller, request: MarkNotificationAsRead) -> None:
    """Mark one of the caller's notifications as read."""
    inbox.mark_read(caller.uid, request.notification_id)


@call(
    MarkAllNotificationsAsRead,
    message="Marked as read",
    limit=per_minute(20),
    cost="1 read and 1 write an unread entry, 2,000 at most; a task for the rest",
)
def markAllNotificationsAsRead(caller: Caller, request: MarkAllNotificationsAsRead) -> inbox.Marked:
    """Mark what had no activity after an instant as read."""
    return inbox.mark_all(caller.uid, request.up_to)


@call(
    DeleteNotification,
    message="Notification deleted",
    limit=per_minute(120),
    refusals=(NotFound,),
    cost="1 read, 1 write",
)
def deleteNotification(caller: Caller, request: DeleteNotification) -> None:
    """Take one of the caller's notifications out of the inbox."""
    inbox.delete(caller.uid, request.notification_id)


@call(ExplainNotification, limit=per_minute(60), refusals=(NotFound,), cost="5 reads")
def explainNotification(caller: Caller, request: ExplainNotification) -> inbox.Explanation:
    """Say why the caller was told this, and which setting governs it."""
    return inbox.explain(caller.uid, request.notification_id)


@call(
    RetuneNotification,
    message="Settings changed",
    limit=per_minute(60),
    refusals=(NotFound, AlwaysTold),
    cost="4 reads, 1 write",
)
def retuneNotification(caller: Caller, request: RetuneNotification) -> choices.Settings:
    """Hear less of what this notification is."""
    return choices.retune(caller.uid, request.notification_id, request.action)


@call(GetNotificationSettings, limit=per_minute(60), cost="2 reads, 1 RPC")
def getNotificationSettings(
    caller: Caller,
    request: GetNotificationSettings,  # noqa: ARG001 - it asks for nothing in particular
) -> choices.Settings:
    """Read what counts for the caller: what they set, and the defaults elsewhere."""
    return choices.settings(caller.uid)


@call(
    UpdateNotificationSettings,
    message="Settings changed",
    limit=per_minute(30),
    refusals=(AlwaysTold,),
    cost="3 reads, 1 write",
)
def updateNotificationSettings(
    caller: Caller, request: UpdateNotificationSettings
) -> choices.Settings:
    """Change what is named, and leave the rest."""
    return choices.update(caller.uid, request)


@call(
    SendAnnouncement,
    message="On its way",
    roles=(Role.ADMIN, Role.SUPERADMIN),
    sensitive=True,
    limit=per_day(20),
    refusals=(KeyReused,),
    cost="2 reads, 5 writes and a task; then 6 reads and a write a person",
)
def sendAnnouncement(caller: Caller, request: SendAnnouncement) -> announcements.Announced:
    """Tell everyone, or everyone in some regions, what the operator has to say. Recorded."""
    from spaktok.notifications import announcing  # few who ask for anything here announce

    return announcing.send(caller.uid, request)
