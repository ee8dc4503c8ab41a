"""A local Stripe: the vendor's HTTP as far as Spaktok uses it, with a ledger of its own as the oracle.

The official SDK points at it unchanged. What it answers is taken from the vendor's documentation
(docs.stripe.com/api, /webhooks, /testing, /disputes, /refunds); `tests/emulator/coins/test_contract.py`
states what both it and the vendor must do, and runs against either.

    objects      the state: every object by its id, and the balance, line by line
    payments     customers, sessions, intents, charges, and paying
    reversals    refunds and disputes
    events       what is told: events, their signatures, and deliveries that misbehave when asked to
    api          the vendor's paths, parameters, idempotency keys and errors
    server       the same over HTTP, with a page that pays, for the local stack and the demo
"""
