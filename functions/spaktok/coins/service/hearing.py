"""Being told: by a webhook, by the client who has just paid, or by looking for what nobody told.

None of the three is believed about anything but which payment to ask for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.coins import store
from spaktok.coins.model.payments import Payment, Provider, State
from spaktok.coins.model.purchases import Purchase, Status
from spaktok.coins.refusals import NotOurs, PaymentsUnavailable
from spaktok.coins.service import confirming, settling
from spaktok.coins.store import Mark
from spaktok.core import clock, config, dispatch, ids, keys, log
from spaktok.core.dispatch import Task
from spaktok.integrations.stripe import messages
from spaktok.integrations.stripe import payments as stripe
from spaktok.integrations.stripe.client import Declined, Unreachable
from spaktok.integrations.stripe.messages import Event, Forged

if TYPE_CHECKING:
    from google.cloud.firestore import Query

PULLED_BACK: Final = timedelta(days=4)
"""A day more than the vendor tries to deliver an event."""
FAILS_AGAIN: Final = timedelta(days=1)
"""An event that is older and still fails does not mend itself."""
LISTED_AFTER: Final = timedelta(minutes=10)
"""What is younger may not be listed yet: nothing is passed over that is listed later."""
HOUR: Final = timedelta(hours=1)
EVENTS_MAX: Final = 10_000
"""After so many events a run begins no further hour."""
KEPT_MAX: Final = 1_000
"""With so many that fail the looking goes no further: something is broken, and nothing is skipped."""
BEHIND_MAX: Final = timedelta(days=1)
SLOT_PREFIX: Final = "slot_"
SETTLE_SLOT: Final = "settlePremiumTicket"
_PAGE: Final = 100
_OVERDUE: Final = timedelta(minutes=10)
_OVERDUE_MAX: Final = 200


def webhook(body: bytes, header: str) -> None:
    """A message that says it is Stripe's.

    One read where the event was dealt with before, two requests to Stripe otherwise and what
    `settling.settle` costs. Raises `NotOurs` for what is not proven, not of our account or not of our
    mode, and `PaymentsUnavailable` where Stripe can't be asked: the vendor then sends it again.
    """
    try:
        messages.prove(body, header, keys.stripe_webhook(), clock.now())
        event = messages.read(body)
    except Forged:
        raise NotOurs from None
    if event.account is not None or event.live is not config.production():
        log.alarm("a proven event of another account or mode", kind=event.kind, live=event.live)
        raise NotOurs
    if event.kind in messages.KINDS:
        _hear(event)


def pull(at: datetime) -> int:
    """Deal with every event that never came, oldest first; how many there were.

    By a mark, an hour of events after the other: a run ends after some thousand, the next one goes on,
    and one that dies begins its hour again. What fails, and what a task is still to settle, is kept
    with the mark and looked at by every run: after a day it is an alarm, after four days the last one.
    A call for a hundred events and a read for each; what a webhook costs for each that is missing.
    """
    left = _left(at)
    missed = _once_more(left, at)
    until, events = at - LISTED_AFTER, 0
    while left.since < until and events < EVENTS_MAX and len(left.kept) < KEPT_MAX:
        end = min(left.since + HOUR, until)
        told = list(stripe.events(messages.KINDS, left.since, end))
        told.sort(key=lambda one: one["created"])
        for start in range(0, len(told), _PAGE):
            missed += _deal(told[start : start + _PAGE], left, at)
        left.since, events = end, events + len(told)
        _leave(left)
    if missed:
        log.warning("events that never came", count=missed)
    if at - left.since > BEHIND_MAX:
        _alarm({"events": f"not looked at since {left.since.isoformat()}"})
    return missed


@dataclass(slots=True)
class _Left:
    """How far the looking has come, and what of before it is not dealt with: {event: when it was}."""

    since: datetime
    kept: dict[str, int]


def _left(at: datetime) -> _Left:
    fields: dict[str, Any] = store.pulled_ref().get().to_dict() or {}
    return _Left(fields.get("heardTo", at - PULLED_BACK), fields.get("kept", {}))


def _leave(left: _Left) -> None:
    fields: dict[str, Any] = {"heardTo": left.since, "kept": left.kept}
    beside: Any = list(fields)  # the stub says bool; `askedTo` is beside them
    store.pulled_ref().set(fields, merge=beside)


def _once_more(left: _Left, at: datetime) -> int:
    """Look at what was kept; what is too old is given up. How many events were dealt with."""
    missed, gone = 0, (at - PULLED_BACK).timestamp()
    for event_id, created in list(left.kept.items()):
        del left.kept[event_id]
        if created < gone:
            _alarm({event_id: "was never dealt with, and is given up"})
        else:
            missed += _deal([stripe.event(event_id)], left, at)
    _leave(left)
    return missed


def _deal(told: list[dict[str, Any]], left: _Left, at: datetime) -> int:
    """Deal with those that nobody has heard of, and keep what that does not end; how many there were.

    One that fails does not keep the others back.
    """
    created = {str(one["id"]): int(one["created"]) for one in told}
    failed: dict[str, str] = {}
    unheard = _unheard(told)
    for event in unheard:
        try:
            _hear(event, at.date().isoformat())
            if settling.heard(Mark(Provider.STRIPE, event.id, event.kind)):
                continue
        except Exception as error:  # noqa: BLE001 - the others must not wait for it
            log.failure("pulled event failed", error, kind=event.kind)
            if created[event.id] < (at - FAILS_AGAIN).timestamp():
                failed[event.id] = f"{event.kind} fails: {type(error).__name__}"
        left.kept[event.id] = created[event.id]
    if failed:
        _alarm(failed)
    return len(unheard)


def close_overdue(at: datetime) -> int:
    """Ask about purchases that are pending past their time, and let no late payment begin.

    The longest overdue first, two hundred a run; where there are more, the next run goes on behind
    them, and the one after the last begins again: those that can't be closed keep no others back. A
    read beside those of the purchases, and a write where there are more.
    """
    before: datetime | None = (store.pulled_ref().get().to_dict() or {}).get("askedTo")
    found = [store.purchase(one) for one in _overdue(at, before).stream()]
    last = found[-1] if len(found) == _OVERDUE_MAX else None
    asked_to = None if last is None else last.expires_at
    for purchase in found:
        if purchase is None:
            continue
        try:
            if purchase.payment_id is not None and purchase.session_id is None:
                _cancel(purchase.payment_id)
            payment = confirming.asked(purchase) or _never(purchase)
            settling.settle(payment)
        except Exception as error:  # noqa: BLE001 - the others must not wait for it
            log.failure("overdue purchase failed", error, purchase=purchase.id)
    if asked_to != before:
        store.pulled_ref().set({"askedTo": asked_to}, merge=True)
    return len(found)


def _alarm(failed: dict[str, str]) -> None:
    from spaktok.core import alarms  # rare

    found = (alarms.Alarm("stripe-event", event, why) for event, why in failed.items())
    alarms.sound("ledger", found)


def _hear(event: Event, look: str = "") -> None:
    """`look` is the day of looking for what never came: its tasks are others than the first ones."""
    mark = Mark(Provider.STRIPE, event.id, event.kind)
    if settling.heard(mark):
        return
    try:
        if event.payment_id is not None:
            _pass_on(stripe.payment(event.payment_id), mark, look)
        elif event.session_id is not None:
            _pass_on(stripe.session(event.session_id), mark, look)
        elif event.invoice_id is not None:
            _pass_invoice(event.invoice_id, mark, look)
        else:
            settling.note(mark, None)
    except Unreachable:
        raise PaymentsUnavailable from None
    except Declined as no:
        log.alarm("an event about what Stripe does not have", kind=event.kind, code=no.code)
        raise NotOurs from None


def _pass_on(payment: Payment, mark: Mark, look: str) -> None:
    """To whom it is about: coins are ours, slots are `premium`'s, which stands above and has a task."""
    ticket = payment.purchase_id or ""
    if ticket.startswith(SLOT_PREFIX):
        _pass_slot(ticket, mark, look, paymentId=payment.id or None)
    else:
        settling.settle(payment, mark)


def _pass_invoice(invoice_id: str, mark: Mark, look: str) -> None:
    """Only slots are subscribed to."""
    from spaktok.integrations.stripe import subscriptions

    first = subscriptions.invoice(invoice_id).purchase_id or ""
    if first.startswith(SLOT_PREFIX):
        _pass_slot(first, mark, look, invoiceId=invoice_id)
    else:
        settling.note(mark, first or None)


def _pass_slot(ticket_id: str, mark: Mark, look: str, **about: str | None) -> None:
    """The task notes the event once it is settled: noted now, what the task gives up would be lost."""
    payload = {"ticketId": ticket_id, "eventId": mark.id, "eventKind": mark.kind, **about}
    dispatch.send(Task(SETTLE_SLOT, ids.digest("slot-event", mark.id, look), payload))


def _cancel(payment_id: str) -> None:
    try:
        stripe.cancel(payment_id)
    except Declined:
        return  # paid, or cancelled, meanwhile: asking tells


def _never(purchase: Purchase) -> Payment:
    """Of a purchase that Stripe never heard of."""
    return Payment(
        provider=purchase.provider,
        id="",
        purchase_id=purchase.id,
        state=State.CLOSED,
        live=config.production(),
        amount_minor=purchase.price_minor,
        currency=purchase.currency,
    )


def _unheard(told: Iterable[dict[str, Any]]) -> list[Event]:
    events = [messages.event(one) for one in told]
    marks = [store.event_ref(Mark(Provider.STRIPE, one.id, one.kind)) for one in events]
    found = store.read(marks)
    return [event for event, mark in zip(events, found, strict=True) if not mark.exists]


def _overdue(at: datetime, before: datetime | None) -> Query:
    """Those that were over after `before`, which were not asked about in the last run."""
    from google.cloud.firestore import FieldFilter

    from spaktok.core import clients

    late = (
        clients.db()
        .collection("coinPurchases")
        .where(filter=FieldFilter("status", "==", Status.PENDING))
        .where(filter=FieldFilter("expiresAt", "<", at - _OVERDUE))
        .order_by("expiresAt")
        .limit(_OVERDUE_MAX)
    )
    if before is None:
        return late
    return late.where(filter=FieldFilter("expiresAt", ">", before))
