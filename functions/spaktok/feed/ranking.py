"""The ranking: many candidates scored at once, in columns.

    score = max(0, Σ w·p̂ + w_watch·watched + w_interest·interest) · 0.5^(age / half-life) · factor
            · authorDecay

`p̂ = (c + α) / (n + α + β)`: c of n viewers did it, on top of a prior (Beta-binomial). `watched` is the
share of the clip that is watched, smoothed alike. `interest` is the dot product of what the video is
about and what the viewer is interested in, held between −1 and 1. The factor holds what multiplies:
out-of-network, quality. An author's k-th best card keeps `(1 − floor)·ratio^k + floor`. (The shape is
that of X's and TikTok's published rankings.) Nothing below zero is left, so that no age or
factor can make a disliked card look better.

numpy does it (1,500 candidates in a tenth of a millisecond) and is imported at the first use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spaktok.feed.recipes import ACTIONS, Recipe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Column = NDArray[Any]

INTERESTS: Final = 64
"""Interests of a viewer that count: the width of the interest matrix."""

_MARGIN: Final = 2
"""How many times as many as are wanted have their author's decay worked out at first."""
_SEEN_MIN: Final = 8
_SAMPLE: Final = 20_000
"""Scores that are looked at to find how high the best are."""


@dataclass(frozen=True, slots=True)
class Table:
    """Candidates as columns: row i of each is candidate i. Any float type, the same in all."""

    about: Column
    """N × 64: how much a candidate is about each of the viewer's interests."""
    rates: Column
    """N × (6 + 1): the smoothed probability of each action, and the share that is watched."""
    age_h: Column
    factors: Column
    authors: Column
    """N whole numbers: the same for the same author."""


def smoothed(counts: Column, viewers: Column, prior: tuple[float, float]) -> Column:
    """`p̂` of one action for every candidate."""
    import numpy as np

    alpha, beta = prior
    known = np.maximum(viewers, counts)
    rates: Column = (counts + alpha) / (known + (alpha + beta))
    return rates


def weights(recipe: Recipe, kind: Any) -> Column:
    """What each column of `Table.rates` weighs."""
    import numpy as np

    return np.array([*(recipe.weights[name] for name in ACTIONS), recipe.watch], dtype=kind)


def base(table: Table, taste: Column, recipe: Recipe) -> Column:
    """The score of every candidate, but for the decay by author."""
    import numpy as np

    total: Column = table.rates @ weights(recipe, table.rates.dtype)
    interest = table.about @ taste
    np.clip(interest, -1, 1, out=interest)
    interest *= recipe.interest
    total += interest
    np.maximum(total, 0, out=total)
    fading = table.age_h * (-1 / recipe.half_life_hours)
    np.exp2(fading, out=fading)
    total *= fading
    total *= table.factors
    return total


def top(table: Table, taste: Column, recipe: Recipe, limit: int) -> tuple[list[int], list[float]]:
    """The rows of the `limit` best, best first, and their scores. Exact; the lower row wins a tie.

    The decay by author only lowers, and depends on nothing but what is better. So what is worked out
    for some of the best by base score is right for them, and where the last of the `limit` stands
    among them, nothing of a lower base score can come before it: whatever has a higher one is all
    that has to be looked at besides.
    """
    import numpy as np

    scores = base(table, taste, recipe)
    limit = min(limit, len(scores))
    least = _nearly(scores, _MARGIN * limit)
    while True:
        rows = np.flatnonzero(scores >= least)
        order = rows[np.argsort(-scores[rows], kind="stable")]
        found = _decayed(
            order.tolist(), scores[order].tolist(), table.authors[order].tolist(), recipe
        )[:limit]
        enough = len(found) == limit
        if enough and (not found or -found[-1][0] >= least):
            return [row for _, row in found], [-score for score, _ in found]
        least = -found[-1][0] if enough else 0.0


def _nearly(scores: Column, size: int) -> float:
    """A score that about `size` of them reach; of very many, judged by some."""
    import numpy as np

    step = len(scores) // _SAMPLE + 1
    some = scores[::step]
    place = len(some) - max(_SEEN_MIN, size // step)
    return float(np.partition(some, place)[place]) if place > 0 else 0.0


def _decayed(
    rows: list[int], scores: list[float], authors: list[int], recipe: Recipe
) -> list[tuple[float, int]]:
    """(−score, row) after the decay by author, best first."""
    factors = [recipe.author_factor(before) for before in range(8)]
    met: dict[int, int] = {}
    found = []
    for row, score, author in zip(rows, scores, authors, strict=True):
        before = met.get(author, 0)
        met[author] = before + 1
        factor = factors[before] if before < len(factors) else recipe.author_factor(before)
        found.append((-score * factor, row))
    found.sort()
    return found
