"""Premium: twenty numbered slots, each held by one creator or free, given and taken by people.

Whoever holds a slot keeps 90 % of the net receipts of gifts committed while they hold it, everyone
else 50 %. What was held when, and what share was in force when, are intervals between the database's
own commit times (`SERVER_TIMESTAMP`), so the share of a gift is a question about its commit time and
nothing else (`service.shares.of`). An account's badge, role and claims follow the slot.

Owns `settings/premium_settings`, `premiumAccounts/{uid}`, `premiumLedger/{tenureId}` and
`premiumRequests/{uid}`.
"""
