"""Changing who may see, find and reach an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import age, clock, dispatch, ids, mirrors, revocations, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.mirrors import OWNER_PRIVATE
from spaktok.core.revocations import Limit, Reach
from spaktok.core.standing import ProfileRequired
from spaktok.safety.refusals import NotForYourAge
from spaktok.users import store
from spaktok.users.privacy import DEFAULTS, AccountPrivacy, Setting, too_open

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Privacy:
    """The settings as they are now."""

    privacy_settings: dict[str, Setting]
    is_private: bool


@dataclass(frozen=True, slots=True)
class Before:
    """What the transaction read of the account: the fields of its three documents."""

    card: dict[str, Any]
    account: dict[str, Any]
    security: dict[str, Any]


def set_private(uid: UserId, *, private: bool) -> Privacy:
    """Make the account private or public: `update` with this one setting."""
    return update(uid, {"account": account_of(private=private)})


def update(uid: UserId, changes: dict[str, Setting]) -> Privacy:
    """Change privacy settings; repeated, it changes nothing. All of them or none.

    Going private counts at once, for the videos that one commit holds too (400), and keeps the
    followers; the rest is done by the task that is staged here. Three reads, up to four writes and
    a delete, and a read and a write a video where the account opens or closes. Raises
    `ProfileRequired`, and `NotForYourAge` where the policy allows less.
    """
    at = clock.now()

    def body(tx: Transaction) -> tuple[Privacy, Task | None]:
        references = [store.card_ref(uid), store.account_ref(uid), store.security_ref(uid)]
        card, account, security = (one.to_dict() for one in store.read(references, tx))
        if card is None or account is None:
            raise ProfileRequired
        return stage(tx, uid, Before(card, account, security or {}), changes, at)

    privacy, task = transaction.run(body)
    if task is not None:
        dispatch.release(task)
    return privacy


def stage(
    tx: Transaction, uid: UserId, before: Before, changes: dict[str, Setting], at: datetime
) -> tuple[Privacy, Task | None]:
    """Stage what `update` does; the caller releases the task after the commit.

    It reads the owner's videos, so it comes before the caller's own writes.
    """
    if too_open(changes, age.decode(before.security)) is not None:
        raise NotForYourAge
    kept = before.account["privacySettings"]
    settings = {**DEFAULTS, **kept, **changes}
    private = settings["account"] == AccountPrivacy.PRIVATE
    moves = private != before.card["isPrivate"]
    copies = mirrors.stale(tx, OWNER_PRIVATE, uid, truth=private) if moves else []
    if settings != kept:
        tx.update(store.account_ref(uid), {"privacySettings": settings, "updatedAt": at})
    if not moves:
        return Privacy(settings, private), None
    _stage(tx, uid, before.account, at, private=private)
    mirrors.correct(tx, OWNER_PRIVATE, copies, truth=private)
    return Privacy(settings, private), dispatch.stage(tx, privacy_task(uid, at))


def privacy_task(uid: UserId, at: datetime) -> Task:
    """The task that carries the account's new privacy to what depends on it."""
    return Task(
        function="applyPrivacy",
        id=ids.digest("privacy", uid, ids.random_id()),
        payload={"uid": uid, "at": at},
    )


def _stage(
    tx: Transaction, uid: UserId, account: dict[str, Any], at: datetime, *, private: bool
) -> None:
    # A place is shown by whoever is there for all; a private account keeps it to itself.
    shown = None if private else account.get("location")
    tx.update(store.card_ref(uid), {"isPrivate": private, "location": shown, "updatedAt": at})
    if private:
        revocations.limit_user(tx, uid, Limit(Reach.FOLLOWERS))
    else:
        revocations.lift_user(tx, uid)


def account_of(*, private: bool) -> AccountPrivacy:
    """The setting that says so."""
    return AccountPrivacy.PRIVATE if private else AccountPrivacy.PUBLIC
