"""Carrying out what a provider says of a payment: the one place where bought coins come from.

Each step is a ledger operation under a key of the provider's (the PaymentIntent, the dispute, the
PaymentIntent and the total refunded), so that it happens once whoever is told how often. How far the
purchase has come is written beside the last of them, together with the event that was heard: an
instance that dies between two steps is told again, finds the first done, and goes on. That coins have
come is told to their buyer, staged beside them; those that go back in the same breath are no news.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from spaktok.coins import store
from spaktok.coins.model import merging
from spaktok.coins.model.merging import Credit, Hold, Owe, Resolve, Restore, Step, TakeBack
from spaktok.coins.model.payments import Payment, Provider, State
from spaktok.coins.model.purchases import Purchase
from spaktok.coins.store import Mark
from spaktok.core import clients, clock, config, log, transaction
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.model.spending import Sale
from spaktok.wallet.refusals import RefundTooLarge
from spaktok.wallet.service import crediting, refunds
from spaktok.wallet.service.booking import Beside, Stage

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

ACCOUNTS = {
    Provider.STRIPE: Account.STRIPE,
    Provider.APPLE: Account.APPLE,
    Provider.GOOGLE: Account.GOOGLE,
}


def heard(mark: Mark) -> bool:
    """Whether this event was dealt with. One read."""
    return store.event_ref(mark).get().exists


def settle(payment: Payment, mark: Mark | None = None) -> Purchase | None:
    """Bring the purchase to where its payment is; None where the payment is no purchase of ours.

    Two reads, and for a payment that succeeded four more, six writes and a delete: wallet, entry, lot,
    purchase, event, news. Told again: two reads and nothing written. Raises all that the ledger's
    operations do.
    """
    purchase = _load(payment)
    if purchase is None:
        note(mark, None)
        return None
    odd = _odd(purchase, payment)
    if odd is not None:
        log.alarm("payment is not what was ordered", purchase=purchase.id, why=odd)
        return _finish(purchase.id, payment, (), mark, odd=odd)
    todo = merging.steps(purchase, payment)
    try:
        for step in todo[:-1]:
            _take(purchase, payment, step)
        return _last(purchase, payment, todo, mark)
    except RefundTooLarge:
        log.alarm("more goes back than was paid", purchase=purchase.id)
        return _finish(purchase.id, payment, (), mark, odd="refunds")


def _load(payment: Payment) -> Purchase | None:
    if not payment.purchase_id or "/" in payment.purchase_id:
        return None
    return store.purchase(store.purchase_ref(payment.purchase_id).get())


def _odd(purchase: Purchase, payment: Payment) -> str | None:
    """What does not fit, of a payment that would be credited now."""
    if payment.state is not State.PAID or purchase.progress.credited:
        return "payment" if _another(purchase, payment) else None
    version = store.version_ref(purchase.package_id, purchase.version).get()
    sold = store.package(version)
    return merging.mismatch(purchase, payment, sold, live=config.production())


def _another(purchase: Purchase, payment: Payment) -> bool:
    """Whether it is a second payment of one purchase, made after the first was credited."""
    first = purchase.payment_id
    return payment.state is State.PAID and first is not None and payment.id != first


def _last(
    purchase: Purchase, payment: Payment, todo: tuple[Step, ...], mark: Mark | None
) -> Purchase:
    """Take the last step, and write beside it how far the purchase has come and what was heard."""
    if not todo:
        return _finish(purchase.id, payment, todo, mark)
    written: list[Purchase] = []
    credited = isinstance(todo[-1], Credit)

    def beside(tx: Transaction) -> Stage:
        written.clear()
        found = _reread(tx, purchase.id, mark)

        def stage(entry: Entry, _: Decision) -> None:
            written.append(_write(tx, found, payment, todo, mark, clock.now()))
            if credited:
                notifications.stage(tx, _news(purchase, entry))

        return stage

    entry = _take(purchase, payment, todo[-1], beside)
    if credited:
        notifications.told(_news(purchase, entry))
    if entry.committed_at is None and written:
        return written[0]
    return _finish(purchase.id, payment, todo, mark)  # another took it; the event is ours


def _news(purchase: Purchase, entry: Entry) -> News:
    """That the coins are there; the same however often it is asked for."""
    return News(
        recipient=purchase.user_id,
        type=NotificationType.COIN_PURCHASE,
        entity_type=EntityType.PURCHASE,
        entity_id=purchase.id,
        at=entry.at,
    )


def _take(purchase: Purchase, payment: Payment, step: Step, beside: Beside | None = None) -> Entry:
    uid = purchase.user_id
    lot = crediting.lot_of(uid, payment.id, purchase.id)
    match step:
        case Credit():
            sale = _sale(purchase, step)
            return crediting.credit_purchase(uid, payment.id, sale, beside=beside)
        case Hold(dispute):
            return refunds.hold_dispute(
                uid, dispute.id, lot, dispute.minor, fee_micro=dispute.fee_micro, beside=beside
            )
        case Resolve(dispute):
            return refunds.resolve_dispute(uid, dispute.id, lot, won=step.won, beside=beside)
        case TakeBack(total, lost):
            key = f"{payment.id}:{total}:{lost}"
            return refunds.refund_purchase(uid, key, lot, total + lost, beside=beside)
        case Restore(refund_id):
            return refunds.reverse_refund(uid, refund_id, lot, beside=beside)
        case Owe(refund_id, minor):
            return refunds.owe_refund(uid, refund_id, lot, minor, beside=beside)


def _finish(
    purchase_id: str,
    payment: Payment,
    done: Iterable[Step],
    mark: Mark | None,
    *,
    odd: str | None = None,
) -> Purchase:
    """Write how far the purchase has come, and that the event was dealt with."""
    at = clock.now()

    def body(tx: Transaction) -> Purchase:
        return _write(tx, _reread(tx, purchase_id, mark), payment, tuple(done), mark, at, odd)

    return transaction.run(body)


def _reread(tx: Transaction, purchase_id: str, mark: Mark | None) -> tuple[Purchase, bool]:
    """The purchase, and whether the event is known."""
    refs = [store.purchase_ref(purchase_id), *([store.event_ref(mark)] if mark else [])]
    found = store.read(refs, tx)
    purchase = store.purchase(found[0])
    if purchase is None:
        raise LookupError("A purchase was deleted while it was being settled")
    return purchase, len(found) > 1 and found[1].exists


def _write(  # noqa: PLR0913, PLR0917 - all that one commit says of a payment
    tx: Transaction,
    found: tuple[Purchase, bool],
    payment: Payment,
    done: tuple[Step, ...],
    mark: Mark | None,
    at: datetime,
    odd: str | None = None,
) -> Purchase:
    purchase, known = found
    after = merging.gone_on(purchase, payment, done, at, odd)
    if after != purchase:
        tx.set(store.purchase_ref(purchase.id), store.encode(after))
    if mark is not None and not known:
        store.note(tx, mark, purchase.id, at)
    return after


def note(mark: Mark | None, purchase_id: str | None, *, for_good: bool = False) -> None:
    """Write down an event with which nothing is to be done. One write."""
    from google.api_core.exceptions import AlreadyExists

    if mark is None:
        return
    batch = clients.db().batch()
    store.note(batch, mark, purchase_id, clock.now(), for_good=for_good)
    try:
        transaction.commit(batch)
    except AlreadyExists:
        return


def _sale(purchase: Purchase, credit: Credit) -> Sale:
    return Sale(
        purchase_id=purchase.id,
        account=ACCOUNTS[purchase.provider],
        coins=purchase.coins,
        price_minor=purchase.price_minor,
        currency=purchase.currency,
        gross_micro=credit.gross_micro,
        fee_micro=credit.fee_micro,
    )
