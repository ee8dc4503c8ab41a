"""Giving slots and taking them: by people, with a reason, told to the account and recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import audit, clock, dispatch, ids, transaction
from spaktok.core.audit import Act
from spaktok.core.caller import Role
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.premium import store
from spaktok.premium.model import Settings
from spaktok.premium.refusals import (
    HoldsAnotherSlot,
    NoSlotFree,
    NotTheHolder,
    NotTheirTurn,
    SlotOccupied,
    SlotUnknown,
)
from spaktok.premium.service import tenures
from spaktok.premium.service.tenures import Start
from spaktok.users import roles
from spaktok.users import store as users
from spaktok.users.model import AccountType
from spaktok.users.refusals import NotYourOwn

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Managed:
    """What the account holds now."""

    user_id: str
    slot_id: str | None
    slots_held: int
    """Of all slots, after this."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a change of slots is decided by, read in its transaction."""

    settings: Settings
    account: Fields
    card: Fields
    security: Fields


def assign(
    actor: UserId, user_id: UserId, slot_id: str, reason: str, *, skip_line: bool = False
) -> Managed:
    """Give the slot. Given again to the same account, it changes nothing. Six reads, nine writes.

    N + 1 at once for N slots: N succeed, by the one document all slots stand in. While anybody waits it
    is for whoever has waited longest; to pass them over has to be said, and is recorded. Raises
    `NotFound`, `NotYourOwn`, `SlotUnknown`, `SlotOccupied`, `HoldsAnotherSlot`, `NoSlotFree`,
    `NotTheirTurn`, `TryAgain`.
    """
    if actor == user_id:
        raise NotYourOwn
    act, at = ids.random_id(), clock.now()
    task, told = roles.mirror_task(user_id, at), news(user_id, act, f"{slot_id}: {reason}")

    def body(tx: Transaction) -> tuple[Managed, bool]:
        chain = audit.load(tx, actor)
        scene = load(tx, user_id)
        held = scene.settings.slots
        if scene.account.get("slotId") == slot_id:
            ours = scene.account.get("lastAct") == act
            return Managed(user_id, slot_id, len(held)), ours
        _check(scene, slot_id, at)
        passed_over = _passed_over(tx, user_id)
        if passed_over and not skip_line:
            raise NotTheirTurn
        tenures.stage_start(tx, Start(user_id, slot_id, act), scene.account)
        stage_copies(tx, user_id, scene, slot_id, at)
        about: dict[str, audit.Value] = {"slotId": slot_id, "skippedLine": passed_over}
        audit.append(tx, chain, Act(actor, "assignPremiumSlot", user_id, reason, after=about))
        dispatch.stage(tx, task)
        notifications.stage(tx, told)
        return Managed(user_id, slot_id, len(held) + 1), True

    return _finish(transaction.run(body), task, told)


def unassign(actor: UserId, user_id: UserId, slot_id: str | None, reason: str) -> Managed:
    """Take this slot from this account; from now on its gifts are shared as everyone's.

    It names the holder, so that it never takes a slot from whoever got it meanwhile; without a slot it
    is the one they hold. Five reads, nine writes. Raises `NotTheHolder`, `NotFound`, `NotYourOwn`,
    `TryAgain`.
    """
    if actor == user_id:
        raise NotYourOwn
    act, at = ids.random_id(), clock.now()
    detail = reason if slot_id is None else f"{slot_id}: {reason}"
    task, told = roles.mirror_task(user_id, at), news(user_id, act, detail)

    def body(tx: Transaction) -> tuple[Managed, bool]:
        chain = audit.load(tx, actor)
        scene = load(tx, user_id)
        held = scene.settings.slots
        if scene.account.get("lastAct") == act:
            return Managed(user_id, None, len(held)), True  # committed before, and not acknowledged
        taken: str | None = scene.account.get("slotId")
        if taken is None or slot_id not in (None, taken):
            raise NotTheHolder
        tenures.stage_end(tx, user_id, scene.account, act)
        stage_copies(tx, user_id, scene, None, at)
        audit.append(
            tx,
            chain,
            Act(actor, "unassignPremiumSlot", user_id, reason, before={"slotId": taken}),
        )
        dispatch.stage(tx, task)
        notifications.stage(tx, told)
        return Managed(user_id, None, len(held) - 1), True

    return _finish(transaction.run(body), task, told)


def vacate(uid: UserId) -> bool:
    """Free the slot of an account that is leaving for good, and its place in the line.

    Whether it had a slot; repeatable. One read, up to three writes and a delete.
    """
    act = ids.random_id()

    def body(tx: Transaction) -> bool:
        (account,) = users.read([store.account_ref(uid)], tx)
        fields: Fields = account.to_dict() or {}
        tx.delete(store.request_ref(uid))
        if fields.get("slotId") is None:
            return fields.get("lastAct") == act
        tenures.stage_end(tx, uid, fields, act)
        return True

    return transaction.run(body)


def load(tx: Transaction, user_id: str) -> Scene:
    """Four reads. Raises `NotFound` for an account that is gone."""
    settings, account, card, security = users.read(
        [
            store.settings_ref(),
            store.account_ref(user_id),
            users.card_ref(user_id),
            users.security_ref(user_id),
        ],
        tx,
    )
    if not card.exists or not security.exists:
        raise NotFound
    return Scene(
        store.decode_settings(settings), _fields(account), _fields(card), _fields(security)
    )


def _check(scene: Scene, slot_id: str, at: datetime) -> None:
    if not scene.settings.numbered(slot_id):
        raise SlotUnknown
    if (other := scene.account.get("slotId")) is not None:
        raise HoldsAnotherSlot(slotId=other)
    if slot_id in scene.settings.slots or scene.settings.kept(slot_id, at):
        raise SlotOccupied
    if scene.settings.full(at):
        raise NoSlotFree


def _passed_over(tx: Transaction, user_id: str) -> bool:
    """Whether somebody else has waited longest. One read."""
    first = next(iter(tx.get(store.waiting().limit(1))), None)
    return first is not None and first.id != user_id


def stage_copies(
    tx: Transaction, uid: str, scene: Scene, slot_id: str | None, at: datetime
) -> None:
    """What shows the slot elsewhere: the badge on the card, the role that rules and calls read.

    Two writes; the claims of the sign-in follow by `roles.mirror_task`.
    """
    premium = slot_id is not None
    card: Fields = {"isPremiumAccount": premium, "premiumSlotId": slot_id, "updatedAt": at}
    plain = AccountType.STANDARD if premium else AccountType.PREMIUM
    if scene.card["accountType"] == plain:
        card["accountType"] = AccountType.PREMIUM if premium else AccountType.STANDARD
    tx.update(users.card_ref(uid), card)
    others = set(scene.security.get("roles", ())) - {Role.PREMIUM}
    named = sorted({*others, Role.USER, *((Role.PREMIUM,) if premium else ())})
    tx.update(users.security_ref(uid), {"roles": named, "claimsDue": at})


def news(uid: str, event: str, detail: str) -> News:
    """What the account hears of its slot, once an event; staged beside what it is of."""
    return News(
        recipient=uid,
        type=NotificationType.PREMIUM_STATUS,
        entity_type=EntityType.PREMIUM_SLOT,
        entity_id=event,
        detail=detail,
    )


def _finish(outcome: tuple[Managed, bool], task: Task, told: News) -> Managed:
    managed, changed = outcome
    if changed:
        dispatch.release(task)
        notifications.told(told)
    return managed


def _fields(snapshot: DocumentSnapshot[Any]) -> Fields:
    return snapshot.to_dict() or {}
