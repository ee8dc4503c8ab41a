"""Money: wallets, and the ledger they are sums of.

The ledger is kept when somebody is erased, under a pseudonym whose link to them is destroyed: an
append-only history of money can lose names, not entries.
"""

from __future__ import annotations

from typing import Final

from spaktok.core.inventory.schema import (
    ERASED,
    EXPORTED,
    Audience,
    Entry,
    Erasure,
    Fate,
    exported,
    field,
    path_id,
    skipped,
)

MONEY: Final[tuple[Entry, ...]] = (
    Entry(
        path="users/{uid}/wallet/summary",
        feature="wallet",
        subjects=(path_id("uid"),),
        get=Audience.OWNER,
        export=EXPORTED,
        erasure=ERASED,
    ),
    Entry(
        path="users/{uid}/lots/{lotId}",
        feature="wallet",
        subjects=(path_id("uid"),),
        export=exported(),
        erasure=ERASED,
    ),
    Entry(
        path="users/{uid}/income/{rollUpId}",
        feature="wallet",
        subjects=(path_id("uid"),),
        export=skipped("parts of earnings on their way into the wallet, within seconds"),
        erasure=ERASED,
    ),
    Entry(
        path="walletAudits/{uid}",
        feature="wallet",
        subjects=(path_id("uid"),),
        export=skipped("how far the audit of a wallet has come"),
        erasure=ERASED,
    ),
    Entry(
        path="alarms/{alarmId}",
        feature="wallet",
        subjects=(field("subject"),),
        export=skipped("that something in the ledger was wrong, for those who mend it"),
        erasure=Erasure(Fate.PSEUDONYMISE, "what was wrong once must stay to be seen"),
    ),
    Entry(
        path="approvals/{proposalId}",
        feature="wallet",
        subjects=(field("userId"), field("proposerId"), field("decidedBy")),
        export=skipped("how the staff decides; what came of it is in the ledger"),
        erasure=Erasure(Fate.PSEUDONYMISE, "who approved what stays to be proved"),
    ),
    Entry(
        path="transactions/{entryId}",
        feature="wallet",
        subjects=(field("userId"), field("receiverId")),
        export=exported("receiverId", "inputHash", "hash", "prev", "slot", "lane", "links"),
        erasure=Erasure(
            Fate.PSEUDONYMISE, "the history of money is kept, and says no more whose it was"
        ),
    ),
)
