"""Refunds and disputes: how money goes back.

A refund returns the payment and not its fee (docs.stripe.com/refunds); a bank can turn it down later,
and the money comes back. A dispute takes the payment and a fee at once, and gives the payment back
when it is won (docs.stripe.com/disputes/how-disputes-work); an inquiry takes nothing.
"""

from __future__ import annotations

from typing import Final

from localstripe.events import Teller
from localstripe.objects import DISPUTE_FEE_MINOR, Json, Objects, invalid
from localstripe.payments import REFUND_FAILS, SLOW

WINNING: Final = "winning_evidence"
LOSING: Final = "losing_evidence"
"""What the vendor's test mode decides by (docs.stripe.com/testing#disputes)."""
_OPEN: Final = ("needs_response", "under_review")


class Reversals:
    """Everything after a charge that succeeded."""

    def __init__(self, objects: Objects, teller: Teller) -> None:
        self.objects = objects
        self.teller = teller

    def create_refund(self, asked: Json) -> Json:
        """POST /v1/refunds, of a PaymentIntent or a charge, whole or in part."""
        charge = self._charge(asked)
        left = charge["amount"] - charge["amount_refunded"]
        if charge["disputed"] and self.standing_dispute(charge) is not None:
            raise invalid("This charge has been charged back.", code="charge_disputed")
        if left == 0:
            raise invalid(
                f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
            )
        amount = int(asked.get("amount", left))
        if not 1 <= amount <= left:
            raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount ({left})")
        refund = self.objects.make(
            "re",
            "refund",
            amount=amount,
            charge=charge["id"],
            payment_intent=charge["payment_intent"],
            currency=charge["currency"],
            metadata=asked.get("metadata") or {},
            reason=asked.get("reason"),
            status="succeeded",
            failure_reason=None,
        )
        slow = charge["payment_method"] == SLOW
        kind = "payment_refund" if slow else "refund"
        line = self.objects.book(kind, refund, -amount, charge["currency"])
        refund["balance_transaction"] = line["id"]
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.teller.tell("refund.created", refund)
        self.teller.tell("charge.refunded", charge)
        self.teller.tell("refund.updated", refund)
        return refund

    def fail_refund(self, refund_id: str) -> Json:
        """The customer's bank does not take it: what `pm_card_refundFail` leads to."""
        refund = self.objects.get(refund_id, "refund")
        charge = self.objects.get(refund["charge"], "charge")
        line = self.objects.book("refund_failure", refund, refund["amount"], refund["currency"])
        refund.update(
            status="failed",
            failure_reason="expired_or_canceled_card",
            failure_balance_transaction=line["id"],
        )
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
        self.teller.tell("refund.failed", refund)
        self.teller.tell("charge.refund.updated", refund)
        return refund

    def refunds_to_fail(self) -> list[Json]:
        """Those of cards whose refunds fail, and have not yet."""
        return [
            one
            for one in self.objects.all("refund", status="succeeded")
            if self.objects.by_id[one["charge"]]["payment_method"] == REFUND_FAILS
        ]

    def open_dispute(
        self, intent_id: str, amount: int | None = None, *, inquiry: bool = False
    ) -> Json:
        """A customer disputes the payment with their bank; the money goes at once."""
        intent = self.objects.get(intent_id, "payment_intent")
        charge = self.objects.get(intent["latest_charge"], "charge")
        dispute = self.objects.make(
            "du",
            "dispute",
            amount=charge["amount"] if amount is None else amount,
            charge=charge["id"],
            payment_intent=intent_id,
            currency=charge["currency"],
            reason="fraudulent",
            status="warning_needs_response" if inquiry else "needs_response",
            is_charge_refundable=inquiry,
            balance_transactions=[],
            metadata={},
        )
        charge["disputed"] = True
        if not inquiry:
            self._withdraw(dispute)
        self.teller.tell("charge.dispute.created", dispute)
        if not inquiry:
            self.teller.tell("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def respond(self, dispute_id: str, asked: Json) -> Json:
        """POST /v1/disputes/{id} with evidence: the vendor's test mode decides by its text."""
        dispute = self.objects.get(dispute_id, "dispute")
        if dispute["status"] not in _OPEN:
            raise invalid("This dispute is already closed.", code="dispute_closed")
        text = (asked.get("evidence") or {}).get("uncategorized_text")
        dispute["status"] = "under_review"
        self.teller.tell("charge.dispute.updated", dispute)
        if text in (WINNING, LOSING):
            self.close(dispute_id, won=text == WINNING)
        return dispute

    def close(self, dispute_id: str, *, won: bool) -> Json:
        """The bank decides; an inquiry is closed."""
        dispute = self.objects.get(dispute_id, "dispute")
        if dispute["status"].startswith("warning_"):
            dispute["status"] = "warning_closed"
            self.teller.tell("charge.dispute.closed", dispute)
            return dispute
        dispute["status"] = "won" if won else "lost"
        if won:
            line = self.objects.book("adjustment", dispute, dispute["amount"], dispute["currency"])
            dispute["balance_transactions"].append(self.objects.copy_of(line))
        self.teller.tell("charge.dispute.closed", dispute)
        if won:
            self.teller.tell("charge.dispute.funds_reinstated", dispute)
        return dispute

    def standing_dispute(self, charge: Json) -> Json | None:
        """The dispute that holds or has taken the charge's money, if there is one."""
        for dispute in self.objects.all("dispute", charge=charge["id"]):
            if dispute["status"] in (*_OPEN, "lost"):
                return dispute
        return None

    def _withdraw(self, dispute: Json) -> None:
        line = self.objects.book(
            "adjustment", dispute, -dispute["amount"], dispute["currency"], DISPUTE_FEE_MINOR
        )
        dispute["balance_transactions"].append(self.objects.copy_of(line))

    def _charge(self, asked: Json) -> Json:
        if "payment_intent" not in asked:
            return self.objects.get(str(asked.get("charge")), "charge")
        intent = self.objects.get(asked["payment_intent"], "payment_intent")
        if intent["latest_charge"] is None or intent["status"] != "succeeded":
            raise invalid("This PaymentIntent does not have a successful charge to refund.")
        return self.objects.get(intent["latest_charge"], "charge")
