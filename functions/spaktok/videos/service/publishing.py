"""Where a video stands: one function decides it, whatever happened to the video before.

A processed and approved video is published, waits as a draft, or waits for its hour, as its owner
wants. Publishing happens in the transaction that finds it unpublished: a task that comes twice, late
or early, a sweep and the owner's own tap are one publication. What it was made from (a parent, a
sound, a challenge) is asked for then, and not when the upload began.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock, counters, dispatch, ids, standing, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.media.model import MediaState
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, ManyNews, News, NotificationType
from spaktok.users import store as users
from spaktok.users.model import Card
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.model import (
    SCHEDULE_WITHIN,
    Intent,
    ModerationStatus,
    Video,
    VideoStatus,
)
from spaktok.videos.refusals import TimeOutOfRange
from spaktok.videos.service import kinship, offspring, origins, reach
from spaktok.videos.service.kinship import Parentage
from spaktok.videos.service.origins import Origin

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

TASK_AHEAD_MAX: Final = timedelta(days=29)
"""Cloud Tasks keeps a task for 30 days; what is later is the sweeper's."""
SWEEP_MAX: Final = 200

_FOR_FOLLOWERS: Final = frozenset({Visibility.PUBLIC, Visibility.FOLLOWERS})
"""Audiences that hold everyone who has the owner's bell."""
_SETTLED: Final = frozenset({VideoStatus.REMOVED, VideoStatus.FAILED, VideoStatus.QUARANTINED})


@dataclass(frozen=True, slots=True)
class Scene:
    """All that decides where a video stands, read in one transaction."""

    video: Video
    """As it is, or in the hands of `advance` as it will be."""
    before: Video
    """As it was read."""
    media: dict[str, Any]
    card: Card | None
    origin: Origin
    parentage: Parentage | None = None


@dataclass(slots=True)
class After:
    """What is left to do after the commit."""

    status: VideoStatus
    tasks: list[Task]
    news: list[News]
    published: bool = False
    counted: UserId | None = None
    many: ManyNews | None = None
    """For all who have the owner's bell."""
    words: Video | None = None
    """The video where its words are new to its viewers, and may mention somebody."""

    def settle(self) -> None:
        """Send the tasks and tell the owner."""
        dispatch.release_all(self.tasks)
        if self.counted:
            counters.changed(users.card_ref(self.counted), ("videoCount",))
        for news in self.news:
            notifications.announce(news)
        if self.many is not None:
            notifications.announce_many(self.many)
        if self.words is not None and "@" in self.words.caption:
            from spaktok.videos.service import mentions  # few captions mention anybody

            shown = self.words
            mentions.announce(shown.caption, EntityType.VIDEO, shown.video_id, shown.user_id)


def load(tx: Transaction, video_id: str) -> Scene | None:
    """The scene of a video: four reads, and up to five more for what it was made from."""
    found, media = users.read([store.ref(video_id), store.media_ref(video_id)], tx)
    video = store.decode(found)
    if video is None or video.status is VideoStatus.REMOVED:
        return None
    wanted = [users.card_ref(video.user_id)]
    if video.parent_id:
        wanted += kinship.refs(video.user_id, video.parent_id)
    wanted += origins.refs(video)
    card, *rest = users.read(wanted, tx)
    parentage = None
    if video.parent_id:
        parentage = kinship.decode(rest[: kinship.REFS], video.user_id, video.parent_id)
        rest = rest[kinship.REFS :]
    return Scene(
        video=video,
        before=video,
        media=media.to_dict() or {},
        card=users.decode_card(card),
        origin=origins.decode(rest, video),
        parentage=parentage,
    )


def advance(
    tx: Transaction, scene: Scene, at: datetime, changes: dict[str, Any] | None = None
) -> After:
    """Stage where the video stands now, with further `changes` of its document. Reads nothing.

    `scene.video` must hold the changes already. One write; publishing stages a shard, a sound and a
    task besides.
    """
    video = scene.video
    status = stands(scene, at)
    fields = {**(changes or {}), "status": status, "lastModified": at}
    after = After(status, [], [])
    if status in (VideoStatus.ACTIVE, VideoStatus.AWAY) and video.published_at is None:
        _publish(scene, at, fields, after)
    if status is VideoStatus.ACTIVE and (after.published or video.caption != scene.before.caption):
        after.words = video
    _reach(tx, scene, status, after)
    _count(tx, scene, status, after)
    fields |= origins.follow(tx, scene.origin, video, scene.media, status=status, at=at)
    after.tasks += offspring.stage(tx, scene.before, replace(video, status=status))
    if after.published and scene.parentage is not None:
        offspring.mark(tx, scene.parentage.parent)
    if status is VideoStatus.SCHEDULED:
        after.tasks += _schedule(tx, video, at)
    tx.update(store.ref(video.video_id), fields)
    refused = status is VideoStatus.DRAFT and video.intent is not Intent.DRAFT
    if refused and video.status is not VideoStatus.DRAFT:
        why = (
            kinship.REFUSED if origins.heard(scene.origin, video, scene.media) else origins.SILENCED
        )
        after.news.append(news(video, NotificationType.VIDEO_FAILED, at, why))
    return after


def stands(scene: Scene, at: datetime) -> VideoStatus:
    """Where the video of a scene stands, as everything is now."""
    video = scene.video
    if video.status in _SETTLED or video.media_state is not MediaState.READY:
        return video.status
    match video.moderation:
        case ModerationStatus.REMOVED:
            return VideoStatus.HIDDEN
        case ModerationStatus.PENDING | ModerationStatus.FLAGGED:
            return VideoStatus.REVIEW
    away = scene.card is None or scene.card.deactivated or _hidden(video.user_id, at)
    public = VideoStatus.AWAY if away else VideoStatus.ACTIVE
    permitted = video.kinship is None or kinship.allowed(video, scene.parentage, video.visibility)
    if video.published_at is not None:
        return public if permitted else VideoStatus.WITHHELD
    if video.intent is Intent.DRAFT:
        return VideoStatus.DRAFT
    if video.intent is Intent.SCHEDULE and video.publish_at is not None and at < video.publish_at:
        return VideoStatus.SCHEDULED
    return (
        public
        if permitted and origins.heard(scene.origin, video, scene.media)
        else VideoStatus.DRAFT
    )


def _hidden(owner: str, at: datetime) -> bool:
    """Whether the owner's standing hides it. No read in their own calls, one in 30 seconds in a task.

    What a ban overtakes in that time is hidden by the ban's own task, which looks again.
    """
    return standing.load(owner, fresh=False).hidden(at)


def _publish(scene: Scene, at: datetime, fields: dict[str, Any], after: After) -> None:
    """Stage the publication itself: it happens once in the life of a video."""
    video = scene.video
    fields |= {
        "publishedAt": at,
        "publishAt": None,
        "intent": Intent.PUBLISH,
        "recommendable": not scene.media.get("isCopy"),
        **origins.entry(scene.origin, video, at),
    }
    kind = (
        NotificationType.SCHEDULED_PUBLISH
        if video.intent is Intent.SCHEDULE
        else NotificationType.VIDEO_PUBLISHED
    )
    after.news.append(news(video, kind, at))
    after.published = True
    if fields["status"] is VideoStatus.ACTIVE and video.visibility in _FOR_FOLLOWERS:
        after.many = ManyNews(
            video.user_id, NotificationType.NEW_VIDEO, EntityType.VIDEO, video.video_id, at
        )


def _reach(tx: Transaction, scene: Scene, status: VideoStatus, after: After) -> None:
    """Stage what becomes of its copies in feeds: taken back, or carried (on)."""
    before, now = scene.before, replace(scene.video, status=status)
    if scene.card is None or not (after.published or before.published_at):
        return
    task = None
    if before.published_at is not None:
        task = reach.stage(tx, before, visibility=now.visibility, status=status)
    changed = after.published or now.audience_epoch != before.audience_epoch
    if task is None and status is VideoStatus.ACTIVE and changed:
        task = fan_out_task(now, scene.card.shards)
    if task is not None:
        after.tasks.append(dispatch.stage(tx, task))


def _count(tx: Transaction, scene: Scene, status: VideoStatus, after: After) -> None:
    """Keep `videoCount` at the number of videos that everyone may see: others it would betray."""
    # While its owner is away nobody sees the card, and nothing is counted anew.
    out = status in (VideoStatus.ACTIVE, VideoStatus.AWAY)
    counts = out and scene.video.visibility is Visibility.PUBLIC
    counted = bool(scene.media.get("counted"))
    if scene.card is None or counts == counted:
        return
    owner = scene.video.user_id
    change = {"videoCount": 1 if counts else -1}
    counters.add(tx, users.card_ref(owner), change, shards=scene.card.shards)
    tx.update(store.media_ref(scene.video.video_id), {"counted": counts})
    after.counted = owner


def _schedule(tx: Transaction, video: Video, at: datetime) -> list[Task]:
    if video.publish_at is None or video.publish_at - at > TASK_AHEAD_MAX:
        return []
    return [dispatch.stage(tx, publish_task(video.video_id, video.publish_at))]


def change(
    video_id: str, decide: Callable[[Scene], tuple[Video, dict[str, Any]] | None]
) -> After | None:
    """Change a video and let it stand where it then belongs; None where there was nothing to do.

    `decide` is given the scene and returns the video as it will be with the fields that say so, or
    None to leave it; it may refuse. It may run several times.
    """
    at = clock.now()

    def body(tx: Transaction) -> After | None:
        scene = load(tx, video_id)
        if scene is None:
            return None
        decided = decide(scene)
        if decided is None:
            return None
        video, fields = decided
        return advance(tx, replace(scene, video=video), at, fields)

    after = transaction.run(body)
    if after is not None:
        after.settle()
    return after


def publish_due(video_id: str, publish_at: datetime) -> bool:
    """Publish a scheduled video whose hour has come; whether it went out now.

    A task for an hour that was changed or cancelled finds another one, or none, and does nothing.
    """
    at = clock.now()

    def decide(scene: Scene) -> tuple[Video, dict[str, Any]] | None:
        video = scene.video
        due = video.publish_at == publish_at and publish_at <= at
        return (video, {}) if video.status is VideoStatus.SCHEDULED and due else None

    after = change(video_id, decide)
    return after is not None and after.published


def sweep(at: datetime) -> int:
    """Publish what is due and whose task was lost, came early, or lay too far ahead; how many."""
    due = store.due(at, VideoStatus.SCHEDULED).limit(SWEEP_MAX)
    return sum(publish_due(one.id, one.get("publishAt")) for one in due.stream())


def publish_task(video_id: str, publish_at: datetime) -> Task:
    """The task that publishes a video at its hour."""
    return Task(
        function="publishScheduled",
        id=ids.digest("publish", video_id, publish_at.isoformat()),
        payload={"videoId": video_id, "publishAt": publish_at},
        run_at=publish_at,
    )


def judge_task(video_id: str, at: datetime) -> Task:
    """The task that asks the gate about what it has not judged."""
    return Task("judgeVideo", ids.digest("judge", video_id, at.isoformat()), {"videoId": video_id})


def check_hour(publish_at: datetime) -> None:
    """Raise `TimeOutOfRange` unless the hour is ahead and within what may be scheduled."""
    ahead = publish_at - clock.now()
    if not timedelta(0) < ahead <= SCHEDULE_WITHIN:
        raise TimeOutOfRange(days=SCHEDULE_WITHIN.days)


def fan_out_task(video: Video, shards: int) -> Task:
    """The task that carries a video to the author's followers, once for each of its audiences."""
    return Task(
        function="fanOutVideo",
        id=ids.digest("fan-out", video.video_id, str(video.audience_epoch)),
        payload={"owner": video.user_id, "videoId": video.video_id, "shards": shards},
    )


def news(video: Video, kind: NotificationType, at: datetime, detail: str = "") -> News:
    """What the owner is told of their video."""
    return News(
        recipient=video.user_id,
        type=kind,
        entity_type=EntityType.VIDEO,
        entity_id=video.video_id,
        detail=detail,
        at=at,
    )
