"""What somebody was shown, so that no later session shows it again.

A page writes nothing, so the next session's beginning writes what was shown: the first page of the
slate before, which came with it; what the cursor carries, which holds a mark for each card since; and
where no cursor of that slate is brought, what of it was watched, as the app reported to `views`. What
else may have been shown comes again, since it may as well never have arrived: nothing is lost, and
nothing that was watched is repeated.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from spaktok.core import clock
from spaktok.feed.model import key
from spaktok.feed.slates import Place, Slate

CARDS_MAX: Final = 5_000
"""Cards whose showing is remembered: 40 KB."""
REPORTS_MAX: Final = 10
"""Of the views reported since a slate was made, so many reports are looked at, the latest first."""
CARRIED_MAX: Final = 120
"""Marks in a cursor: a slate's, and still a cursor that a request may bring back."""
_MARK: Final = 8
"""Bytes by which a card is known as seen."""


def of(uid: str, slate: Slate, place: Place | None) -> bytes:
    """The marks of what `uid` is known to have been shown of a slate, and up to a cursor's place.

    No read where the place is on this slate; otherwise a read for each report of views since it was
    made, `REPORTS_MAX` at most, in one RPC.
    """
    first, later = slate.cards[: slate.opened], slate.cards[slate.opened :]
    shown = [card["id"] for card in first if card]
    if any(later) and (place is None or place.slate_id != slate.id):
        watched = _watched(uid, slate.built_at)
        shown += [card["id"] for card in later if card and card["id"] in watched]
    return marks(shown) + (b"" if place is None else place.marks)


def _watched(uid: str, since: datetime) -> set[str]:
    from spaktok.views import store as views  # only who begins anew without a cursor

    reports = views.batches_around(uid, since, clock.now()).select(["videoIds"])
    return {
        video_id
        for report in reports.limit(REPORTS_MAX).stream()
        for video_id in report.get("videoIds")
    }


def marks(video_ids: Iterable[str]) -> bytes:
    """By what cards are known as seen: eight bytes each, which name nothing."""
    return b"".join(bytes.fromhex(key(video_id)) for video_id in video_ids)


def add(before: bytes, added: bytes) -> bytes:
    """The marks with more, each once, the latest last; the oldest beyond `CARDS_MAX` go."""
    past = _each(before)
    new = b"".join(one for one in dict.fromkeys(_each(added)) if one not in past)
    return (before + new)[-CARDS_MAX * _MARK :]


def unseen(before: bytes, video_ids: Iterable[str]) -> set[str]:
    """Those of these ids that the marks do not hold."""
    past = _each(before)
    return {video_id for video_id in video_ids if marks([video_id]) not in past}


def carried(found: bytes) -> str:
    """Marks as a cursor holds them."""
    return base64.b85encode(found[-CARRIED_MAX * _MARK :]).decode()


def brought(text: str) -> bytes:
    """What `carried` was given."""
    return base64.b85decode(text)


def _each(found: bytes) -> dict[bytes, None]:
    return dict.fromkeys(found[at : at + _MARK] for at in range(0, len(found), _MARK))
