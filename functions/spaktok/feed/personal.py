"""Reading the personal feed: a page of the session's slate.

A page is two reads in one RPC: the slate, and what was taken back. It writes nothing: how far the
session came is in its cursor, which the next one begins with (`feed.seen`). A page that has nothing to
go on from makes the slate first (`feed.beginning`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from spaktok.core import clients, clock, ids, revocations, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest
from spaktok.feed import pages, slates, store
from spaktok.feed.model import Mask, Mode, Viewer
from spaktok.feed.pages import FeedPage
from spaktok.feed.slates import Place


def page(
    uid: UserId, limit: int, cursor: str | None, mode: Mode | None, *, refresh: bool = False
) -> FeedPage:
    """A page of the ranked or the chronological feed; None is the mode that fits the user.

    Raises `InvalidRequest` for a cursor that is none of this feed's, `NotForYourAge` where the mode
    wants a profile that the policy denies.
    """
    place = None if cursor is None else pages.place(uid, cursor)
    if place is not None and mode is not None and place.mode is not mode:
        raise InvalidRequest(field="cursor", rule="belongs to another mode")
    slate_id = ids.random_id()
    if place is None:
        return transaction.settle(lambda: _start(uid, limit, mode, None, slate_id))
    if refresh:
        again = replace(place, last=None)
        return transaction.settle(lambda: _start(uid, limit, again.mode, again, slate_id))
    return transaction.settle(lambda: _read_on(uid, limit, place, slate_id))


def _read_on(uid: UserId, limit: int, place: Place, slate_id: str) -> FeedPage:
    """The page after a place: two reads, one RPC."""
    wanted = ["hidden", "videos", "users", f"modes.{place.mode}"]
    references = [store.slate_ref(uid), *revocations.refs()]
    found = clients.db().get_all(references, field_paths=wanted)
    by_path = {one.reference.path: one for one in found}
    document, *taken_back = (by_path[one.path] for one in references)
    fields: dict[str, Any] = document.to_dict() or {}
    slate = slates.decode(fields.get("modes", {}).get(place.mode))
    start = place.at
    marks: bytes | None = place.marks
    if slate is not None and slate.after == place.proof:
        start, marks = 0, None  # the answer to this very cursor was lost: it is given again
    elif slate is None or slate.id != place.slate_id:
        return _start(uid, limit, place.mode, place, slate_id)
    if not slate.alive(clock.now()):
        return _start(uid, limit, place.mode, place, slate_id)
    revoked = revocations.decode(taken_back)
    viewer = Viewer(
        uid=uid,
        # The mask was applied when the slate was made; what came since is in `hidden`.
        mask=Mask(frozenset(), frozenset()),
        revoked=revoked,
        years=pages.years_for(uid, slate.cards, revoked),
    )
    cut = slates.cut(slate, start, limit, viewer, fields.get("hidden", {}))
    if not cut.cards and slate.more:
        return _start(uid, limit, place.mode, replace(place, at=cut.end), slate_id)
    return pages.answer(uid, place.mode, slate, cut, marks)


def _start(
    uid: UserId, limit: int, mode: Mode | None, place: Place | None, slate_id: str
) -> FeedPage:
    from spaktok.feed import beginning  # most pages are read on from a slate that is there

    return beginning.start(uid, limit, mode, place, slate_id)
