"""What moderators decide: the queue of what the gate did not, and a decision on any video."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import audit, clock, paging, transaction
from spaktok.core.audit import Act
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.media.model import MediaState
from spaktok.notifications.model import NotificationType
from spaktok.users import store as users
from spaktok.users.refusals import NotYourOwn
from spaktok.videos import store
from spaktok.videos.model import ModerationStatus, VideoStatus
from spaktok.videos.refusals import NoCase
from spaktok.videos.service import gate, publishing
from spaktok.videos.service.gate import CaseState
from spaktok.videos.service.publishing import After

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Case:
    """What waits for a moderator."""

    video_id: str
    user_id: str
    risk: float | None
    labels: list[str]
    engine: str
    opened_at: datetime
    caption: str
    hashtags: list[str]


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of the queue, oldest first."""

    cases: list[Case]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """How the video stands after the decision."""

    video_id: str
    moderation_status: ModerationStatus
    status: VideoStatus


def pending(actor: UserId, limit: int, cursor: str | None) -> CasePage:
    """A page of the queue: two reads a case, and one more."""
    page = paging.page(gate.open_cases(), limit=limit, cursor=cursor, scope=f"cases:{actor}")
    found = users.read([store.ref(one.id) for one in page.snapshots])
    videos = {one.id: store.decode(one) for one in found}
    cases = []
    for snapshot in page.snapshots:
        video = videos[snapshot.id]
        if video is None or video.status is VideoStatus.REMOVED:
            continue
        cases.append(
            Case(
                video_id=snapshot.id,
                user_id=snapshot.get("userId"),
                risk=snapshot.get("risk"),
                labels=snapshot.get("labels"),
                engine=snapshot.get("engine"),
                opened_at=snapshot.get("openedAt"),
                caption=video.caption,
                hashtags=list(video.hashtags),
            )
        )
    return CasePage(cases, page.next_cursor, page.next_cursor is not None)


def moderate(actor: UserId, video_id: str, *, approve: bool, reason: str) -> Decided:
    """Decide about a video: approved it stands where its owner wants it, rejected it is hidden.

    Recorded with the reason in the same commit; repeated, it changes nothing. 8 reads, up to 7
    writes. What matches known abuse is not a moderator's to approve. Raises `NotFound`, `NotYourOwn`,
    `NoCase`.
    """
    at = clock.now()
    wanted = ModerationStatus.APPROVED if approve else ModerationStatus.REMOVED

    def body(tx: Transaction) -> tuple[Decided, After | None]:
        chain = audit.load(tx, actor)
        scene = publishing.load(tx, video_id)
        if scene is None:
            raise NotFound
        video = scene.video
        if video.user_id == actor:
            raise NotYourOwn
        if video.media_state is not MediaState.READY or video.status is VideoStatus.QUARANTINED:
            raise NoCase
        if video.moderation is wanted:
            return Decided(video_id, wanted, video.status), None
        tx.set(
            store.case_ref(video_id),
            {
                "videoId": video_id,
                "userId": video.user_id,
                "state": CaseState.DECIDED,
                "decision": wanted,
                "decidedAt": at,
                "reason": reason,
            },
            merge=True,
        )
        audit.append(
            tx,
            chain,
            Act(
                actor,
                "moderateVideo",
                video_id,
                reason,
                before={"moderationStatus": video.moderation, "status": video.status},
                after={"moderationStatus": wanted},
            ),
        )
        out = video.published_at is not None
        epoch = video.audience_epoch + (1 if out else 0)
        changed = replace(video, moderation=wanted, audience_epoch=epoch)
        fields: dict[str, Any] = {"moderationStatus": wanted, "audienceEpoch": epoch}
        after = publishing.advance(tx, replace(scene, video=changed), at, fields)
        if not approve:
            after.news.append(publishing.news(video, NotificationType.CONTENT_REMOVED, at, reason))
        return Decided(video_id, wanted, after.status), after

    decided, after = transaction.run(body)
    if after is not None:
        after.settle()
    return decided
