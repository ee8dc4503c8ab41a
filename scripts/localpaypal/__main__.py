"""A stand-in on a port of its own until Ctrl-C; says where it is and, at the end, what it paid."""

from __future__ import annotations

import argparse
from contextlib import suppress
from threading import Event

from localpaypal.server import running


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    with running(port=options.port) as paypal:
        print(paypal.url, flush=True)
        with suppress(KeyboardInterrupt):
            Event().wait()
        for line in paypal.book.lines:
            print(f"{line.at:%H:%M:%S} {line.code} {line.amount_minor:>9} {line.key}", flush=True)


if __name__ == "__main__":
    main()
