"""One write for each of very many, resumable: a kill repeats nothing and loses nothing.

The keys to be served come in their order. Each commit holds the writes for a chunk of them and the
progress document, which says up to which key the work is done and may be written only by whoever
read its latest version. So chunk and progress stand or fall together; two deliveries of one task
share the work instead of doing it twice; and a commit whose acknowledgement was lost is found done.

Keys name people, and progress is kept for weeks, so it holds none: keys at hand are served in the
order of their digests, and `cursor` is such a digest, or None once all is done. So an erasure has
nothing to change here, and a run that is under way passes over nobody.

Owns `fanOuts/{digest(name)}`: {cursor, served, done, at, expiresAt}. Swept by TTL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, transaction
from spaktok.core.refusal import TryAgain

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, WriteBatch

WRITES_MAX: Final = 500
"""Writes in a commit, the progress among them."""
KEPT_FOR: Final = timedelta(days=35)
"""Longer than the 31 days in which Cloud Tasks may deliver a task once more."""
OVERTAKEN_MAX: Final = 50

Page = Callable[[str | None, int], Sequence[tuple[str, str]]]
"""At most that many keys, each after its place, of the places greater than the given one (None: from
the first), ascending; fewer than asked only at the end. A place names nobody."""
Stage = Callable[["WriteBatch", str], None]
Closing = Callable[["WriteBatch"], None]
_PROBE: Final = WRITES_MAX // 2


def serve(
    name: str, page: Page, stage: Stage, *, writes_each: int = 1, instead: Stage | None = None
) -> int:
    """Stage something for every key, in commits of at most 500 writes; how many keys this run served.

    `name` is the record that caused it: the same name goes on where the last run was killed, and
    does nothing once all is done. `stage` adds `writes_each` writes without preconditions. A chunk
    that the database refuses is halved until the one key whose document is at fault is found;
    `instead` is staged for that one, or the refusal is raised. One read, and one write more a
    commit. Raises `TryAgain` when others keep overtaking this run.
    """
    from google.api_core.exceptions import InvalidArgument

    chunk = chunk_max = (WRITES_MAX - 1) // writes_each
    progress = transaction.settle(lambda: _load(name))
    served = overtaken = 0
    while not progress.done:
        found = page(progress.cursor, chunk)
        keys = [key for _, key in found]
        after = progress.past(found, done=len(found) < chunk)
        try:
            version = _commit(name, after, keys, stage)
        except InvalidArgument:
            if len(keys) > 1:
                chunk = len(keys) // 2
                continue
            if instead is None or not keys:
                raise
            version = _commit(name, after, keys, instead)
        if version is None:
            overtaken += 1
            if overtaken == OVERTAKEN_MAX:
                raise TryAgain
            progress = transaction.settle(lambda: _load(name))
            continue
        progress = replace(after, version=version)
        served += len(keys)
        chunk = min(chunk * 2, chunk_max)
    return served


def push(
    keys: Sequence[str],
    stage: Stage,
    *,
    instead: Stage | None = None,
    closing: Closing | None = None,
) -> bool:
    """Stage one repeatable write for every key, in commits of at most 500; whether `closing` was kept.

    No progress is written: what is staged must be harmless when it is repeated, and the caller finds
    out where an earlier run came to (`resume`). `closing` adds one write with a precondition to the
    last commit; where that does not hold, the rest is committed without it. A chunk that the database
    refuses is halved as in `serve`. ⌈(keys + 1) / 500⌉ RPCs.
    """
    from google.api_core.exceptions import FailedPrecondition, InvalidArgument, NotFound

    size, done, closes = WRITES_MAX, 0, closing is not None
    while done < len(keys) or closes:
        chunk = keys[done : done + size]
        last = closes and done + len(chunk) == len(keys) and len(chunk) < WRITES_MAX
        try:
            _push(chunk, stage, closing if last else None)
        except (FailedPrecondition, NotFound):
            if not last:
                raise
            if chunk:
                _push(chunk, stage, None)
            return False
        except InvalidArgument:
            if len(chunk) > 1:
                size = len(chunk) // 2
                continue
            if instead is None or not chunk:
                raise
            _push(chunk, instead, None)
            last = False
        done += len(chunk)
        size = min(size * 2, WRITES_MAX)
        closes = closes and not last
    return True


def resume(keys: Sequence[str], served: Callable[[Sequence[str]], Sequence[bool]]) -> int:
    """How many of the keys, in their order, an earlier `push` has certainly served.

    It looks at one key in `_PROBE`. Chunks go in order and whole, so all before one that was served
    were served too; less than a chunk is served again.
    """
    probed = range(_PROBE - 1, len(keys), _PROBE)
    answers = served([keys[place] for place in probed])
    return max((place + 1 for place, yes in zip(probed, answers, strict=True) if yes), default=0)


def _push(chunk: Sequence[str], stage: Stage, closing: Closing | None) -> None:
    batch = clients.db().batch()
    for key in chunk:
        stage(batch, key)
    if closing is not None:
        closing(batch)
    transaction.settle(batch.commit)


def over(keys: Sequence[str]) -> Page:
    """Pages of keys that are at hand, in any order; their digests are their places."""
    ordered = sorted((ids.digest("place", key), key) for key in set(keys))

    def page(after: str | None, limit: int) -> Sequence[tuple[str, str]]:
        from bisect import bisect_right

        start = 0 if after is None else bisect_right(ordered, after, key=lambda one: one[0])
        return ordered[start : start + limit]

    return page


@dataclass(frozen=True, slots=True)
class _Progress:
    cursor: str | None = None
    served: int = 0
    done: bool = False
    version: Any = None
    """When it was last written; None where it never was."""

    def past(self, found: Sequence[tuple[str, str]], *, done: bool) -> _Progress:
        """The progress once these are served, still of the version that it replaces."""
        cursor = None if done else found[-1][0]
        return replace(self, cursor=cursor, served=self.served + len(found), done=done)


def _load(name: str) -> _Progress:
    snapshot = _document(name).get()
    if not snapshot.exists:
        return _Progress()
    fields = snapshot.to_dict() or {}
    return _Progress(fields["cursor"], fields["served"], fields["done"], snapshot.update_time)


def _commit(name: str, after: _Progress, keys: Sequence[str], stage: Stage) -> Any:
    """The version of the progress written; None where another run was faster."""
    from google.api_core.exceptions import AlreadyExists, FailedPrecondition

    batch = clients.db().batch()
    _write(batch, name, after)
    for key in keys:
        stage(batch, key)
    try:
        transaction.commit(batch)
    except (AlreadyExists, FailedPrecondition):
        return None
    results: Any = batch.write_results
    return results[0].update_time


def _write(batch: WriteBatch, name: str, progress: _Progress) -> None:
    at = clock.now()
    fields = {
        "cursor": progress.cursor,
        "served": progress.served,
        "done": progress.done,
        "at": at,
        "expiresAt": at + KEPT_FOR,
    }
    if progress.version is None:
        batch.create(_document(name), fields)
    else:
        unchanged = clients.db().write_option(last_update_time=progress.version)
        batch.update(_document(name), fields, option=unchanged)


def _document(name: str) -> DocumentReference:
    return clients.db().collection("fanOuts").document(ids.digest("fan-out", name))
