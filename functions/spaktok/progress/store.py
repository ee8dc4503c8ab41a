"""Paths and decoding of progress.

`users/{uid}/analytics/{YYYY-MM-DD}`, of UTC: {userId, date, <metric>: int, settled: {<metric>: int}};
its metrics are sums of `shards/{k}` below it, `settled` what of them the summary holds.
`users/{uid}/progress/summary`: {userId, earned, totals, awarded: {id: at}, topLevel, updatedAt}.
`progressEvents/{digest(deed, actor, thing)}`: {kind, actorId, userId, entityId, rank, live, date}.
`profileViews/{profile_viewer_date}`: {profileId, viewerId, source, timestamp, expiresAt}.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, ids
from spaktok.progress.model import Counts, Metric, Source, Summary
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

METRICS: Final = tuple(sorted(Metric))
VIEWS_KEPT_FOR: Final = timedelta(days=35)

_DAY: Final = re.compile(r"users/([^/]+)/analytics/(\d{4}-\d\d-\d\d)")


def day_ref(uid: str, date: str) -> DocumentReference:
    """`users/{uid}/analytics/{date}`."""
    return users.card_ref(uid).collection("analytics").document(date)


def parse_day(path: str) -> tuple[str, str] | None:
    """Whose day, and which, lies at this path; None for anything else."""
    found = _DAY.fullmatch(path)
    return (found[1], found[2]) if found else None


def summary_ref(uid: str) -> DocumentReference:
    """`users/{uid}/progress/summary`."""
    return users.card_ref(uid).collection("progress").document("summary")


def award_ref(uid: str, achievement: str) -> DocumentReference:
    """`users/{uid}/achievements/{id}`."""
    return users.card_ref(uid).collection("achievements").document(achievement)


def claim_ref(kind: str, actor: str, thing: str) -> DocumentReference:
    """`progressEvents/{id}`: what one actor did to one thing counts once."""
    return clients.db().collection("progressEvents").document(ids.digest(kind, actor, thing))


def view_ref(profile: str, viewer: str, date: str) -> DocumentReference:
    """`profileViews/{profile_viewer_date}`."""
    name = f"{ids.edge(profile, viewer)}_{date}"
    return clients.db().collection("profileViews").document(name)


def new_view(profile: str, viewer: str, source: Source, at: datetime) -> dict[str, Any]:
    """The document of a visit."""
    return {
        "profileId": profile,
        "viewerId": viewer,
        "source": source,
        "timestamp": at,
        "expiresAt": at + VIEWS_KEPT_FOR,
    }


def date_of(at: datetime) -> str:
    """The day of UTC that an instant is in."""
    return at.date().isoformat()


def counts(fields: dict[str, Any]) -> Counts:
    """The metrics of a day."""
    return {metric: fields.get(metric, 0) for metric in METRICS}


def decode_summary(snapshot: DocumentSnapshot[Any]) -> Summary:
    """How far a user has come; nowhere yet where there is no document."""
    fields = snapshot.to_dict()
    if fields is None:
        return Summary()
    return Summary(
        earned=fields["earned"],
        totals=fields["totals"],
        awarded=fields["awarded"],
        top_level=fields["topLevel"],
    )


def encode_summary(uid: str, summary: Summary, at: datetime) -> dict[str, Any]:
    """The document of a summary."""
    return {
        "userId": uid,
        "earned": summary.earned,
        "totals": dict(summary.totals),
        "awarded": dict(summary.awarded),
        "topLevel": summary.top_level,
        "updatedAt": at,
    }
