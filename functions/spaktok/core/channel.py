"""The client's channel to Firestore: metered, patient for a call, beginning lazily.

A transaction begins with its first read: one RPC fewer than a `BeginTransaction` before it. Firestore
begins one in the request that reads first when it is asked to (`new_transaction` of BatchGetDocuments
and RunQuery), and says in its first answer which. The Python library (2.34) knows only the other way:
ask, wait for the answer, then read. So a `LazyTransaction` hands the library a placeholder instead of
an id, and `FirstRead` makes of it what Firestore understands.

Loaded with the first read: importing Firestore costs 230 modules, for which no instance should pay at
its start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Final

import grpc
from google.cloud import firestore
from google.cloud.firestore_v1.base_client import _GRPC_MSG_SIZE_OPTIONS

from spaktok.core import messages
from spaktok.core.meter import Interceptor

UNBEGUN: Final = b"begins with this read"
RETRY_S_MAX: Final = 10.0
"""For how long the library repeats what Firestore cannot take, instead of its own 60 s to 5 min: a
call has 30 s, and whatever may be repeated for longer is (`core.transaction`, the queues)."""
_READ_ON_THIS_THREAD: Final = ("SingleThreadedUnaryStream", 1)
"""A read is a stream of answers, for each of which gRPC would start a thread: a third of its CPU.
(`grpc.experimental.ChannelOptions`, without the import.)"""


class MeteredClient(firestore.Client):
    """A Firestore client that adds the cost of every RPC to the work it belongs to."""

    def _emulator_channel(self, _: Any) -> grpc.Channel:
        # The library's own, which takes no further options.
        options = [*_GRPC_MSG_SIZE_OPTIONS, _READ_ON_THIS_THREAD]
        return grpc.insecure_channel(self._emulator_host, options=options)

    def _firestore_api_helper(self, transport: Any, client_class: Any, client_module: Any) -> Any:
        return super()._firestore_api_helper(_metered(transport), client_class, client_module)


@cache
def _metered(transport: Any) -> Any:
    """A transport of the library that counts, and reads and repeats as we want it.

    The library builds the channel itself, differently for the emulator; intercepting where the
    transport receives it is the one place that both ways pass.
    """

    class Metered(transport):  # type: ignore[misc] # the base is chosen at run time
        def __init__(self, *, host: str, channel: grpc.Channel) -> None:
            channel = grpc.intercept_channel(channel, Interceptor(), FirstRead())
            super().__init__(host=host, channel=channel)

        @classmethod
        def create_channel(cls, *place: Any, options: Any = (), **how: Any) -> grpc.Channel:
            options = [*options, _READ_ON_THIS_THREAD]
            return super().create_channel(*place, options=options, **how)

        def _prep_wrapped_messages(self, client_info: Any) -> None:
            super()._prep_wrapped_messages(client_info)
            for call in self._wrapped_methods.values():
                if call._retry is not None:  # noqa: SLF001 - set when the library is imported
                    call._retry = call._retry.with_timeout(RETRY_S_MAX)  # noqa: SLF001

    return Metered


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


messages.replace()
