"""Entering a video in a challenge after it was uploaded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from spaktok.core import ids
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.videos.catalogue import ChallengeStatus
from spaktok.videos.model import Video, VideoStatus
from spaktok.videos.refusals import ChallengeClosed, NotPublishable
from spaktok.videos.service import challenges, publishing

if TYPE_CHECKING:
    from spaktok.videos.service.publishing import Scene

_OVER = frozenset({VideoStatus.HIDDEN, VideoStatus.QUARANTINED, VideoStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Joined:
    """The video is an entry of the challenge: at once where it is public, else when it is."""

    challenge_id: str
    video_id: str


def join(owner: UserId, challenge_id: str, video_id: str) -> Joined:
    """Enter a video of one's own in a challenge that runs now; repeated, it writes nothing.

    A video is in one challenge at a time. Its totals follow from the video's document (`tallies`).
    Seven reads and a write. Raises `NotFound`, `ChallengeClosed`, `NotPublishable`.
    """
    if ids.owner_of(video_id) != owner:
        raise NotFound
    if challenges.get(owner, challenge_id).status is not ChallengeStatus.ACTIVE:
        raise ChallengeClosed
    found = False

    def decide(scene: Scene) -> tuple[Video, dict[str, Any]] | None:
        nonlocal found
        found = True
        if scene.video.status in _OVER:
            raise NotPublishable
        if scene.video.challenge_id == challenge_id:
            return None
        entered = replace(scene.video, challenge_id=challenge_id)
        return entered, {"challengeId": challenge_id}

    publishing.change(video_id, decide)
    if not found:
        raise NotFound
    return Joined(challenge_id, video_id)
