"""Actions of safety."""

from __future__ import annotations

from spaktok.core import standing
from spaktok.core.age import Band
from spaktok.safety.model import FilterLevel, SignalBand
from spaktok.safety.model import Store as SignalStore
from spaktok.safety.requests import RequestIdVerification, SetBirthDate
from spaktok.safety.service import access, birth, filters, identity
from tests.cost.actions.scene import Action, action
from tests.support.ages import join_aged
from tests.support.people import ANA, GROWN_UP, join


@action("set a birth date")
def _() -> Action:
    join_aged(Band.UNKNOWN, ANA)
    request = SetBirthDate(**GROWN_UP.model_dump())
    return lambda: birth.set_birth_date(ANA, request)


@action("note an age signal")
def _() -> Action:
    join(ANA)
    return lambda: birth.submit_signal(ANA, SignalStore.APPLE, SignalBand.ADULT)


@action("move one's time zone")
def _() -> Action:
    join(ANA)
    return lambda: birth.move_zone(ANA, "Asia/Tokyo")


@action("learn what holds for one's age")
def _() -> Action:
    join(ANA)
    return lambda: access.policy_of(standing.load(ANA, fresh=False))


@action("choose a content filter")
def _() -> Action:
    join(ANA)
    return lambda: filters.choose(ANA, FilterLevel.STRICT)


@action("ask for verification of age")
def _() -> Action:
    join(ANA)
    request = RequestIdVerification(id_type="passport", id_number="AB 12345", image_count=1)
    return lambda: identity.ask(ANA, request)
