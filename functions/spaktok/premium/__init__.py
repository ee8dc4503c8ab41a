"""Premium: twenty numbered slots, each held by one creator or free, given and taken by people.

Whoever holds a slot keeps 90 % of the net receipts of gifts committed while they hold it, everyone
else 50 %. What was held when, and what share was in force when, are intervals between the database's
own commit times (`SERVER_TIMESTAMP`), so the share of a gift is a question about its commit time and
nothing else (`service.shares.of`). An account's badge, role and claims follow the slot.

Selling slots is a layer that the settings switch on (`offer`), off at first. A ticket keeps a numbered
slot for half an hour; a webhook that says it was paid has us ask, and begins or prolongs the tenure in
the commit of the ledger's entry; a refund or a lost dispute takes the term back. Who can't be given the
slot any more is refunded by a task. A slot that was bought asks no place in the line. Where the offer
says so, what is bought is a subscription: each of its invoices is a term, a ticket of its own, and it
ends with the slot, whoever takes that.

What Stripe is to be asked for has a task, which may be lost, and a state by which a sweep finds it.

Owns `premiumTickets/{ticketId}`, `settings/premium_settings`, `premiumAccounts/{uid}`,
`premiumLedger/{tenureId}`, `premiumRequests/{uid}` and `premiumEndings/{subscriptionId}`.
"""
