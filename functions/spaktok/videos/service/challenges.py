"""Challenges: calling one out, and finding out whether it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, once, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest, NotFound
from spaktok.safety.service import suggesting
from spaktok.users import lookup as users
from spaktok.users import store as store_of_users
from spaktok.videos import catalogue
from spaktok.videos.catalogue import Challenge, ChallengeStatus
from spaktok.videos.model import ModerationStatus
from spaktok.videos.refusals import WordsNotAllowed
from spaktok.videos.requests import CreateChallenge
from spaktok.videos.service import gate

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

SPARE: Final = 20
"""Looked at beyond what was asked for, because some have not begun, are over, or are hidden."""
AHEAD_MAX: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """A challenge as its page shows it."""

    challenge_id: str
    title: str
    description: str
    hashtag: str
    rules: str
    created_by: str
    status: ChallengeStatus
    start_date: datetime
    end_date: datetime | None
    is_featured: bool
    participant_count: int
    video_count: int


@dataclass(frozen=True, slots=True)
class TrendingChallenges:
    """The challenges that run now, those of most participants first."""

    challenges: list[ChallengeView]


def create(uid: UserId, request: CreateChallenge) -> ChallengeView:
    """Call out a challenge; the same idempotency key is the same one. 2 reads, 2 writes.

    Its words are public at once, so they must pass the gate now: `WordsNotAllowed` unless they are
    approved, an outage included. Raises `InvalidRequest` for a time that makes no sense,
    `ProfileRequired`, `KeyReused`.
    """
    at = clock.now()
    start = request.start_date or at
    _check_time(start, request.end_date, at)
    text = f"{request.title}\n{request.description}\n{request.rules}"
    verdict = gate.judge(text, [request.hashtag], "und", ())
    if verdict.status is not ModerationStatus.APPROVED:
        raise WordsNotAllowed
    challenge_id = ids.owned_id(uid)
    key = request.idempotency_key
    operation = key and once.operation(uid, "createChallenge", key, request)

    def body(tx: Transaction) -> ChallengeView:
        if operation and (done := once.recall(tx, operation, ChallengeView)) is not None:
            return done
        users.own_card(tx, uid)
        made = Challenge(
            challenge_id=challenge_id,
            title=request.title,
            description=request.description,
            hashtag=request.hashtag,
            rules=request.rules,
            created_by=uid,
            start_date=start,
            end_date=request.end_date,
            is_featured=False,
            participant_count=0,
            video_count=0,
            shards=1,
            created_at=at,
        )
        catalogue.create_challenge(tx, made)
        shown = _view(made, at)
        return once.record(tx, operation, shown) if operation else shown

    return transaction.run(body)


def get(viewer: UserId, challenge_id: str) -> ChallengeView:
    """One challenge: three reads, one RPC.

    Raises `NotFound`, for one of somebody whom a block hides or who is away too.
    """
    owner = ids.owner_of(challenge_id)
    if owner is None:
        raise NotFound
    found, pair, card = store_of_users.read(
        [
            catalogue.challenge_ref(challenge_id),
            store_of_users.relation_ref(viewer, owner),
            store_of_users.card_ref(owner),
        ]
    )
    challenge = catalogue.decode_challenge(found)
    barred = store_of_users.decode_relation(pair, viewer, UserId(owner)).barred
    if challenge is None or barred or not _there(card):
        raise NotFound
    return _view(challenge, clock.now())


def trending(viewer: UserId, limit: int) -> TrendingChallenges:
    """The challenges that run now, those of most participants first.

    Whoever the viewer blocked, muted, or was blocked by, and whoever is away, has none here; nor has a
    minor, unless the viewer is one. A read a challenge and two a creator, and one for each creator not
    looked at for ten minutes; a write, once, for each that is found to be over.
    """
    at = clock.now()
    found = list(catalogue.open_challenges().limit(limit + SPARE).stream())
    decoded = [one for snapshot in found if (one := catalogue.decode_challenge(snapshot))]
    _close([one for one in decoded if one.status(at) is ChallengeStatus.ENDED])
    creators = sorted({one.created_by for one in decoded})
    cards = store_of_users.read([store_of_users.card_ref(uid) for uid in creators])
    pairs = store_of_users.read([store_of_users.relation_ref(viewer, uid) for uid in creators])
    minors = set[str]()
    if not suggesting.meets_minors(viewer):
        minors = suggesting.kept_from_adults(creators)
    there = set()
    for uid, card, pair in zip(creators, cards, pairs, strict=True):
        relation = store_of_users.decode_relation(pair, viewer, UserId(uid))
        if _there(card) and not relation.barred and not relation.mutes:
            there.add(uid)
    there -= minors
    shown = [_view(one, at) for one in decoded if one.running(at) and one.created_by in there]
    return TrendingChallenges(shown[:limit])


def _close(over: list[Challenge]) -> None:
    """Note that these are over, so that no list looks at them again."""
    if not over:
        return
    batch = clients.db().batch()
    for one in over:
        batch.update(catalogue.challenge_ref(one.challenge_id), {"open": False})
    batch.commit()


def _there(found: DocumentSnapshot[Any]) -> bool:
    card = store_of_users.decode_card(found)
    return card is not None and not card.deactivated


def _check_time(start: datetime, end: datetime | None, at: datetime) -> None:
    if not at - timedelta(minutes=5) <= start <= at + AHEAD_MAX:
        raise InvalidRequest(field="startDate", rule="must lie within a year from now")
    if end is not None and not start < end <= start + AHEAD_MAX:
        raise InvalidRequest(field="endDate", rule="must lie within a year after the start")


def _view(challenge: Challenge, at: datetime) -> ChallengeView:
    return ChallengeView(
        challenge_id=challenge.challenge_id,
        title=challenge.title,
        description=challenge.description,
        hashtag=challenge.hashtag,
        rules=challenge.rules,
        created_by=challenge.created_by,
        status=challenge.status(at),
        start_date=challenge.start_date,
        end_date=challenge.end_date,
        is_featured=challenge.is_featured,
        participant_count=challenge.participant_count,
        video_count=challenge.video_count,
    )
