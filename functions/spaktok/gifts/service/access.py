"""Whether one may give to another, here and now: every way in passes here.

Whoever is blocked, either way, meets the same `NotFound` as at somebody who never existed. Every other
reason is one `GiftsNotAccepted`: that a creator is a minor, banned, or takes gifts from nobody is not
the sender's to know. Muting decides nothing, so it is not felt. A private account takes gifts from its
followers, as all it has is for them.

A stream must be on the air. Live streams are not a feature yet: what is read of `liveStreams/{id}` is
what the data model says of it ({userId, status: live, visibility, allowGifts}), and where there is no
such document there is no stream. Those who watch one are let in by its own `ownerPrivate`, as the rules
do; who gives is held to what the owner's card says now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import ids, standing
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.gifts import store
from spaktok.gifts.model import DAILY_COINS_MAX, Context, Gift, Target
from spaktok.gifts.refusals import GiftsNotAccepted, LevelTooLow, NotLive, NotToYourself
from spaktok.safety import store as safety
from spaktok.safety.births import Source
from spaktok.safety.policy import Feature
from spaktok.safety.service import access as ages
from spaktok.users import store as users
from spaktok.users.model import Card
from spaktok.users.relation import Relation, Visibility, can_view
from spaktok.videos import store as videos
from spaktok.videos.model import VideoStatus

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot


@dataclass(frozen=True, slots=True)
class Admission:
    """What was found of a sender who may give."""

    daily_coins_max: int | None


@dataclass(frozen=True, slots=True)
class _Found:
    sender: Card | None
    receiver: Card | None
    relation: Relation
    settings: dict[str, Any]
    security: standing.Standing
    has_security: bool
    sender_age_checked: bool
    thing: DocumentSnapshot[Any] | None


def target_of(receiver: str, context: Context, context_id: str | None) -> Target:
    """Where a gift is given. Raises `NotFound` for a place that can't be this receiver's."""
    place = context_id if context_id is not None else receiver
    if context is Context.PROFILE and place != receiver:
        raise NotFound
    if context is Context.VIDEO and ids.owner_of(place) != receiver:
        raise NotFound
    return Target(receiver, context, place)


def admit(sender: UserId, target: Target, gift: Gift, at: datetime) -> Admission:
    """Let the gift be given. Six reads on a profile, seven elsewhere; one RPC.

    The sender's own age and standing are in what the call has read. Raises `NotForYourAge`,
    `NotToYourself`, `NotFound`, `GiftsNotAccepted`, `NotLive`, `LevelTooLow`.
    """
    ages.require(sender, Feature.GIFTS_SEND)
    if sender == target.receiver:
        raise NotToYourself
    found = _read(sender, target)
    _check_receiver(found, at)
    if found.thing is not None:
        _check_thing(found, target, found.thing)
    if found.sender is None or found.sender.level < gift.minimum_level:
        raise LevelTooLow(minimumLevel=gift.minimum_level)
    return Admission(None if found.sender_age_checked else DAILY_COINS_MAX)


def require_watching(viewer: UserId, stream_id: str) -> None:
    """Let somebody see what is seen of a stream. Raises `NotFound`. Two reads, two RPCs.

    Its owner sees it always, others while it is live and theirs to watch.
    """
    fields: dict[str, Any] | None = store.stream_ref(stream_id).get().to_dict()
    if fields is None:
        raise NotFound
    owner = fields["userId"]
    if owner == viewer:
        return
    pair = users.relation_ref(viewer, owner).get()
    private = fields.get("ownerPrivate", True)
    relation = users.decode_relation(pair, viewer, owner)
    visible = can_view(relation, Visibility(fields["visibility"]), owner_private=private)
    if fields["status"] != "live" or not visible:
        raise NotFound


def _read(sender: UserId, target: Target) -> _Found:
    receiver = target.receiver
    wanted = [
        users.card_ref(sender),
        safety.record_ref(sender),
        users.relation_ref(sender, receiver),
        users.card_ref(receiver),
        users.account_ref(receiver),
        users.security_ref(receiver),
    ]
    thing = _thing_ref(target)
    found = users.read(wanted if thing is None else [*wanted, thing])
    own, checked, pair, card, account, security = found[:6]
    fields: dict[str, Any] = account.to_dict() or {}
    return _Found(
        sender=users.decode_card(own),
        receiver=users.decode_card(card),
        relation=users.decode_relation(pair, sender, receiver),
        settings=fields.get("privacySettings", {}),
        security=standing.decode(security.to_dict() or {}),
        has_security=security.exists,
        sender_age_checked=_evidence(checked),
        thing=None if thing is None else found[6],
    )


def _thing_ref(target: Target) -> DocumentReference | None:
    match target.context:
        case Context.VIDEO:
            return videos.ref(target.context_id)
        case Context.LIVE_STREAM:
            return store.stream_ref(target.context_id)
        case Context.PROFILE:
            return None


def _check_receiver(found: _Found, at: datetime) -> None:
    card = found.receiver
    if card is None or card.deactivated or found.relation.barred or not found.has_security:
        raise NotFound
    welcome = {"everyone": True, "followers": found.relation.follows}
    takes = welcome.get(found.settings.get("gifts", ""), False)
    if card.is_private and not found.relation.follows:
        takes = False
    minor = not ages.may(found.security, Feature.GIFTS_RECEIVE)
    if not takes or minor or found.security.suspended(at):
        raise GiftsNotAccepted


def _check_thing(found: _Found, target: Target, thing: DocumentSnapshot[Any]) -> None:
    fields: dict[str, Any] | None = thing.to_dict()
    if fields is None or fields["userId"] != target.receiver or found.receiver is None:
        raise NotFound
    private = found.receiver.is_private
    visibility = Visibility(fields["visibility"])
    if not can_view(found.relation, visibility, owner_private=private):
        raise NotFound
    if target.context is Context.VIDEO:
        if fields["status"] != VideoStatus.ACTIVE:
            raise NotFound
        return
    if fields["status"] != "live":
        raise NotLive
    if not fields.get("allowGifts", False):
        raise GiftsNotAccepted


def _evidence(record: DocumentSnapshot[Any]) -> bool:
    """Whether somebody checked the sender's identity, by the record of their age."""
    fields: dict[str, Any] = record.to_dict() or {}
    return Source(fields.get("birthDateSource", Source.NONE)).evidence
