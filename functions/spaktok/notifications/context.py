"""What decides, at the moment of telling, whether and how a recipient may hear of something."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import age, clients, clock, ids, mirrors, standing
from spaktok.core.age import Age
from spaktok.notifications import preferences, store
from spaktok.notifications.kinds import KINDS, PLACES, Place
from spaktok.notifications.model import EntityType, NotificationType
from spaktok.notifications.preferences import Preferences
from spaktok.notifications.store import Entry
from spaktok.users import store as users
from spaktok.users.relation import Visibility, can_view

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told, and what they want to hear."""

    uid: str
    exists: bool
    away: bool
    """Whether they deactivated the account: then only what nobody can switch off reaches them."""
    barred: frozenset[str]
    """Those whom a block, either way, hides."""
    muted: frozenset[str]
    preferences: Preferences
    age: Age

    def reached(self, kind: NotificationType) -> bool:
        """Whether news of this type find them at all.

        Of an account that is away, its owner's security, money and data do.
        """
        return self.exists and (KINDS[kind].locked or not self.away)

    def hears(self, kind: NotificationType, actor: str) -> bool:
        """Whether an act of this user's is there for the recipient. Nothing passes a block."""
        if actor == self.uid or actor in self.barred:
            return False
        return KINDS[kind].urgent or actor not in self.muted


def recipient_refs(uid: str) -> list[DocumentReference]:
    """What `decode_recipient` wants to see: four reads."""
    return [
        users.card_ref(uid),
        store.mask_ref(uid),
        store.preferences_ref(uid),
        store.security_ref(uid),
    ]


def decode_recipient(uid: str, found: list[DocumentSnapshot[Any]]) -> Recipient:
    """The recipient, from the documents of `recipient_refs` in their order."""
    card = users.decode_card(found[0])
    mask: dict[str, Any] = found[1].to_dict() or {}
    return Recipient(
        uid=uid,
        exists=card is not None,
        away=card is not None and card.deactivated,
        barred=frozenset(mask.get("users", {})),
        muted=_lasting(mask.get("muted", {})),
        preferences=preferences.decode(found[2].to_dict() or {}),
        age=age_in(found[3]),
    )


def load_recipient(uid: str) -> Recipient:
    """The recipient as of now: four reads, one RPC."""
    return decode_recipient(uid, users.read(recipient_refs(uid)))


def age_in(security: DocumentSnapshot[Any]) -> Age:
    """The age of now in `security/{uid}`; unknown where there is no document."""
    return age.decode(security.to_dict() or {}).at(clock.now())


def may_act(uid: str) -> bool:
    """Whether somebody is there and in good standing: what they do while banned is told to nobody.

    Two reads, of which one is cached for half a minute.
    """
    card = users.decode_card(users.card_ref(uid).get())
    if card is None or card.deactivated:
        return False
    return not standing.load(uid, fresh=False).suspended(clock.now())


def still_told(recipient: Recipient, entries: Sequence[Entry]) -> list[Entry]:
    """Of entries written some time ago those that may still be told, and without whoever may not.

    Left out is what was read or taken back, what does not reach the recipient while they are away,
    and what was done only by people who are hidden from them by now, or not there any more. A read for
    each distinct actor.
    """
    waiting = [
        one for one in entries if one.alive and not one.is_read and recipient.reached(one.type)
    ]
    there = _there({actor for one in waiting for actor in one.actor_ids})
    told = []
    for one in waiting:
        named = tuple(a for a in one.actor_ids if a in there and recipient.hears(one.type, a))
        lost = len(one.actor_ids) - len(named)
        if named or not one.actor_ids:
            told.append(replace(one, actor_ids=named, actor_count=one.actor_count - lost))
    return told


def _there(uids: Collection[str]) -> set[str]:
    """Those who have an account that is not away. A read each, one RPC."""
    if not uids:
        return set()
    cards = map(users.decode_card, users.read([users.card_ref(uid) for uid in sorted(uids)]))
    return {card.user_id for card in cards if card is not None and not card.deactivated}


def there_for(recipient: str, kind: EntityType, entity_id: str) -> bool:
    """Whether a thing is still there for the recipient: neither deleted, expired, nor out of view.

    One or two reads; two or three for a part of another thing. What no row of `kinds.PLACES`
    describes is there as long as its feature tells of it.
    """
    place = PLACES.get(kind)
    if place is None:
        return True
    owner = ids.owner_of(entity_id) if place.visibility else None
    wanted = [_ref(place, entity_id)]
    if owner is not None and owner != recipient:
        wanted.append(users.relation_ref(recipient, owner))
    found = users.read(wanted)
    fields = found[0].to_dict()
    if fields is None or fields[place.status] in place.gone or _expired(place, fields):
        return False
    if place.inside is not None:
        name, outer = place.inside
        if not there_for(recipient, outer, fields[name]):
            return False
    if fields[place.owner] == recipient:
        return True
    if fields[place.status] not in place.shown:
        return False
    if place.visibility is None:
        return True
    pair = (
        found[1]
        if owner == fields[place.owner]
        else users.read([users.relation_ref(recipient, fields[place.owner])])[0]
    )
    relation = users.decode_relation(pair, recipient, fields[place.owner])
    visibility = Visibility(fields[place.visibility])
    return can_view(relation, visibility, owner_private=fields[mirrors.OWNER_PRIVATE.copy])


def _ref(place: Place, entity_id: str) -> DocumentReference:
    return clients.db().collection(place.collection).document(entity_id)


def _expired(place: Place, fields: Mapping[str, Any]) -> bool:
    ends: datetime | None = fields.get(place.expires) if place.expires else None
    return ends is not None and ends <= clock.now()


def _lasting(muted: Mapping[str, datetime | None]) -> frozenset[str]:
    at = clock.now()
    return frozenset(uid for uid, until in muted.items() if until is None or at < until)
