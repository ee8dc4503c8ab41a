"""Beginning a tenure of a slot and ending it: the writes that whoever gives or takes slots stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import dispatch, ids
from spaktok.core.dispatch import Task
from spaktok.premium import store
from spaktok.premium.model import TENURES_KEPT

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

Fields = dict[str, Any]
END: Final = "endPremiumSubscription"


@dataclass(frozen=True, slots=True)
class Start:
    """What is to be held by whom."""

    uid: str
    slot_id: str
    act: str
    """Of this attempt alone: by it a commit that was not acknowledged is known again."""
    ends_at: datetime | None = None
    """When it is over, whoever has or has not come to free the slot; None: when it is taken."""
    free_at: datetime | None = None
    """When the slot is freed; after `ends_at`, by the time in which it may be renewed."""


def stage_start(tx: Transaction, start: Start, account: Fields) -> str:
    """Stage that the account holds the slot from this commit on; the tenure's id.

    Three writes, and a delete that takes the account out of the line.
    """
    from google.cloud.firestore import SERVER_TIMESTAMP

    tenure_id = f"t{ids.digest('tenure', start.uid, start.act)}"
    tenure = {
        "slotId": start.slot_id,
        "since": SERVER_TIMESTAMP,
        "until": None,
        "endsAt": start.ends_at,
    }
    tx.set(
        store.account_ref(start.uid),
        {
            "userId": start.uid,
            "slotId": start.slot_id,
            "tenureId": tenure_id,
            "lastAct": start.act,
            "tenures": {**_latest(account.get("tenures", {}), TENURES_KEPT - 1), tenure_id: tenure},
        },
    )
    tx.create(
        store.ledger_ref(tenure_id),
        {"userId": start.uid, "slotId": start.slot_id, "since": SERVER_TIMESTAMP, "until": None},
    )
    holding = {"tenureId": tenure_id, "since": SERVER_TIMESTAMP, "freeAt": start.free_at}
    tx.set(
        store.settings_ref(),
        {"premiumSlots": {start.slot_id: holding}, "updatedAt": SERVER_TIMESTAMP},
        merge=True,
    )
    tx.delete(store.request_ref(start.uid))
    return tenure_id


def stage_end(tx: Transaction, uid: str, account: Fields, act: str) -> None:
    """Stage that what the account holds is over from this commit on. Three writes.

    Of a subscription two more: that it is to be ended, and the task, which the outbox's sweeper sends.
    """
    from google.cloud.firestore import DELETE_FIELD, SERVER_TIMESTAMP

    tenure_id, slot_id = account["tenureId"], account["slotId"]
    tx.update(
        store.account_ref(uid),
        {
            "slotId": None,
            "tenureId": None,
            "subscriptionId": None,
            "lastAct": act,
            f"tenures.{tenure_id}.until": SERVER_TIMESTAMP,
        },
    )
    tx.update(store.ledger_ref(tenure_id), {"until": SERVER_TIMESTAMP})
    if (subscription := account.get("subscriptionId")) is not None:
        dispatch.stage(tx, stage_ending(tx, subscription))
    tx.update(
        store.settings_ref(),
        {f"premiumSlots.{slot_id}": DELETE_FIELD, "updatedAt": SERVER_TIMESTAMP},
    )


def stage_ending(tx: Transaction, subscription_id: str) -> Task:
    """Stage that Stripe is to charge nothing more, until it is known to; the task, to be staged too.

    One write.
    """
    from google.cloud.firestore import SERVER_TIMESTAMP

    tx.set(store.ending_ref(subscription_id), {"at": SERVER_TIMESTAMP})
    payload = {"subscriptionId": subscription_id}
    return Task(END, ids.digest("premium-subscription-end", subscription_id), payload)


def stage_term(tx: Transaction, uid: str, account: Fields, end: datetime, free: datetime) -> None:
    """Stage that what the account holds ends at another time, which is to come. Two writes."""
    from google.cloud.firestore import SERVER_TIMESTAMP

    tenure_id, slot_id = account["tenureId"], account["slotId"]
    tx.update(store.account_ref(uid), {f"tenures.{tenure_id}.endsAt": end, "ticketId": None})
    tx.update(
        store.settings_ref(),
        {f"premiumSlots.{slot_id}.freeAt": free, "updatedAt": SERVER_TIMESTAMP},
    )


def _latest(tenures: Fields, count: int) -> Fields:
    newest = sorted(tenures.items(), key=lambda item: item[1]["since"], reverse=True)
    return dict(newest[:count])
