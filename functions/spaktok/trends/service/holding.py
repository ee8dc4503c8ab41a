"""What people say of what could trend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import audit, clock, paging, transaction
from spaktok.core.audit import Act
from spaktok.core.ids import UserId
from spaktok.trends import store
from spaktok.trends.model import HoldState, TrendKind
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Decided:
    """What is said of it now."""

    kind: TrendKind
    name: str
    state: HoldState


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could trend."""

    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class CandidatePage:
    """A page of candidates."""

    candidates: list[Candidate]
    next_cursor: str | None
    has_more: bool


def decide(actor: UserId, kind: TrendKind, name: str, state: HoldState, reason: str) -> Decided:
    """Hold or release something, seen before or not. It counts at once, and is on record.

    What is held leaves the list in the same commit; what is released is on the next that is made.
    Three reads, up to four writes. Repeated, it changes nothing.
    """
    at = clock.now()

    def body(tx: Transaction) -> None:
        chain = audit.load(tx, actor)
        said, listed = users.read([store.hold_ref(kind, name), store.list_ref(kind)], tx)
        before = store.decode_hold(said)
        if before is not None and before.state is state:
            return
        since = at if before is None else before.since
        fields = {**store.new_hold(kind, name, since), "state": state}
        tx.set(said.reference, {**fields, "by": actor, "reason": reason, "at": at})
        _withdraw(tx, listed, name, state)
        what = "holdTrend" if state is HoldState.HELD else "releaseTrend"
        was = None if before is None else before.state.value
        target = f"{kind}:{name}"
        audit.append(tx, chain, Act(actor, what, target, reason, before={"state": was}))

    transaction.run(body)
    return Decided(kind, name, state)


def candidates(actor: UserId, kind: TrendKind, limit: int, cursor: str | None) -> CandidatePage:
    """A page of what nobody has looked at, the longest known first. A read each, and one more."""
    page = paging.page(
        store.waiting(kind), limit=limit, cursor=cursor, scope=f"trends:{kind}:{actor}"
    )
    return CandidatePage(
        candidates=[Candidate(one.get("name"), one.get("since")) for one in page.snapshots],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def _withdraw(tx: Transaction, listed: Any, name: str, state: HoldState) -> None:
    items = (listed.to_dict() or {}).get("items", [])
    kept = [one for one in items if name not in (one.get("videoId"), one.get("name"))]
    if state is HoldState.HELD and len(kept) < len(items):
        tx.update(listed.reference, {"items": kept})
