"""What Stripe's servers call."""

from __future__ import annotations

from spaktok.coins.service import hearing
from spaktok.core import keys
from spaktok.core.endpoint.hook import Message, hook


@hook(secrets=(keys.STRIPE_SECRET, keys.STRIPE_WEBHOOK_SECRET))
def stripeWebhook(message: Message) -> None:
    """Hear of payments, refunds and disputes from Stripe."""
    hearing.webhook(message.body, message.headers.get("stripe-signature", ""))
