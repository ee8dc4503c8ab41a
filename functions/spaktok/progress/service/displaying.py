"""Which of one's achievements stand on the profile as badges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spaktok.core import clock, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.progress import store
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Displayed:
    """Whether the badge is on the profile now."""

    achievement_id: str
    displayed: bool


def display(uid: UserId, achievement_id: str, *, shown: bool) -> Displayed:
    """Show a badge, or hide it; repeated, it changes nothing. One read, up to two writes.

    Raises `NotFound` for what the user has not reached.
    """
    reference = store.award_ref(uid, achievement_id)

    def body(tx: Transaction) -> None:
        from google.cloud.firestore import ArrayRemove, ArrayUnion

        (award,) = users.read([reference], tx)
        if not award.exists:
            raise NotFound
        if award.get("isDisplayed") is shown:
            return
        tx.update(reference, {"isDisplayed": shown})
        badges = (ArrayUnion if shown else ArrayRemove)([achievement_id])
        tx.update(users.card_ref(uid), {"badges": badges, "updatedAt": clock.now()})

    transaction.run(body)
    return Displayed(achievement_id, shown)
