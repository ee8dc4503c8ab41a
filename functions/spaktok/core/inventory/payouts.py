"""Premium slots, and money that leaves."""

from __future__ import annotations

from typing import Final

from spaktok.core.inventory.schema import (
    ERASED,
    EXPORTED,
    Entry,
    Erasure,
    Fate,
    exported,
    field,
    kept,
    path_id,
    skipped,
)

PAYOUTS: Final[tuple[Entry, ...]] = (
    Entry(
        path="settings/premium_settings",
        feature="premium",
        export=skipped("about the system; it names nobody"),
        erasure=kept("about the system; it names nobody"),
    ),
    Entry(
        path="premiumAccounts/{uid}",
        feature="premium",
        subjects=(path_id("uid"),),
        export=exported("lastAct"),
        erasure=ERASED,
    ),
    Entry(
        path="premiumLedger/{tenureId}",
        feature="premium",
        subjects=(field("userId"),),
        export=skipped("repeats the account's own tenures, which are exported"),
        erasure=Erasure(Fate.PSEUDONYMISE, "which slot was held when decided about money"),
    ),
    Entry(
        path="premiumRequests/{uid}",
        feature="premium",
        subjects=(path_id("uid"),),
        export=EXPORTED,
        erasure=ERASED,
    ),
)
