"""Linear hashing: where a follower lies, and what a split moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from spaktok.users.shards import shard_of, splits_next

followers = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=28)
counts = st.integers(min_value=1, max_value=1000)


@given(followers, counts)
def test_a_follower_lies_in_one_of_the_shards_there_are(follower: str, shards: int) -> None:
    assert 0 <= shard_of(follower, shards) < shards


@given(followers, counts)
def test_one_more_shard_moves_only_followers_of_the_shard_that_splits(
    follower: str, shards: int
) -> None:
    before, after = shard_of(follower, shards), shard_of(follower, shards + 1)
    assert after == before or (before == splits_next(shards) and after == shards)


def test_followers_spread_evenly() -> None:
    sizes = [0] * 8
    for number in range(8000):
        sizes[shard_of(f"user{number}", 8)] += 1
    assert max(sizes) < 1.15 * min(sizes)
