"""Content filters and restrictions: never looser than the age allows, and no age in any answer."""

from __future__ import annotations

from dataclasses import fields

import pytest

from spaktok.core import meter, standing
from spaktok.core.age import Band
from spaktok.core.ids import UserId, VideoId
from spaktok.core.refusal import NotFound
from spaktok.graph import service as graph
from spaktok.safety.model import FilterLevel, SignalBand, Store
from spaktok.safety.refusals import NotForYourAge
from spaktok.safety.service import birth, filters
from spaktok.videos.service import access, restriction
from spaktok.videos.service.restriction import Verdict
from tests.support.ages import HELD, MINORS, forget_age, join_aged
from tests.support.people import ANA, BEN, CARL, join
from tests.support.worlds import video


@pytest.mark.parametrize("band", [Band.UNKNOWN, *MINORS])
def test_no_minor_turns_the_filter_off(band: Band) -> None:
    """Negative control: a filter that is off where no age is known is what this replaces."""
    join_aged(band, ANA)
    assert filters.level_of(ANA) is FilterLevel.STRICT
    with pytest.raises(NotForYourAge):
        filters.choose(ANA, FilterLevel.OFF)
    assert filters.level_of(ANA) is FilterLevel.STRICT


def test_an_adult_chooses_any_level_and_starts_with_moderate() -> None:
    join_aged(Band.ADULT, ANA)
    assert filters.level_of(ANA) is FilterLevel.MODERATE
    for level in FilterLevel:
        assert filters.choose(ANA, level) == filters.Filter(level)
        assert filters.level_of(ANA) is level


def test_a_choice_that_the_age_no_longer_allows_does_not_hold() -> None:
    join_aged(Band.ADULT, ANA)
    filters.choose(ANA, FilterLevel.OFF)
    birth.submit_signal(ANA, Store.APPLE, SignalBand.OLDER_TEEN)
    standing.forget()
    assert filters.level_of(ANA) is FilterLevel.MODERATE


ALLOWED = {
    Band.UNKNOWN: {0},
    Band.YOUNGER_TEEN: {0, 13},
    Band.OLDER_TEEN: {0, 13, 16},
    Band.ADULT: {0, 13, 16, 18, 21},
}


@pytest.mark.parametrize("band", HELD)
def test_every_band_sees_what_its_youngest_may(band: Band) -> None:
    join(BEN)
    join_aged(band, ANA)
    found = video(BEN)
    for years in (0, 13, 16, 18, 21):
        restriction.restrict(BEN, found, years)
        allowed = years in ALLOWED[band]
        assert restriction.check(ANA, found) == Verdict(found, allowed, years)
        if allowed:
            access.get_video(ANA, found)
        else:
            with pytest.raises(NotForYourAge):
                access.get_video(ANA, found)
    assert {one.name for one in fields(Verdict)} == {"content_id", "can_view", "age_restriction"}


def test_whoever_made_no_profile_sees_only_what_is_for_everyone() -> None:
    join(BEN)
    found = video(BEN)
    restriction.restrict(BEN, found, 13)
    assert not restriction.check(UserId("guest"), found).can_view


def test_owners_see_their_own_whatever_their_age() -> None:
    join_aged(Band.YOUNGER_TEEN, ANA)
    found = video(ANA)
    restriction.restrict(ANA, found, 18)
    assert restriction.check(ANA, found).can_view
    access.get_video(ANA, found)


def test_only_the_owner_restricts_and_what_is_not_there_for_one_is_not_found() -> None:
    join(ANA, BEN, CARL)
    found = video(BEN)
    for somebody, thing in ((ANA, found), (BEN, VideoId("nothing"))):
        with pytest.raises(NotFound):
            restriction.restrict(somebody, thing, 18)
    graph.block(BEN, ANA, None)
    with pytest.raises(NotFound):
        restriction.check(ANA, found)


def test_what_is_for_everyone_costs_no_more_than_before() -> None:
    join(ANA, BEN)
    found = video(BEN)
    forget_age(ANA)
    with meter.counting() as cost:
        access.get_video(ANA, found)
    assert (cost.reads, cost.rpcs) == (2, 1)
