"""Client calls of notifications."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.notifications import service
from spaktok.notifications.requests import GetNotifications, MarkNotificationAsRead


@call(
    GetNotifications,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 read an entry, and 1",
)
def getNotifications(caller: Caller, request: GetNotifications) -> service.NotificationPage:
    """List the caller's notifications, newest first."""
    return service.inbox(caller.uid, request.limit, request.cursor)


@call(
    MarkNotificationAsRead,
    message="Marked as read",
    limit=per_minute(120),
    refusals=(NotFound,),
    cost="1 read, 1 write",
)
def markNotificationAsRead(caller: Caller, request: MarkNotificationAsRead) -> None:
    """Mark one of the caller's notifications as read."""
    service.mark_read(caller.uid, request.notification_id)
