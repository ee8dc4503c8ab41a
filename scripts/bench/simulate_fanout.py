"""What carrying posts costs from a million users to a billion: all pushed, pushed and pulled, and best.

No clock and no sampling: followers are a bounded Pareto distribution (α = 1.1, mean 150, nobody has
more than a fifth of all users), 40 % of users are active and post 0.1 times a day, and everything is
an integral over it. A unit is the price of a read; a write is three.

Pushing costs three units an active follower and post. Pulling costs a read for each time that an
instance does not hold the author's outbox: once in `outboxesCachedSeconds` an instance for the most
followed authors, which it holds, and at every opening of a feed for the others. So pushing wins up to a
number of followers (break-even) and pulling beyond; but nothing is pushed that would be under way for
longer than the deadline. The threshold is the smaller of the two, and what it costs is compared with
the cheaper choice for every single author, whatever that would do to the deadline. The last column says
what the configuration's own threshold costs, which suits a database that nobody warmed up.

Exits 1 where the hybrid costs more than 1.05 times the best, or a push takes longer than the deadline.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent / "functions")]

from spaktok.feed import recipes, sources  # noqa: E402 - the path comes first

ALPHA: Final = 1.1
MEAN: Final = 150.0
LARGEST: Final = 0.2
"""Of all users, the most who follow one author."""
ACTIVE: Final = 0.4
POSTS_A_DAY: Final = 0.1
OPENED_A_DAY: Final = 10.0
"""Slates made, an active user and day."""
SLATES_A_SECOND: Final = 100.0
"""That one instance makes when it is busy: one takes some ten milliseconds of its CPU."""
WRITE: Final = 3.0
DAY_S: Final = 86_400
COLD: Final = 500
WARM: Final = 10_000
"""Writes a second: what a database takes at once, and one that is used to the load."""
SIZES: Final = (10**6, 10**7, 10**8, 10**9)
STEPS: Final = 20_000
UNITS_MAX: Final = 1.05


@dataclass(frozen=True)
class Crowd:
    """How followers are spread over the authors of a network of so many users."""

    users: int
    least: float

    @property
    def most(self) -> float:
        """Followers of the most followed."""
        return LARGEST * self.users

    def authors(self, beyond: float) -> float:
        """How many have more followers than that."""
        tail = (self.least / self.most) ** ALPHA
        return self.users * ((self.least / beyond) ** ALPHA - tail) / (1 - tail)

    def follows(self, up_to: float) -> float:
        """Follows of authors with at most so many followers."""
        power = 1 - ALPHA
        whole = self.least**power - self.most**power
        return self.users * MEAN * (self.least**power - min(up_to, self.most) ** power) / whole

    def total(self, cost: Callable[[float], float]) -> float:
        """The sum over all authors of what one with so many followers costs."""
        return sum(count * cost(size) for count, size in self._slices())

    def _slices(self) -> Iterator[tuple[float, float]]:
        step = math.log(self.most / self.least) / STEPS
        edges = [self.least * math.exp(step * number) for number in range(STEPS + 1)]
        edges[-1] = self.most
        beyond = [self.authors(edge) for edge in edges]
        for number in range(STEPS):
            yield beyond[number] - beyond[number + 1], math.sqrt(edges[number] * edges[number + 1])


@dataclass(frozen=True)
class Row:
    """The cost table's line, with the threshold of the configuration."""

    users: int
    push_all: float
    """Writes a second."""
    hybrid: float
    pulled_a_user: float
    authors_above: float
    worst_s: float
    """How long the most followed author's push takes at 10,000 writes a second."""


@dataclass(frozen=True)
class Choice:
    """What a threshold costs, beside the best choice for each author."""

    users: int
    rate: int
    threshold: float
    break_even: float
    units: float
    """Units a day."""
    best: float
    configured: float
    """Units a day with the threshold of the configuration."""
    longest_s: float
    """The longest push."""

    @property
    def ratio(self) -> float:
        """How many times the best."""
        return self.units / self.best


def crowd(users: int) -> Crowd:
    """The distribution with the right mean."""
    low, high = 1.0, MEAN
    for _ in range(100):
        least = (low + high) / 2
        most = LARGEST * users
        tail = (least / most) ** ALPHA
        power = ALPHA - 1
        mean = ALPHA / power * least * (1 - (least / most) ** power) / (1 - tail)
        low, high = (least, high) if mean < MEAN else (low, least)
    return Crowd(users, least)


def row(users: int) -> Row:
    """The cost table's line for a network of that size."""
    people, limit = crowd(users), recipes.delivery().push_max
    writes = ACTIVE * POSTS_A_DAY / DAY_S
    below, everyone = people.follows(limit), people.follows(people.most)
    return Row(
        users=users,
        push_all=everyone * writes,
        hybrid=below * writes,
        pulled_a_user=(everyone - below) / users,
        authors_above=people.authors(limit),
        worst_s=people.most * ACTIVE / WARM,
    )


def choice(users: int) -> Choice:
    """What the model's threshold costs there."""
    people, delivery = crowd(users), recipes.delivery()
    rate = COLD if users <= SIZES[0] else WARM
    slates_s = users * ACTIVE * OPENED_A_DAY / DAY_S
    instances = max(1.0, slates_s / SLATES_A_SECOND)
    held_anew = instances * DAY_S / delivery.outboxes_cached_s

    def push(followers: float) -> float:
        return WRITE * followers * ACTIVE * POSTS_A_DAY

    famous = _followers_of_rank(people, sources.HEADS_MAX)

    def pull(followers: float) -> float:
        opened = followers * ACTIVE * OPENED_A_DAY
        return min(opened, held_anew) if followers > famous else opened

    def hybrid(limit: float) -> float:
        return people.total(lambda size: push(size) if size <= limit else pull(size))

    break_even = max(famous, held_anew / (WRITE * ACTIVE * POSTS_A_DAY))
    deadline = rate * delivery.deadline_s / ACTIVE
    threshold = min(break_even, deadline)
    return Choice(
        users=users,
        rate=rate,
        threshold=threshold,
        break_even=break_even,
        units=hybrid(threshold),
        configured=hybrid(delivery.push_max),
        best=people.total(lambda size: min(push(size), pull(size))),
        longest_s=min(threshold, people.most) * ACTIVE / rate,
    )


def _followers_of_rank(people: Crowd, rank: int) -> float:
    """How many follow the author of that rank."""
    low, high = people.least, people.most
    for _ in range(100):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if people.authors(middle) > rank else (low, middle)
    return low


def main() -> int:
    """Print both tables; 1 over budget."""
    limit = recipes.delivery().push_max
    print(f"pushed up to {limit:,} followers (the configuration: a cold database, any size)")
    print(_line("users", "push-all W/s", "hybrid W/s", "pulled/user", "above", "worst"))
    for users in SIZES:
        one = row(users)
        print(
            _line(
                f"{users:.0e}",
                f"{one.push_all:,.0f}",
                f"{one.hybrid:,.0f}",
                f"{one.pulled_a_user:.0f}",
                f"{one.authors_above:,.0f}",
                f"{one.worst_s:,.0f} s",
            )
        )
    print("\nthe threshold that the model gives, beside the best choice for every author")
    print(_line("users", "W/s", "break-even", "threshold", "times best", "longest", "configured"))
    kept = True
    for users in SIZES:
        found = choice(users)
        kept = kept and found.ratio <= UNITS_MAX
        kept = kept and found.longest_s <= recipes.delivery().deadline_s
        print(
            _line(
                f"{users:.0e}",
                f"{found.rate:,}",
                f"{found.break_even:,.0f}",
                f"{found.threshold:,.0f}",
                f"{found.ratio:.3f}",
                f"{found.longest_s:.0f} s",
                f"{found.configured / found.best:.3f}",
            )
        )
    return 0 if kept else 1


def _line(*cells: str) -> str:
    return "".join(f"{cell:>14}" for cell in cells)


if __name__ == "__main__":
    sys.exit(main())
