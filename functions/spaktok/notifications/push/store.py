"""What was sent already, and what a note needs to be told.

`pushes/{digest(channel, uid, notification, activity, attempt)}`: {at, expiresAt}. Swept by TTL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from spaktok.core import clients, clock, ids
from spaktok.notifications import announcements, context, store
from spaktok.notifications.model import Channel, Note, NotificationType
from spaktok.notifications.preferences import decode, setting
from spaktok.notifications.push.composing import Screen
from spaktok.notifications.templates.rendering import NAMED_MAX
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

KEPT_FOR: Final = timedelta(days=35)
"""Longer than the 31 days in which Cloud Tasks may deliver a task once more."""


def key(channel: str, uid: str, note: Note, attempt: int = 0) -> str:
    """The id of one sending of a note: the same activity of the same entry is sent once."""
    activity = note.created_at.isoformat()
    return ids.digest(channel, uid, note.notification_id, activity, str(attempt))


def claim(sendings: Sequence[str]) -> list[bool]:
    """Which of these are ours to send: each for one caller ever. A write each, one RPC if all are.

    Claimed right before they are sent, so who dies in between leaves them unsent: better than twice.
    """
    from google.api_core.exceptions import AlreadyExists

    at = clock.now()
    batch = clients.db().batch()
    for sending in sendings:
        batch.create(_ref(sending), {"at": at, "expiresAt": at + KEPT_FOR})
    try:
        batch.commit()
    except AlreadyExists:
        return [len(sendings) > 1 and claim([sending])[0] for sending in sendings]
    return [True] * len(sendings)


def was_sent(sending: str) -> bool:
    """Whether it was marked as sent. One read."""
    return _ref(sending).get().exists


def mark_sent(sending: str) -> None:
    """Note that it was sent. One write."""
    at = clock.now()
    _ref(sending).set({"at": at, "expiresAt": at + KEPT_FOR})


def screens(wanted: Sequence[tuple[str, Note, bool]]) -> list[Screen]:
    """What may be shown of each note to its user; the third says whether with a badge.

    A read each for the settings, one for every user that is named or announcement that was not read
    before, and one for each badge. Settings
    and names come in one RPC, so names are read also where `compose` hides them.
    """
    actors = {actor for _, note, _ in wanted for actor in note.actor_ids[:NAMED_MAX]}
    named = {actor: users.card_ref(actor) for actor in sorted(actors)}
    found = users.read([*(store.preferences_ref(uid) for uid, _, _ in wanted), *named.values()])
    settings, shown = found[: len(wanted)], found[len(wanted) :]
    cards = {actor: users.decode_card(one) for actor, one in zip(named, shown, strict=True)}
    names = {actor: card.username for actor, card in cards.items() if card and not card.deactivated}
    said = announcements.find(announcements.named(note for _, note, _ in wanted))
    return [
        Screen(
            hidden=decode(one.to_dict() or {}).hidden_content,
            names=tuple(names[who] for who in note.actor_ids[:NAMED_MAX] if who in names),
            badge=store.count(store.unread(uid)) if badge else None,
            said=said.get(note.entity_id),
        )
        for (uid, note, badge), one in zip(wanted, settings, strict=True)
    ]


def still_due(uid: str, note: Note, channel: Channel) -> Note | None:
    """The note as it may be sent now, some time after it was decided.

    None where the entry was read, taken back or deleted meanwhile, where the thing is not there for
    the user any more, nobody who acted is, or the user switched the channel off. A digest stands in no
    inbox, and names nobody. At most eleven reads: only letters, and what FCM could not take, come here.
    """
    if note.type is NotificationType.DIGEST:
        return note
    found = users.read([store.ref(note.notification_id), *context.recipient_refs(uid)])
    entry = store.decode(found[0])
    recipient = context.decode_recipient(uid, found[1:])
    if entry is None or entry.owner != uid:
        return None
    if not setting(recipient.preferences, note.type, channel, recipient.age.band)[0]:
        return None
    sent = replace(entry, actor_ids=note.actor_ids, actor_count=note.actor_count)
    told = context.still_told(recipient, [sent])
    if not told or not context.there_for(uid, note.entity_type, note.entity_id):
        return None
    return replace(note, actor_ids=told[0].actor_ids, actor_count=told[0].actor_count)


def _ref(sending: str) -> DocumentReference:
    return clients.db().collection("pushes").document(sending)
