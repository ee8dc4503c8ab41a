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
    """Make the user's connected account, one for all time. A read; first a write and a call to Stripe.

    Raises `NotForYourAge`, `PayoutsUnavailable`.
    """
    access.require(uid, Feature.PAYOUTS, fresh=True)
    fields = _fields(uid)
    _account(uid, fields, country)
    return Opened(fields.get("checks", {}).get(Check.BANK_ACCOUNT) == Outcome.PASSED)


def link(uid: UserId, country: str, token: str) -> Linked:
    """Have payouts go to the bank account that the token stands for. As `methods.link`, and calls.

    The same token again is the same link. Raises `NotForYourAge`, `PayoutsUnavailable`.
    """
    access.require(uid, Feature.PAYOUTS, fresh=True)
    fields, name = _fields(uid), ids.digest("bank", uid, token)
    if fields.get("bank") == name and (known := methods.linked(fields, Method.BANK)) is not None:
        return known
    account_id = _account(uid, fields, country)
    try:
        account = connect.attach(account_id, token, name)
    except (Declined, Unreachable):
        raise PayoutsUnavailable from None
    _record(uid, account)
    receiver = Receiver("account", account_id, account.last4, account.fingerprint)
    made = methods.link(uid, Method.BANK, receiver)
    store.account_ref(uid).update({"bank": name})
    return made


def refresh(uid: UserId) -> None:
    """Ask Stripe anew whether it would pay: `payouts_enabled`, nothing past due. A read and a write.

    Raises `PayoutsUnavailable` while Stripe can't be asked.
    """
    if (account_id := _fields(uid).get("connected")) is None:
        return
    try:
        _record(uid, connect.look(account_id))
    except (Declined, Unreachable):
        raise PayoutsUnavailable from None


def _account(uid: UserId, fields: dict[str, Any], country: str) -> str:
    """The user's own connected account: by one key, so that two calls at once make one."""
    if (known := fields.get("connected")) is not None:
        return str(known)
    try:
        made = connect.create(country, ids.digest("connected", uid))
    except (Declined, Unreachable):
        raise PayoutsUnavailable from None
    store.account_ref(uid).set({"userId": uid, "connected": made.account_id}, merge=True)
    return made.account_id


def _fields(uid: UserId) -> dict[str, Any]:
    return store.account_ref(uid).get().to_dict() or {}


def _record(uid: UserId, account: Connected) -> None:
    if account.past_due:
        outcome = Outcome.PAST_DUE
    else:
        outcome = Outcome.PASSED if account.payouts_enabled else Outcome.PENDING
    transaction.run(lambda tx: checks.record(tx, uid, Check.BANK_ACCOUNT, outcome))
