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
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, TypeVar

from spaktok.core import clients, clock
from spaktok.core.refusal import TryAgain

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction, WriteBatch

    from spaktok.core.channel import LazyTransaction

T = TypeVar("T")

ATTEMPTS_MAX: Final = 8
REJECTIONS_MAX: Final = 3
"""Times in a row that the database may call a commit wrong. A lost acknowledgement looks the same as
a document that is too large, so the first is not believed; two lost in a row are rare, three are a
fault of ours and surface as what they are instead of as `TryAgain` for ever."""

GIVE_UP_S: Final = 20.0
"""No attempt starts later than this: a call has 30 s, and its client wants an answer."""

_BACKOFF_BASE_S: Final = 0.05
_BACKOFF_MAX_S: Final = 2.0
_ROLL_BACK_S_MAX: Final = 3.0

_inside: ContextVar[bool] = ContextVar("inside_transaction", default=False)
_sleep: Callable[[float], None] = time.sleep


def inside() -> bool:
    """Whether a transaction's body is running on this thread (nothing may leave the server then)."""
    return _inside.get()


def run(body: Callable[[Transaction], T], *, attempts_max: int = ATTEMPTS_MAX) -> T:
    """Run `body` in a transaction and return what its committed run returned.

    A `Refusal` raised by the body ends it at once, with nothing written. Raises `TryAgain` when
    contention or an outage outlasts `attempts_max` attempts, what the database says against a commit
    that it rejects again and again, and the body's own exception when that is none of these.
    """
    if inside():
        raise RuntimeError("A transaction inside a transaction: pass `tx` on instead")
    return settle(lambda: _attempt(body), attempts_max=attempts_max)


def commit(batch: WriteBatch) -> None:
    """Commit a guarded batch until its outcome is known; raises what its guard says.

    A guard is a precondition that fails when the batch is repeated: the create of what must be new,
    the delete of what must exist. Without one, a lost acknowledgement would apply it twice.
    """
    settle(batch.commit)


class Overtaken(Exception):
    """What an attempt read was changed before it could write: it is worth another."""


def settle(attempt: Callable[[], T], *, attempts_max: int = ATTEMPTS_MAX) -> T:
    """Repeat what may be repeated, with full jitter, for as long as it fails for a passing reason.

    Raises `TryAgain` when that reason outlasts `attempts_max` attempts or `GIVE_UP_S`.
    """
    give_up_s = clock.monotonic() + GIVE_UP_S
    rejections = 0
    last: Exception | None = None
    for number in range(attempts_max):
        if number:
            _sleep(_jitter_s(number))
        try:
            return attempt()
        except _Rejected as rejected:
            rejections += 1
            last = rejected.error
            if rejections == REJECTIONS_MAX:
                raise last from None
        except Exception as error:
            if not _passing(error):
                raise
            rejections = 0
            last = error
        if clock.monotonic() >= give_up_s:
            break
    raise TryAgain from last


class _Rejected(Exception):
    """The database refused the commit, or says so because it had already done it."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error: Final = error


def _attempt(body: Callable[[Transaction], T]) -> T:
    # The steps of the SDK's `transactional`, which would hide the body's error behind that of a
    # failing roll-back, and wait a minute for a roll-back that nothing depends on.
    from spaktok.core.channel import LazyTransaction

    tx = LazyTransaction(clients.db())
    try:
        result = _within(body, tx)
    except BaseException as error:
        _roll_back(tx)
        if isinstance(error, Exception) and _closed(error):
            raise _Rejected(error) from error
        raise
    try:
        tx.finish()
    except Exception as error:
        from google.api_core.exceptions import Aborted

        if not isinstance(error, Aborted):
            _roll_back(tx)
        if _passing(error):
            raise
        raise _Rejected(error) from error
    return result


def _within(body: Callable[[Transaction], T], tx: LazyTransaction) -> T:
    from spaktok.core.channel import reading_with

    token = _inside.set(True)
    try:
        with reading_with(tx):
            return body(tx)
    finally:
        _inside.reset(token)


def _roll_back(tx: LazyTransaction) -> None:
    """Free the locks now rather than when the server notices; whether it works decides nothing."""
    if tx.begun is None:
        return
    client = clients.db()
    with suppress(Exception):
        client._firestore_api.rollback(  # noqa: SLF001 - the SDK's own has no way to give up
            request={"database": client._database_string, "transaction": tx.begun},  # noqa: SLF001
            metadata=client._rpc_metadata,  # noqa: SLF001
            retry=None,
            timeout=_ROLL_BACK_S_MAX,
        )


def _closed(error: Exception) -> bool:
    """Whether a read may have failed because its transaction was closed under it."""
    from google.api_core.exceptions import InvalidArgument

    return isinstance(error, InvalidArgument)


def _passing(error: Exception) -> bool:
    from google.api_core import exceptions

    return isinstance(
        error,
        Overtaken
        | exceptions.Aborted
        | exceptions.ServiceUnavailable
        | exceptions.DeadlineExceeded
        | exceptions.RetryError
        | exceptions.InternalServerError
        | exceptions.TooManyRequests
        | exceptions.Cancelled
        | exceptions.Unknown,
    )


def _jitter_s(attempt: int) -> float:
    """Full jitter: anything between nothing and the exponential step (AWS, 'Exponential Backoff')."""
    return random.uniform(0, min(_BACKOFF_MAX_S, _BACKOFF_BASE_S * 2**attempt))  # noqa: S311
