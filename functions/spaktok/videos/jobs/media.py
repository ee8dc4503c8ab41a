"""Work on the files of videos."""

from datetime import datetime

from spaktok.core import config
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.core.ids import UserId, VideoId
from spaktok.videos.requests import OfVideo, ProcessVideo
from spaktok.videos.service import judging, processing, silencing


@job(ProcessVideo, size=config.MEDIA, rate=50)
def processVideo(task: ProcessVideo, delivery: Delivery) -> None:
    """Probe, transcode, judge and publish an uploaded video."""
    processing.process(
        UserId(task.owner),
        VideoId(task.video_id),
        task.generation,
        last_attempt=delivery.last,
    )


@job(OfVideo, size=config.MEDIA, rate=20)
def judgeVideo(task: OfVideo, delivery: Delivery) -> None:  # noqa: ARG001
    """Ask the gate about new words, or about a video that it could not judge before."""
    judging.judge_again(task.video_id)


@job(OfVideo, size=config.MEDIA, rate=20)
def muteVideo(task: OfVideo, delivery: Delivery) -> None:  # noqa: ARG001
    """Make the renditions of a muted video anew, without sound."""
    silencing.silence(task.video_id)


@schedule("every 5 minutes")
def sweepProcessing(at: datetime) -> None:
    """Hand on what a worker died over, and ask the gate again what it could not judge."""
    processing.sweep(at)
    judging.sweep(at)
