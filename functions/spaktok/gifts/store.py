"""Paths and reads of gifts' documents.

`liveStreams/{streamId}` is the live feature's to be: of it gifts read {userId, status, visibility,
allowGifts}, and nothing writes it here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spaktok.core import clients
from spaktok.gifts.boards import Period, Side, Totals, decode

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference, DocumentReference, DocumentSnapshot


def stream_ref(stream_id: str) -> DocumentReference:
    """`liveStreams/{streamId}`."""
    return clients.db().collection("liveStreams").document(stream_id)


def broadcast_ref(target_path: str) -> DocumentReference:
    """`{target}/broadcast/current`: what everyone who sees the target sees of its gifts."""
    return clients.db().document(target_path).collection("broadcast").document("current")


def stats_ref(uid: str) -> DocumentReference:
    """`users/{uid}/giftStats/summary`: what a user was given, as `receiving.summary` makes it."""
    return (
        clients.db().collection("users").document(uid).collection("giftStats").document("summary")
    )


def leaderboard_ref(period: Period, side: Side) -> DocumentReference:
    """`giftLeaderboards/{period_type}`.

    {period, type, userIds, rankings: [{userId, coins, at, rank, change}], lastUpdated, nextUpdate}.
    """
    return clients.db().collection("giftLeaderboards").document(f"{period}_{side}")


def decode_totals(snapshot: DocumentSnapshot[Any]) -> Totals:
    """What the user was given; nothing where there is no document."""
    return decode(snapshot.to_dict() or {})


def tallies_of(target_path: str) -> CollectionReference:
    """`{target}/giftTallies/{part}`: up to 34 documents, two a part of the receiver's windows.

    One of what was shared out in time, and one, `late-{part}`, of what was not, with `writtenAt`. As
    `tallies.encode` writes them; those of a user also hold `received`, see `receiving.encode`.
    """
    return clients.db().document(target_path).collection("giftTallies")
