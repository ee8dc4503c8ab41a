"""Work on the comments of videos."""

from spaktok.core import keys
from spaktok.core.endpoint.work import Delivery, job
from spaktok.videos.engaging import DropReplies, RenewCommentRules
from spaktok.videos.service import comment_rules, curating


@job(DropReplies)
def dropReplies(task: DropReplies, delivery: Delivery) -> None:  # noqa: ARG001
    """Delete the answers to a comment that is gone."""
    curating.drop_replies(task.comment_id)


@job(RenewCommentRules, secrets=(keys.CURSOR_SECRET,))
def renewCommentRules(task: RenewCommentRules, delivery: Delivery) -> None:  # noqa: ARG001
    """Have a user's videos repeat who may comment and whether some wait for their owner."""
    comment_rules.renew(task.uid)
