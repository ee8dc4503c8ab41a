"""PayPal Payouts (REST v1) and PayPal's webhooks, as its documentation describes them.

`client` speaks HTTP, `signature` proves that a webhook is PayPal's. There is no PayPal SDK for Payouts
in Python that is kept; the API is four calls.

Sources: developer.paypal.com, "Payouts v1" (create, show batch, show item, cancel unclaimed item),
"Transaction Search" (`GET /v1/reporting/transactions`), "Webhooks" (verifying a message oneself).
"""
