"""What is shown of premium: one's own state, the public ledger of slots, the staff's view, the line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clock, paging, transaction
from spaktok.core.ids import UserId
from spaktok.premium import store
from spaktok.premium.model import Settings, slot_id, slot_number
from spaktok.premium.refusals import PremiumAlready
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction


@dataclass(frozen=True, slots=True)
class Status:
    """One's own premium state."""

    is_premium: bool
    slot_id: str | None
    since: datetime | None
    ends_at: datetime | None
    renews: bool
    """Whether a subscription pays for the next term."""
    share_bps: int
    """What one keeps of the net receipts of a gift now, in basis points."""
    waiting_since: datetime | None
    position: int | None
    """The place in the line, from 1; None for whoever does not wait."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot now."""

    slot_id: str
    held: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Past:
    """A tenure, by whomever."""

    slot_id: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Slots:
    """All slots now, and a page of what was, the latest first."""

    slots: list[Slot]
    held: int
    free: int
    """Those that are kept for somebody who is paying are not."""
    sales_open: bool
    """Whether slots can be bought."""
    prices: dict[str, int]
    """Of a term, in minor units by currency."""
    term_days: int
    renewing: bool
    """Whether what is bought is a subscription, paid every term until it is ended."""
    tenures: list[Past]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a slot."""

    slot_id: str
    user_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for a slot."""

    user_id: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """What administrators see."""

    version: int
    premium_payout_bps: int
    standard_payout_bps: int
    max_premium_slots: int
    holders: list[Holder]
    free_slots: list[str]
    waiting: list[Waiting]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class InLine:
    """A place in the line, from 1."""

    position: int


@dataclass(frozen=True, slots=True)
class OutOfLine:
    """Whether one waited."""

    left: bool


def status(uid: UserId) -> Status:
    """One's own state: three reads, and one for the place in the line."""
    account, settings, asked = users.read(
        [store.account_ref(uid), store.settings_ref(), store.request_ref(uid)]
    )
    terms = store.decode_settings(settings).current
    fields: dict[str, Any] = account.to_dict() or {}
    tenure = fields.get("tenures", {}).get(fields.get("tenureId"))
    over = tenure is None or (tenure["endsAt"] is not None and tenure["endsAt"] <= clock.now())
    return Status(
        is_premium=not over,
        slot_id=None if over else fields["slotId"],
        since=None if over else tenure["since"],
        ends_at=None if over else tenure["endsAt"],
        renews=not over
        and fields.get("subscriptionId") is not None
        and not fields.get("subscriptionEnds", False),
        share_bps=terms.standard_bps if over else terms.premium_bps,
        waiting_since=asked.get("requestedAt") if asked.exists else None,
        position=_position(asked) if asked.exists else None,
    )


def slots(viewer: UserId, limit: int, cursor: str | None) -> Slots:
    """The public ledger: nobody's name. One read, and one a tenure of the page."""
    settings = store.decode_settings(store.settings_ref().get())
    page = paging.page(
        store.past_tenures(), limit=limit, cursor=cursor, scope=f"premium-slots:{viewer}"
    )
    numbered = _numbered(settings)
    return Slots(
        slots=[_slot(settings, name) for name in numbered],
        held=len(settings.slots),
        free=len(settings.free(clock.now())),
        sales_open=settings.offer.open,
        prices=dict(settings.offer.prices) if settings.offer.open else {},
        term_days=settings.offer.term_days,
        renewing=settings.offer.renewing,
        tenures=[
            Past(one.get("slotId"), one.get("since"), one.get("until")) for one in page.snapshots
        ],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def overview(actor: UserId, limit: int, cursor: str | None) -> Overview:
    """Who holds what and who waits. One read, and one for everyone named."""
    settings = store.decode_settings(store.settings_ref().get())
    held = sorted(settings.slots.items(), key=lambda item: slot_number(item[0]))
    tenures = users.read([store.ledger_ref(one.tenure_id) for _, one in held]) if held else []
    page = paging.page(store.waiting(), limit=limit, cursor=cursor, scope=f"premium-line:{actor}")
    return Overview(
        version=settings.version,
        premium_payout_bps=settings.current.premium_bps,
        standard_payout_bps=settings.current.standard_bps,
        max_premium_slots=settings.slots_max,
        holders=[Holder(one.get("slotId"), one.get("userId"), one.get("since")) for one in tenures],
        free_slots=[
            name
            for name in _numbered(settings)
            if name not in settings.slots and settings.numbered(name)
        ],
        waiting=[Waiting(one.get("userId"), one.get("requestedAt")) for one in page.snapshots],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def wait(uid: UserId) -> InLine:
    """Wait for a slot: the place is by the time of the first request's commit. Three reads, one write.

    Raises `PremiumAlready`.
    """
    from google.cloud.firestore import SERVER_TIMESTAMP

    def body(tx: Transaction) -> None:
        account, asked = users.read([store.account_ref(uid), store.request_ref(uid)], tx)
        if (account.to_dict() or {}).get("slotId") is not None:
            raise PremiumAlready
        if not asked.exists:
            tx.create(store.request_ref(uid), {"userId": uid, "requestedAt": SERVER_TIMESTAMP})

    transaction.run(body)
    return InLine(_position(store.request_ref(uid).get()))


def leave(uid: UserId) -> OutOfLine:
    """Wait no more. One read, one delete."""
    asked = store.request_ref(uid).get()
    if asked.exists:
        asked.reference.delete()
    return OutOfLine(asked.exists)


def _position(asked: DocumentSnapshot[Any]) -> int:
    """One more than wait since earlier: a count, of those alone who came before."""
    ahead: Any = store.waiting().end_before(asked)
    return int(ahead.count(alias="ahead").get()[0][0].value) + 1


def _numbered(settings: Settings) -> list[str]:
    """Every slot there is, and those beyond the maximum that are still held."""
    known = {slot_id(number) for number in range(1, settings.slots_max + 1)}
    return sorted(known | settings.slots.keys(), key=slot_number)


def _slot(settings: Settings, name: str) -> Slot:
    held = settings.slots.get(name)
    return Slot(name, held is not None, held.since if held else None)
