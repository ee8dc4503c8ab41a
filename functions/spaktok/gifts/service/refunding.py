"""Refunds of gifts by the staff: one of them for a small gift, two for a large one.

A small one is reversed at once. A large one, of more coins than `wallet/policy.json` says, is proposed,
and reversed in the commit of its approval by another. Either way the reason is recorded beside the
reversal, and so is the news for both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import audit, ids
from spaktok.core.audit import Act
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.gifts.service import undoing
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users.refusals import NotYourOwn
from spaktok.wallet.model import policy
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry, Kind, id_of
from spaktok.wallet.refusals import NothingToReverse
from spaktok.wallet.service import approvals, reading
from spaktok.wallet.service.booking import Stage

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

ACTION: Final = "refundGift"
WHY: Final = "refund"

Recording = Callable[["Transaction"], Callable[[], object]]
"""Reads who decides, and may refuse; what it returns stages the record of that."""


class Outcome(StrEnum):
    """Whether it was done."""

    REFUNDED = "refunded"
    PROPOSED = "proposed"
    """Somebody else has to approve it."""


@dataclass(frozen=True, slots=True)
class Refund:
    """A gift that was refunded, or is to be."""

    status: Outcome
    coins: int
    """That return, or would, to the lots they came from."""
    transaction_id: str | None = None
    """Of the entry that took it back."""
    balance: int | None = None
    """The sender's, after it."""
    proposal_id: str | None = None
    """What is to be approved."""


def refund(actor: UserId, gift_id: str, reason: str, key: str | None = None) -> Refund:
    """Reverse a gift on all sides, or propose it where that takes two of the staff.

    Repeated, it changes nothing: a gift is reversed once, and one key is one proposal (without a key
    every call is a proposal of its own). Once the gift is reversed, a repeat says so. Raises
    `NotFound`, `NotYourOwn` for a gift of the actor's, `KeyReused`.
    """
    gift = _others(actor, gift_id)
    if gift.facts["coins"] > policy.REFUND_ALONE_COINS and not _reversed(gift):
        return _propose(actor, gift, reason, key or ids.random_id())

    def record(tx: Transaction) -> Callable[[], object]:
        chain = audit.load(tx, actor)
        act = Act(actor, ACTION, gift.id, reason, after={"coins": gift.facts["coins"]})
        return lambda: audit.append(tx, chain, act)

    return _carry_out(gift, record)


def approve(actor: UserId, proposal_id: str, payload_hash: str, reason: str) -> Refund:
    """Approve a refund that somebody else proposed: it is carried out in the same commit, once.

    A read, those of the reversal and two; its writes and three. Raises what `approvals.read` refuses,
    `NotYourOwn` for a gift of the actor's, and `NotFound` where nothing of the gift is left to reverse.
    """
    fields: dict[str, Any] = approvals.ref(proposal_id).get().to_dict() or {}
    if fields.get("action") != ACTION:
        raise NotFound
    gift = _others(actor, fields["payload"]["transactionId"])

    def record(tx: Transaction) -> Callable[[], object]:
        approved = approvals.read(tx, actor, proposal_id, ACTION, payload_hash)
        return lambda: approvals.stage(tx, approved, reason)

    return _carry_out(gift, record)


def _others(actor: UserId, gift_id: str) -> Entry:
    """The gift, which the actor neither gave nor was given."""
    gift = undoing.gift_of(gift_id)
    if actor in (gift.user_id, gift.receiver_id):
        raise NotYourOwn
    return gift


def _reversed(gift: Entry) -> bool:
    return reading.entry(id_of(gift.user_id, Kind.UNDO, gift.id)) is not None


def _propose(actor: UserId, gift: Entry, reason: str, key: str) -> Refund:
    coins: int = gift.facts["coins"]
    payload: approvals.Payload = {
        "userId": gift.user_id,
        "transactionId": gift.id,
        "coins": coins,
    }
    made = approvals.propose(actor, key, ACTION, payload, reason)
    return Refund(Outcome.PROPOSED, coins, proposal_id=made.proposal_id)


def _carry_out(gift: Entry, record: Recording) -> Refund:
    """Reverse it, with the record of who decided and the news for both sides in the same commit."""

    def beside(tx: Transaction) -> Stage:
        recorded = record(tx)

        def stage(entry: Entry, _: Decision) -> None:
            recorded()
            for news in _news(gift, entry):
                notifications.stage(tx, news)

        return stage

    try:
        entry = undoing.reverse(gift, WHY, lambda _: None, beside)
    except NothingToReverse:
        raise NotFound from None
    for news in _news(gift, entry):
        notifications.told(news)
    return Refund(Outcome.REFUNDED, entry.facts["coins"], entry.id, entry.facts["after"]["coins"])


def _news(gift: Entry, undo: Entry) -> list[News]:
    """What both sides hear of a refund; the same however often it is asked for."""
    return [
        News(
            recipient=uid or "",
            type=NotificationType.GIFT_REFUND,
            entity_type=EntityType.GIFT,
            entity_id=gift.id,
            at=undo.at,
        )
        for uid in (gift.user_id, gift.receiver_id)
    ]
