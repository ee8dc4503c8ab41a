"""Whose videos are suggested to whom: those of minors are not, to anyone who is not one.

For lists that many read (what is new, what trends, a hashtag's or a sound's page). Nothing of it stands
on a video, which whoever may see it reads whole: it would tell of an age.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from spaktok.core import age, clients, clock, config
from spaktok.core.age import Band
from spaktok.safety.policy import Feature
from spaktok.safety.service import access
from spaktok.safety.service.access import Somebody

REMEMBERED_S: Final = 600.0
REMEMBERED_MAX: Final = 20_000
CHUNK: Final = 300

_known: Final[OrderedDict[str, tuple[float, bool]]] = OrderedDict()


def meets_minors(viewer: Somebody) -> bool:
    """Whether minors are suggested to the viewer: only where they are certainly one themselves."""
    return access.age_of(viewer).band in (Band.YOUNGER_TEEN, Band.OLDER_TEEN)


def kept_from_adults(owners: Iterable[str]) -> set[str]:
    """Those of these accounts who are not suggested to adults; of an unknown age the worse is assumed.

    A read for each that this instance has not looked at for ten minutes.
    """
    now_s, project = clock.monotonic(), config.project()
    wanted = sorted(set(owners))
    missing = [
        uid
        for uid in wanted
        if (kept := _known.get(f"{project}/{uid}")) is None or now_s - kept[0] > REMEMBERED_S
    ]
    place = clients.db().collection("security")
    for start in range(0, len(missing), CHUNK):
        some = missing[start : start + CHUNK]
        for snapshot in clients.db().get_all([place.document(uid) for uid in some]):
            known = age.decode(snapshot.to_dict() or {})
            allowed = access.may(known, Feature.SUGGESTED_TO_ADULTS)
            _known[f"{project}/{snapshot.id}"] = (now_s, not allowed)
            _known.move_to_end(f"{project}/{snapshot.id}")
    found = {uid for uid in wanted if _known[f"{project}/{uid}"][1]}
    while len(_known) > REMEMBERED_MAX:
        _known.popitem(last=False)
    return found


def forget() -> None:
    """Empty this instance's memory (tests)."""
    _known.clear()
