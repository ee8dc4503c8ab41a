"""Workers that carry out acts under faults, and insist on an outcome."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from queue import Queue
from random import Random
from typing import Any, Final

from google.api_core.exceptions import GoogleAPIError

from chaos.flow import Act, Flow
from spaktok.core.refusal import Refusal, TryAgain
from tests.support.faults import Crash, Fault, Faults, injected, none, seeded

FAULTS: Final = {
    Fault.ABORTED: 0.05,
    Fault.LOST_ACK: 0.02,
    Fault.UNAVAILABLE: 0.01,
    Fault.CRASH: 0.01,
    Fault.CRASH_AFTER: 0.01,
}
"""Chances of an RPC. Killed workers are the last two: before it is sent, and before the answer."""
DUPLICATES: Final = 0.10
TRIES_MAX: Final = 40
"""An act that has no outcome after so many tries is stuck: that is a failure."""


@dataclass
class Outcome:
    """What a run came to, besides what its flows find."""

    acts: int = 0
    deliveries: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    rpcs: int = 0
    stuck: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    """Acts whose duplicates were answered differently."""
    broken: list[str] = field(default_factory=list)
    """Acts that failed in a way nobody planned."""


@dataclass
class _Delivery:
    act: Act
    answers: list[Any]
    lock: threading.Lock


def carry_out(flow: Flow, *, seed: int, workers: int) -> Outcome:
    """Do all acts of a flow with that many workers at once; a tenth of them twice."""
    outcome = Outcome()
    lock = threading.Lock()
    waiting: Queue[_Delivery | None] = Queue(maxsize=workers * 2)
    rolls = Random(seed)

    plan = seeded(seed, FAULTS)
    with injected(plan) as faults:
        threads = [
            threading.Thread(target=_work, args=(waiting, outcome, lock, faults))
            for _ in range(workers)
        ]
        flow.revive = faults.revive
        for thread in threads:
            thread.start()
        for act in flow.acts(Random(seed)):
            if act is None:
                waiting.join()
                faults.plan = none
                continue
            faults.plan = plan
            outcome.acts += 1
            delivery = _Delivery(act, [], threading.Lock())
            for _ in range(2 if rolls.random() < DUPLICATES else 1):
                outcome.deliveries += 1
                waiting.put(delivery)
        for _ in threads:
            waiting.put(None)
        for thread in threads:
            thread.join()
        outcome.faults = Counter(fault.name for _, fault in faults.injected)
        outcome.rpcs = len(faults.seen)
    return outcome


def _work(
    waiting: Queue[_Delivery | None], outcome: Outcome, lock: threading.Lock, faults: Faults
) -> None:
    while (delivery := waiting.get()) is not None:
        try:
            _deliver(delivery, outcome, lock, faults)
        except Exception as error:  # noqa: BLE001 - a run tells of it and goes on
            with lock:
                outcome.broken.append(f"{delivery.act.name}: {type(error).__name__}: {error}")
        finally:
            waiting.task_done()


def _deliver(delivery: _Delivery, outcome: Outcome, lock: threading.Lock, faults: Faults) -> None:
    act = delivery.act
    for _ in range(TRIES_MAX):
        try:
            answer = act.run()
        except Crash:
            faults.revive()
            continue
        except (TryAgain, GoogleAPIError):
            continue
        except Refusal as refusal:
            with lock:
                outcome.refused[refusal.error()] += 1
            return
        with delivery.lock:
            first = not delivery.answers
            delivery.answers.append(act.same(answer))
            differs = delivery.answers[0] != delivery.answers[-1]
            if first:
                act.done(answer)
        if differs:
            with lock:
                outcome.different.append(act.name)
        return
    with lock:
        outcome.stuck.append(act.name)
