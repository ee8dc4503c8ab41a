"""A stand-in on a port of its own until Ctrl-C; says where it is and, at the end, what it paid.

    python -m localpaypal --port 12112 --root /tmp/root.pem --webhook http://127.0.0.1:5001/…/paypalWebhook

Its webhooks are signed under a root of its own, which `--root` writes down before anything is sent:
whoever is to believe them is told of that file (`SPAKTOK_PAYPAL_ROOT`).
"""

from __future__ import annotations

import argparse
from contextlib import nullcontext, suppress
from pathlib import Path
from threading import Event

from localpaypal.delivering import Courier
from localpaypal.server import LocalPayPal, running


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--webhook", help="where messages are delivered to")
    parser.add_argument("--root", type=Path, help="where the root of its certificate is written")
    options = parser.parse_args()
    local = LocalPayPal()
    if options.root is not None:
        options.root.write_bytes(local.signer.root)
    with running(local, options.port) as paypal:
        print(paypal.url, flush=True)
        telling = Courier(paypal, options.webhook) if options.webhook else nullcontext()
        with telling, suppress(KeyboardInterrupt):
            Event().wait()
        for line in paypal.book.lines:
            print(f"{line.at:%H:%M:%S} {line.code} {line.amount_minor:>9} {line.key}", flush=True)


if __name__ == "__main__":
    main()
