"""Running a transaction until its outcome is known.

The body reads, decides and stages its writes, and may run several times. The SDK's own retry is not
enough (python-firestore 2.34): an ABORTED from a read escapes it, it retries without backing off,
and a commit whose acknowledgement was lost can surface as anything, `InvalidArgument: Transaction is
invalid or closed` included. So whatever happens at commit is treated as *outcome unknown*, and the
body runs again: either it finds its own operation record (`core.once`), or deterministic ids make
the repeat harmless. A body that is neither keyed nor repeatable does not belong here.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, TypeVar

from spaktok.core import clients
from spaktok.core.refusal import Refusal, TryAgain

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

T = TypeVar("T")

ATTEMPTS_MAX: Final = 8
_BACKOFF_BASE_S: Final = 0.05
_BACKOFF_MAX_S: Final = 2.0

_inside: ContextVar[bool] = ContextVar("inside_transaction", default=False)
_sleep: Callable[[float], None] = time.sleep


def inside() -> bool:
    """Whether a transaction's body is running on this thread (nothing may leave the server then)."""
    return _inside.get()


def run(body: Callable[[Transaction], T], *, attempts_max: int = ATTEMPTS_MAX) -> T:
    """Run `body` in a transaction and return what its committed run returned.

    A `Refusal` raised by the body ends it at once, with nothing written. Raises `TryAgain` when
    contention or an outage outlasts `attempts_max` attempts, and the body's own exception when that
    is neither.
    """
    if inside():
        raise RuntimeError("A transaction inside a transaction: pass `tx` on instead")
    for attempt in range(attempts_max):
        if attempt:
            _sleep(_jitter_s(attempt))
        try:
            return _attempt(body)
        except _Unsettled:
            continue
    raise TryAgain


class _Unsettled(Exception):
    """The attempt did not, or may not have, committed: run the body again."""


def _attempt(body: Callable[[Transaction], T]) -> T:
    from google.cloud import firestore

    failure: Exception | None = None
    finished = False

    def watched(tx: Transaction) -> T:
        nonlocal failure, finished
        token = _inside.set(True)
        try:
            result = body(tx)
        except Exception as error:
            failure = error
            raise
        finally:
            _inside.reset(token)
        finished = True
        return result

    try:
        return firestore.transactional(watched)(clients.db().transaction(max_attempts=1))
    except Exception as error:
        # The SDK rolls back on any error, and a failing roll-back hides the error it rolled back
        # for; `failure` still has the body's.
        if failure is not None:
            if isinstance(failure, Refusal) or not _transient(failure):
                raise failure from None
            raise _Unsettled from failure
        if finished or _transient(error):
            raise _Unsettled from error
        raise


def _transient(error: Exception) -> bool:
    from google.api_core import exceptions

    return isinstance(
        error,
        exceptions.Aborted
        | exceptions.ServiceUnavailable
        | exceptions.DeadlineExceeded
        | exceptions.RetryError
        | exceptions.InternalServerError
        | exceptions.Cancelled,
    )


def _jitter_s(attempt: int) -> float:
    """Full jitter: anything between nothing and the exponential step (AWS, 'Exponential Backoff')."""
    return random.uniform(0, min(_BACKOFF_MAX_S, _BACKOFF_BASE_S * 2**attempt))  # noqa: S311
