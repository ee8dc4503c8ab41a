"""I11: what wallets have reserved is what open withdrawals hold, one for one and to the micro."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaktok.core import alarms, transaction
from spaktok.core.alarms import Alarm
from spaktok.payouts import store
from spaktok.payouts.model.states import MICRO_PER_MINOR
from spaktok.wallet import encoding
from spaktok.wallet import store as wallets
from spaktok.wallet.service import auditing

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


def reservations() -> int:
    """Compare them, of everybody who has the one or the other, and raise alarms; how many differ.

    A read an open withdrawal and one a wallet that had something reserved at its last audit, and of
    each of these users two and one an open withdrawal.
    """
    users = {one.get("userId") for one in store.under_way().stream()}
    users |= {one.id for one in auditing.reserving().stream()}
    return sum(not holds(uid) for uid in sorted(users))


def holds(uid: str) -> bool:
    """Whether a user's open withdrawals are what their wallet has reserved; raises the alarm."""
    reserved, open_ = transaction.run(lambda tx: _both(uid, tx))
    if reserved == open_:
        return True
    for one in sorted(reserved.keys() | open_.keys()):
        if reserved.get(one) != open_.get(one):
            why = f"{reserved.get(one, 0)} is reserved, {open_.get(one, 0)} under way"
            alarms.sound("payouts", [Alarm("I11", one, why)])
    return False


def _both(uid: str, tx: Transaction) -> tuple[dict[str, int], dict[str, int]]:
    """In one transaction, so that a withdrawal of this moment is in both or in neither."""
    (snapshot,) = wallets.read([wallets.wallet_ref(uid)], tx)
    found = [store.decode(one) for one in store.open_of(uid).stream(transaction=tx)]
    under_way = {
        one.payout_id: one.amount_minor * MICRO_PER_MINOR for one in found if one is not None
    }
    return encoding.wallet(snapshot).reserved, under_way
