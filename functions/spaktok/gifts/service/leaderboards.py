"""Boards of who gave and who was given most: worked out every hour, read as one document.

A board is two things read apart: places, which stand in `giftLeaderboards/{period_type}` without a
name, and the people in them, whose cards are read when somebody looks. So whoever blocks, is blocked,
leaves or is banned is not seen there, whatever the board still says, and what somebody is called is
never old. A receiver's points are the coins given, and say nothing of what was earned.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, standing
from spaktok.core.ids import UserId
from spaktok.feed import store as masks
from spaktok.gifts import store
from spaktok.gifts.boards import BOARD_MAX, Period, Place, Side, rank
from spaktok.gifts.tallies import TOP_MAX, credit, decode, ranked
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.safety.policy import Feature
from spaktok.safety.service import access as ages
from spaktok.users import store as users
from spaktok.users.model import Card

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

EVERY: Final = timedelta(hours=1)
CANDIDATES_MAX: Final = BOARD_MAX + 50
"""Users looked at for a board: those who may not stand there leave room for others."""
_PATHS: Final = {Side.SENDERS: ("wallet", "notes.gifts"), Side.RECEIVERS: ("giftStats", "")}
_AGES: Final = {Side.SENDERS: Feature.GIFTS_SEND, Side.RECEIVERS: Feature.GIFTS_RECEIVE}


@dataclass(frozen=True, slots=True)
class Row:
    """A place as a viewer sees it."""

    rank: int
    user_id: str
    username: str
    profile_image: str | None
    value: int
    """Coins given, or points: the coins that were given to them."""
    change: int
    """How many places up since the hour before."""


@dataclass(frozen=True, slots=True)
class Board:
    """A board as a viewer sees it: those who are hidden from them leave a gap in the ranks."""

    period: Period
    type: Side
    rankings: list[Row]
    last_updated: datetime | None
    next_update: datetime | None


@dataclass(frozen=True, slots=True)
class TopGifters:
    """Who gave most in a stream."""

    stream_id: str
    gifters: list[Row]


def read(viewer: UserId, period: Period, side: Side, limit: int) -> Board:
    """A board for a viewer. Two reads and one a place, two RPCs."""
    board, mask = users.read([store.leaderboard_ref(period, side), masks.mask_ref(viewer)])
    fields: dict[str, Any] = board.to_dict() or {}
    # One that nobody has worked out anew since its period ended shows the last period: nothing.
    current = fields.get("key") == period.key(clock.now())
    places = _places(fields)[:limit] if current else []
    return Board(
        period=period,
        type=side,
        rankings=_seen(places, mask),
        last_updated=fields.get("lastUpdated"),
        next_update=fields.get("nextUpdate"),
    )


def top_gifters(viewer: UserId, stream_id: str) -> TopGifters:
    """Who gave most in a stream, for somebody who may watch it.

    Raises `NotFound`. Five reads, one a tally (1 to 17) and one a gifter; four RPCs.
    """
    from spaktok.gifts.service import access

    access.require_watching(viewer, stream_id)
    path = f"liveStreams/{stream_id}"
    tallies = [decode(one.to_dict() or {}) for one in store.tallies_of(path).stream()]
    top = ranked(credit(tallies), TOP_MAX)
    places = rank(Place(uid, given.coins, given.at) for uid, given in top)
    mask = masks.mask_ref(viewer).get()
    return TopGifters(stream_id, _seen(places, mask))


def rebuild(at: datetime) -> int:
    """Work every board out anew; how many places they have. About three reads a place, eight writes.

    Whoever comes to lead a board is told. The next board begins with the next hour.
    """
    return sum(_rebuild(period, side, at) for period in Period for side in Side)


def _rebuild(period: Period, side: Side, at: datetime) -> int:
    reference = store.leaderboard_ref(period, side)
    held: dict[str, Any] = reference.get().to_dict() or {}
    key = period.key(at)
    before = _places(held) if held.get("key") == key else []
    places = rank(_standing(_candidates(period, side, key), side, at), before)
    reference.set(
        {
            "period": period,
            "type": side,
            "key": key,
            "userIds": [one.user_id for one in places],
            "rankings": [
                {
                    "userId": one.user_id,
                    "coins": one.coins,
                    "at": one.at,
                    "rank": one.rank,
                    "change": one.change,
                }
                for one in places
            ],
            "lastUpdated": at,
            "nextUpdate": at + EVERY,
        }
    )
    if places and places[0].user_id not in {one.user_id for one in before[:1]}:
        _tell(places[0], period, side, key)
    return len(places)


def _candidates(period: Period, side: Side, key: str) -> list[Place]:
    """Who has most, from the totals that are kept for this: an ordered query. A read each."""
    from google.cloud.firestore import FieldFilter, Query

    group, prefix = _PATHS[side]
    field = f"{prefix}.{period}" if prefix else str(period)
    query = (
        clients.db()
        .collection_group(group)
        .where(filter=FieldFilter(f"{field}.key", "==", key))
        .order_by(f"{field}.coins", direction=Query.DESCENDING)
        .order_by(f"{field}.at")
        .limit(CANDIDATES_MAX)
    )
    return [
        Place(one.reference.parent.parent.id, one.get(f"{field}.coins"), one.get(f"{field}.at"))
        for one in query.stream()
        if one.get(f"{field}.coins") > 0
    ]


def _standing(candidates: list[Place], side: Side, at: datetime) -> list[Place]:
    """Those who may stand on a board: neither gone, away nor banned, nor of an age that may not.

    Two reads each.
    """
    wanted = [
        ref(one.user_id) for one in candidates for ref in (users.card_ref, users.security_ref)
    ]
    found = users.read(wanted) if wanted else []
    pairs = zip(candidates, found[::2], found[1::2], strict=True)
    return [
        place
        for place, card, security in pairs
        if _there(users.decode_card(card)) and _may_stand(security, side, at)
    ]


def _may_stand(security: DocumentSnapshot[Any], side: Side, at: datetime) -> bool:
    found = standing.decode(security.to_dict() or {})
    return not found.suspended(at) and ages.may(found, _AGES[side])


def _there(card: Card | None) -> bool:
    return card is not None and not card.deactivated


def _seen(places: Iterable[Place], mask: DocumentSnapshot[Any]) -> list[Row]:
    """The places of those whom the viewer may meet, with their names. One read each."""
    barred = masks.mask(mask).users
    shown = [one for one in places if one.user_id not in barred]
    cards = users.read([users.card_ref(one.user_id) for one in shown]) if shown else []
    rows = []
    for place, found in zip(shown, cards, strict=True):
        card = users.decode_card(found)
        if card is not None and not card.deactivated:
            rows.append(
                Row(
                    rank=place.rank,
                    user_id=place.user_id,
                    username=card.username,
                    profile_image=card.profile_image,
                    value=place.coins,
                    change=place.change,
                )
            )
    return rows


def _places(fields: dict[str, Any]) -> list[Place]:
    return [
        Place(one["userId"], one["coins"], one["at"], one["rank"], one["change"])
        for one in fields.get("rankings", ())
    ]


def _tell(place: Place, period: Period, side: Side, key: str) -> None:
    notifications.announce(
        News(
            recipient=place.user_id,
            type=NotificationType.GIFT_TOP_RANK,
            entity_type=EntityType.GIFT,
            entity_id=ids.digest("board", period, side, key),
            detail=f"{period} {side}",
        )
    )
