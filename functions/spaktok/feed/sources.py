"""Where candidates come from: the inbox, the outboxes of the very famous, trends, what is new.

What is the same for everyone (trends, the pool of new videos, famous outboxes) is kept in this
instance for a little while, so that most sessions read none of it. However it was kept, a copy older
than `revocations.COPIES_LIVE` is not used.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, config
from spaktok.core.revocations import COPIES_LIVE
from spaktok.feed import recipes, store
from spaktok.feed.model import key, newest
from spaktok.feed.recipes import ACTIONS, Recipe
from spaktok.feed.slating import Candidate
from spaktok.trends import store as trends
from spaktok.trends.model import TrendKind

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

    from spaktok.feed.regards import Regards

POOLS_CACHED_S: Final = 30.0
POOL_STALE_S: Final = 900.0
"""A pool this old is asked to be made anew by whoever finds it so."""
HEADS_MAX: Final = 20_000
HEAD: Final = 10
"""Cards of a famous outbox that are kept, as text: some 4 KB, 80 MB for all of them."""

Held = dict[str, tuple[dict[str, Any], bool]]
"""By video: the encoded card, and whether a follow brought it."""

_pools: dict[str, tuple[float, list[dict[str, Any]], datetime | None]] = {}
_regards: dict[str, Regards] = {}
_heads: OrderedDict[str, tuple[float, str]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Gathered:
    """Candidates, each with the card it would be shown by."""

    candidates: list[Candidate]
    held: Held


def pool_refs() -> list[DocumentReference]:
    """Which of the common documents have to be read now: none, most of the time."""
    kept = _pools.get(config.project())
    if kept is not None and clock.monotonic() - kept[0] < POOLS_CACHED_S:
        return []
    return [store.pool_ref(), trends.list_ref(TrendKind.VIDEOS)]


def pools(snapshots: list[DocumentSnapshot[Any]]) -> tuple[list[dict[str, Any]], bool]:
    """The items of the common documents, as they were read or as they are kept.

    And whether the pool of new videos is old enough to be made anew.
    """
    name = config.project()
    if snapshots:
        fresh, trending = snapshots
        fields: dict[str, Any] = fresh.to_dict() or {}
        items = _recent(fields.get("items", []), fields.get("at"))
        found = trends.decode_videos(trending)
        items += _recent([_trending(one) for one in found.items], found.computed_at)
        _pools[name] = (clock.monotonic(), items, fields.get("at"))
        _regards[name] = fields.get("regards", {})
    _, items, at = _pools.get(name, (0.0, [], None))
    stale = at is None or (clock.now() - at).total_seconds() > POOL_STALE_S
    return items, stale


def famous(authors: list[str]) -> dict[str, store.Cards]:
    """The latest cards of these authors: a read for each that is not kept, one RPC at most."""
    now_s, lives_s = clock.monotonic(), recipes.delivery().outboxes_cached_s
    project = config.project()
    found: dict[str, store.Cards] = {}
    missing = []
    for author in authors:
        kept = _heads.get(f"{project}/{author}")
        if kept is not None and now_s - kept[0] < lives_s:
            found[author] = _unfolded(kept[1])
        else:
            missing.append(author)
    if missing:
        references = [store.outbox_ref(author) for author in missing]
        for snapshot in clients.db().get_all(references):
            author = snapshot.reference.parent.parent.id
            found[author] = newest(store.cards(snapshot), HEAD)
            _heads[f"{project}/{author}"] = (now_s, _folded(found[author]))
            _heads.move_to_end(f"{project}/{author}")
            if len(_heads) > HEADS_MAX:
                _heads.popitem(last=False)
    return found


def _folded(cards: store.Cards) -> str:
    return json.dumps(cards, default=lambda at: at.isoformat(), separators=(",", ":"))


def _unfolded(text: str) -> store.Cards:
    cards: store.Cards = json.loads(text)
    for card in cards.values():
        card["publishedAt"] = datetime.fromisoformat(card["publishedAt"])
    return cards


def gather(
    inbox: store.Cards,
    outboxes: dict[str, store.Cards],
    items: list[dict[str, Any]],
    recipe: Recipe,
    *,
    minors: bool = False,
) -> Gathered:
    """All candidates, each video once; what is known of its counts joined to how it arrived.

    That is, by what it is known by there, or by the `feed.regards` that were read with the pools.
    `minors`: whether those are suggested to the viewer; whom they follow they meet anyway.
    """
    regards = _regards.get(config.project(), {})
    common = {item["videoId"]: item for item in items}
    held: Held = {video_id: (card, True) for video_id, card in inbox.items()}
    for cards in outboxes.values():
        held.update({video_id: (card, True) for video_id, card in cards.items()})
    for video_id, item in common.items():
        if minors or item.get("forAdults", False):
            held.setdefault(video_id, (_card(item), False))
    return Gathered(
        [
            _candidate(
                video_id,
                card,
                common.get(video_id) or regards.get(key(video_id), {}),
                recipe,
                followed=followed,
            )
            for video_id, (card, followed) in held.items()
        ],
        held,
    )


def forget() -> None:
    """Empty this instance's memory (tests)."""
    _pools.clear()
    _regards.clear()
    _heads.clear()


def _candidate(
    video_id: str, card: dict[str, Any], known: dict[str, Any], recipe: Recipe, *, followed: bool
) -> Candidate:
    viewers = float(known.get("views", 0))
    alpha, beta = recipe.priors["watch"]
    return Candidate(
        video_id=video_id,
        author=card["userId"],
        published_at=card["publishedAt"],
        hashtags=tuple(card["hashtags"]),
        sound_id=card.get("soundId"),
        counts=tuple(float(known.get(_TOTALS[name], 0)) for name in ACTIONS),
        viewers=viewers,
        # Where nobody measured it, as much is watched as usual: it is no reason either way.
        watched=float(known.get("watched", viewers * alpha / (alpha + beta))),
        side=min(card["width"], card["height"]),
        followed=followed,
        new_creator=(
            "followers" in known
            and known["followers"] <= recipe.followers_max
            and viewers < recipe.views_max
        ),
        trending="trend" in known,
    )


_TOTALS: Final = {
    "like": "likes",
    "comment": "comments",
    "share": "shares",
    "save": "saves",
    "notInterested": "unwanted",
    "report": "reports",
}

_CARD: Final = (
    "userId",
    "username",
    "userProfileImage",
    "userIsVerified",
    "caption",
    "hashtags",
    "durationMs",
    "width",
    "height",
    "publishedAt",
    "soundId",
    "ageRestriction",
)


def _card(item: dict[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in _CARD if name in item}


def _recent(items: list[dict[str, Any]], at: datetime | None) -> list[dict[str, Any]]:
    return list(items) if at is not None and clock.now() - at < COPIES_LIVE else []


def _trending(one: Any) -> dict[str, Any]:
    return {
        "videoId": one.video_id,
        "userId": one.user_id,
        "username": one.username,
        "userProfileImage": one.user_profile_image,
        "userIsVerified": one.user_is_verified,
        "caption": one.caption,
        "hashtags": list(one.hashtags),
        "durationMs": one.duration_ms,
        "width": one.width,
        "height": one.height,
        "publishedAt": one.published_at,
        "soundId": one.sound_id,
        "ageRestriction": one.age_restriction,
        "likes": one.likes,
        "comments": one.comments,
        "shares": one.shares,
        "saves": one.saves,
        "unwanted": one.unwanted,
        "views": one.views,
        **({} if one.watched is None else {"watched": one.watched}),
        "forAdults": one.for_adults,
        "trend": one.score,
    }
