"""Stripe Connect: money to a creator's bank account, by a connected account of theirs.

Two steps, each under an idempotency key that is the withdrawal's own: a transfer from the platform's
balance to the connected account's, and a payout from there to the bank. A payout that fails leaves
the money in the connected account; `take_back` reverses the transfer, under a key as well.

Sources: docs.stripe.com/connect/separate-charges-and-transfers, /connect/payouts-connected-accounts,
/api/transfers, /api/payouts, /api/idempotent_requests (keys are known for 24 hours; after that what
was made is found by `transfer_group` and metadata).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spaktok.integrations.stripe.client import client, speaking

if TYPE_CHECKING:
    from stripe import Payout, Transfer

CURRENCY: Final = "usd"
WITHDRAWAL: Final = "withdrawal"
"""The metadata that names ours."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A connected account, as far as payouts care."""

    account_id: str
    payouts_enabled: bool
    past_due: bool
    """Stripe wants something of its owner, and the time for it is over."""
    last4: str
    """Of the bank account; empty where there is none."""
    fingerprint: str
    """Of the same; one bank account has one, whoever attaches it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A payout from a connected account."""

    payout_id: str
    status: str
    """`pending`, `in_transit`, `paid`, `failed`, `canceled`. A paid one may fail days later."""
    failure: str
    transaction_id: str | None


def create(country: str, key: str) -> Connected:
    """A new connected account that can receive transfers. Raises `Declined`, `Unreachable`."""
    with speaking():
        made = client().v1.accounts.create(
            {
                "country": country,
                "type": "custom",
                "business_type": "individual",
                "capabilities": {"transfers": {"requested": True}},
                "settings": {"payouts": {"schedule": {"interval": "manual"}}},
            },
            {"idempotency_key": f"{key}-account"},
        )
    return _connected(made)


def attach(account_id: str, token: str, key: str) -> Connected:
    """Have it pay out to the bank account that a token stands for. Raises as `create`."""
    with speaking():
        client().v1.accounts.external_accounts.create(
            account_id, {"external_account": token}, {"idempotency_key": f"{key}-bank"}
        )
    return look(account_id)


def look(account_id: str) -> Connected:
    """What Stripe says of it now. Raises as `create`."""
    with speaking():
        return _connected(client().v1.accounts.retrieve(account_id))


def transfer(account_id: str, amount_minor: int, key: str) -> str:
    """Move the amount to the connected account; the transfer's id. Raises as `create`."""
    with speaking():
        made = client().v1.transfers.create(
            {
                "amount": amount_minor,
                "currency": CURRENCY,
                "destination": account_id,
                "transfer_group": key,
                "metadata": {WITHDRAWAL: key},
            },
            {"idempotency_key": f"{key}-transfer"},
        )
    return made.id


def pay(account_id: str, amount_minor: int, key: str) -> Sent:
    """Pay it out from the connected account to its bank. Raises as `create`."""
    with speaking():
        made = client().v1.payouts.create(
            {"amount": amount_minor, "currency": CURRENCY, "metadata": {WITHDRAWAL: key}},
            {"idempotency_key": f"{key}-payout", "stripe_account": account_id},
        )
    return _sent(made)


def payout(account_id: str, payout_id: str) -> Sent:
    """What became of a payout. Raises as `create`."""
    with speaking():
        return _sent(client().v1.payouts.retrieve(payout_id, None, {"stripe_account": account_id}))


def find(account_id: str, key: str) -> tuple[str | None, Sent | None]:
    """The transfer and the payout of a withdrawal, by what they carry. Raises as `create`."""
    with speaking():
        moved: list[Transfer] = client().v1.transfers.list({"transfer_group": key}).data
        made = client().v1.payouts.list({"limit": 100}, {"stripe_account": account_id})
        found = [one for one in made.auto_paging_iter() if _names(one, key)]
    return (moved[0].id if moved else None), (_sent(found[0]) if found else None)


def take_back(transfer_id: str, key: str) -> None:
    """Reverse a transfer: the money is the platform's again. Repeatable. Raises as `create`."""
    with speaking():
        if client().v1.transfers.retrieve(transfer_id).reversed:
            return
        client().v1.transfers.reversals.create(
            transfer_id,
            {"metadata": {WITHDRAWAL: key}},
            {"idempotency_key": f"{key}-reversal"},
        )


def _connected(account: Any) -> Connected:
    wanted = account.requirements.past_due if account.requirements else None
    banks = account.external_accounts.data if account.external_accounts else ()
    return Connected(
        account_id=account.id,
        payouts_enabled=bool(account.payouts_enabled),
        past_due=bool(wanted),
        last4=str(banks[0].last4) if banks else "",
        fingerprint=str(banks[0].fingerprint or "") if banks else "",
    )


def _names(made: Payout, key: str) -> bool:
    carried: Any = made.metadata or {}
    return WITHDRAWAL in carried and bool(carried[WITHDRAWAL] == key)


def _sent(made: Payout) -> Sent:
    movement = made.balance_transaction
    return Sent(
        payout_id=made.id,
        status=made.status,
        failure=made.failure_code or "",
        transaction_id=movement if isinstance(movement, str) else None,
    )
