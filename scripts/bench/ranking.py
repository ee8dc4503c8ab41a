"""How fast the ranking is, beside what anyone would compare it with, in the same run.

1,500 candidates beside the same formula in plain Python, which must find the identical top 50; and a
million beside reading their matrix once, which nothing that looks at all of them can beat. CPU time of
one thread, the best of several rounds, the two sides taking turns. Exits 1 over budget.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

for _pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_pool] = "1"  # before numpy is loaded: one thread on either side

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent / "functions")]

from spaktok.feed import ranking  # noqa: E402 - the path comes first
from spaktok.feed.ranking import INTERESTS, Table  # noqa: E402
from spaktok.feed.recipes import ACTIONS, Recipe, recipe  # noqa: E402

SEED: Final = 20261126
USUAL: Final = (0.1, 0.02, 0.02, 0.03, 0.005, 0.0002, 0.8)
"""How high the rates go: six actions, and the share that is watched."""
TOP: Final = 50
AUTHOR_OF: Final = 3
"""Candidates of an author, on average."""
SMALL: Final = 1_500
LARGE: Final = 1_000_000
FASTER_MIN: Final = 60.0
READINGS_MAX: Final = 3.0


@dataclass(frozen=True)
class Small:
    """1,500 candidates, in seconds."""

    numpy_s: float
    python_s: float
    identical: bool

    @property
    def ratio(self) -> float:
        """How many times faster than plain Python."""
        return self.python_s / self.numpy_s


@dataclass(frozen=True)
class Large:
    """A million candidates, in seconds."""

    ranked_s: float
    read_s: float

    @property
    def ratio(self) -> float:
        """How many times the reading of the matrix."""
        return self.ranked_s / self.read_s


def world(count: int, kind: str) -> tuple[Table, Any]:
    """Candidates and a taste, the same for the same count."""
    import numpy as np

    rolls = np.random.default_rng(SEED)
    usual = np.array(USUAL, dtype=kind)
    table = Table(
        about=rolls.standard_normal((count, INTERESTS), dtype="float32").astype(kind) / 8,
        rates=rolls.random((count, len(USUAL)), dtype="float32").astype(kind) * usual,
        age_h=rolls.random(count, dtype="float32").astype(kind) * 72,
        factors=rolls.choice(np.array([0.75, 1.0], dtype=kind), count),
        authors=rolls.integers(0, count // AUTHOR_OF, count),
    )
    return table, (rolls.standard_normal(INTERESTS) / 8).astype(kind)


def small(rounds: int = 40) -> Small:
    """1,500 candidates: ours beside plain Python."""
    table, taste = world(SMALL, "float64")
    plain = _lists(table), taste.tolist()
    chosen = recipe()
    ours = ranking.top(table, taste, chosen, TOP)
    theirs = reference(*plain, chosen)
    numpy_s, python_s = _in_turns(
        lambda: ranking.top(table, taste, chosen, TOP),
        lambda: reference(*plain, chosen),
        rounds,
        inner=20,
    )
    return Small(numpy_s, python_s, ours[0] == theirs)


def large(rounds: int = 7) -> Large:
    """A million candidates: ours beside reading the matrix once."""
    table, taste = world(LARGE, "float32")
    chosen = recipe()
    ranked_s, read_s = _in_turns(
        lambda: ranking.top(table, taste, chosen, TOP),
        table.about.sum,
        rounds,
    )
    return Large(ranked_s, read_s)


def reference(rows: dict[str, list[Any]], taste: list[float], chosen: Recipe) -> list[int]:
    """The ranking's formula, one candidate after the other; the rows of the top 50."""
    weights = [*(chosen.weights[name] for name in ACTIONS), chosen.watch]
    scores = []
    for about, rates, age_h, factor in zip(
        rows["about"], rows["rates"], rows["age_h"], rows["factors"], strict=True
    ):
        interest = sum(one * other for one, other in zip(about, taste, strict=True))
        total = sum(one * other for one, other in zip(rates, weights, strict=True))
        total += chosen.interest * min(1.0, max(-1.0, interest))
        scores.append(max(0.0, total) * 0.5 ** (age_h / chosen.half_life_hours) * factor)
    order = sorted(range(len(scores)), key=lambda row: (-scores[row], row))
    met: dict[int, int] = {}
    final = []
    for row in order:
        before = met.get(rows["authors"][row], 0)
        met[rows["authors"][row]] = before + 1
        final.append((-scores[row] * chosen.author_factor(before), row))
    return [row for _, row in sorted(final)[:TOP]]


def _lists(table: Table) -> dict[str, list[Any]]:
    names = ("about", "rates", "age_h", "factors", "authors")
    return {name: getattr(table, name).tolist() for name in names}


def _in_turns(
    one: Callable[[], object], other: Callable[[], object], rounds: int, inner: int = 1
) -> tuple[float, float]:
    """The least CPU time that each took."""
    best = [float("inf"), float("inf")]
    for _ in range(rounds):
        for side, (work, times) in enumerate(((one, inner), (other, 1))):
            began = time.process_time()
            for _ in range(times):
                work()
            best[side] = min(best[side], (time.process_time() - began) / times)
    return best[0], best[1]


def main() -> int:
    """Print both; 1 over budget."""
    few, many = small(), large()
    same = "the same top 50" if few.identical else "ANOTHER TOP 50"
    print(f"{SMALL:>9,} candidates   ours {few.numpy_s * 1e3:8.3f} ms")
    print(f"{'':>9}  plain Python   {few.python_s * 1e3:8.3f} ms, {same}")
    print(f"{'':>9}  faster by      {few.ratio:8.1f} (at least {FASTER_MIN:.0f})")
    print(f"{LARGE:>9,} candidates   ours {many.ranked_s * 1e3:8.1f} ms")
    print(f"{'':>9}  reading once   {many.read_s * 1e3:8.1f} ms")
    print(f"{'':>9}  readings       {many.ratio:8.2f} (at most {READINGS_MAX:.0f})")
    kept = few.identical and few.ratio >= FASTER_MIN and many.ratio <= READINGS_MAX
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
