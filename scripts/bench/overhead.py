"""What our edge costs a warm call, in Python calls, beside firebase-functions' own.

Both functions are served by functions-framework, as deployed, and get the same request with the same
ID token. Ours also checks the standing, the limit and the request's shape, and writes its log line.
Counting calls (`sys.setprofile`) gives the same number on every machine; of several runs the mode is
taken. Wants the Firestore emulator, which holds the caller's standing. Exits 1 over budget.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent / "functions")]

PROJECT: Final = "demo-bench"
UID: Final = "bench"
WARM_UP: Final = 5
RUNS: Final = 7
RATIO_MAX: Final = 1.5

Serve = Callable[[dict[str, Any]], int]


@dataclass(frozen=True)
class Overhead:
    """The outcome, each side in Python calls a request."""

    echo: int
    ours: int
    reads: int
    """Firestore reads of a warm call of ours."""
    rpcs: int

    @property
    def ratio(self) -> float:
        """How many times the yardstick."""
        return self.ours / self.echo

    @property
    def within(self) -> bool:
        """Whether it keeps the budget."""
        return self.ratio <= RATIO_MAX and self.reads == 0 and self.rpcs == 0


def measure() -> Overhead:
    """Serve both and count."""
    os.environ["GCLOUD_PROJECT"] = PROJECT
    os.environ["FIREBASE_AUTH_EMULATOR_HOST"] = "unsigned-tokens-only.invalid"
    os.environ["FUNCTIONS_EMULATOR"] = "true"
    os.environ["FUNCTION_TARGET"] = "noop"  # as deployed: our edge does without firebase-functions
    from spaktok.core import clients, clock, meter, standing

    clients.admin()
    clients.db().collection("security").document(UID).set(standing.new(clock.now()))
    ours, echo = _server("noop"), _server("echo")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        logging.disable(logging.CRITICAL)  # the yardstick warns of what it logs
        echo_calls, our_calls = _count(echo), _count(ours)
        with meter.counting() as cost:
            ours(_request())
        logging.disable(logging.NOTSET)
    return Overhead(echo_calls, our_calls, cost.reads, cost.rpcs)


def _server(name: str) -> Serve:
    """The function of this name, as functions-framework serves it: from a request to its status."""
    import functions_framework

    framework: Any = functions_framework
    app = framework.create_app(name, str(HERE / f"{name}.py"), "http")

    def serve(request: dict[str, Any]) -> int:
        status: list[str] = []
        for _ in app.wsgi_app(request, lambda line, _headers, _error=None: status.append(line)):
            pass
        return int(status[0].split()[0])

    return serve


def _request() -> dict[str, Any]:
    from werkzeug.test import EnvironBuilder

    return EnvironBuilder(
        method="POST",
        data=json.dumps({"data": {"userId": UID, "limit": 20, "text": "hello"}}),
        content_type="application/json",
        headers=[("Authorization", f"Bearer {_token()}")],
    ).get_environ()


def _token() -> str:
    """What the Auth emulator gives out: unsigned."""
    now = int(time.time())
    claims = {
        "iss": f"https://securetoken.google.com/{PROJECT}",
        "aud": PROJECT,
        "sub": UID,
        "iat": now,
        "exp": now + 3600,
        "auth_time": now,
    }
    return ".".join((_part({"alg": "none", "typ": "JWT"}), _part(claims), ""))


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _count(serve: Serve) -> int:
    for _ in range(WARM_UP):
        if (status := serve(_request())) != 200:  # noqa: PLR2004 - OK
            raise RuntimeError(f"The function answered {status}")
    return Counter(_calls(serve) for _ in range(RUNS)).most_common(1)[0][0]


def _calls(serve: Serve) -> int:
    count, request = 0, _request()

    def on_event(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(on_event)
    try:
        serve(request)
    finally:
        sys.setprofile(None)
    return count


def main() -> int:
    """Print both; 1 over budget."""
    if "FIRESTORE_EMULATOR_HOST" not in os.environ:
        print("Set FIRESTORE_EMULATOR_HOST: `make dev` starts an emulator.", file=sys.stderr)
        return 1
    found = measure()
    print(f"bare echo   {found.echo:>6} Python calls a request")
    print(f"our edge    {found.ours:>6} Python calls, {found.reads} reads, {found.rpcs} RPCs")
    print(f"ratio       {found.ratio:>6.2f} (at most {RATIO_MAX})")
    return 0 if found.within else 1


if __name__ == "__main__":
    sys.exit(main())
