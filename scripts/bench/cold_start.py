"""How many modules an instance loads before it can answer, for every deployed function.

    scripts/bench/cold_start.py             every function, beside a bare echo
    scripts/bench/cold_start.py likeVideo   these
    scripts/bench/cold_start.py --record    note which modules are over the budget, for the tests

Counts of `sys.modules` are the same on every machine and in every run, where seconds are not. Each
function is loaded in a process of its own with FUNCTION_TARGET set, as deployed. Wants the Firestore
emulator (FIRESTORE_EMULATOR_HOST). Exits 1 where a budget is exceeded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent / "functions")]

PROJECT: Final = "demo-bench"
IMPORT_MAX: Final = 720
CALL_MAX: Final = 930
WORK_MAX: Final = 940
OVER: Final[dict[str, int]] = json.loads((HERE / "cold_start_over.json").read_text("utf-8"))
"""Modules that load more than that after their first read, and how many. A debt, by name: nothing may
be added, and what shrinks is written down (`--record`)."""
SLACK: Final = 4
"""By how much a figure there may be too high before it has to be lowered."""


@dataclass(frozen=True)
class Load:
    """What one function loads."""

    name: str
    at_import: int
    after_firestore: int
    heavy: tuple[str, ...]
    firestore_max: int

    @property
    def within(self) -> bool:
        """Whether it keeps its budget."""
        return (
            self.at_import <= IMPORT_MAX
            and self.after_firestore <= self.firestore_max
            and not self.heavy
        )


def functions() -> dict[str, int]:
    """Every deployed function, and how many modules it may have loaded after its first read."""
    os.environ.setdefault("GCLOUD_PROJECT", PROJECT)
    import main
    from spaktok.core.endpoint.declaration import Call, declared

    return {
        name: OVER.get(
            module, CALL_MAX if isinstance(declared(getattr(main, name)), Call) else WORK_MAX
        )
        for module, names in main.FUNCTIONS.items()
        for name in names
    }


def representatives() -> dict[str, str]:
    """One function of every module: those of a module load the same."""
    import main

    return {names[0]: module for module, names in main.FUNCTIONS.items()}


def record() -> None:
    """Write down which modules are over the budget now."""
    OVER.clear()
    budgets, modules = functions(), representatives()
    loads = measure((name, budgets[name]) for name in modules)
    over = {modules[load.name]: load.after_firestore for load in loads if not load.within}
    text = json.dumps(dict(sorted(over.items())), indent=2)
    (HERE / "cold_start_over.json").write_text(f"{text}\n", "utf-8")


def measure(wanted: Iterable[tuple[str, int]], table: str = "main") -> list[Load]:
    """Load each in a process of its own."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(lambda one: _load(one[0], one[1], table), wanted))


def _load(name: str, firestore_max: int, table: str) -> Load:
    environment = {**os.environ, "FUNCTION_TARGET": name, "GCLOUD_PROJECT": PROJECT}
    done = subprocess.run(
        [sys.executable, str(HERE / "probe.py"), table],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{name} could not be loaded:\n{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    return Load(name, found["import"], found["firestore"], tuple(found["heavy"]), firestore_max)


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a budget is exceeded."""
    if "FIRESTORE_EMULATOR_HOST" not in os.environ:
        print("Set FIRESTORE_EMULATOR_HOST: `make dev` starts an emulator.", file=sys.stderr)
        return 1
    if arguments == ["--record"]:
        record()
        return 0
    budgets = functions()
    (echo,) = measure([("echo", CALL_MAX)], "echo")
    loads = measure([(name, budgets[name]) for name in arguments or budgets])
    print(f"{'function':<28}{'import':>8}{'+ Firestore':>13}{'budget':>13}")
    print(f"{'bare echo':<28}{echo.at_import:>8}{echo.after_firestore:>13}")
    for load in loads:
        budget = f"{IMPORT_MAX}/{load.firestore_max}"
        verdict = "" if load.within else f"  over budget {' '.join(load.heavy)}".rstrip()
        line = f"{load.name:<28}{load.at_import:>8}{load.after_firestore:>13}{budget:>13}"
        print(line + verdict)
    return 0 if all(load.within for load in loads) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
