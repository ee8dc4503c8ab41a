"""A small operation with a balance, so that an effect too many or too few can be counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clients, clock, once
from spaktok.core.refusal import Refusal
from spaktok.core.shape import Keyed

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Transaction


class Spend(Keyed):
    """Take coins out of the purse."""

    coins: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was left, and when."""

    left: int
    at: datetime


class TooPoor(Refusal):
    """There is less in the purse."""


FULL = 1_000_000


def fill(coins: int = FULL) -> None:
    purse().set({"coins": coins, "spent": 0})


def purse() -> DocumentReference:
    return clients.db().collection("purses").document("ana")


def contents() -> dict[str, Any]:
    return purse().get().to_dict() or {}


def records() -> list[dict[str, Any]]:
    return [one.to_dict() or {} for one in clients.db().collection("operations").stream()]


def spend(coins: int = 7, *, key: str = "key-00000001", expires: bool = True) -> Receipt:
    """The use case as a service writes it: one transaction, one read of the purse, two writes."""
    request = Spend(coins=coins, idempotency_key=key)
    at = clock.now()

    def body(tx: Transaction) -> Receipt:
        held = next(iter(tx.get_all([purse()]))).to_dict() or {}
        if held["coins"] < coins:
            raise TooPoor
        left = held["coins"] - coins
        tx.update(purse(), {"coins": left, "spent": held["spent"] + 1})
        return Receipt(left, at)

    operation = once.operation("ana", "spend", key, request, expires=expires)
    return once.perform(operation, Receipt, body)
