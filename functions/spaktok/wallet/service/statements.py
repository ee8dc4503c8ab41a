"""What users see of their money."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from spaktok.core import clock, paging
from spaktok.wallet import encoding, store
from spaktok.wallet.model.entry import Entry, Kind
from spaktok.wallet.model.wallet import LotKind, Wallet, matures_at
from spaktok.wallet.service import reading


@dataclass(frozen=True, slots=True)
class Maturing:
    """Earnings of a day, and when they can be withdrawn."""

    day: str
    micro: int
    available_at: datetime


@dataclass(frozen=True, slots=True)
class Expiring:
    """Promotional coins, and when they are gone."""

    coins: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WalletView:
    """A wallet as its owner sees it. Money is in micro-USD."""

    coins: int
    promo_coins: int
    """Of the coins, those that were given: they are spent first."""
    held_coins: int
    expiring: list[Expiring]
    available_micro: int
    pending_micro: int
    maturing: list[Maturing]
    reserved_micro: int
    debt_micro: int
    disputed_micro: int
    blocked: bool
    """Whether a debt or dispute stops gifts and withdrawals."""
    spent_today: int
    daily_limit: int | None
    next_daily_limit: int | None
    next_daily_limit_at: datetime | None
    """When `next_daily_limit` (None: no limit) begins; None where no change is to come."""


@dataclass(frozen=True, slots=True)
class Line:
    """One movement of the user's money."""

    entry_id: str
    type: str
    at: datetime
    coins: int
    """What it did to the coins."""
    pending_micro: int
    available_micro: int
    reserved_micro: int
    debt_micro: int
    """What it did to the debt: more, where positive."""
    related_id: str | None
    """The purchase, withdrawal, gift or proposal that it is about."""
    balance_coins: int
    balance_micro: int
    """Mature earnings afterwards."""


@dataclass(frozen=True, slots=True)
class History:
    """A page of movements, the latest first."""

    transactions: list[Line]
    next_cursor: str | None
    has_more: bool


def view(uid: str) -> WalletView:
    """The wallet of `uid`, as time has made it. One read."""
    return _viewed(reading.load(uid), clock.now())


def history(uid: str, limit: int, cursor: str | None) -> History:
    """The movements of `uid`'s own money, the latest first. A read each, and one.

    Earnings come as what was swept: no line names who gave. What is between a provider and us is left
    out, and what a newer version wrote that this one does not know: so a page may have fewer lines than
    were asked for.
    """
    page = paging.page(store.history(uid), limit=limit, cursor=cursor, scope=f"transactions:{uid}")
    known = [one for one in page.snapshots if one.get("kind") in set(Kind)]
    entries = [encoding.decode_entry(one.to_dict() or {}) for one in known]
    return History(
        transactions=[_line(entry) for entry in entries if entry.kind not in _OURS],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def _viewed(wallet: Wallet, at: datetime) -> WalletView:
    limit = wallet.limit
    to_come = limit.later_from is not None and limit.later_from > at
    promo = [lot for lot in wallet.lots if lot.kind is LotKind.PROMO]
    return WalletView(
        coins=wallet.coins,
        promo_coins=sum(lot.coins for lot in promo),
        held_coins=wallet.held,
        expiring=[Expiring(lot.coins, lot.expires_at) for lot in promo if lot.expires_at],
        available_micro=wallet.available,
        pending_micro=sum(wallet.pending.values()),
        maturing=[
            Maturing(day, micro, matures_at(day)) for day, micro in sorted(wallet.pending.items())
        ],
        reserved_micro=sum(wallet.reserved.values()),
        debt_micro=wallet.debt,
        disputed_micro=sum(wallet.disputed.values()),
        blocked=wallet.owed > 0,
        spent_today=wallet.spent_on(at),
        daily_limit=limit.on(at),
        next_daily_limit=limit.later if to_come else None,
        next_daily_limit_at=limit.later_from if to_come else None,
    )


def _line(entry: Entry) -> Line:
    moved: Counter[str] = Counter()
    for posting in entry.postings:
        moved[posting.account] += posting.amount
    after = entry.facts["after"]
    related = next((entry.facts[name] for name in _RELATED if name in entry.facts), None)
    return Line(
        entry_id=entry.id,
        type=entry.kind,
        at=entry.at,
        coins=moved["coins"],
        pending_micro=moved["pending"],
        available_micro=moved["earnings"],
        reserved_micro=moved["reserved"],
        debt_micro=-moved["debt"],
        related_id=related,
        balance_coins=after["coins"],
        balance_micro=after["earnings"],
    )


_OURS: Final = frozenset({Kind.COST_RETURNED})
"""Kinds of entries that stand in a user's chain and move nothing of theirs."""
_RELATED: Final = ("purchaseId", "withdrawalId", "giftId", "proposalId", "source")
