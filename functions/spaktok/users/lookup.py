"""Whom a caller meets: what other features ask of users, without what makes and shows profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.core.standing import ProfileRequired
from spaktok.users import store
from spaktok.users.model import Card
from spaktok.users.relation import Relation

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


def load(viewer: UserId, user_id: UserId, tx: Transaction | None = None) -> tuple[Card, Relation]:
    """The card of `user_id` and the relation to it, for a viewer for whom it exists.

    Raises `NotFound`. Two reads, one RPC, whatever the answer: the cost tells nothing either.
    """
    found, pair = store.read([store.card_ref(user_id), store.relation_ref(viewer, user_id)], tx)
    card = store.decode_card(found)
    relation = store.decode_relation(pair, viewer, user_id)
    if card is None or relation.barred or (card.deactivated and not relation.is_self):
        raise NotFound
    return card, relation


def own_card(tx: Transaction, uid: UserId) -> Card:
    """The caller's own card. Raises `ProfileRequired`. One read."""
    card = store.decode_card(store.read([store.card_ref(uid)], tx)[0])
    if card is None:
        raise ProfileRequired
    return card
