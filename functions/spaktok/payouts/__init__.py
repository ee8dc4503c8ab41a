"""Payouts: earnings that leave, each at most once.

A withdrawal is a document and a reservation in the wallet, made in one commit. Its state moves along
one graph (`model.states`), each step together with its entry of the ledger. What is sent to a provider
has a key that is stored before the call and is the same for every attempt; whether an unanswered call
was done is found out by that key, never by another payout.

    requested → reserved → approved → submitting → submitted → paid → returned
                   │           │            └→ unknown ┘  └→ failed, returned (released)
                   └ rejected ─┴ cancelled (released)

`service.methods` links where money may go (sealed, with a cooldown), `requesting` and `deciding` make
and decide withdrawals, `screening` looks whether one is the end of a ring, `sending` talks to the
provider and `model.looking` says when again, `reconciling` compares the ledger with the providers'
`exports` and the bank's statement, `incoming` with what Stripe has of purchases, `statements` tells the
user a month.

Owns `payoutRequests/{payoutId}`, `payoutFindings/{payoutId}`, `payoutMethods/{methodId}`,
`payoutAccounts/{uid}`, `bankLines/{lineId}`, `reconciliations/{day}`, `system/payments` and
`alarms/{alarmId}` of its kind.
"""
