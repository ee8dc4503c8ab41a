"""Ending a subscription: by its holder with the term, by whatever takes the slot at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from spaktok.core import transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import TryAgain
from spaktok.premium import store
from spaktok.premium.refusals import NothingRenews
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Ending:
    """A slot that is held until its term is over, and not charged for again."""

    slot_id: str
    ends_at: datetime


def cancel(uid: UserId) -> Ending:
    """Let the caller's subscription run out; asked again, it says the same. Two reads, one write.

    Raises `NothingRenews`, `PaymentsUnavailable`.
    """
    account = store.account_ref(uid).get().to_dict() or {}
    subscription = account.get("subscriptionId")
    if subscription is None or account.get("slotId") is None:
        raise NothingRenews
    if not account.get("subscriptionEnds", False):
        # Not to start with: whoever has no subscription is told so without them.
        from spaktok.coins.service import buying as coins
        from spaktok.integrations.stripe import subscriptions

        coins.asking(lambda: subscriptions.end_with_period(subscription))

    def body(tx: Transaction) -> None:
        (now,) = users.read([store.account_ref(uid)], tx)
        if (now.to_dict() or {}).get("subscriptionId") == subscription:
            tx.update(now.reference, {"subscriptionEnds": True})

    transaction.run(body)
    return Ending(account["slotId"], account["tenures"][account["tenureId"]]["endsAt"])


def end(subscription_id: str) -> None:
    """Have nothing more charged: the slot is gone. Harmless to repeat. A delete. Raises `TryAgain`."""
    from spaktok.integrations.stripe import subscriptions
    from spaktok.integrations.stripe.client import Unreachable

    try:
        subscriptions.end(subscription_id)
    except Unreachable:
        raise TryAgain from None
    store.ending_ref(subscription_id).delete()
