"""Work of search that no client waits for."""

from spaktok.core.endpoint.work import Delivery, job
from spaktok.search.requests import ReindexUsers, ReindexVideos
from spaktok.search.service import clips, indexing


@job(ReindexUsers, rate=1)
def reindexUsers(task: ReindexUsers, delivery: Delivery) -> None:  # noqa: ARG001
    """Put everyone into the index anew, a page a task: for a new engine or new keys."""
    indexing.reindex(task.run, task.after)


@job(ReindexVideos, rate=5)
def reindexVideos(task: ReindexVideos, delivery: Delivery) -> None:  # noqa: ARG001
    """Put a user's videos into the index anew, a page a task."""
    clips.reindex(task.uid, task.after)
