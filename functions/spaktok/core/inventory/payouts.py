"""Premium slots, and money that leaves."""

from __future__ import annotations

from typing import Final

from spaktok.core.inventory.schema import (
    ERASED,
    EXPORTED,
    Entry,
    Erasure,
    Fate,
    Place,
    Subject,
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
    Entry(
        path="premiumTickets/{ticketId}",
        feature="premium",
        subjects=(field("userId"),),
        export=exported("inputHash"),
        erasure=Erasure(
            Fate.PSEUDONYMISE,
            "a payment may be refunded or disputed for years, and is then found by it",
        ),
    ),
    Entry(
        path="premiumEndings/{subscriptionId}",
        feature="premium",
        export=skipped("what a provider is still to end, about nobody"),
        erasure=kept("names a subscription, and no person; gone once the provider has ended it"),
    ),
    Entry(
        path="payoutRequests/{payoutId}",
        feature="payouts",
        subjects=(field("userId"),),
        export=exported("approvals", "providerKey", "providerReference", "signs"),
        erasure=Erasure(Fate.PSEUDONYMISE, "what was paid is kept with the ledger", last=True),
    ),
    Entry(
        path="payoutMethods/{methodId}",
        feature="payouts",
        subjects=(field("userId"),),
        sealed=("receiver",),
        export=exported("receiver", "sealedWith", "destination"),
        erasure=ERASED,
    ),
    Entry(
        path="payoutFindings/{payoutId}",
        feature="payouts",
        subjects=(field("userId"), Subject("involvedIds", Place.ARRAY)),
        export=skipped("what the staff looks into, about several at once"),
        erasure=Erasure(Fate.PSEUDONYMISE, "why two had to approve is kept with what was paid"),
    ),
    Entry(
        path="payoutAccounts/{uid}",
        feature="payouts",
        subjects=(path_id("uid"),),
        export=exported("connected", "bank"),
        erasure=ERASED,
    ),
    Entry(
        path="bankLines/{lineId}",
        feature="payouts",
        export=skipped("the platform's own bank statement, about nobody"),
        erasure=kept("the platform's own bank statement, about nobody"),
    ),
    Entry(
        path="reconciliations/{day}",
        feature="payouts",
        export=skipped("which lines of the ledger and of providers differ, by their ids"),
        erasure=kept("which lines of the ledger and of providers differ, by their ids"),
    ),
)
