"""Webhooks on their way: signed, sent until they are taken, and late, twice or never when asked to.

PayPal tries for three days, ever more seldom ("Webhooks", delivery); here it is over sooner.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localpaypal.server import LocalPayPal

Message = tuple[bytes, dict[str, str]]

ATTEMPTS_MAX = 8
RETRY_S = 0.5
RETRY_S_MAX = 30.0
ROUND_S = 0.2
TIMEOUT_S = 30


@dataclass
class Manners:
    """How deliveries misbehave."""

    silent: bool = False
    """Nothing is ever delivered: only whoever asks learns of it."""
    duplicates: int = 0
    """How many times more than once."""
    delay: timedelta = timedelta(0)


@dataclass
class _Waiting:
    message: Message
    due: float
    attempt: int = 0


@dataclass
class Courier:
    """Processes what is pending, as PayPal does some time after its answer, and tells the endpoint.

    A context manager: it works until it is left.
    """

    paypal: LocalPayPal
    webhook: str
    manners: Manners = field(default_factory=Manners)
    answers: list[int] = field(default_factory=list)
    """What the endpoint answered, 0 where it did not."""
    _ended: Event = field(default_factory=Event)

    def __enter__(self) -> Courier:
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _work(self) -> None:
        waiting: list[_Waiting] = []
        while not self._ended.wait(ROUND_S):
            waiting += [_Waiting(one, self._due()) for one in self._told()]
            now = time.monotonic()
            due = [one for one in waiting if one.due <= now]
            waiting = [one for one in waiting if one.due > now]
            for one in due:
                self.answers.append(post(self.webhook, one.message))
                if not _taken(self.answers[-1]) and one.attempt + 1 < ATTEMPTS_MAX:
                    pause = min(RETRY_S_MAX, RETRY_S * 2**one.attempt)
                    waiting.append(_Waiting(one.message, now + pause, one.attempt + 1))

    def _told(self) -> list[Message]:
        """What is to be told now; then what is pending is processed, and told in the next round."""
        told = self.paypal.deliveries()
        for payout in list(self.paypal.book.payouts.values()):
            self.paypal.book.process(payout)
        if self.manners.silent:
            return []
        return [one for one in told for _ in range(1 + self.manners.duplicates)]

    def _due(self) -> float:
        return time.monotonic() + self.manners.delay.total_seconds()


def post(webhook: str, message: Message) -> int:
    """Send it once; the status, 0 where nobody answered."""
    body, headers = message
    asked = urllib.request.Request(webhook, body, {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as response:
            status: int = response.status
            return status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def deliver(webhook: str, message: Message, attempts: int) -> int:
    """Send it at once until it is taken; what was answered at last."""
    status = 0
    for _ in range(attempts):
        status = post(webhook, message)
        if _taken(status):
            break
    return status


def _taken(status: int) -> bool:
    return status // 100 == 2  # noqa: PLR2004 - any 2xx
