"""A transaction that begins with its first read: one RPC fewer than a `BeginTransaction` before it.

Firestore begins a transaction in the request that reads first when it is asked to (`new_transaction`
of BatchGetDocuments and RunQuery), and says in its first answer which one. The Python library (2.34)
knows only the other way: ask, wait for the answer, then read. So a `LazyTransaction` hands the library
a placeholder instead of an id, and `FirstRead`, in the client's channel, makes of it what Firestore
understands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import grpc
from google.cloud import firestore

UNBEGUN: Final = b"begins with this read"


class LazyTransaction(firestore.Transaction):
    """What the library takes for a transaction in progress, before and after it has begun."""

    @property
    def in_progress(self) -> bool:
        """Always: the library then lets it be read with."""
        return True

    @property
    def id(self) -> bytes:
        """What a read names it by."""
        return self._id or UNBEGUN

    @property
    def begun(self) -> bytes | None:
        """Its id at Firestore; None as long as it holds nothing there."""
        return self._id

    def begin_as(self, name: bytes) -> None:
        """Firestore has begun it, under this id."""
        self._id = name  # type: ignore[assignment] # declared by what it starts with

    def finish(self) -> None:
        """Commit what was staged; raises what Firestore says against it, and then stays as it was.

        What read nothing never begins: its writes are one commit, atomic by itself.
        """
        if self._id is not None or self._write_pbs:
            self._commit()


_current: ContextVar[LazyTransaction | None] = ContextVar("transaction", default=None)


@contextmanager
def reading_with(tx: LazyTransaction) -> Iterator[None]:
    """Within the block, reads of this thread that name no begun transaction begin this one."""
    token = _current.set(tx)
    try:
        yield
    finally:
        _current.reset(token)


class FirstRead(grpc.UnaryStreamClientInterceptor):  # type: ignore[misc] # grpc ships no types
    """Has Firestore begin the transaction of a request that still names the placeholder."""

    def intercept_unary_stream(
        self, continuation: Callable[[Any, Any], Any], call: Any, request: Any
    ) -> Any:
        """Returns once the transaction has its id, so that the next read is part of it."""
        raw = getattr(request, "_pb", request)
        if getattr(raw, "transaction", b"") != UNBEGUN:
            return continuation(call, request)
        tx = _current.get()
        if tx is None:
            raise RuntimeError("A read of a transaction that is over, or that another thread runs")
        # A copy: the library sends the same request again after a failure, which begins another.
        asked = type(raw)()
        asked.CopyFrom(raw)
        if tx.begun is None:
            asked.new_transaction.read_write.SetInParent()
        else:
            asked.transaction = tx.begun
        answers = continuation(call, type(request).wrap(asked))
        return answers if tx.begun else _Begun(answers, tx)


class _Begun:
    """The answers to a first read, of which the first names the transaction."""

    def __init__(self, answers: Any, tx: LazyTransaction) -> None:
        self._answers = answers
        self._first: list[Any] = []
        for answer in answers:
            raw = getattr(answer, "_pb", answer)
            if raw.transaction:
                tx.begin_as(raw.transaction)
            # One that only names the transaction is no answer to what was asked.
            if _says_something(raw):
                self._first.append(answer)
            if tx.begun:
                break

    def __iter__(self) -> _Begun:
        return self

    def __next__(self) -> Any:
        return self._first.pop(0) if self._first else next(self._answers)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._answers, name)


def _says_something(answer: Any) -> bool:
    return any(field.name not in ("transaction", "read_time") for field, _ in answer.ListFields())
