"""Work of users that no client waits for."""

from datetime import datetime

from spaktok.core import config
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.core.ids import UserId
from spaktok.users import photos, roles, tightening
from spaktok.users.requests import MirrorClaims, ProcessProfileImage, TightenSettings

_IMAGES = config.Size(memory_mb=1024, concurrency=1, timeout_s=120, instances_max=20)
"""One photo an instance: 50 megapixels decoded take 400 MB."""


@job(ProcessProfileImage, size=_IMAGES, rate=20)
def processProfileImage(task: ProcessProfileImage, delivery: Delivery) -> None:
    """Make the renditions of an uploaded photo and show them."""
    photos.process(task.image_id, task.generation, last_attempt=delivery.last)


@job(MirrorClaims, rate=50)
def mirrorClaims(task: MirrorClaims, delivery: Delivery) -> None:  # noqa: ARG001
    """Copy a user's roles, premium state and age into their sign-in."""
    roles.mirror(task.uid)


@job(TightenSettings)
def tightenSettings(task: TightenSettings, delivery: Delivery) -> None:  # noqa: ARG001
    """Close what a user's age does not leave open."""
    tightening.tighten(UserId(task.user_id))


@schedule("every 15 minutes")
def sweepProfileImages(at: datetime) -> None:  # noqa: ARG001
    """Settle photos whose file came unannounced, or never came."""
    photos.sweep()


@schedule("every 10 minutes")
def sweepClaims(at: datetime) -> None:
    """Make the copies of roles whose task was lost."""
    roles.sweep(at)
