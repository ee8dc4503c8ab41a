"""Connected accounts, transfers to them, payouts from them (docs.stripe.com/connect).

The bank token decides what becomes of a payout, as Stripe's test accounts do: one with `fail` in it
fails, one with `late` stays on its way; anything else is paid. One with `shared` in it is the same bank
account for everybody. `transfers` and `payouts` of this
module are the oracle: what was really moved, whatever was answered.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from localstripe.form import Params
from localstripe.objects import Json, Objects, invalid


class Connect:
    """The connected accounts of one platform."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self.banks: dict[str, str] = {}
        """The bank token of each account."""
        self.slow: set[str] = set()
        """Accounts whose banks have not decided yet."""
        self.held: dict[str, int] = {}
        """What lies in each connected account, in cents."""

    def create_account(self, asked: Params) -> Json:
        """A new account, to which nothing can be paid yet."""
        return self._objects.make(
            "acct",
            "account",
            country=asked.get("country"),
            type=asked.get("type"),
            payouts_enabled=False,
            requirements={"past_due": [], "currently_due": ["external_account"]},
            external_accounts={"object": "list", "data": [], "has_more": False},
        )

    def attach_bank(self, account_id: str, asked: Params) -> Json:
        """Give it a bank account; now it may pay out."""
        account = self._objects.get(account_id, "account")
        token = str(asked.get("external_account", ""))
        if not token.startswith("btok_"):
            raise invalid("No such token", param="external_account")
        # A token stands for a bank account of its own here, unless it says that it is everybody's.
        whose = "" if "shared" in token else account_id
        bank = {
            "id": f"ba_{token[5:]}",
            "object": "bank_account",
            "last4": "6789",
            "fingerprint": sha256(f"{token}{whose}".encode()).hexdigest()[:16],
        }
        self.banks[account_id] = token
        account["external_accounts"]["data"] = [bank]
        account["payouts_enabled"] = "disabled" not in token
        account["requirements"]["currently_due"] = []
        return bank

    def create_transfer(self, asked: Params) -> Json:
        """Move money from the platform to an account."""
        self._objects.get(str(asked.get("destination")), "account")
        amount = int(asked["amount"])
        made = self._objects.make(
            "tr",
            "transfer",
            amount=amount,
            amount_reversed=0,
            reversed=False,
            currency=asked.get("currency"),
            destination=asked.get("destination"),
            transfer_group=asked.get("transfer_group"),
            metadata=asked.get("metadata", {}),
        )
        self.held[made["destination"]] = self.held.get(made["destination"], 0) + amount
        line = self._objects.book("transfer", made, -amount, "usd")
        made["balance_transaction"] = line["id"]
        return made

    def reverse(self, transfer_id: str, asked: Params) -> Json:
        """Take a transfer back, once and as a whole."""
        transfer = self._objects.get(transfer_id, "transfer")
        amount = int(asked["amount"]) if "amount" in asked else int(transfer["amount"])
        if transfer["reversed"] or self.held.get(transfer["destination"], 0) < amount:
            raise invalid("The transfer can't be reversed by that much", param="amount")
        self.held[transfer["destination"]] -= amount
        transfer["reversed"] = True
        transfer["amount_reversed"] = amount
        made = self._objects.make(
            "trr",
            "transfer_reversal",
            amount=amount,
            transfer=transfer_id,
            metadata=asked.get("metadata", {}),
        )
        self._objects.book("transfer_refund", made, amount, "usd")
        return made

    def settle(self, amount: int) -> Json:
        """Pay out the platform's own balance to its bank, as Stripe does by its schedule."""
        made = self._objects.make(
            "po", "payout", amount=amount, currency="usd", metadata={}, status="paid", account=None
        )
        self._objects.book("payout", made, -amount, "usd")
        return made

    def create_payout(self, account_id: str | None, asked: Params) -> Json:
        """Pay out from a connected account to its bank."""
        account = self._objects.get(str(account_id), "account")
        amount = int(asked["amount"])
        if not account["payouts_enabled"]:
            raise invalid("Payouts are not enabled", code="payouts_not_allowed")
        if self.held.get(account["id"], 0) < amount:
            raise invalid("Insufficient funds", code="balance_insufficient")
        self.held[account["id"]] -= amount
        made = self._objects.make(
            "po",
            "payout",
            amount=amount,
            currency=asked.get("currency"),
            metadata=asked.get("metadata", {}),
            status="pending",
            failure_code=None,
            account=account["id"],
            balance_transaction=None,
        )
        made["balance_transaction"] = f"txn_{made['id']}"
        return made

    def payout(self, payout_id: str, _: Any) -> Json:
        """A payout; looking at it is when its bank has decided."""
        made = self._objects.get(payout_id, "payout")
        if made["status"] == "pending" and made["account"] not in self.slow:
            token = self.banks.get(made["account"], "")
            self.become(made, "failed" if "fail" in token else "paid")
        return made

    def become(self, made: Json, status: str) -> None:
        """Decide a payout: a failed one leaves its money in the connected account."""
        if status == "failed" and made["status"] != "failed":
            self.held[made["account"]] += made["amount"]
            made["failure_code"] = "account_closed"
        made["status"] = status
