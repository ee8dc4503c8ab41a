"""The command line of the chaos run; see the package."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock
from uuid import uuid4

import requests

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts"), str(ROOT / "functions")]

from chaos import engine  # noqa: E402 - after the path they are found on
from chaos.engine import Outcome  # noqa: E402
from chaos.flow import Flow  # noqa: E402
from chaos.flows.gifts import GiftsFlow  # noqa: E402
from chaos.flows.ledger import LedgerFlow  # noqa: E402
from chaos.flows.payouts import PayoutsFlow  # noqa: E402
from chaos.queues import ChaosQueue  # noqa: E402
from spaktok.core import clients, clock  # noqa: E402
from spaktok.integrations.paypal import client as paypal  # noqa: E402
from spaktok.payouts.model.states import key_of  # noqa: E402
from spaktok.payouts.service import sending  # noqa: E402
from spaktok.wallet.model import refunding, spending, withdrawing  # noqa: E402
from spaktok.wallet.service.booking import Operation  # noqa: E402
from spaktok.wallet.service.reversals import _Part  # noqa: E402

FLOWS: dict[str, type[Flow]] = {
    "ledger": LedgerFlow,
    "gifts": GiftsFlow,
    "payouts": PayoutsFlow,
}
SHOWN_MAX = 20


@contextmanager
def _without_key() -> Iterator[None]:
    """Every attempt makes an entry of its own: nothing tells a repeat."""
    with mock.patch.object(Operation, "entry_id", property(lambda _: uuid4().hex)):
        yield


@contextmanager
def _without_debt() -> Iterator[None]:
    """Whoever owes may go on as if they did not."""
    with ExitStack() as stack:
        for module in (spending, withdrawing):
            stack.enter_context(mock.patch.object(module, "check_owes_nothing", lambda _: None))
        for module in (spending, withdrawing, refunding):
            stack.enter_context(mock.patch.object(module, "repaid", lambda wallet: (wallet, ())))
        yield


@contextmanager
def _without_provider() -> Iterator[None]:
    """Each attempt at a withdrawal has a provider's key of its own."""
    anew = lambda payout_id: f"{key_of(payout_id)}~{uuid4().hex[:8]}"  # noqa: E731 - one expression
    with (
        mock.patch.object(sending, "key_of", anew),
        mock.patch.object(paypal, "_checked", lambda batch, _: batch),
    ):
        yield


@contextmanager
def _without_kept() -> Iterator[None]:
    """What is reversed is taken from creators, and what is restored given, mature or not."""
    with mock.patch.object(_Part, "kept", lambda *_: False):
        yield


WITHOUT = {
    "key": _without_key,
    "debt": _without_debt,
    "kept": _without_kept,
    "provider": _without_provider,
}
"""Guards that a negative control takes away."""


@dataclass(frozen=True)
class Result:
    """What a run came to."""

    outcome: Outcome
    wrong: list[str]
    figures: Counter[str]
    seconds: float
    lost_tasks: int

    @property
    def failures(self) -> list[str]:
        """Everything that should not be."""
        told = self.outcome
        return [
            *self.wrong,
            *(f"stuck: {name}" for name in told.stuck),
            *(f"a duplicate was answered differently: {name}" for name in told.different),
            *(f"broken: {why}" for why in told.broken),
        ]


def run(name: str, count: int, seed: int, *, workers: int = 64, without: str = "") -> Result:
    """One run in a project of its own. Prints nothing."""
    began = time.monotonic()
    queue = ChaosQueue(seed)
    project = f"demo-chaos-{uuid4().hex[:8]}"
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, {"GCLOUD_PROJECT": project}))
        # What was lost is looked for minute by minute, and commits have the database's time: a clock
        # that stands still, as a test's does, would have it looked for where nothing is.
        stack.enter_context(clock.set_to(lambda: datetime.now(UTC)))
        stack.enter_context(mock.patch.object(clients, "queue", queue.of))
        if without:
            stack.enter_context(WITHOUT[without]())
        flow = FLOWS[name](count, seed, queue)
        outcome = engine.carry_out(flow, seed=seed, workers=workers)
        flow.settle()
        wrong = flow.wrong()
        figures = flow.figures
    _forget(project)
    return Result(outcome, wrong, figures, time.monotonic() - began, queue.lost)


def _forget(project: str) -> None:
    """Have the emulator drop what a platform wrote: it keeps all of it in memory."""
    host = os.environ["FIRESTORE_EMULATOR_HOST"]
    url = f"http://{host}/emulator/v1/projects/{project}/databases/(default)/documents"
    requests.delete(url, timeout=60).raise_for_status()


def sizes(count: int, most: int) -> list[int]:
    """The acts of each platform of a run: as few platforms as may be, and of one size.

    The emulator has no indexes: each query reads its whole collection, and a long run would be about
    that. So it is many platforms, one after the other, each with all that goes on at once and each
    proved by itself.
    """
    platforms = -(-count // most)
    return [count // platforms + (number < count % platforms) for number in range(platforms)]


@dataclass
class Total:
    """What all platforms of a run came to."""

    outcome: Outcome = field(default_factory=Outcome)
    figures: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    seconds: float = 0.0
    lost_tasks: int = 0

    def add(self, result: Result) -> None:
        """One platform more."""
        of, one = self.outcome, result.outcome
        of.acts += one.acts
        of.deliveries += one.deliveries
        of.rpcs += one.rpcs
        of.faults += one.faults
        of.refused += one.refused
        self.figures.update(result.figures)  # `+=` would drop the noughts
        self.failures += len(result.failures)
        self.seconds += result.seconds
        self.lost_tasks += result.lost_tasks


def told(counts: Counter[str]) -> str:
    """Counts as a reader takes them."""
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nothing"


def main(arguments: Sequence[str]) -> int:
    """Run, tell, and say by the exit code whether all is as it must be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--flow", default="ledger", choices=sorted(FLOWS))
    parser.add_argument("--gifts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--without", default="", choices=["", *WITHOUT])
    asked = parser.parse_args(arguments)
    if not os.environ.get("FIRESTORE_EMULATOR_HOST"):
        print("✗ There is no Firestore emulator here.\n  → Start it by `make chaos`.")
        return 2
    total = Total()
    for number, count in enumerate(sizes(asked.gifts, FLOWS[asked.flow].platform_max)):
        seed = asked.seed + number
        result = run(asked.flow, count, seed, workers=asked.workers, without=asked.without)
        total.add(result)
        print(
            f"seed {seed}, of {count}: {told(result.figures)}, in {result.seconds:.0f} s",
            flush=True,
        )
        for line in result.failures[:SHOWN_MAX]:
            print(f"  ✗ {line}", flush=True)
    outcome = total.outcome
    print(f"{asked.workers} workers: {outcome.acts} acts, {outcome.deliveries} deliveries,")
    print(f"  {outcome.rpcs} RPCs, in {total.seconds:.0f} s; {told(total.figures)}")
    print(f"  faults: {told(outcome.faults)}; tasks lost {total.lost_tasks}")
    print(f"  refused: {told(outcome.refused)}")
    print(
        f"{total.failures} wrong." if total.failures else "0 wallets wrong; every invariant holds."
    )
    return 1 if total.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
