"""Paths, decoding and staged writes of what videos share: sounds, challenges, hashtags.

`usageCount` and `videoCount` are kept fresh by roll-ups of shards (`core.counters`) and count public
videos alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from spaktok.core import clients, ids
from spaktok.videos.model import SOUND, Video, folder

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query, WriteBatch


class SoundStatus(StrEnum):
    """Whether a sound may be heard and used."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    """The video it came from is not public any more: no new use, what was made stays."""
    TAKEN_DOWN = "taken_down"
    """By moderation: whatever uses it is without sound."""


class SoundType(StrEnum):
    """Where a sound comes from."""

    ORIGINAL = "original"
    """From a video of ours."""


class ChallengeStatus(StrEnum):
    """Where a challenge stands; the time says it, no job does."""

    UPCOMING = "upcoming"
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound, with whose it is."""

    sound_id: str
    name: str
    artist: str
    created_by: str
    source_video_id: str
    type: SoundType
    status: SoundStatus
    audio_path: str
    duration_ms: int
    usage_count: int
    shards: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Challenge:
    """A call to make videos of something, for a time."""

    challenge_id: str
    title: str
    description: str
    hashtag: str
    rules: str
    created_by: str
    start_date: datetime
    end_date: datetime | None
    is_featured: bool
    participant_count: int
    video_count: int
    shards: int
    created_at: datetime

    def status(self, at: datetime) -> ChallengeStatus:
        """Where it stands: from its start on, and not at its end any more."""
        if at < self.start_date:
            return ChallengeStatus.UPCOMING
        if self.end_date is not None and at >= self.end_date:
            return ChallengeStatus.ENDED
        return ChallengeStatus.ACTIVE

    def running(self, at: datetime) -> bool:
        """Whether an entry counts now."""
        return self.status(at) is ChallengeStatus.ACTIVE


def sound_ref(sound_id: str) -> DocumentReference:
    """`sounds/{soundId}`."""
    return clients.db().collection("sounds").document(sound_id)


def challenge_ref(challenge_id: str) -> DocumentReference:
    """`challenges/{challengeId}`."""
    return clients.db().collection("challenges").document(challenge_id)


def participant_ref(challenge_id: str, uid: str) -> DocumentReference:
    """`challengeParticipants/{challengeId_uid}`: {challengeId, userId, entries}."""
    return clients.db().collection("challengeParticipants").document(ids.edge(challenge_id, uid))


def hashtag_ref(tag: str) -> DocumentReference:
    """`hashtags/{tag}`: {tag, usageCount, shards, createdAt}, by its folded form.

    Its views are not among them: a run of the roll-up adds to a few videos, but to every tag of theirs,
    and most tags are rare, so that a view would cost about a write a tag. Whom tags draw is counted by
    the hour, where the trends ask for it (`viewHours`).
    """
    return clients.db().collection("hashtags").document(tag)


def create_sound(batch: WriteBatch, video: Video, at: datetime) -> None:
    """Stage the original sound of a video. One write."""
    batch.set(
        sound_ref(video.video_id),
        {
            "soundId": video.video_id,
            **credited(video.username),
            "createdBy": video.user_id,
            "sourceVideoId": video.video_id,
            "type": SoundType.ORIGINAL,
            "status": SoundStatus.ACTIVE,
            "audioPath": f"{folder(video.user_id, video.video_id)}/{SOUND}",
            "durationMs": video.duration_ms,
            "usageCount": 0,
            "shards": 1,
            "createdAt": at,
        },
    )


def credited(username: str) -> dict[str, Any]:
    """What an original sound says of whoever made it."""
    return {"name": f"Original sound - {username}", "artist": username}


def credited_otherwise(uid: str, username: str) -> Query:
    """The sounds of a user that say another name than this."""
    from google.cloud.firestore import FieldFilter

    sounds = clients.db().collection("sounds")
    return sounds.where(filter=FieldFilter("createdBy", "==", uid)).where(
        filter=FieldFilter("artist", "!=", username)
    )


def open_challenges() -> Query:
    """The challenges that are not known to be over, those of most participants first."""
    from google.cloud.firestore import FieldFilter, Query

    challenges = clients.db().collection("challenges")
    return challenges.where(filter=FieldFilter("open", "==", True)).order_by(
        "participantCount", direction=Query.DESCENDING
    )


def create_challenge(batch: WriteBatch, made: Challenge) -> None:
    """Stage a challenge. One write."""
    batch.create(
        challenge_ref(made.challenge_id),
        {
            "challengeId": made.challenge_id,
            "title": made.title,
            "description": made.description,
            "hashtag": made.hashtag,
            "rules": made.rules,
            "createdBy": made.created_by,
            "startDate": made.start_date,
            "endDate": made.end_date,
            "isFeatured": made.is_featured,
            "open": True,
            "participantCount": made.participant_count,
            "videoCount": made.video_count,
            "shards": made.shards,
            "createdAt": made.created_at,
        },
    )


def decode_sound(snapshot: DocumentSnapshot[Any]) -> Sound | None:
    """The sound, or None where there is none."""
    fields: dict[str, Any] | None = snapshot.to_dict()
    if fields is None:
        return None
    return Sound(
        sound_id=snapshot.id,
        name=fields["name"],
        artist=fields["artist"],
        created_by=fields["createdBy"],
        source_video_id=fields["sourceVideoId"],
        type=SoundType(fields["type"]),
        status=SoundStatus(fields["status"]),
        audio_path=fields["audioPath"],
        duration_ms=fields["durationMs"],
        usage_count=fields["usageCount"],
        shards=fields["shards"],
        created_at=fields["createdAt"],
    )


def decode_challenge(snapshot: DocumentSnapshot[Any]) -> Challenge | None:
    """The challenge, or None where there is none."""
    fields: dict[str, Any] | None = snapshot.to_dict()
    if fields is None:
        return None
    return Challenge(
        challenge_id=snapshot.id,
        title=fields["title"],
        description=fields["description"],
        hashtag=fields["hashtag"],
        rules=fields["rules"],
        created_by=fields["createdBy"],
        start_date=fields["startDate"],
        end_date=fields["endDate"],
        is_featured=fields["isFeatured"],
        participant_count=fields["participantCount"],
        video_count=fields["videoCount"],
        shards=fields["shards"],
        created_at=fields["createdAt"],
    )
