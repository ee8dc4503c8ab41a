"""Work of notifications that no client waits for."""

from spaktok.core.endpoint.work import Delivery, job
from spaktok.notifications import service
from spaktok.notifications.model import News
from spaktok.notifications.requests import DeliverNotification


@job(DeliverNotification)
def deliverNotification(task: DeliverNotification, delivery: Delivery) -> None:  # noqa: ARG001
    """Put a piece of news into its recipient's inbox."""
    service.deliver(News(**task.model_dump()))
