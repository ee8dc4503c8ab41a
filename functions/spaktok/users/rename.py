"""Changing one's username."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from spaktok.core import clock, dispatch, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.standing import ProfileRequired
from spaktok.users import handles, store
from spaktok.users.author import refresh_task
from spaktok.users.model import HANDLE_HELD, RENAME_EVERY
from spaktok.users.refusals import RenamedRecently

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Renamed:
    """The name the account has now, and until when the one before it can be taken back."""

    username: str
    previous_held_until: datetime | None


def change_username(uid: UserId, username: str) -> Renamed:
    """Give the account another username; asking for the one it has changes nothing.

    The old one is held for 60 days, the next change may come after 30. The verification badge goes,
    and a request for it that waits is void: both were about the old name. Three reads, up to five
    writes and a delete; copies of the name in the owner's videos follow in a task.

    Raises `ProfileRequired`, `RenamedRecently`, `UsernameReserved`, `UsernameTaken`.
    """
    at = clock.now()

    def body(tx: Transaction) -> tuple[Renamed, Task | None]:
        found, private, name = store.read(
            [store.card_ref(uid), store.account_ref(uid), store.username_ref(username)], tx
        )
        card = store.decode_card(found)
        if card is None:
            raise ProfileRequired
        if card.username == username:
            return Renamed(username, None), None
        account = private.to_dict() or {}
        _check_pace(account, at)
        task = refresh_task(uid, f"{username} {at.isoformat()}")
        handles.claim(tx, name, uid, username, at)
        moved = not handles.same(card.username, username)
        if moved:
            handles.release(tx, card.username, at)
        tx.update(
            store.card_ref(uid),
            {
                "username": username,
                "isVerified": False,
                "updatedAt": at,
            },
        )
        tx.update(store.account_ref(uid), {"usernameChangedAt": at, "updatedAt": at})
        dispatch.stage(tx, task)
        return Renamed(username, at + HANDLE_HELD if moved else None), task

    renamed, task = transaction.run(body)
    if task is not None:
        dispatch.release(task)
    return renamed


def _check_pace(account: dict[str, Any], at: datetime) -> None:
    last = account.get("usernameChangedAt")
    if last is not None and at < last + RENAME_EVERY:
        ahead = (last + RENAME_EVERY - at) // timedelta(milliseconds=1)
        raise RenamedRecently(retry_after_ms=max(1, ahead))
