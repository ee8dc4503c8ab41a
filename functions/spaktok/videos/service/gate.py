"""The gate: nothing is public that has not passed it, and what it can't judge waits.

It looks at sampled frames and at the words. A match with known abuse is quarantined before any engine
is asked. An engine's risk becomes approved, flagged or removed by the policy's thresholds; an engine
that can't be asked leaves the video in review, says so to its owner, and is asked again by a sweep.

Owns `moderationCases/{videoId}`: {videoId, userId, state: open | waiting | decided, risk, labels,
engine, policy, words, openedAt, decidedAt?, decision?, reason?}. The server's alone; the audit says
who decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, ids, log
from spaktok.integrations import moderation
from spaktok.integrations.moderation import Material
from spaktok.videos import store
from spaktok.videos.model import ModerationStatus, Video
from spaktok.videos.policy import policy

if TYPE_CHECKING:
    from google.cloud.firestore import Query, WriteBatch

QUARANTINE_LABEL: Final = "known-abuse"


class CaseState(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    """The engine could not be asked; a sweep asks again."""
    OPEN = "open"
    """A moderator decides."""
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate said of one state of a video."""

    status: ModerationStatus
    risk: float | None = None
    labels: tuple[str, ...] = ()
    engine: str = ""
    words: str = ""
    """A digest of the caption and hashtags that were judged: other words are not approved."""
    quarantined: bool = False
    unavailable: bool = False

    @property
    def state(self) -> CaseState:
        """Whose turn it is."""
        if self.unavailable:
            return CaseState.WAITING
        return CaseState.OPEN if self.status is ModerationStatus.FLAGGED else CaseState.DECIDED


def words(caption: str, hashtags: Sequence[str]) -> str:
    """What is judged of the words, in one text."""
    return "\n".join([caption, *(f"#{tag}" for tag in hashtags)])


def judge(
    caption: str,
    hashtags: Sequence[str],
    language: str,
    frames: Sequence[bytes],
    *,
    known_abuse: str | None = None,
) -> Verdict:
    """Ask the engine; never raises for its outage. No database."""
    text = words(caption, hashtags)
    digest = ids.digest("words", text)
    if known_abuse is not None:
        return Verdict(
            ModerationStatus.REMOVED,
            1.0,
            (QUARANTINE_LABEL,),
            "hash-list",
            digest,
            quarantined=True,
        )
    try:
        found = moderation.engine().assess(Material(frames, text, language))
    except moderation.Unavailable as error:
        log.warning("moderation unavailable", why=str(error))
        return Verdict(ModerationStatus.PENDING, words=digest, unavailable=True)
    log.info("moderated", risk=found.risk, engine=found.engine)
    return Verdict(policy().verdict(found.risk), found.risk, found.labels, found.engine, digest)


def stage(batch: WriteBatch, video: Video, verdict: Verdict, at: datetime) -> None:
    """Stage the case of a verdict. One write."""
    batch.set(
        store.case_ref(video.video_id),
        {
            "videoId": video.video_id,
            "userId": video.user_id,
            "state": verdict.state,
            "risk": verdict.risk,
            "labels": list(verdict.labels),
            "engine": verdict.engine,
            "policy": policy().version,
            "words": verdict.words,
            "quarantined": verdict.quarantined,
            "openedAt": at,
        },
    )


def waiting() -> Query:
    """The cases whose engine could not be asked, the oldest first."""
    return _in_state(CaseState.WAITING)


def open_cases() -> Query:
    """The cases that wait for a moderator, the oldest first."""
    return _in_state(CaseState.OPEN).order_by("__name__")


def _in_state(state: CaseState) -> Query:
    from google.cloud.firestore import FieldFilter

    found: Any = clients.db().collection("moderationCases")
    return found.where(filter=FieldFilter("state", "==", state)).order_by("openedAt")
