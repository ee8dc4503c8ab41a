"""However many follow, and however fast: no document is written too often or grows too large."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from spaktok.core.counters import WINDOW_S
from spaktok.feed import recipes
from spaktok.users.shards import SPLIT_AT, SPLITS_MAX, WRITES_PER_S_MAX, shard_of, wanted

ID_BYTES = 29
"""A stored id of Firebase's 28 letters (firebase.google.com/docs/firestore/storage-size)."""
DOCUMENT_BYTES_MAX = 2**20
DAY_S = 86_400
PUSH_MAX = recipes.delivery().push_max
"""Followers of the largest crowd that is marked: half its ids lie in a shard that is not yet split."""


class Crowd:
    """A user whose followers come, in virtual time; each window's task then sees to the shards."""

    def __init__(self) -> None:
        self.followers = 0
        self.shards = 1
        self.written_per_s: list[float] = []
        self.ids_max = 0.0

    def come(self, per_second: float, seconds: int) -> None:
        """So many a second, for so long."""
        for _ in range(seconds // WINDOW_S):
            share = 1 / (1 << (self.shards.bit_length() - 1))  # of a shard that is not yet split
            self.written_per_s.append(per_second * share)
            self.followers += round(per_second * WINDOW_S)
            self.ids_max = max(self.ids_max, self.followers * share)
            want = wanted(self.followers, per_second)
            self.shards = max(self.shards, min(want, self.shards + SPLITS_MAX))

    def hottest(self, after_s: int = 0) -> float:
        """Writes a second to the document that takes the most, once so much time has passed."""
        return max(self.written_per_s[after_s // WINDOW_S :])


def test_ten_million_followers_in_seventeen_days_heat_no_document() -> None:
    """A steady rise to 10,000,000. Negative control: with one shard the hottest takes 10 a second."""
    crowd = Crowd()
    for day in range(17):
        crowd.come(per_second=min(10, 1 + day), seconds=DAY_S)
    assert crowd.followers > 10_000_000
    assert crowd.hottest(after_s=WINDOW_S) <= WRITES_PER_S_MAX
    assert crowd.ids_max * ID_BYTES < DOCUMENT_BYTES_MAX
    assert crowd.ids_max <= SPLIT_AT


def test_a_storm_is_spread_within_two_minutes() -> None:
    """From nothing to 500 new followers a second, for half a day: ten million again, and more."""
    crowd = Crowd()
    crowd.come(per_second=500, seconds=DAY_S // 2)
    assert crowd.followers > 10_000_000
    assert crowd.hottest(after_s=120) <= WRITES_PER_S_MAX
    assert crowd.ids_max * ID_BYTES < DOCUMENT_BYTES_MAX


def test_a_shard_has_room_for_the_marks_of_all_when_the_crowd_is_the_largest_that_has_marks() -> (
    None
):
    crowd = Crowd()
    crowd.come(per_second=1, seconds=PUSH_MAX)
    marks = crowd.ids_max
    crowd.come(per_second=500, seconds=DAY_S // 2)
    assert (crowd.ids_max + marks) * ID_BYTES < DOCUMENT_BYTES_MAX


def test_a_quiet_account_keeps_its_one_document() -> None:
    crowd = Crowd()
    crowd.come(per_second=0.2, seconds=3600)
    assert (crowd.followers, crowd.shards) == (720, 1)


@given(st.integers(1, 10**7), st.floats(0, 10**4))
def test_more_followers_or_more_speed_never_want_fewer_shards(
    followers: int, per_second: float
) -> None:
    assert wanted(followers, per_second) <= wanted(followers + 1, per_second)
    assert wanted(followers, per_second) <= wanted(followers, per_second + 0.5)


def test_real_ids_spread_as_the_model_says() -> None:
    shards = 1000
    share = 1 / (1 << (shards.bit_length() - 1))
    counted = Counter(shard_of(f"user{number}", shards) for number in range(200_000))
    assert max(counted.values()) < 200_000 * share * 1.4
