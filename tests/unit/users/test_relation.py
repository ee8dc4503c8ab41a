"""Who may see what: the one predicate, as a table."""

from __future__ import annotations

import pytest

from spaktok.users.relation import SELF, STRANGERS, Relation, Visibility, can_view

FOLLOWER = Relation(follows=True)
FOLLOWED = Relation(followed_by=True)
FRIEND = Relation(follows=True, followed_by=True)
CLOSE_FRIEND = Relation(close_friend_of=True)

SEES = {
    STRANGERS: {Visibility.PUBLIC},
    FOLLOWED: {Visibility.PUBLIC},
    FOLLOWER: {Visibility.PUBLIC, Visibility.FOLLOWERS},
    FRIEND: {Visibility.PUBLIC, Visibility.FOLLOWERS, Visibility.FRIENDS},
    CLOSE_FRIEND: {Visibility.PUBLIC, Visibility.CLOSE_FRIENDS},
    SELF: set(Visibility),
}


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("relation", SEES)
def test_each_relation_sees_exactly_what_is_for_it(
    relation: Relation, visibility: Visibility
) -> None:
    assert can_view(relation, visibility, owner_private=False) == (visibility in SEES[relation])


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("who", ["blocks", "blocked_by"])
def test_a_block_in_either_direction_hides_everything_even_from_a_close_friend(
    who: str, visibility: Visibility
) -> None:
    """Negative control: without the check of `barred`, every row with a follow fails."""
    relation = Relation(follows=True, followed_by=True, close_friend_of=True, **{who: True})
    assert not can_view(relation, visibility, owner_private=False)


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("relation", SEES)
def test_a_private_account_shows_its_followers_what_they_saw_and_nothing_to_anyone_else(
    relation: Relation, visibility: Visibility
) -> None:
    """Negative control: without `owner_private`, strangers see the public and close friends theirs."""
    follows = relation.follows or relation.is_self
    before = can_view(relation, visibility, owner_private=False)
    assert can_view(relation, visibility, owner_private=True) == (follows and before)
