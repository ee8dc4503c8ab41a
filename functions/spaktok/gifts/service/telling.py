"""Telling a creator of gifts: what still stands once it can't be taken back, and never how much.

On a profile and at a video; in a stream the creator is there, sees the gifts as they come, and would be
told a thousand times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from spaktok.core import ids
from spaktok.core.dispatch import Task, send
from spaktok.gifts.model import Context, undo_until
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.wallet import store as ledger
from spaktok.wallet.model.entry import Entry, Kind, id_of

TOLD_MAX: Final = 50
"""Of a second: those who gave most."""
_ABOUT: Final = {Context.PROFILE: EntityType.USER, Context.VIDEO: EntityType.VIDEO}


@dataclass(frozen=True, slots=True)
class Word:
    """A gift that is to be told of."""

    gift: str
    """The id of its entry."""
    sender: str
    anonymous: bool
    context: Context
    context_id: str
    at: datetime


def tell_later(roll_up: Entry, entries: Iterable[Entry]) -> None:
    """Send the task that tells of a roll-up's gifts once none of them can be taken back."""
    gifts = [
        one
        for one in entries
        if one.kind is Kind.GIFT and one.facts["context"] in _ABOUT and one.receiver_id
    ]
    if not gifts:
        return
    told = {}
    for one in sorted(gifts, key=lambda one: one.facts["coins"]):
        told[one.user_id, one.facts["anonymous"], one.links["path"]] = one
    words = [_word(one) for one in list(told.values())[-TOLD_MAX:]]
    due = undo_until(max(one.at for one in gifts))
    payload: dict[str, Any] = {"receiver": roll_up.user_id, "words": words, "runAt": due}
    send(Task("tellGifts", ids.digest("tell gifts", roll_up.id), payload, due))


def tell(receiver: str, words: Iterable[Word]) -> None:
    """Tell of the gifts that stand. A read each, one RPC, and a task each.

    Of an anonymous one, that somebody gave.
    """
    found = list(words)
    refs = [ledger.entries().document(id_of(one.sender, Kind.UNDO, one.gift)) for one in found]
    for word, undo in zip(found, ledger.read(refs), strict=True):
        if not undo.exists:
            notifications.announce(
                News(
                    recipient=receiver,
                    type=NotificationType.GIFT_RECEIVED,
                    entity_type=_ABOUT[word.context],
                    entity_id=word.context_id,
                    actor=None if word.anonymous else word.sender,
                    at=word.at,
                )
            )


def _word(gift: Entry) -> dict[str, Any]:
    return {
        "gift": gift.id,
        "sender": gift.user_id,
        "anonymous": gift.facts["anonymous"],
        "context": gift.facts["context"],
        "contextId": gift.links["contextId"],
        "at": gift.at,
    }
