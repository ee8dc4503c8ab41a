"""What was found out about somebody: one function for every provider, and one call for the staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spaktok.core import audit, transaction
from spaktok.core.audit import Act
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.payouts import store
from spaktok.payouts.model.gates import Check, Outcome
from spaktok.users import store as users
from spaktok.users.refusals import NotYourOwn

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What is recorded now."""

    user_id: str
    check: Check
    outcome: Outcome


def record(tx: Transaction, uid: str, check: Check, outcome: Outcome) -> None:
    """Stage what a check came to. One write. It counts for every withdrawal not yet sent."""
    tx.set(store.account_ref(uid), {"userId": uid, "checks": {check: outcome}}, merge=True)


def review(actor: UserId, user_id: UserId, check: Check, outcome: Outcome, reason: str) -> Reviewed:
    """Record a check made by people, with the reason. Two reads, three writes.

    Raises `NotYourOwn`, `NotFound`.
    """
    if actor == user_id:
        raise NotYourOwn

    def body(tx: Transaction) -> Reviewed:
        chain = audit.load(tx, actor)
        (card,) = users.read([users.card_ref(user_id)], tx)
        if not card.exists:
            raise NotFound
        record(tx, user_id, check, outcome)
        act = Act(actor, "reviewPayoutAccount", user_id, reason, after={check: outcome})
        audit.append(tx, chain, act)
        return Reviewed(user_id, check, outcome)

    return transaction.run(body)
