"""From candidates to a slate: who is scored, in which order they stand, and why. Pure.

`assemble` is a function of its `Inputs` alone: the same inputs give the same slate, to the last bit of
every score, which is what `feed.replay` relies on.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from spaktok.feed import ranking, recipes
from spaktok.feed.ranking import INTERESTS, Table
from spaktok.feed.recipes import ACTIONS, Recipe

if TYPE_CHECKING:
    from numpy.typing import NDArray

REASONS_MAX: Final = 3
_DECIDED: Final = 4
"""How many times as many candidates as the slate has cards get their order from the ranking; the
others would stand behind them."""


class Source(StrEnum):
    """How a candidate came to be one."""

    FOLLOWING = "following"
    INTEREST = "interest"
    """It is about something that the viewer engages with: a hashtag, a sound, an author."""
    TRENDING = "trending"
    NEW_CREATOR = "new_creator"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the ranking knows of a video. Counts are of distinct trusted people, its owner not one."""

    video_id: str
    author: str
    published_at: datetime
    hashtags: tuple[str, ...] = ()
    sound_id: str | None = None
    counts: tuple[float, ...] = (0.0,) * len(ACTIONS)
    """How many did each of `recipes.ACTIONS`."""
    viewers: float = 0.0
    watched: float = 0.0
    """The sum of the shares that the viewers watched."""
    side: int = 1080
    """The shorter side of the frame, in pixels."""
    followed: bool = False
    new_creator: bool = False
    trending: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a slate follows from."""

    recipe: str
    seed: int
    at: datetime
    taste: tuple[tuple[str, float], ...]
    """The viewer's interests, at most 64: (`#tag`, `♪sound` or `@author`, weight from −1 to 1)."""
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One term of a score."""

    term: str
    """`like`, `comment`, `share`, `save`, `watch`, `interest`, `notInterested`, `report`."""
    points: float
    """What it adds to the score."""
    about: str | None = None
    """Of `interest`: the strongest of those that match."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in the slate."""

    video_id: str
    source: Source
    score: float
    why: tuple[Reason, ...]
    """The terms that weigh most, the heaviest first."""


def topics(candidate: Candidate) -> list[str]:
    """What a candidate is about, as interests are named."""
    found = [f"#{tag}" for tag in candidate.hashtags]
    if candidate.sound_id is not None:
        found.append(f"♪{candidate.sound_id}")
    return [*found, f"@{candidate.author}"]


def assemble(inputs: Inputs) -> list[Ranked]:
    """The slate: the best first, of no author too many close together, new creators in their slots.

    An id that is there twice counts once.
    """
    recipe = recipes.recipe(inputs.recipe)
    candidates = list({one.video_id: one for one in inputs.candidates}.values())
    if not candidates:
        return []
    table, taste = _table(candidates, inputs, recipe)
    rows, scores = ranking.top(table, taste, recipe, recipe.slate * _DECIDED)
    alone: list[float] = ranking.base(table, taste, recipe).tolist()
    wanted = [score > 0 for score in alone]
    explored = _explored(candidates, wanted, inputs.seed, recipe)
    trending = [row for row in rows if candidates[row].trending and wanted[row]]
    order = _mixed(candidates, rows, explored, trending, recipe)
    known = dict(zip(rows, scores, strict=True))
    explained = _Explained(candidates, table, taste, inputs, recipe)
    return [explained.ranked(row, known.get(row, alone[row]), slot=slot) for row, slot in order]


def _table(
    candidates: Sequence[Candidate], inputs: Inputs, recipe: Recipe
) -> tuple[Table, NDArray[Any]]:
    import numpy as np

    count = len(candidates)
    names = {name: column for column, (name, _) in enumerate(inputs.taste[:INTERESTS])}
    about = np.zeros((count, INTERESTS))
    for row, one in enumerate(candidates):
        for topic in topics(one):
            if (column := names.get(topic)) is not None:
                about[row, column] = 1.0
    taste = np.zeros(INTERESTS)
    taste[: len(names)] = [weight for _, weight in inputs.taste[:INTERESTS]]
    counts = np.array([one.counts for one in candidates])
    viewers = np.array([one.viewers for one in candidates])
    watched = np.array([one.watched for one in candidates])
    rates = [
        ranking.smoothed(counts[:, column], viewers, recipe.priors[name])
        for column, name in enumerate(ACTIONS)
    ]
    rates.append(ranking.smoothed(watched, viewers, recipe.priors["watch"]))
    codes: dict[str, int] = {}
    return (
        Table(
            about=about,
            rates=np.stack(rates, axis=1),
            age_h=np.array([_age_h(one, inputs.at) for one in candidates]),
            factors=np.array([_factor(one, recipe) for one in candidates]),
            authors=np.array([codes.setdefault(one.author, len(codes)) for one in candidates]),
        ),
        taste,
    )


def _age_h(one: Candidate, at: datetime) -> float:
    return max(0.0, (at - one.published_at).total_seconds() / 3600)


def _factor(one: Candidate, recipe: Recipe) -> float:
    network = 1.0 if one.followed else recipe.out_of_network
    return network * recipe.quality_of(one.side, one.side)


def _mixed(
    candidates: Sequence[Candidate],
    rows: list[int],
    explored: list[int],
    trending: list[int],
    recipe: Recipe,
) -> list[tuple[int, bool]]:
    """Rows in the slate's order, and whether each stands in a slot for new creators.

    A slot that nothing fits is another's place like any.
    """
    waiting, taken = list(rows), set[int]()
    order: list[tuple[int, bool]] = []
    while len(order) < recipe.slate and (len(taken) < len(candidates)):
        recent = [candidates[row].author for row, _ in order[-(recipe.window - 1) :]]
        row = None
        if slot := len(order) % recipe.window in recipe.slots:
            row = _next(explored, candidates, recent, taken, recipe, strict=True)
        if row is None and len(order) % recipe.window in recipe.trending_slots:
            row = _next(trending, candidates, recent, taken, recipe, strict=True)
            slot = False
        if row is None:
            slot = False
            row = _next(waiting, candidates, recent, taken, recipe, strict=False)
        if row is None:
            break
        taken.add(row)
        order.append((row, slot))
    return order


def _next(  # noqa: PLR0913 - what a choice depends on
    rows: list[int],
    candidates: Sequence[Candidate],
    recent: list[str],
    taken: set[int],
    recipe: Recipe,
    *,
    strict: bool,
) -> int | None:
    """The first whose author has room; where none has, the first of all unless `strict`."""
    first: int | None = None
    for row in rows:
        if row in taken:
            continue
        if recent.count(candidates[row].author) < recipe.per_author:
            return row
        first = row if first is None else first
    return None if strict else first


def _explored(
    candidates: Sequence[Candidate], wanted: list[bool], seed: int, recipe: Recipe
) -> list[int]:
    """New creators' videos in the order of a draw from what is known of each (Thompson sampling).

    Nothing that speaks against itself: a slot is no way around what the viewer wants less of.
    """
    rolls = random.Random(seed)  # noqa: S311 - replayed from the seed
    alpha, beta = recipe.priors["like"]
    likes = ACTIONS.index("like")
    drawn = []
    for row, one in enumerate(candidates):
        if one.new_creator and not one.followed and wanted[row]:
            liked = min(one.counts[likes], one.viewers)
            drawn.append(
                (-rolls.betavariate(alpha + liked, beta + one.viewers - liked), one.video_id, row)
            )
    return [row for _, _, row in sorted(drawn)]


class _Explained:
    """Says of a row how its score comes about."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        table: Table,
        taste: NDArray[Any],
        inputs: Inputs,
        recipe: Recipe,
    ) -> None:
        self._candidates = candidates
        self._table = table
        self._taste = taste
        self._names = [name for name, _ in inputs.taste[:INTERESTS]]
        self._recipe = recipe
        self._weights = ranking.weights(recipe, table.rates.dtype).tolist()

    def ranked(self, row: int, score: float, *, slot: bool) -> Ranked:
        one = self._candidates[row]
        interest, about = self._interest(row)
        terms = [
            Reason(name, weight * rate)
            for name, weight, rate in zip(
                (*ACTIONS, "watch"), self._weights, self._table.rates[row].tolist(), strict=True
            )
        ]
        terms.append(Reason("interest", self._recipe.interest * interest, about))
        whole = sum(term.points for term in terms)
        kept = score / whole if whole > 0 else 0.0
        scaled = [Reason(term.term, term.points * kept, term.about) for term in terms]
        scaled.sort(key=lambda term: (-abs(term.points), term.term))
        return Ranked(
            video_id=one.video_id,
            source=_source(one, slot=slot, interested=interest > 0),
            score=score,
            why=tuple(term for term in scaled if term.points)[:REASONS_MAX],
        )

    def _interest(self, row: int) -> tuple[float, str | None]:
        matching = [
            (weight, name)
            for name, weight, about in zip(
                self._names, self._taste.tolist(), self._table.about[row].tolist(), strict=False
            )
            if about
        ]
        total = min(1.0, max(-1.0, sum(weight for weight, _ in matching)))
        strongest = max(matching, key=lambda one: abs(one[0]), default=(0.0, None))[1]
        return total, strongest


def _source(one: Candidate, *, slot: bool, interested: bool) -> Source:
    if one.followed:
        return Source.FOLLOWING
    if slot:
        return Source.NEW_CREATOR
    if interested:
        return Source.INTEREST
    return Source.TRENDING if one.trending else Source.FRESH


def chronological(candidates: Iterable[Candidate], limit: int) -> list[Ranked]:
    """The newest first, whatever they are about and however they do; the id decides among equals."""
    found = {one.video_id: one for one in candidates}.values()
    newest = sorted(found, key=lambda one: (one.published_at, one.video_id), reverse=True)
    return [
        Ranked(one.video_id, Source.FOLLOWING if one.followed else Source.FRESH, 0.0, ())
        for one in newest[:limit]
    ]
