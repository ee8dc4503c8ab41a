"""What follows from a payment of a slot: it is held, prolonged, freed, or the money goes back.

Each step is a ledger entry under a key of the provider's, and what becomes of the slot is in the same
commit: so a slot is given once and freed once, whoever is told how often.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.coins.model.payments import DisputeState, Payment, State
from spaktok.core import clock, config, dispatch, ids, log, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound, TryAgain
from spaktok.integrations.stripe import payments as stripe
from spaktok.integrations.stripe.client import Declined, Unreachable
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import News
from spaktok.premium import drawer, store, tickets
from spaktok.premium.service import assigning, tenures
from spaktok.premium.service.assigning import Scene
from spaktok.premium.service.tenures import Start
from spaktok.premium.tickets import Hold, Owe, Resolve, Sale, Status, Step, TakeBack, Ticket
from spaktok.users import roles
from spaktok.users import store as users
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.service import services
from spaktok.wallet.service.booking import Stage
from spaktok.wallet.service.services import Service

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

REFUND: Final = "sendPremiumRefund"
_Change = Callable[["Transaction", Ticket, Scene | None, datetime], tuple[Ticket, list[Task]]]
"""What becomes of ticket and slot, staged; and the tasks that were staged with it."""


def settle(ticket: Ticket, payment: Payment) -> Ticket:
    """Bring the ticket to where its payment is. Told again, it changes nothing.

    For a payment that succeeded: six reads and up to twelve writes, in one commit. Without a payment a
    ticket whose page is over is closed, and its slot free.
    """
    if payment.state is State.PAID:
        odd = tickets.mismatch(ticket, payment, live=config.production())
        if odd is not None:
            log.alarm("payment is not what the slot costs", ticket=ticket.id, why=odd)
            return ticket
        for step in tickets.steps(ticket, payment):
            ticket = _take(ticket, payment, step)
    elif payment.state is State.CLOSED and ticket.status is Status.RESERVED:
        ticket = close(ticket)
    return ticket


def close(ticket: Ticket) -> Ticket:
    """Nobody will pay: the slot is not kept any more. Up to three reads, three writes."""

    def body(tx: Transaction) -> Ticket:
        found, settings, account = users.read(
            [
                drawer.ticket_ref(ticket.id),
                store.settings_ref(),
                store.account_ref(ticket.user_id),
            ],
            tx,
        )
        now = drawer.decode_ticket(found)
        if now is None or now.status is not Status.RESERVED:
            return now or ticket
        over = replace(now, status=Status.EXPIRED)
        tx.set(found.reference, drawer.encode_ticket(over))
        drawer.stage_unreserved(tx, store.decode_settings(settings), ticket)
        if (account.to_dict() or {}).get("ticketId") == ticket.id:
            tx.update(account.reference, {"ticketId": None})
        return over

    return transaction.run(body)


def free(tenure_id: str) -> bool:
    """Free the slot of a tenure whose grace is over, once; whether this call did."""
    entry = store.ledger_ref(tenure_id).get().to_dict() or {}
    uid, at = entry.get("userId", ""), clock.now()
    task = roles.mirror_task(uid, at)
    told = assigning.news(uid, tenure_id, "Your premium term is over")

    def body(tx: Transaction) -> bool:
        try:
            scene = assigning.load(tx, uid)
        except NotFound:
            return False  # the account's own end frees it
        holding = scene.settings.slots.get(scene.account.get("slotId") or "")
        if scene.account.get("tenureId") != tenure_id or holding is None:
            return False
        if holding.free_at is None or at < holding.free_at:
            return False  # renewed meanwhile
        if scene.settings.kept(scene.account["slotId"], at):
            return False  # they are paying for the next term
        _end(tx, uid, scene, tenure_id, at)
        dispatch.stage(tx, task)
        notifications.stage(tx, told)
        return True

    freed = bool(uid) and transaction.run(body)
    if freed:
        dispatch.release(task)
        notifications.told(told)
    return freed


def send_refund(ticket_id: str) -> None:
    """Send back what was paid for a slot that was lost; harmless to repeat. Raises `TryAgain`."""
    ticket = drawer.decode_ticket(drawer.ticket_ref(ticket_id).get())
    if ticket is None or not ticket.owed_minor or ticket.payment_id is None:
        return
    try:
        if stripe.find_refund(ticket.payment_id, ticket.id) is None:
            stripe.create_refund(ticket.payment_id, ticket.id, ticket.owed_minor)
        settle(ticket, stripe.payment(ticket.payment_id))
    except Unreachable:
        raise TryAgain from None
    except Declined as no:
        log.alarm("a lost slot's price can not be sent back", ticket=ticket.id, code=no.code)


def _take(ticket: Ticket, payment: Payment, step: Step) -> Ticket:
    """Book a step, and in the same commit what becomes of ticket and slot."""
    at = clock.now()
    written: list[tuple[Ticket, list[Task]]] = []

    def beside(tx: Transaction) -> Stage:
        written.clear()
        before = drawer.decode_ticket(users.read([drawer.ticket_ref(ticket.id)], tx)[0])
        if before is None:
            raise LookupError("A ticket was deleted while it was being settled")
        if before.refunded_minor != ticket.refunded_minor:
            raise TryAgain  # what goes back is counted from where it stood: another was faster
        try:
            scene = assigning.load(tx, ticket.user_id)
        except NotFound:
            scene = None

        def stage(_: Entry, __: Decision) -> None:
            stepped = replace(tickets.after(before, step), payment_id=payment.id)
            now, tasks = _change(step)(tx, stepped, scene, at)
            tx.set(drawer.ticket_ref(ticket.id), drawer.encode_ticket(now))
            if now.status is not before.status:
                tasks = [*tasks, notifications.task(_news(now))]
            for task in tasks:
                dispatch.stage(tx, task)
            written.append((now, tasks))

        return stage

    entry = _book(ticket, payment, step, beside)
    if entry.committed_at is not None or not written:
        return drawer.decode_ticket(drawer.ticket_ref(ticket.id).get()) or ticket
    now, tasks = written[0]
    dispatch.release_all(tasks)
    return now


def _change(step: Step) -> _Change:
    if isinstance(step, Sale):
        return _given
    won = isinstance(step, Resolve) and step.won
    return _given_back if won else _taken_back


def _book(ticket: Ticket, payment: Payment, step: Step, beside: Any) -> Entry:
    uid, service = ticket.user_id, Service(ticket.id, Account.STRIPE)
    match step:
        case Sale(gross, fee):
            return services.sell(uid, payment.id, service, gross, fee, beside=beside)
        case Hold(dispute):
            micro, fee = ticket.micro(dispute.minor), dispute.fee_micro
            return services.dispute(uid, dispute.id, service, micro, fee, beside=beside)
        case Resolve(dispute):
            micro = ticket.micro(dispute.minor)
            return services.resolve(uid, dispute.id, service, micro, won=step.won, beside=beside)
        case TakeBack(total):
            micro = ticket.micro(total) - ticket.micro(ticket.refunded_minor)
            key = f"{payment.id}:{total}"
            return services.refund(uid, key, service, micro, beside=beside)
        case Owe(refund):
            micro = ticket.micro(refund.minor)
            return services.owe(uid, refund.id, service, micro, beside=beside)


def _given(
    tx: Transaction, ticket: Ticket, scene: Scene | None, at: datetime
) -> tuple[Ticket, list[Task]]:
    """It was paid: the slot is held or prolonged, or cannot be had any more."""
    if scene is not None:
        drawer.stage_unreserved(tx, scene.settings, ticket)
        tenure_id = _prolonged(tx, ticket, scene, at) or _begun(tx, ticket, scene, at)
        if tenure_id is not None:
            if ticket.recurring:
                renewing = {"subscriptionId": ticket.subscription_id, "subscriptionEnds": False}
                tx.update(store.account_ref(ticket.user_id), renewing)
            mirror = roles.mirror_task(ticket.user_id, at)
            return replace(ticket, status=Status.ACTIVE, tenure_id=tenure_id), [mirror]
    ended = [tenures.stage_ending(tx, ticket.subscription_id)] if ticket.subscription_id else []
    return replace(ticket, status=Status.LOST), [_refund(ticket), *ended]


def _refund(ticket: Ticket) -> Task:
    return Task(REFUND, ids.digest("premium-refund", ticket.id), {"ticketId": ticket.id})


def _begun(tx: Transaction, ticket: Ticket, scene: Scene, at: datetime) -> str | None:
    """The tenure that begins, where the slot can be had.

    A later term only prolongs: whoever has lost the slot meanwhile does not get it back by a charge
    that Stripe made before it knew.
    """
    if ticket.later_term:
        return None
    return _start(tx, ticket, scene, at) if _free(ticket, scene, at) else None


def _free(ticket: Ticket, scene: Scene, at: datetime) -> bool:
    """Whether the ticket's slot can be had by its account now."""
    settings, slot = scene.settings, ticket.slot_id
    taken = slot in settings.slots or settings.kept(slot, at, ticket_id=ticket.id)
    if scene.account.get("slotId") is not None or taken:
        return False
    return not settings.full(at, ticket_id=ticket.id)


def _start(
    tx: Transaction, ticket: Ticket, scene: Scene, at: datetime, *, rest: timedelta | None = None
) -> str:
    ends_at = at + (ticket.term + ticket.margin if rest is None else rest)
    act = ticket.id if rest is None else ids.digest(ticket.id, ticket.tenure_id or "")
    start = Start(ticket.user_id, ticket.slot_id, act, ends_at, ends_at + ticket.grace)
    tenure_id = tenures.stage_start(tx, start, scene.account)
    assigning.stage_copies(tx, UserId(ticket.user_id), scene, ticket.slot_id, at)
    return tenure_id


def _prolonged(tx: Transaction, ticket: Ticket, scene: Scene, at: datetime) -> str | None:
    """The tenure that goes on, where the account holds what the ticket renews.

    In its term it ends later. After it, in its grace, another begins: what was given between the two is
    shared as everybody's, however late that is reckoned.
    """
    account, tenure_id = scene.account, scene.account.get("tenureId")
    if tenure_id is None or tenure_id != ticket.renews:
        return None
    ends_at: datetime = account["tenures"][tenure_id]["endsAt"]
    if at < ends_at:
        later = ends_at + ticket.term
        tenures.stage_term(tx, ticket.user_id, account, later, later + ticket.grace)
        return str(tenure_id)
    over = {**account["tenures"][tenure_id], "until": ends_at}
    tx.update(store.ledger_ref(tenure_id), {"until": ends_at})
    past = {**account, "tenures": {**account["tenures"], tenure_id: over}}
    return _start(tx, ticket, replace(scene, account=past), at)


def _taken_back(
    tx: Transaction, ticket: Ticket, scene: Scene | None, at: datetime
) -> tuple[Ticket, list[Task]]:
    """Money went back: where all of it has, the term goes with it, and the slot where none is left."""
    if ticket.status is not Status.ACTIVE or not ticket.paid_back:
        return ticket, []
    now = replace(ticket, status=Status.REFUNDED)
    if scene is None or scene.account.get("tenureId") != ticket.tenure_id:
        return now, []
    ends_at: datetime = scene.account["tenures"][ticket.tenure_id]["endsAt"] - ticket.term
    if at < ends_at - ticket.margin:
        tenures.stage_term(tx, ticket.user_id, scene.account, ends_at, ends_at + ticket.grace)
        return now, []
    _end(tx, ticket.user_id, scene, ticket.id, at)
    return now, [roles.mirror_task(ticket.user_id, at)]


def _given_back(
    tx: Transaction, ticket: Ticket, scene: Scene | None, at: datetime
) -> tuple[Ticket, list[Task]]:
    """A dispute was won: the money is ours again, and what it was paid for is due again.

    Of a tenure that goes on the term is added again. Of one that ended with the dispute, what was left
    of it begins anew where its slot can be had; else what we hold of the price goes back, as for any
    slot that was paid for and could not be had: who wins a dispute delivers or refunds. A subscription
    that ended meanwhile does not begin again.
    """
    if ticket.status is not Status.REFUNDED or ticket.paid_back:
        return ticket, []
    back = replace(ticket, status=Status.ACTIVE)
    if scene is not None:
        account = scene.account
        held = account.get("tenures", {}).get(ticket.tenure_id)
        if held is not None and account.get("tenureId") == ticket.tenure_id:
            later: datetime = held["endsAt"] + ticket.term
            tenures.stage_term(tx, ticket.user_id, account, later, later + ticket.grace)
            return back, []
        if _free(ticket, scene, at):
            rest = ticket.term if held is None else held["endsAt"] - held["until"]
            tenure_id = _start(tx, ticket, scene, at, rest=rest)
            return replace(back, tenure_id=tenure_id), [roles.mirror_task(ticket.user_id, at)]
    return replace(ticket, status=Status.LOST), [_refund(ticket)]


def _end(tx: Transaction, uid: str, scene: Scene, act: str, at: datetime) -> None:
    tenures.stage_end(tx, uid, scene.account, act)
    assigning.stage_copies(tx, uid, scene, None, at)


_WORDS: Final = {
    Status.ACTIVE: "Your premium slot is active",
    Status.LOST: "The slot was taken meanwhile. Your payment is sent back",
    Status.REFUNDED: "Your payment went back, and your premium slot with it",
}


def _news(ticket: Ticket) -> News:
    """What has become of a ticket: told once, whoever comes by it; again where a dispute was won."""
    won = sorted(name for name, state in ticket.disputes.items() if state is DisputeState.WON)
    event = ids.digest(ticket.id, ticket.status, *won)
    return assigning.news(ticket.user_id, event, _WORDS[ticket.status])
