"""Reporting what was watched: one document for many plays, and the work of counting them for later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from spaktok.core import clock, ids, once, paging, standing
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest, KeyReused
from spaktok.views import store
from spaktok.views.model import TRUSTED_AFTER, Batch, Plays, within
from spaktok.views.requests import Play, RecordVideoView, RecordVideoViews

BUCKETS = 1
"""Into how many streams batches are put, each counted by one run at a time. One keeps up with some
hundred batches a second; more of them write a video's totals as many times more often."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was taken down. What it counts for is decided later, and told to the video's owner alone."""

    recorded: int
    continuation: str
    """To be sent with the next report."""


def record(uid: UserId, request: RecordVideoViews) -> Recorded:
    """Take down up to 50 plays. The same idempotency key takes them down once. One write, one RPC.

    Nothing is looked up, so the answer is the same whether a video is there or not. No time is
    believed beyond what has passed since the report that this one continues, by the server's clock.
    """
    from google.api_core.exceptions import AlreadyExists

    at = clock.now()
    key = request.idempotency_key
    batch = _batch(uid, request, at, ids.digest(uid, "views", key or ids.random_id()))
    asked = once.input_hash(request)
    reference = store.batch_ref(batch.batch_id)
    try:
        reference.create(store.encode_batch(batch, bucket_of(uid), asked))
    except AlreadyExists:
        before = reference.get()
        if before.get("inputHash") != asked:
            raise KeyReused from None
        at = before.get("at")
    return Recorded(len(request.plays), paging.seal([at], _scope(uid)))


def record_one(uid: UserId, request: RecordVideoView) -> Recorded:
    """Take down one play, as `record` does."""
    play = Play(video_id=request.video_id, watch_time=request.watch_time, source=request.source)
    return record(uid, RecordVideoViews(plays=[play], idempotency_key=request.idempotency_key))


def bucket_of(uid: str) -> int:
    """The stream of a viewer's batches: always the same one."""
    return int(ids.digest("bucket", uid), 16) % BUCKETS


def _batch(uid: UserId, request: RecordVideoViews, at: datetime, batch_id: str) -> Batch:
    claims = [round(play.watch_time * 1000) for play in request.plays]
    believed, plausible = within(claims, _elapsed_ms(uid, request.continuation, at))
    return Batch(
        batch_id=batch_id,
        viewer=uid,
        at=at,
        plays=_by_video(request.plays, believed),
        plausible=plausible,
        trusted=_trusted(uid, at),
    )


def _by_video(plays: Sequence[Play], believed: Sequence[int]) -> dict[str, Plays]:
    found: dict[str, Plays] = {}
    for play, watched_ms in zip(plays, believed, strict=True):
        before = found.get(play.video_id, Plays((), play.source))
        found[play.video_id] = Plays((*before.watched_ms, watched_ms), before.source)
    return found


def _elapsed_ms(uid: UserId, continuation: str | None, at: datetime) -> int | None:
    if continuation is None:
        return None
    try:
        (since,) = paging.unseal(continuation, _scope(uid))
    except InvalidRequest:
        raise InvalidRequest(field="continuation", rule="is not of a report of yours") from None
    return max(0, round((at - since).total_seconds() * 1000))


def _trusted(uid: UserId, at: datetime) -> bool:
    """Whether the account is old enough to count in trends. No read: the call loaded the standing."""
    known = standing.load(uid, fresh=False)
    return known.created_at is not None and at - known.created_at >= TRUSTED_AFTER


def _scope(uid: UserId) -> str:
    return f"views:{uid}"
