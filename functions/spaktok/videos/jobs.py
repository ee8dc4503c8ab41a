"""Work of videos that no client waits for."""

from spaktok.core import config
from spaktok.core.endpoint.work import Delivery, job
from spaktok.core.ids import UserId, VideoId
from spaktok.videos.requests import ProcessVideo
from spaktok.videos.service import processing


@job(ProcessVideo, size=config.MEDIA, rate=50)
def processVideo(task: ProcessVideo, delivery: Delivery) -> None:
    """Probe, transcode and publish an uploaded video."""
    processing.process(
        UserId(task.owner),
        VideoId(task.video_id),
        task.generation,
        last_attempt=delivery.last,
    )
