"""Work of search that no client waits for."""

from spaktok.core.endpoint.work import Delivery, job
from spaktok.search.requests import ReindexUsers
from spaktok.search.service import indexing


@job(ReindexUsers, rate=1)
def reindexUsers(task: ReindexUsers, delivery: Delivery) -> None:  # noqa: ARG001
    """Put everyone into the index anew, a page a task: for a new engine or new keys."""
    indexing.reindex(task.run, task.after)
