"""Corrections of wallets by the staff, under dual control."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core.refusal import NotFound
from spaktok.users import store as users
from spaktok.users.refusals import NotYourOwn
from spaktok.wallet.model.adjusting import Adjusted, adjusted
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry, Kind
from spaktok.wallet.model.wallet import Wallet
from spaktok.wallet.service import approvals
from spaktok.wallet.service.booking import Operation, Stage, book

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

ACTION = "adjustWallet"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is proposed."""

    user_id: str
    account: Adjusted
    amount: int

    def payload(self) -> approvals.Payload:
        """As the proposal holds it."""
        return {"userId": self.user_id, "account": self.account, "amount": self.amount}


def propose(actor: str, key: str, asked: Adjustment, reason: str) -> approvals.Proposal:
    """Propose a correction. Three reads, three writes. Raises `NotFound`, `NotYourOwn`, `KeyReused`."""
    if asked.user_id == actor:
        raise NotYourOwn
    if not users.card_ref(asked.user_id).get().exists:
        raise NotFound
    return approvals.propose(actor, key, ACTION, asked.payload(), reason)


def approve(actor: str, proposal_id: str, payload_hash: str, reason: str) -> Entry:
    """Approve a correction, which carries it out in the same commit; repeated, the same entry.

    `facts`: {account, amount, proposalId, after}. Four reads, five writes. Raises what
    `approvals.read` and the correction refuse, and `NotYourOwn` for one's own wallet.
    """
    fields: dict[str, Any] = approvals.ref(proposal_id).get().to_dict() or {}
    if fields.get("action") != ACTION:
        raise NotFound
    payload = fields["payload"]
    asked = Adjustment(payload["userId"], Adjusted(payload["account"]), payload["amount"])
    if asked.user_id == actor:
        raise NotYourOwn
    operation = Operation(
        uid=asked.user_id,
        kind=Kind.ADJUSTMENT,
        key=proposal_id,
        asked={"payloadHash": payload_hash},
        facts={"proposalId": proposal_id},
    )

    def read(tx: Transaction) -> Stage:
        approved = approvals.read(tx, actor, proposal_id, ACTION, payload_hash)

        def stage(*_: object) -> None:
            approvals.stage(tx, approved, reason)

        return stage

    def decide(wallet: Wallet, at: datetime) -> Decision:
        return adjusted(wallet, asked.account, asked.amount, operation.entry_id, at)

    return book(operation, decide, read)
