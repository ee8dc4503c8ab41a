"""What somebody may do at their age: what every other feature asks.

    access.require(caller.uid, Feature.LIVE_HOST)
    if not access.may(receiver, Feature.MESSAGES_FROM_STRANGERS): ...

An age is in the standing, which every call has read: asking about the caller costs no read, about
another one read at most, kept for 30 seconds. `fresh=True` reads it now.
"""

from __future__ import annotations

from dataclasses import dataclass

from spaktok.core import clock, standing
from spaktok.core.age import Age, Band
from spaktok.core.standing import Standing
from spaktok.safety import policy
from spaktok.safety.policy import Decision, Feature
from spaktok.safety.refusals import NotForYourAge

Somebody = str | Standing | Age


def age_of(somebody: Somebody, *, fresh: bool = False) -> Age:
    """The age at this instant, of a uid, a standing, or an age as it was read."""
    if isinstance(somebody, str):
        somebody = standing.load(somebody, fresh=fresh)
    written = somebody.age if isinstance(somebody, Standing) else somebody
    return written.at(clock.now())


def decision(somebody: Somebody, feature: Feature, *, fresh: bool = False) -> Decision:
    """What the policy says; `OPT_IN` is off until they turn it on."""
    return policy.decide(age_of(somebody, fresh=fresh), feature)


def may(somebody: Somebody, feature: Feature, *, fresh: bool = False) -> bool:
    """Whether they may at all, be it by turning it on."""
    return decision(somebody, feature, fresh=fresh) is not Decision.DENY


def require(somebody: Somebody, feature: Feature, *, fresh: bool = False) -> None:
    """Raise `NotForYourAge` where they may not."""
    if not may(somebody, feature, fresh=fresh):
        raise NotForYourAge


def on_by_default(somebody: Somebody, feature: Feature) -> bool:
    """Whether it is on for whoever chose nothing."""
    return decision(somebody, feature) is Decision.ALLOW


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for somebody."""

    features: dict[str, Decision]
    """Every feature that age decides about, by its name in `safety/policy.json`."""


def policy_of(somebody: Somebody) -> Policy:
    """All decisions about somebody. No age is named, but they differ by band, which they tell."""
    age = age_of(somebody)
    return Policy({str(one): policy.decide(age, one) for one in Feature})


def shown_to(viewer: Somebody, other: Somebody) -> bool:
    """Whether `other` may be suggested to `viewer`: minors are not, to anyone who is not one.

    Of whoever never said their age the worse is assumed: a minor where they would be shown, an
    adult where they would look.
    """
    if may(other, Feature.SUGGESTED_TO_ADULTS):
        return True
    return age_of(viewer).band in (Band.YOUNGER_TEEN, Band.OLDER_TEEN)
