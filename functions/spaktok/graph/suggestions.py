"""People one may want to follow, from whom those follow whom one follows; and leaking nobody.

What is shown could be found out by looking: only followed accounts that are public count as mutuals,
since their lists are open to the viewer anyway. Whoever blocks or is blocked, is muted, followed or
asked already, is away or suspended, turned `suggestMe` off, or is too young to be shown to the viewer
is dropped before anything is counted or cut, so that neither numbers nor gaps tell of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from spaktok.core import clock, standing
from spaktok.core.ids import UserId
from spaktok.feed import store as feed
from spaktok.feed.model import Mask
from spaktok.graph import store
from spaktok.safety.service import access
from spaktok.users import store as users
from spaktok.users.model import Card

SOURCES_MAX: Final = 10
"""Of those whom one follows, the latest this many are asked."""
EDGES_EACH: Final = 10
"""Of those whom each of them follows, the latest this many count."""
EXAMINED_MAX: Final = 30
"""Candidates that are looked at: the most mutuals first."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody to follow."""

    user_id: UserId
    username: str
    display_name: str
    profile_image: str | None
    is_verified: bool
    is_private: bool
    mutual_count: int
    """How many public accounts that the caller follows follow them; 10 at most."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The best few, most mutuals first."""

    users: list[Suggestion]


def suggest(viewer: UserId, limit: int) -> Suggestions:
    """Up to `limit` people. At most 1 + 2·10 + 10·10 + 4·30 = 241 reads, however large the graph."""
    mask = feed.mask(feed.mask_ref(viewer).get())
    mutuals = _mutuals(viewer, mask)
    ranked = [uid for uid, _ in sorted(mutuals.items(), key=lambda item: (-item[1], item[0]))]
    shown = [card for card in _suggestible(viewer, ranked[:EXAMINED_MAX]) if card is not None]
    return Suggestions(
        [
            Suggestion(
                user_id=card.user_id,
                username=card.username,
                display_name=card.display_name,
                profile_image=card.profile_image,
                is_verified=card.is_verified,
                is_private=card.is_private,
                mutual_count=mutuals[card.user_id],
            )
            for card in shown[:limit]
        ]
    )


def _mutuals(viewer: UserId, mask: Mask) -> Counter[str]:
    """How many of the viewer's public followed accounts follow each; nobody the mask hides."""
    hidden = mask.users | mask.muted | {viewer}
    latest = store.newest_first(store.followed_by(viewer)).limit(SOURCES_MAX)
    followed = [edge.get("followingId") for edge in latest.stream()]
    asked = [uid for uid in followed if uid not in hidden]
    cards = users.read([users.card_ref(uid) for uid in asked]) if asked else []
    found: Counter[str] = Counter()
    for card in (users.decode_card(snapshot) for snapshot in cards):
        if card is None or card.is_private or card.deactivated:
            continue
        edges = store.newest_first(store.followed_by(card.user_id)).limit(EDGES_EACH)
        found.update({edge.get("followingId") for edge in edges.stream()} - hidden)
    for uid in followed:
        del found[uid]
    return found


def _suggestible(viewer: UserId, candidates: list[str]) -> list[Card | None]:
    """Their cards, None for whoever is not to be suggested to this viewer. Four reads each."""
    references = [
        reference
        for uid in candidates
        for reference in (
            users.card_ref(uid),
            users.account_ref(uid),
            users.relation_ref(viewer, uid),
        )
    ]
    found = users.read(references) if references else []
    cards: list[Card | None] = []
    for place, uid in enumerate(candidates):
        card = users.decode_card(found[3 * place])
        account = found[3 * place + 1].to_dict() or {}
        relation = users.decode_relation(found[3 * place + 2], viewer, uid)
        near = relation.barred or relation.follows or relation.asks or relation.mutes
        wanted = account.get("privacySettings", {}).get("suggestMe", False)
        open_to = card is not None and not card.deactivated and wanted and not near
        cards.append(card if open_to and _may_be_shown(viewer, uid) else None)
    return cards


def _may_be_shown(viewer: UserId, uid: str) -> bool:
    """Whether their age and standing let them be brought to the viewer. One read, kept for seconds."""
    suspended = standing.load(uid, fresh=False).suspended(clock.now())
    return not suspended and access.shown_to(viewer, uid)
