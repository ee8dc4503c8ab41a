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
    kept,
    path_id,
    skipped,
)

_MOVES: Final = Erasure(
    Fate.PSEUDONYMISE,
    "closed and emptied, it moves to the pseudonym: by it the history is proved, and goes on",
    last=True,
)

MONEY: Final[tuple[Entry, ...]] = (
    Entry(
        path="users/{uid}/wallet/summary",
        feature="wallet",
        subjects=(path_id("uid"),),
        get=Audience.OWNER,
        export=EXPORTED,
        erasure=_MOVES,
    ),
    Entry(
        path="users/{uid}/lots/{lotId}",
        feature="wallet",
        subjects=(path_id("uid"),),
        export=exported(),
        erasure=_MOVES,
    ),
    Entry(
        path="users/{uid}/income/{rollUpId}",
        feature="wallet",
        subjects=(path_id("uid"),),
        export=skipped("parts of earnings on their way into the wallet, within seconds"),
        erasure=_MOVES,
    ),
    Entry(
        path="walletAudits/{uid}",
        feature="wallet",
        subjects=(path_id("uid"),),
        export=skipped("how far the audit of a wallet has come"),
        erasure=ERASED,
    ),
    Entry(
        path="leftBehind/{entryId}",
        feature="wallet",
        export=skipped("what a lost task left undone, under the id of an entry of the ledger"),
        erasure=kept("names an entry of the ledger, which is kept, and goes when that is done"),
    ),
    Entry(
        path="alarms/{alarmId}",
        feature="core",
        subjects=(field("subject"),),
        export=skipped("that something was wrong, mostly in the ledger, for those who mend it"),
        erasure=Erasure(Fate.PSEUDONYMISE, "what was wrong once must stay to be seen"),
    ),
    Entry(
        path="revenueLog/{day}",
        feature="wallet",
        export=skipped("the platform's own figures, about nobody"),
        erasure=kept("the platform's own figures, about nobody"),
    ),
    Entry(
        path="revenueLog/{day}/lanes/{lane}",
        feature="wallet",
        export=skipped("how far those figures are reckoned, about nobody"),
        erasure=kept("how far those figures are reckoned, about nobody"),
    ),
    Entry(
        path="platformRevenue/{period}",
        feature="wallet",
        export=skipped("the platform's own figures, about nobody"),
        erasure=kept("the platform's own figures, about nobody"),
    ),
    Entry(
        path="approvals/{proposalId}",
        feature="wallet",
        subjects=(field("userId"), field("proposerId"), field("decidedBy")),
        export=skipped("how the staff decides; what came of it is in the ledger"),
        erasure=Erasure(Fate.PSEUDONYMISE, "who approved what stays to be proved", last=True),
    ),
    Entry(
        path="transactions/{entryId}",
        feature="wallet",
        subjects=(field("userId"), field("receiverId")),
        export=exported("receiverId", "inputHash", "hash", "prev", "slot", "lane", "links"),
        erasure=Erasure(
            Fate.PSEUDONYMISE,
            "the history of money is kept, and says no more whose it was",
            last=True,
            forgets=("links.message",),
        ),
    ),
    Entry(
        path="coinPackages/{packageId}",
        feature="coins",
        export=skipped("what is sold, about nobody"),
        erasure=kept("what is sold, about nobody"),
    ),
    Entry(
        path="coinPackages/{packageId}/versions/{version}",
        feature="coins",
        export=skipped("what was sold, about nobody"),
        erasure=kept("what was sold, about nobody"),
    ),
    Entry(
        path="coinPurchases/{purchaseId}",
        feature="coins",
        subjects=(field("userId"),),
        get=Audience.OWNER,
        list=Audience.OWNER,
        export=exported("inputHash"),
        erasure=Erasure(
            Fate.PSEUDONYMISE,
            "a payment may be refunded or disputed for years, and is then found by it",
            last=True,
        ),
    ),
    Entry(
        path="customers/{uid}",
        feature="coins",
        subjects=(path_id("uid"),),
        export=EXPORTED,
        erasure=ERASED,
    ),
    Entry(
        path="paymentEvents/{eventId}",
        feature="coins",
        ttl="expiresAt",
        export=skipped("remembers that a provider's message was dealt with, about nobody"),
        erasure=kept("names a purchase, and no person; gone within 90 days"),
    ),
    Entry(
        path="storeReports/{day}",
        feature="coins",
        export=skipped("what the stores list and we have not, by ids of purchases"),
        erasure=kept("what the stores list and we have not, by ids of purchases"),
    ),
    Entry(
        path="coinRefunds/{refundId}",
        feature="coins",
        subjects=(field("userId"), field("staffId")),
        export=exported("staffId", "asked"),
        erasure=Erasure(
            Fate.PSEUDONYMISE, "that money was sent back is kept, and no more to whom", last=True
        ),
    ),
)
