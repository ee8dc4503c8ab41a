"""Stripe, by its official SDK.

`client` connects, `payments` orders and asks, `messages` proves and reads webhooks. Set the secrets
`SPAKTOK_STRIPE_SECRET_KEY` and `SPAKTOK_STRIPE_WEBHOOK_SECRETS`, and point an endpoint of the account
at `stripeWebhook` with the events in `messages.KINDS`. Beside emulators the SDK speaks to
`SPAKTOK_STRIPE_URL`, where the local stack's own Stripe listens; nowhere else is that looked at.
"""
