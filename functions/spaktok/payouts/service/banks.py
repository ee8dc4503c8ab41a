"""Bank accounts, by connected accounts at Stripe: no bank number ever reaches us, only tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from spaktok.core import ids, transaction
from spaktok.core.ids import UserId
from spaktok.integrations.stripe import connect
from spaktok.integrations.stripe.client import Declined, Unreachable
from spaktok.integrations.stripe.connect import Connected
from spaktok.payouts import store
from spaktok.payouts.model.gates import Check, Outcome
from spaktok.payouts.model.states import Method
from spaktok.payouts.refusals import PayoutsUnavailable
from spaktok.payouts.service import checks, methods
from spaktok.payouts.service.methods import Linked, Receiver
from spaktok.safety.policy import Feature
from spaktok.safety.service import access


@dataclass(frozen=True, slots=True)
class Opened:
    """The connected account is there."""

    payouts_enabled: bool


def open_account(uid: UserId, country: str) -> Opened:
    """Make the user's connected account, one for all time. A read, a write and a call to Stripe.

    Raises `NotForYourAge`, `PayoutsUnavailable`.
    """
    access.require(uid, Feature.PAYOUTS, fresh=True)
    return Opened(_account(uid, country).payouts_enabled)


def link(uid: UserId, country: str, token: str) -> Linked:
    """Have payouts go to the bank account that the token stands for. As `methods.link`, and calls.

    Raises `NotForYourAge`, `PayoutsUnavailable`.
    """
    access.require(uid, Feature.PAYOUTS, fresh=True)
    account_id = _account(uid, country).account_id
    try:
        account = connect.attach(account_id, token, ids.digest("bank", uid, token))
    except (Declined, Unreachable):
        raise PayoutsUnavailable from None
    _record(uid, account)
    receiver = Receiver("account", account_id, last4=account.last4)
    return methods.link(uid, Method.BANK, receiver)


def refresh(uid: UserId) -> None:
    """Ask Stripe anew whether it would pay: `payouts_enabled`, nothing past due. A read and a write.

    Raises `PayoutsUnavailable` while Stripe can't be asked.
    """
    fields: dict[str, Any] = store.account_ref(uid).get().to_dict() or {}
    if (account_id := fields.get("connected")) is None:
        return
    try:
        _record(uid, connect.look(account_id))
    except (Declined, Unreachable):
        raise PayoutsUnavailable from None


def _account(uid: UserId, country: str) -> Connected:
    """The user's own: by one key, so that two calls at once make one."""
    fields: dict[str, Any] = store.account_ref(uid).get().to_dict() or {}
    try:
        if (known := fields.get("connected")) is not None:
            return connect.look(known)
        made = connect.create(country, ids.digest("connected", uid))
    except (Declined, Unreachable):
        raise PayoutsUnavailable from None
    store.account_ref(uid).set({"userId": uid, "connected": made.account_id}, merge=True)
    return made


def _record(uid: UserId, account: Connected) -> None:
    if account.past_due:
        outcome = Outcome.PAST_DUE
    else:
        outcome = Outcome.PASSED if account.payouts_enabled else Outcome.PENDING
    transaction.run(lambda tx: checks.record(tx, uid, Check.BANK_ACCOUNT, outcome))
