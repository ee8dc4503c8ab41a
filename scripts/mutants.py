"""Show that no condition of the security rules is idle: try every mutant of both rules files.

    scripts/mutants.py             all of them
    scripts/mutants.py storage     of storage.rules

A Firestore emulator and a storage runtime of its own judge. Each mutant has one fault (a condition
dropped, a comparison turned, an `allow` without condition) and must change the answer to some question
of tests/rules. Exits 0 when every one does.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from stack.emulators import find_parts
from stack.errors import StackError
from stack.paths import FUNCTIONS, ROOT
from stack.report import say
from stack.spare import spare_firestores

sys.path[:0] = [str(ROOT), str(FUNCTIONS)]

from tests.rules import replay, storage_runtime  # noqa: E402 - after the path they are found on
from tests.rules.firestore import Project  # noqa: E402
from tests.rules.mutation import mutants  # noqa: E402
from tests.rules.replay import Replay  # noqa: E402

BEAT_S = 10.0


@contextmanager
def _firestore() -> Iterator[Replay]:
    with spare_firestores(1):
        yield replay.of_firestore(Project("mutants"))


@contextmanager
def _storage() -> Iterator[Replay]:
    with storage_runtime.runtime() as runtime:
        yield replay.of_storage(runtime)


REPLAYS: dict[str, Callable[[], AbstractContextManager[Replay]]] = {
    "firestore": _firestore,
    "storage": _storage,
}


def main(wanted: list[str]) -> int:
    """Try the mutants of the named rules files, or of both."""
    if unknown := set(wanted) - set(REPLAYS):
        say(
            f"✗ No such rules: {', '.join(sorted(unknown))}\n  → Choose among: {', '.join(REPLAYS)}"
        )
        return 2
    survived = 0
    try:
        find_parts(download=True)
        for service in wanted or REPLAYS:
            with REPLAYS[service]() as asked:
                survived += _try_all(f"{service}.rules", asked)
    except StackError as problem:
        say(str(problem))
        return 1
    return 1 if survived else 0


def _try_all(file: str, asked: Replay) -> int:
    """How many mutants of this file nobody notices, or 1 where the file itself is wrong."""
    rules = (ROOT / file).read_text(encoding="utf-8")
    asked.load(rules)
    if (failure := next(asked.failures(), None)) is not None:
        say(f"✗ {file} fails without a mutant: {failure}")
        say("  → Make the rules' tests pass first: make test LAYERS=rules")
        return 1
    found = mutants(rules)
    survived = 0
    began = beat = time.monotonic()
    for number, mutant in enumerate(found, start=1):
        if asked.killer(mutant) is None:
            survived += 1
            say(f"✗ survived: {file} {mutant}")
        if time.monotonic() - beat > BEAT_S:
            beat = time.monotonic()
            say(f"mutants: {number} of {len(found)} in {file}")
    took = f"in {time.monotonic() - began:.0f} s"
    say(f"mutants: {len(found) - survived} of {len(found)} in {file} noticed {took}")
    if survived:
        say(f"  → Ask in tests/rules what would tell them apart, or simplify {file}")
    return survived


if __name__ == "__main__":
    # Outside a suite, which ends whatever carries its mark, the emulator ends with this or not at all.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    sys.exit(main(sys.argv[1:]))
