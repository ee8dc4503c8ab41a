"""Counts what a piece of work costs: Firestore reads, writes, deletes and RPCs.

A gRPC interceptor on the one client sees every request and answer, so nothing has to be told what it
does. Counts follow the bill: a missing document is a read, an empty query is one read, an
aggregation is one read per started thousand of the entries it matches. Only a count says how many
those are, so a sum stands beside a count. `hottest` is the largest number of writes
that any single document took.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

import grpc

_AGGREGATED_PER_READ: Final = 1000


@dataclass(slots=True)
class Tally:
    """The cost of one call so far."""

    reads: int = 0
    writes: int = 0
    deletes: int = 0
    rpcs: int = 0
    documents: Counter[str] = field(default_factory=Counter)

    @property
    def hottest(self) -> int:
        """Writes to the document that took the most of them."""
        return max(self.documents.values(), default=0)


_current: ContextVar[Tally | None] = ContextVar("tally", default=None)


@contextmanager
def counting() -> Iterator[Tally]:
    """Count what the block does, on this thread; blocks nest, and the outer one counts it all."""
    outer = _current.get()
    tally = Tally()
    token = _current.set(tally)
    try:
        yield tally
    finally:
        _current.reset(token)
        if outer is not None:
            _add(outer, tally)


def _add(outer: Tally, inner: Tally) -> None:
    outer.reads += inner.reads
    outer.writes += inner.writes
    outer.deletes += inner.deletes
    outer.rpcs += inner.rpcs
    outer.documents.update(inner.documents)


class Interceptor(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[misc] # grpc ships no types
    """Adds each Firestore RPC to the tally of the work it belongs to."""

    def intercept_unary_unary(
        self, continuation: Callable[[Any, Any], Any], call: Any, request: Any
    ) -> Any:
        """Commits, begins and rollbacks. What a commit that failed would have written is not billed."""
        answer = continuation(call, request)
        if (tally := _current.get()) is not None:
            tally.rpcs += 1
            if answer.code() is grpc.StatusCode.OK:
                for write in getattr(request, "writes", ()):
                    _count_write(tally, write)
        return answer

    def intercept_unary_stream(
        self, continuation: Callable[[Any, Any], Any], call: Any, request: Any
    ) -> Any:
        """Batch reads, queries and aggregations."""
        answers = continuation(call, request)
        if (tally := _current.get()) is None:
            return answers
        tally.rpcs += 1
        return _CountedStream(answers, tally, method=_name(call), counted=_count_alias(request))


def _count_write(tally: Tally, write: Any) -> None:
    raw = getattr(write, "_pb", write)
    kind = raw.WhichOneof("operation")
    if kind == "delete":
        tally.deletes += 1
        tally.documents[raw.delete] += 1
    else:
        tally.writes += 1
        tally.documents[raw.update.name if kind == "update" else raw.transform.document] += 1


def _name(call: Any) -> str:
    method = call.method
    text = method.decode() if isinstance(method, bytes) else method
    return str(text).rsplit("/", 1)[-1]


def _count_alias(request: Any) -> str | None:
    """Under which name an aggregation answers how many entries it matched; None where it does not.

    A count that is asked for alone may have no alias: then it is whatever name there is.
    """
    raw = getattr(request, "_pb", request)
    asked = getattr(raw, "structured_aggregation_query", None)
    found = asked.aggregations if asked is not None else ()
    counts = [one.alias for one in found if one.WhichOneof("operator") == "count"]
    return next((alias for alias in counts if alias or len(found) == 1), None)


class _CountedStream:
    """A stream of answers that adds what it yields to the tally, and at least one read a query."""

    def __init__(self, answers: Any, tally: Tally, *, method: str, counted: str | None) -> None:
        self._answers = answers
        self._tally = tally
        self._method = method
        self._counted = counted
        self._documents = 0

    def __iter__(self) -> _CountedStream:
        return self

    def __next__(self) -> Any:
        try:
            answer = next(self._answers)
        except StopIteration:
            if self._method != "BatchGetDocuments" and self._documents == 0:
                self._tally.reads += 1
            raise
        self._count(answer)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._answers, name)

    def _count(self, answer: Any) -> None:
        raw = getattr(answer, "_pb", answer)
        if self._method == "BatchGetDocuments":
            reads = 1 if raw.WhichOneof("result") is not None else 0
        elif self._method == "RunAggregationQuery":
            entries = self._entries(raw.result.aggregate_fields)
            reads = max(1, -(-entries // _AGGREGATED_PER_READ))
        else:
            reads = 1 if raw.HasField("document") else 0
        self._documents += reads
        self._tally.reads += reads

    def _entries(self, values: Any) -> int:
        if self._counted is None:
            return 1  # at least; a sum does not say of how many
        name = self._counted or next(iter(values), "")
        return int(values[name].integer_value) if name in values else 0
