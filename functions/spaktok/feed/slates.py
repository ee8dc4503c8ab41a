"""Slates: what a session of a feed shows, decided once and packed in one document. Rules and shapes.

`users/{uid}/feed/slate`: {modes: {mode: slate}, hidden: {users | videos | hashtags | sounds: {key:
nonce}}, authors: [uid], soundIds, openedAt, idle}. A page is this document and the revocations: two
reads in one RPC, at any depth. What is hidden from the viewer after the slate was made (a block, a
mute, the end of a follow, "not interested") is written into the same document, in the commit that has
the effect; the slate knows which of those entries it has taken into account already.

Scores may change while somebody pages: the slate does not, so nothing repeats and nothing is skipped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.feed.model import SLATE_LIVES, FeedCard, Mode, Term, Viewer, decode_card, key

if TYPE_CHECKING:
    from spaktok.feed.slating import Ranked

WINDOW: Final = 20
PER_AUTHOR: Final = 2
"""Cards of one author among `WINDOW` on a page, at most."""
KINDS: Final = ("users", "videos", "hashtags", "sounds")

Hidden = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Slate:
    """One session's cards, in their order."""

    id: str
    built_at: datetime
    recipe: str | None
    """By which version it was ranked; None where time alone orders it."""
    cards: tuple[dict[str, Any], ...]
    """Encoded cards with `id`, `followed`, `reason`, `why`; {} where one was taken out since."""
    opened: int
    """How many places the first page took, which came with it."""
    more: bool
    """Whether there were more candidates than it holds."""
    known: Hidden
    """What was hidden when it was made, and is taken into account."""
    after: tuple[str, int] | None
    """The slate and place that were read up to before this one was made."""

    def alive(self, at: datetime) -> bool:
        """Whether a session may still read on from it."""
        return at < self.built_at + SLATE_LIVES


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cursor says that a session is."""

    mode: Mode
    slate_id: str
    at: int
    marks: bytes
    """Of the cards that the session was shown since its slate's first page (`feed.seen`)."""
    last: tuple[datetime, str] | None
    """Of the last card that was shown there: when it was published, and its id."""

    @property
    def proof(self) -> tuple[str, int]:
        """The slate, and how far it was read."""
        return self.slate_id, self.at


@dataclass(frozen=True, slots=True)
class Cut:
    """Some cards of a slate."""

    cards: list[FeedCard]
    end: int
    """The place after the last one that was looked at."""
    more: bool
    """Whether another can follow."""


def new(  # noqa: PLR0913 - a slate's fields
    slate_id: str,
    at: datetime,
    recipe: str | None,
    ranked: list[Ranked],
    held: dict[str, tuple[dict[str, Any], bool]],
    *,
    more: bool,
    known: Hidden,
    after: tuple[str, int] | None,
) -> Slate:
    """The slate of these places; `held` has each video's card, and whether a follow brought it."""
    return Slate(
        id=slate_id,
        built_at=at,
        recipe=recipe,
        cards=tuple(_packed(one, *held[one.video_id]) for one in ranked),
        opened=0,
        more=more,
        known=known,
        after=after,
    )


def cut(slate: Slate, start: int, limit: int, viewer: Viewer, hidden: Hidden) -> Cut:
    """The next `limit` cards from a place on that are for the viewer now.

    A page ends before a third card of one author within `WINDOW`: the next one begins with it.
    """
    shown: list[FeedCard] = []
    place = start
    while place < len(slate.cards):
        card = slate.cards[place]
        if _visible(card, slate, viewer, hidden):
            recent = [one.user_id for one in shown[-(WINDOW - 1) :]]
            if len(shown) == limit or recent.count(card["userId"]) >= PER_AUTHOR:
                return Cut(shown, place, more=True)
            shown.append(_unpacked(card))
        place += 1
    return Cut(shown, place, slate.more)


def encode(slate: Slate) -> dict[str, Any]:
    """As it is stored."""
    return {
        "id": slate.id,
        "builtAt": slate.built_at,
        "recipe": slate.recipe,
        "cards": list(slate.cards),
        "opened": slate.opened,
        "more": slate.more,
        "known": slate.known,
        "after": None if slate.after is None else list(slate.after),
    }


def decode(fields: dict[str, Any] | None) -> Slate | None:
    """The slate, or None where there is none."""
    if not fields or "cards" not in fields:
        return None
    after = fields["after"]
    return Slate(
        id=fields["id"],
        built_at=fields["builtAt"],
        recipe=fields["recipe"],
        cards=tuple(fields["cards"]),
        opened=fields["opened"],
        more=fields["more"],
        known=fields["known"],
        after=None if after is None else (after[0], after[1]),
    )


def without(slate: Slate, author: str) -> Slate:
    """The slate with an author's cards taken out, the others where they were."""
    kept = tuple({} if card and card["userId"] == author else card for card in slate.cards)
    return replace(slate, cards=kept)


def unheard(slate: Slate, sound_id: str) -> Slate:
    """The slate with nothing that says which sound these cards are with."""
    return replace(slate, cards=tuple(_unheard(card, sound_id) for card in slate.cards))


def _unheard(card: dict[str, Any], sound_id: str) -> dict[str, Any]:
    if not card or card.get("soundId") != sound_id:
        return card
    said = f"♪{sound_id}"
    why = [{**one, "about": None} if one["about"] == said else one for one in card["why"]]
    return {**card, "soundId": None, "why": why}


def _visible(card: dict[str, Any], slate: Slate, viewer: Viewer, hidden: Hidden) -> bool:
    if not card or not viewer.sees(card["id"], card, follows=card["followed"]):
        return False
    topics = {
        "users": (card["userId"],),
        "videos": (card["id"],),
        "hashtags": card["hashtags"],
        "sounds": (card.get("soundId"),),
    }
    for kind, names in topics.items():
        news = hidden.get(kind)
        if news:
            known = slate.known.get(kind, {})
            keys = [key(name) for name in names if name is not None]
            if any(news.get(one) != known.get(one) for one in keys if one in news):
                return False
    return True


def _packed(one: Ranked, card: dict[str, Any], followed: bool) -> dict[str, Any]:
    return {
        **card,
        "id": one.video_id,
        "followed": followed,
        "reason": one.source,
        "why": [
            {"term": why.term, "points": why.points, "about": _said(why.about)} for why in one.why
        ],
    }


def _said(about: str | None) -> str | None:
    """Topics as a client may show them: authors by no id."""
    return "author" if about is not None and about.startswith("@") else about


def _unpacked(card: dict[str, Any]) -> FeedCard:
    return decode_card(
        card["id"],
        card,
        card["reason"],
        tuple(Term(why["term"], why["points"], why["about"]) for why in card["why"]),
    )
