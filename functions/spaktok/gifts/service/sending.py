"""Giving: one entry of the ledger, and nothing else at the moment of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from spaktok.core import clock, ids
from spaktok.core.ids import UserId
from spaktok.core.refusal import Refusal
from spaktok.gifts import giving, quotes
from spaktok.gifts.boards import Deal
from spaktok.gifts.model import FACE_VALUE_MICRO, Target, multiplier, points, undo_until
from spaktok.gifts.quotes import Terms
from spaktok.gifts.requests import SendGift
from spaktok.gifts.service import access, catalogue
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.service import income, spending
from spaktok.wallet.service.spending import Order


@dataclass(frozen=True, slots=True)
class Receipt:
    """A gift that was given. A repeat of the request gets the same."""

    transaction_id: str
    gift_id: str
    quantity: int
    coins: int
    price_usd_micro: int
    """The coins at their face value, in millionths of a dollar."""
    net_usd_micro: int
    """What is left of what was paid for them: what is shared with the creator."""
    balance: int
    """The sender's coins after it."""
    combo_id: str
    combo_count: int
    """How many gifts the combo has with it; the app shows one animation for all."""
    combo_multiplier: int
    """What it multiplies points by: never coins."""
    points: int
    animation_url: str
    """The path of the animation in Storage. Whether it plays changes nothing of the gift."""
    sent_at: datetime
    undo_until: datetime
    """Before this instant the gift can be taken back."""


def send(sender: UserId, request: SendGift) -> Receipt:
    """Give a gift, once a key. One read and two writes with a quote, six or seven reads more without.

    A repeat reads what was done and writes nothing, whatever has become of the quote, the price or the
    receiver since; what was done is looked up before anything is refused. Raises what the quote or
    `access.admit` does, `NoSuchGift`, `DailyLimitReached`, `TooManyRequests`, and what `wallet` does.
    """
    at = clock.now()
    asked = _asked(request)
    try:
        target = access.target_of(request.receiver_id, request.context, request.context_id)
        terms = _terms(sender, request, target, at)
    except Refusal:
        if (done := spending.done(sender, request.idempotency_key, asked)) is not None:
            return _receipt(done)
        raise
    order = Order(
        coins=terms.unit_coins * request.quantity,
        receiver_id=target.receiver,
        asked=asked,
        facts={
            "giftId": request.gift_id,
            "version": terms.version,
            "unitCoins": terms.unit_coins,
            "quantity": request.quantity,
            "context": target.context,
            "anonymous": request.is_anonymous,
        },
        links={"contextId": target.context_id, "path": target.path, "message": request.message},
    )
    entry = spending.spend(
        sender, request.idempotency_key, order, adapt=_remembering(request, target, terms)
    )
    income.committed(entry)
    return _receipt(entry)


def deal_of(entry: Entry, *, sign: int = 1) -> Deal:
    """A gift's entry as it counts for its sender."""
    facts = entry.facts
    return Deal(
        gift_id=facts["giftId"],
        quantity=facts["quantity"],
        coins=facts["coins"],
        at=entry.at,
        ranked=not facts["anonymous"],
        sign=sign,
    )


def _asked(request: SendGift) -> dict[str, Any]:
    """What a key stands for: the request, without the quote, which a retry may have renewed."""
    return request.model_dump(mode="json", exclude={"idempotency_key", "quote"})


def _terms(sender: UserId, request: SendGift, target: Target, at: datetime) -> Terms:
    if request.quote is not None:
        return quotes.read(sender, request.quote, request.gift_id, target, at)
    gift, unit, version = catalogue.on_sale(request.gift_id, at)
    admission = access.admit(sender, target, gift, at)
    return Terms(
        target, gift.gift_id, version, unit, admission.daily_coins_max, quotes.until(gift, at)
    )


def _remembering(request: SendGift, target: Target, terms: Terms) -> spending.Adapt:
    """What the gift adds to the decision: the sender's pace, combo and totals. Pure; may refuse."""

    def adapt(decision: Decision, entry_id: str, at: datetime) -> Decision:
        held = giving.decode(decision.wallet.notes.get(giving.NOTE, {}))
        deal = Deal(
            gift_id=request.gift_id,
            quantity=request.quantity,
            coins=terms.unit_coins * request.quantity,
            at=at,
            ranked=not request.is_anonymous,
        )
        after, combo = giving.give(
            held,
            deal,
            place=ids.digest("place", target.path),
            anonymous=request.is_anonymous,
            entry_id=entry_id,
            daily_max=terms.daily_coins_max,
        )
        return replace(
            decision,
            wallet=decision.wallet.noted(giving.NOTE, giving.encode(after)),
            facts={
                **decision.facts,
                "comboId": combo.id,
                "combo": combo.count,
                "points": points(deal.coins, combo.count),
            },
        )

    return adapt


def _receipt(entry: Entry) -> Receipt:
    facts = entry.facts
    return Receipt(
        transaction_id=entry.id,
        gift_id=facts["giftId"],
        quantity=facts["quantity"],
        coins=facts["coins"],
        price_usd_micro=facts["coins"] * FACE_VALUE_MICRO,
        net_usd_micro=facts["netMicro"],
        balance=facts["after"]["coins"],
        combo_id=facts["comboId"],
        combo_count=facts["combo"],
        combo_multiplier=multiplier(facts["combo"]),
        points=facts["points"],
        animation_url=f"gifts/{facts['giftId']}/animation.json",
        sent_at=entry.at,
        undo_until=undo_until(entry.at),
    )
