"""A PayPal on this machine: what Spaktok uses of PayPal's HTTP, with a ledger of its own.

For tests and the demo. `book` is the oracle: what was really paid, whatever was answered. `server`
speaks HTTP and injects what goes wrong between the two; `signing` signs webhooks as PayPal does.

    python -m localpaypal --port 12111        (with `scripts` on the path) until Ctrl-C
"""
