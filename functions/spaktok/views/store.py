"""Paths, decoding and staged writes of views."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.users import store as users
from spaktok.views import interests
from spaktok.views.interests import Interests

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, WriteBatch


def interests_ref(uid: str) -> DocumentReference:
    """`users/{uid}/interests/summary`: {hashtags, sounds, authors, languages: {key: sum}, updatedAt}.

    Sums grow as `interests.growth` says; read them by `decode_interests`. Written once for all views
    of a window (minutes), never by a single one; a few hundred keys, about 8 KB once trimmed.
    """
    return users.card_ref(uid).collection("interests").document("summary")


def decode_interests(snapshot: DocumentSnapshot[Any], at: datetime) -> Interests:
    """What the user is interested in at this moment; nothing yet where there is no document."""
    return interests.decode(snapshot.to_dict(), at)


def add_interests(
    batch: WriteBatch, uid: str, sums: Mapping[str, Mapping[str, float]], at: datetime
) -> None:
    """Stage what signs of interest add (`interests.together`). One write, no read.

    To be committed beside a precondition: it adds again when it is repeated.
    """
    from google.cloud.firestore import Increment

    added = {
        kind: {key: Increment(weight) for key, weight in weights.items()}
        for kind, weights in sums.items()
    }
    batch.set(interests_ref(uid), {**added, "updatedAt": at}, merge=True)
