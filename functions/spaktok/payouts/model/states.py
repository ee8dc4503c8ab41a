"""The states of a withdrawal, and the only ways between them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from spaktok.payouts.model import policy

MICRO_PER_MINOR: Final = 10_000
KEY_PREFIX: Final = "wd-"
HELD_MAX: Final = timedelta(days=35)
"""Longer than a provider may keep a payout undecided: PayPal returns what nobody claimed in 30 days."""
_BPS: Final = 10_000


class Method(StrEnum):
    """How it is paid."""

    PAYPAL = "paypal"
    BANK = "bank_transfer"


class State(StrEnum):
    """Where a withdrawal is."""

    RESERVED = "reserved"
    """Asked for, and the amount set aside in the same commit."""
    APPROVED = "approved"
    SUBMITTING = "submitting"
    """A call to the provider may be under way: its key is stored."""
    UNKNOWN = "unknown"
    """A call was made and it can't be told what it did."""
    SUBMITTED = "submitted"
    """The provider has it."""
    PAID = "paid"
    RETURNED = "returned"
    """It came back, after it was paid or before it was claimed."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


FINAL: Final = frozenset({State.RETURNED, State.FAILED, State.CANCELLED, State.REJECTED})
IN_FLIGHT: Final = frozenset({State.SUBMITTING, State.UNKNOWN, State.SUBMITTED})
"""The provider has it, or may have it: nothing is released before it is known what became of it."""
UNSENT: Final = frozenset({State.RESERVED, State.APPROVED})
OPEN: Final = UNSENT | IN_FLIGHT

GRAPH: Final[dict[State, frozenset[State]]] = {
    State.RESERVED: frozenset({State.APPROVED, State.REJECTED, State.CANCELLED}),
    State.APPROVED: frozenset({State.SUBMITTING, State.REJECTED, State.CANCELLED}),
    State.SUBMITTING: frozenset(
        {State.UNKNOWN, State.SUBMITTED, State.PAID, State.FAILED, State.RETURNED}
    ),
    State.UNKNOWN: frozenset(
        {State.SUBMITTING, State.SUBMITTED, State.PAID, State.FAILED, State.RETURNED}
    ),
    State.SUBMITTED: frozenset({State.PAID, State.FAILED, State.RETURNED}),
    State.PAID: frozenset({State.RETURNED}),
    **dict.fromkeys(FINAL, frozenset()),
}


class Reply(StrEnum):
    """What a provider says of a payout, in one vocabulary."""

    PENDING = "pending"
    HELD = "held"
    """Unclaimed, on hold or blocked: the provider has it, the receiver not yet."""
    PAID = "paid"
    FAILED = "failed"
    """Nothing was paid, and the money is with us."""
    RETURNED = "returned"
    """It was on its way or paid, and the money is with us again."""


class Money(StrEnum):
    """What a step does in the ledger."""

    NONE = "none"
    RELEASE = "release"
    SETTLE = "settle"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer about one payout."""

    reply: Reply
    reference: str
    """By which the provider is asked again: a batch, a payout."""
    transaction_id: str | None = None
    """By which its export names the movement."""
    fee_minor: int | None = None
    """What the provider says that it costs us."""
    detail: str = ""
    """The provider's own word for it: `UNCLAIMED`, `RECEIVER_UNREGISTERED`."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step along the graph, with its money."""

    state: State
    money: Money = Money.NONE


class Contradicts(Exception):
    """The provider says something that can't be after what it said before: a person must look."""


def step(state: State, reply: Reply) -> Step | None:
    """Where an answer leads; None where it says nothing new, or something older than is known.

    Answers come in any order and more than once. Raises `Contradicts` where money that we gave back
    is said to have been paid after all.
    """
    if state in FINAL:
        if reply is Reply.PAID and state is not State.RETURNED:
            raise Contradicts(f"{state}, and then paid")
        return None
    if state is State.PAID:
        back = reply in (Reply.FAILED, Reply.RETURNED)
        return Step(State.RETURNED, Money.RETURN) if back else None
    if state not in IN_FLIGHT:
        raise Contradicts(f"{state}, and the provider has it")
    match reply:
        case Reply.PENDING | Reply.HELD:
            return None if state is State.SUBMITTED else Step(State.SUBMITTED)
        case Reply.PAID:
            return Step(State.PAID, Money.SETTLE)
        case Reply.FAILED:
            return Step(State.FAILED, Money.RELEASE)
        case Reply.RETURNED:
            return Step(State.RETURNED, Money.RELEASE)


def fee_minor(method: Method, amount_minor: int) -> int:
    """What the user bears, in cents: PayPal 2 % and $0.30, rounded up; a bank transfer $1."""
    if method is Method.BANK:
        return policy.BANK_FEE_MINOR
    return -(-amount_minor * policy.PAYPAL_FEE_BPS // _BPS) + policy.PAYPAL_FEE_MINOR


def key_of(payout_id: str) -> str:
    """The key under which the provider knows a withdrawal: one for all attempts, for ever."""
    return KEY_PREFIX + payout_id


def payout_of(key: str) -> str:
    """The withdrawal that a provider's key names."""
    return key.removeprefix(KEY_PREFIX)
