"""How much is kept from a viewer: their own choice, and the restriction of one piece of content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spaktok.core import clock, transaction
from spaktok.safety import model, store
from spaktok.safety.model import FilterLevel
from spaktok.safety.refusals import NotForYourAge
from spaktok.safety.service import access
from spaktok.safety.service.access import Somebody

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Filter:
    """The level that holds."""

    level: FilterLevel


def choose(uid: str, level: FilterLevel) -> Filter:
    """Choose a level. 1 read, 1 write. Raises `NotForYourAge` where the age allows only stricter."""
    if model.filter_level(level, access.age_of(uid)) is not level:
        raise NotForYourAge
    at = clock.now()

    def body(tx: Transaction) -> None:
        (found,) = store.read(tx, [store.record_ref(uid)])
        store.put_record(tx, uid, store.decode(found).filtered(level), at)

    transaction.run(body)
    return Filter(level)


def level_of(uid: str) -> FilterLevel:
    """The level that holds for `uid` now: their choice, as far as their age allows it. 1 read."""
    record = store.decode(store.record_ref(uid).get())
    return model.filter_level(record.filter_level, access.age_of(uid))


def require_view(viewer: Somebody, restriction: int) -> None:
    """Raise `NotForYourAge` where it is not for the viewer."""
    if not may_view(viewer, restriction):
        raise NotForYourAge


def may_view(viewer: Somebody, restriction: int) -> bool:
    """Whether something restricted to that many years (0 to 21) is for the viewer. No read of ours.

    Who never said their age has completed none. Bands are all that is known: between 13 and 18 a
    restriction that lies inside a band holds until the band ends.
    """
    return access.age_of(viewer).floor >= restriction
