"""The gifts one sent, or was sent, from the ledger.

Whoever gave anonymously is nobody to the receiver, here as everywhere; so is, to each other, who blocks
or is blocked, and who is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from spaktok.core import clock, paging
from spaktok.core.ids import UserId
from spaktok.feed import store as masks
from spaktok.gifts.model import Context, undo_until
from spaktok.gifts.service import catalogue
from spaktok.users import store as users
from spaktok.users.model import Card
from spaktok.wallet import store as ledger
from spaktok.wallet.encoding import decode_entry
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.service.reversals import in_dispute, taken_back

Way = Literal["sent", "received"]


class GiftStatus(StrEnum):
    """What became of a gift."""

    PENDING = "pending"
    """Its sender may take it back still."""
    COMPLETED = "completed"
    REFUNDED = "refunded"
    """Taken back by the sender in time, or by the staff; or some of what paid for it was paid back, or
    may be. What had matured by then its receiver keeps all the same."""
    DISPUTED = "disputed"
    """Some of what paid for it is, by its sender's bank; nobody but the sender is told so."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A gift as one of its sides sees it."""

    transaction_id: str
    gift_id: str
    gift_name: str
    gift_image_url: str | None
    quantity: int
    coin_cost: int
    """All of it, in coins."""
    context: Context
    context_id: str
    message: str | None
    is_anonymous: bool
    status: GiftStatus
    user_id: str | None
    """The other side; None where they gave anonymously, or are not there for the caller."""
    username: str | None
    profile_image: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of gifts, newest first."""

    gifts: list[Sent]
    next_cursor: str | None
    has_more: bool


def page(uid: UserId, way: Way, limit: int, cursor: str | None) -> HistoryPage:
    """A page of one's gifts. Three reads a gift (it, what became of it, the other side) and two more.

    Three RPCs. One that several lots paid is a read a lot; see `taken_back` for those that were taken
    back, and for what promotional coins paid. A purchase that was is a read more, to its buyer.
    """
    query = ledger.gifts("userId" if way == "sent" else "receiverId", uid)
    found = paging.page(query, limit=limit, cursor=cursor, scope=f"gifts:{way}:{uid}")
    entries = [decode_entry(one.to_dict() or {}) for one in found.snapshots]
    became = _became(uid, way, entries)
    others = {one.id: _other(one, way) for one in entries}
    cards = _cards(uid, {other for other in others.values() if other is not None})
    return HistoryPage(
        gifts=[_seen(one, cards.get(others[one.id] or ""), became[one.id]) for one in entries],
        next_cursor=found.next_cursor,
        has_more=found.next_cursor is not None,
    )


def _became(uid: UserId, way: Way, entries: list[Entry]) -> dict[str, GiftStatus]:
    """What became of these gifts."""
    back = taken_back(entries)
    lots = {lot for one in back.values() if not one.undone for lot in one.lots}
    disputed = in_dispute(uid, lots) if way == "sent" else set()
    now = clock.now()

    def status(entry: Entry) -> GiftStatus:
        taken = back.get(entry.id)
        if taken is None:
            return GiftStatus.COMPLETED if now >= undo_until(entry.at) else GiftStatus.PENDING
        if taken.undone or not taken.lots & disputed:
            return GiftStatus.REFUNDED
        return GiftStatus.DISPUTED

    return {one.id: status(one) for one in entries}


def _other(entry: Entry, way: Way) -> str | None:
    """The other side, as far as this one may know it."""
    if way == "sent":
        return entry.receiver_id
    return None if entry.facts["anonymous"] else entry.user_id


def _cards(uid: UserId, others: set[str]) -> dict[str, Card]:
    """The cards of those who are there for `uid`."""
    wanted = sorted(others)
    mask, *found = users.read([masks.mask_ref(uid), *(users.card_ref(one) for one in wanted)])
    barred = masks.mask(mask).users
    cards = {one: users.decode_card(card) for one, card in zip(wanted, found, strict=True)}
    return {
        one: card
        for one, card in cards.items()
        if card is not None and not card.deactivated and one not in barred
    }


def _seen(entry: Entry, card: Card | None, status: GiftStatus) -> Sent:
    facts: dict[str, Any] = dict(entry.facts)
    gift = catalogue.current().find(facts["giftId"])
    return Sent(
        transaction_id=entry.id,
        gift_id=facts["giftId"],
        gift_name=gift.name if gift else facts["giftId"],
        gift_image_url=gift.image_path if gift else None,
        quantity=facts["quantity"],
        coin_cost=facts["coins"],
        context=Context(facts["context"]),
        context_id=entry.links["contextId"],
        message=entry.links["message"],
        is_anonymous=facts["anonymous"],
        status=status,
        user_id=card.user_id if card else None,
        username=card.username if card else None,
        profile_image=card.profile_image if card else None,
        at=entry.at,
    )
