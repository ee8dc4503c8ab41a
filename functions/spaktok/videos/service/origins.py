"""The sound and the challenge of a video, as its publication needs them.

An original sound is made when a video with a sound of its own becomes public; it has the video's id,
and is there for others only while the video is, whatever their age.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock, ids
from spaktok.core.ids import UserId
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import catalogue
from spaktok.videos.catalogue import Challenge, Sound, SoundStatus
from spaktok.videos.model import Video, VideoStatus
from spaktok.videos.refusals import ChallengeClosed, SoundUnavailable

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction, WriteBatch


@dataclass(frozen=True, slots=True)
class Origin:
    """What a video uses, as it stands now."""

    sound: Sound | None
    challenge: Challenge | None
    barred: bool = False
    """The video's owner and the challenge's are hidden from each other."""


def refs(video: Video) -> list[DocumentReference]:
    """The sound it uses or may become; its challenge, and how its owner stands to that one's.

    One read, or three.
    """
    found = [catalogue.sound_ref(video.sound_id or video.video_id)]
    if video.challenge_id:
        found += [
            catalogue.challenge_ref(video.challenge_id),
            users.relation_ref(video.user_id, _caller(video)),
        ]
    return found


def decode(found: Sequence[DocumentSnapshot[Any]], video: Video) -> Origin:
    """What `refs` leads to."""
    sound = catalogue.decode_sound(found[0])
    if not video.challenge_id:
        return Origin(sound, None)
    return Origin(
        sound=sound,
        challenge=catalogue.decode_challenge(found[1]),
        barred=users.decode_relation(found[2], video.user_id, _caller(video)).barred,
    )


def _caller(video: Video) -> UserId:
    """Who called out the challenge that a video is in."""
    return UserId(ids.owner_of(video.challenge_id or "") or video.user_id)


SILENCED: Final = "The sound it uses is not available any more; it was kept as a draft."


def entry(origin: Origin, video: Video, at: datetime) -> dict[str, Any]:
    """What becomes of its challenge at publication.

    An entry counts only while the challenge runs, and is there for the video's owner.
    """
    if video.challenge_id is None:
        return {}
    running = origin.challenge is not None and origin.challenge.running(at)
    return {} if running and not origin.barred else {"challengeId": None}


def heard(origin: Origin, video: Video, media: dict[str, Any]) -> bool:
    """Whether the sound that it uses may be used now; one that was taken from it is no matter."""
    if video.muted:
        return True
    if media.get("borrowed"):
        return False
    if video.sound_id in (None, video.video_id):
        return True
    return origin.sound is not None and origin.sound.status is SoundStatus.ACTIVE


def follow(  # noqa: PLR0913 - what decides about a sound
    batch: WriteBatch,
    origin: Origin,
    video: Video,
    media: dict[str, Any],
    *,
    status: VideoStatus,
    at: datetime,
) -> dict[str, Any]:
    """Stage that its own sound is there while the video is public; what changes of the video.

    At most one write.
    """
    public = (
        status is VideoStatus.ACTIVE
        and video.visibility is Visibility.PUBLIC
        and not video.owner_private
        and not video.age_restriction
    )
    sound = origin.sound
    if sound is None:
        makes = public and media.get("hasSound") and not media.get("isCopy")
        if video.sound_id is not None or not makes:
            return {}
        if media.get("borrowed"):  # of somebody who is erased (`disowning`)
            return {}
        catalogue.create_sound(batch, video, at)
        return {"soundId": video.video_id}
    if sound.source_video_id == video.video_id and sound.status is not SoundStatus.TAKEN_DOWN:
        wanted = SoundStatus.ACTIVE if public else SoundStatus.WITHDRAWN
        if sound.status is not wanted:
            batch.update(catalogue.sound_ref(sound.sound_id), {"status": wanted})
    return {}


def require_sound(uid: UserId, sound_id: str, tx: Transaction | None = None) -> None:
    """Raise `SoundUnavailable` unless `uid` may use this sound now. Two reads.

    Asked for again in the transaction that makes the video: a take-down before it is seen there, and
    one after it finds the video.
    """
    owner = ids.owner_of(sound_id)
    if owner is None:
        raise SoundUnavailable
    found, pair = users.read([catalogue.sound_ref(sound_id), users.relation_ref(uid, owner)], tx)
    sound = catalogue.decode_sound(found)
    barred = users.decode_relation(pair, uid, UserId(owner)).barred
    if sound is None or sound.status is not SoundStatus.ACTIVE or barred:
        raise SoundUnavailable


def require_challenge(uid: UserId, challenge_id: str) -> None:
    """Raise `ChallengeClosed` unless the challenge runs now, and is there for `uid`. Two reads."""
    owner = ids.owner_of(challenge_id)
    if owner is None:
        raise ChallengeClosed
    wanted = [catalogue.challenge_ref(challenge_id), users.relation_ref(uid, owner)]
    found, pair = users.read(wanted)
    challenge = catalogue.decode_challenge(found)
    barred = users.decode_relation(pair, uid, UserId(owner)).barred
    if challenge is None or barred or not challenge.running(clock.now()):
        raise ChallengeClosed
