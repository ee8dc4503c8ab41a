"""Choices and documents of age and safety: values and pure rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from spaktok.core.age import UNKNOWN as UNKNOWN_AGE
from spaktok.core.age import Age, Band
from spaktok.safety import births, policy
from spaktok.safety.births import Source
from spaktok.safety.policy import Decision, Feature


class Store(StrEnum):
    """Whose word a signal is."""

    APPLE = "apple"
    GOOGLE = "google"


class SignalBand(StrEnum):
    """The bands of the stores (Play Age Signals, Declared Age Range)."""

    CHILD = "0-12"
    YOUNGER_TEEN = "13-15"
    OLDER_TEEN = "16-17"
    ADULT = "18+"


BANDS: Final = {
    SignalBand.CHILD: Band.UNDER_MINIMUM,
    SignalBand.YOUNGER_TEEN: Band.YOUNGER_TEEN,
    SignalBand.OLDER_TEEN: Band.OLDER_TEEN,
    SignalBand.ADULT: Band.ADULT,
}


class FilterLevel(StrEnum):
    """How much is kept from a viewer, from the strictest."""

    STRICT = "strict"
    MODERATE = "moderate"
    OFF = "off"


class IdType(StrEnum):
    """Documents that show a birth date."""

    PASSPORT = "passport"
    ID_CARD = "id_card"
    DRIVING_LICENCE = "driving_licence"
    RESIDENCE_PERMIT = "residence_permit"


class RejectionReason(StrEnum):
    """Why a document was refused; the person is told."""

    UNREADABLE = "unreadable"
    EXPIRED = "expired"
    INCOMPLETE = "incomplete"
    NOT_ACCEPTED = "not_accepted"
    DOES_NOT_MATCH = "does_not_match"


REJECTIONS: Final = {
    RejectionReason.UNREADABLE: "the images can't be read",
    RejectionReason.EXPIRED: "the document has expired",
    RejectionReason.INCOMPLETE: "a page is missing",
    RejectionReason.NOT_ACCEPTED: "this kind of document is not accepted",
    RejectionReason.DOES_NOT_MATCH: "the document does not match the account",
}


class RequestStatus(StrEnum):
    """Where a request for verification stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Record:
    """`users/{uid}/private/safety`, without what is sealed in it."""

    dated: Age = UNKNOWN_AGE
    """By the birth date alone."""
    source: Source = Source.NONE
    """Where the birth date is from."""
    zone: str = "UTC"
    zone_moved_at: datetime | None = None
    """When the person last moved it themselves."""
    signals: dict[Store, Band] = field(default_factory=dict)
    filter_level: FilterLevel | None = None
    """What was chosen; None follows the age."""
    pending_request: str | None = None
    too_young_since: datetime | None = None
    """When the account closed for that, or a review of it ended; None where it is old enough."""

    def counts(self, at: datetime) -> tuple[Age, Source]:
        """The band that counts, and where it comes from."""
        return births.strictest(self.dated, self.source, self.signals.values(), at)

    def dated_anew(self, dated: Age, source: Source, zone: str) -> Record:
        """The record with another birth date behind it."""
        return replace(self, dated=dated, source=source, zone=zone)

    def moved(self, zone: str, at: datetime) -> Record:
        """The record of somebody who lives elsewhere now."""
        return replace(self, dated=replace(self.dated, zone=zone), zone=zone, zone_moved_at=at)

    def pending(self, request_id: str | None) -> Record:
        """The record with another request waiting, or none."""
        return replace(self, pending_request=request_id)

    def unreviewed(self, at: datetime) -> Record:
        """The record whose request ended and changed nothing: there is time again for another one."""
        since = None if self.too_young_since is None else at
        return replace(self, pending_request=None, too_young_since=since)

    def closing(self, at: datetime) -> Record:
        """The record with when it became one under the minimum age, if it is."""
        young = self.counts(at)[0].band is Band.UNDER_MINIMUM
        return replace(self, too_young_since=(self.too_young_since or at) if young else None)

    @property
    def erased_from(self) -> datetime | None:
        """When the account is erased unless a review is asked for; None where it is old enough."""
        since = self.too_young_since
        return None if since is None else since + policy.erased_after()

    def filtered(self, level: FilterLevel) -> Record:
        """The record with another level chosen."""
        return replace(self, filter_level=level)

    def signalled(self, store: Store, band: Band) -> Record:
        """The record with another signal of a store's."""
        return replace(self, signals={**self.signals, store: band})


def loosest_filter(age: Age) -> FilterLevel:
    """The least strict level that someone of that age may choose."""
    for feature, level in (
        (Feature.MATURE_CONTENT, FilterLevel.OFF),
        (Feature.MODERATE_CONTENT, FilterLevel.MODERATE),
    ):
        if policy.decide(age, feature) is not Decision.DENY:
            return level
    return FilterLevel.STRICT


def default_filter(age: Age) -> FilterLevel:
    """The level of someone of that age who chose none."""
    if policy.decide(age, Feature.MODERATE_CONTENT) is Decision.ALLOW:
        return FilterLevel.MODERATE
    return FilterLevel.STRICT


def filter_level(chosen: FilterLevel | None, age: Age) -> FilterLevel:
    """The level that holds: what was chosen, as far as the age still allows it."""
    if chosen is None:
        return default_filter(age)
    levels = list(FilterLevel)
    return min(chosen, loosest_filter(age), key=levels.index)
