"""Faults at the gRPC stub of the Firestore client: seeded, or at the RPC a test names.

They are injected below the SDK's own retries, where the network is, so that what the SDK makes of
them (a commit sent twice, a roll-back that hides the error before it) is part of every test.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from google.api_core import exceptions
from google.cloud.firestore_v1.types import RollbackRequest

from spaktok.core import clients
from spaktok.core.channel import UNBEGUN

METHODS = ("begin_transaction", "batch_get_documents", "run_query", "commit", "rollback")


class Fault(Enum):
    ABORTED = "the server aborts it, before it is done"
    UNAVAILABLE = "the connection fails, before it is done"
    LOST_ACK = "it is done, and the connection fails before the answer"
    CLOSED = "it is done, and answered with 'transaction is invalid or closed'"
    DENIED = "the server calls the request invalid"
    CRASH = "the process dies before it is sent"
    CRASH_AFTER = "it is done, and the process dies before the answer"
    FROZEN = "the process stands still before it is sent, and its locks are taken from it"


AFTER = frozenset({Fault.LOST_ACK, Fault.CLOSED, Fault.CRASH_AFTER})
"""Faults of what was done: only a commit can be done and unanswered with consequences."""


FREEING = frozenset({Fault.ABORTED, Fault.CRASH, Fault.FROZEN})
"""Faults by which a transaction ends: the server frees its locks, of a dead or silent client's sooner
or later, and here at once."""


FROZEN_S_MAX = 60


class Crash(BaseException):
    """The process died here. Nothing catches it, and the dead thread can send nothing more."""


@dataclass(frozen=True)
class Rpc:
    index: int
    """Counted over all methods, from 0; roll-backs are not counted."""
    method: str
    nth: int
    """Counted over this method, from 0."""


Plan = Callable[[Rpc], Fault | None]


def at(index: int, fault: Fault) -> Plan:
    """This fault at the RPC of that index, and none elsewhere."""
    return lambda rpc: fault if rpc.index == index else None


def nth(method: str, number: int, fault: Fault) -> Plan:
    """This fault at the `number`-th (from 0) RPC of a method."""
    return lambda rpc: fault if (rpc.method, rpc.nth) == (method, number) else None


def always(method: str, fault: Fault) -> Plan:
    """This fault at every RPC of a method."""
    return lambda rpc: fault if rpc.method == method else None


def seeded(seed: int, chances: dict[Fault, float]) -> Plan:
    """Each RPC meets each of these faults with its chance; the same seed, the same faults."""
    rolls = random.Random(seed)
    lock = threading.Lock()

    def plan(rpc: Rpc) -> Fault | None:
        with lock:
            roll = rolls.random()
        for fault, chance in chances.items():
            if roll < chance:
                return None if fault in AFTER and rpc.method != "commit" else fault
            roll -= chance
        return None

    return plan


@dataclass
class Faults:
    """What went over the wire, and what was done to it."""

    plan: Plan
    seen: list[Rpc] = field(default_factory=list)
    injected: list[tuple[Rpc, Fault]] = field(default_factory=list)
    frozen: threading.Event = field(default_factory=threading.Event)
    """Set once a process stands still."""
    thawed: threading.Event = field(default_factory=threading.Event)
    """To be set for it to go on: with what it was about to send, however late."""
    _dead: set[int] = field(default_factory=set)
    _counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def revive(self) -> None:
        """A new process takes the place of the one that died on this thread."""
        self._dead.discard(threading.get_ident())

    def methods(self) -> list[str]:
        return [rpc.method for rpc in self.seen]

    def pass_(self, method: str, send: Callable[[], Any], free: Callable[[], Any]) -> Any:
        """Send it, or not, as planned. `free` releases the locks of the transaction it belongs to."""
        if method == "rollback":
            return send()
        if threading.get_ident() in self._dead:
            raise Crash(f"{method} from a dead process")
        with self._lock:
            rpc = Rpc(len(self.seen), method, self._counts[method])
            self._counts[method] += 1
            self.seen.append(rpc)
        fault = self.plan(rpc)
        if fault is None:
            return send()
        self.injected.append((rpc, fault))
        if fault in AFTER:
            send()
        elif fault in FREEING:
            free()
        if fault is Fault.FROZEN:
            self.frozen.set()
            if self.thawed.wait(FROZEN_S_MAX):
                return send()
        raise self._error(fault)

    def _error(self, fault: Fault) -> BaseException:
        errors: Any = exceptions
        match fault:
            case Fault.ABORTED:
                return errors.Aborted("injected")
            case Fault.UNAVAILABLE | Fault.LOST_ACK:
                return errors.ServiceUnavailable("injected")
            case Fault.CLOSED:
                return errors.InvalidArgument("Transaction is invalid or closed. (injected)")
            case Fault.DENIED:
                return errors.InvalidArgument("injected")
            case Fault.CRASH | Fault.CRASH_AFTER:
                self._dead.add(threading.get_ident())
                return Crash(fault.value)
            case Fault.FROZEN:
                return TimeoutError("nobody thawed it")


def none(_: Rpc) -> None:
    """No fault: for counting RPCs."""


@contextmanager
def injected(plan: Plan = none) -> Iterator[Faults]:
    """Put `plan` between the SDK and the database of the current project for one block."""
    faults = Faults(plan)
    transport = clients.db()._firestore_api.transport
    callables = {m: transport._wrapped_methods[getattr(transport, m)] for m in METHODS}
    targets = {method: one._target for method, one in callables.items()}
    for method, one in callables.items():
        one._target = _through(faults, method, targets)
    try:
        yield faults
    finally:
        for method, one in callables.items():
            one._target = targets[method]


def _through(faults: Faults, method: str, targets: dict[str, Callable[..., Any]]) -> Any:
    def send(request: Any, **options: Any) -> Any:
        def free() -> None:
            held = getattr(request, "transaction", b"")
            if held and held != UNBEGUN:
                # A query names its database in the path below which it looks.
                place = getattr(request, "parent", "") or request.database
                database = "/".join(place.split("/")[:4])
                targets["rollback"](RollbackRequest(database=database, transaction=held), **options)

        return faults.pass_(method, lambda: targets[method](request, **options), free)

    return send
