"""Closing what somebody left open who turns out to be younger than they were taken for."""

from __future__ import annotations

from spaktok.core import standing
from spaktok.core.ids import UserId
from spaktok.users import settings, store
from spaktok.users.privacy import DEFAULTS, narrowed


def tighten(uid: UserId) -> None:
    """Bring the settings of `uid` to what is on at their age; repeatable. 2 reads, and an update.

    The band is written before this runs, so nothing that it forbids can be opened again meanwhile.
    """
    kept = store.account_ref(uid).get().to_dict()
    if kept is None:
        return
    age = standing.load(uid, fresh=True).age
    changes = narrowed({**DEFAULTS, **kept["privacySettings"]}, age)
    if changes:
        settings.update(uid, changes)
