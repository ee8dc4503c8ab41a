"""Work of videos that no client waits for."""

from spaktok.core import config
from spaktok.core.endpoint.work import Delivery, job
from spaktok.core.ids import UserId, VideoId
from spaktok.videos.engaging import DropReplies, ForgetCommentRules
from spaktok.videos.requests import ProcessVideo
from spaktok.videos.service import comment_rules, curating, processing


@job(ProcessVideo, size=config.MEDIA, rate=50)
def processVideo(task: ProcessVideo, delivery: Delivery) -> None:
    """Probe, transcode and publish an uploaded video."""
    processing.process(
        UserId(task.owner),
        VideoId(task.video_id),
        task.generation,
        last_attempt=delivery.last,
    )


@job(DropReplies)
def dropReplies(task: DropReplies, delivery: Delivery) -> None:  # noqa: ARG001
    """Delete the answers to a comment that is gone."""
    curating.drop_replies(task.comment_id)


@job(ForgetCommentRules)
def forgetCommentRules(task: ForgetCommentRules, delivery: Delivery) -> None:  # noqa: ARG001
    """Have a user's videos ask anew who may comment and what waits for their owner."""
    comment_rules.forget(task.uid)
