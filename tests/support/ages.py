"""People of every age: accounts in each band, and every pair of bands.

join_aged(Band.YOUNGER_TEEN, ANA)
@pytest.mark.parametrize(("one", "other"), PAIRS)   # the adult-minor matrix
"""

from __future__ import annotations

from datetime import timedelta

from spaktok.core import clients, clock, standing
from spaktok.core.age import Band
from spaktok.core.ids import UserId
from spaktok.safety import births
from spaktok.safety.requests import DeclaresBirth
from tests.support.people import join

ZONE = "America/New_York"
YEARS = {Band.YOUNGER_TEEN: 14, Band.OLDER_TEEN: 16, Band.ADULT: 35}
"""How old someone of each band is; nobody signs up into the other two."""
MINORS = (Band.YOUNGER_TEEN, Band.OLDER_TEEN)
HELD = (Band.UNKNOWN, *MINORS, Band.ADULT)
"""The bands that accounts have."""
PAIRS = [(one, other) for one in HELD for other in HELD]


def born(years: int) -> str:
    """The birth date of someone who completed that many years half a year ago."""
    return (births.youngest(years, ZONE, clock.now()) - timedelta(days=180)).isoformat()


def declares(band: Band, region: str = "US") -> DeclaresBirth:
    """What someone of this band declares when signing up."""
    return DeclaresBirth(birth_date=born(YEARS[band]), region=region, time_zone=ZONE)


def join_aged(band: Band, *uids: UserId, region: str = "US") -> None:
    """Give each of them a profile and this band; `UNKNOWN` is an account older than the question."""
    join(*uids, declares=declares(Band.ADULT if band is Band.UNKNOWN else band, region))
    if band is Band.UNKNOWN:
        for uid in uids:
            forget_age(uid)


def forget_age(uid: UserId) -> None:
    """Make an account as old as if nobody had ever asked."""
    db = clients.db()
    db.document(f"users/{uid}/private/safety").delete()
    security = db.document(f"security/{uid}")
    fields = security.get().to_dict() or {}
    for name in ("band", "ageFloor", "nextBandAt", "region", "timeZone"):
        fields.pop(name, None)
    security.set(fields)
    standing.forget()
