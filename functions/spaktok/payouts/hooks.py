"""What PayPal's servers send us."""

from spaktok.core import keys
from spaktok.core.endpoint.hook import Message, hook
from spaktok.payouts.service import messages


@hook(secrets=(keys.PAYPAL_SECRET,))
def paypalWebhook(message: Message) -> None:
    """Take a message about a payout: it is looked up, whatever the message says."""
    messages.take(message.body, dict(message.headers))
