"""Start the local stack: the whole Firebase Emulator Suite, from whatever this machine has.

    scripts/dev.py --schedules --gifts          stays up until Ctrl-C, on the ports of firebase.json
    scripts/dev.py --free-ports --run CMD ...   runs CMD against a stack of its own, then ends both

Exits with the command's status; 1 when the stack cannot start or stops by itself.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import NoReturn

from stack.errors import StackError
from stack.paths import LOGS, ROOT
from stack.ports import HOST, SUITE, VENDOR_PORTS
from stack.processes import send
from stack.report import say, tail
from stack.suite import Suite

DEMO_PREFIX = "demo-"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
COMMAND_END_SECONDS_MAX = 10.0
PAUSE_SECONDS = 0.2


class Interrupted(KeyboardInterrupt):
    """A signal asked this program to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.signal = signal.Signals(number)


def main() -> int:
    """Parse the options, hold the stack up for as long as it is wanted."""
    options = _options()
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    try:
        with Suite(
            options.project,
            options.free_ports,
            download=not options.no_download,
            functions=not options.without_functions,
        ) as suite:
            scheduler = suite.scheduler() if options.schedules else None
            try:
                if scheduler:
                    scheduler.begin()
                if options.gifts:
                    _place_gifts(suite)
                return _run(suite, options.run) if options.run else _stay(suite)
            finally:
                if scheduler:
                    scheduler.stop()
                for number in SIGNALS:
                    signal.signal(number, signal.SIG_IGN)
                say("stack: stopping …")
    except StackError as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    except Interrupted as interrupted:
        return 128 + interrupted.signal


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--free-ports", action="store_true", help="listen on free ports instead of firebase.json's"
    )
    parser.add_argument("--project", default="demo-spaktok", help="a project id, demo-…")
    parser.add_argument(
        "--no-download", action="store_true", help="never download a missing emulator"
    )
    parser.add_argument(
        "--without-functions", action="store_true", help="only what keeps data: for tests"
    )
    parser.add_argument(
        "--schedules", action="store_true", help="start scheduled functions when they are due"
    )
    parser.add_argument(
        "--gifts", action="store_true", help="have the gifts' pictures in Storage, in a moment"
    )
    parser.add_argument(
        "--run", nargs=argparse.REMAINDER, metavar="CMD", help="run this, then stop (last option)"
    )
    options = parser.parse_args()
    if not options.project.startswith(DEMO_PREFIX):
        parser.error(f"--project must begin with {DEMO_PREFIX}: others could reach a real project")
    if options.without_functions and (options.schedules or options.gifts):
        parser.error("--schedules and --gifts need the functions")
    if options.run is not None and not options.run:
        parser.error("--run needs a command")
    return options


def _interrupt(number: int, _: FrameType | None) -> NoReturn:
    raise Interrupted(number)


def _place_gifts(suite: Suite) -> None:
    """Upload the gifts' pictures beside whatever else begins; what goes wrong is in the log."""
    command = [sys.executable, str(ROOT / "scripts" / "giftart" / "upload.py")]
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / "gifts.log").open("w", encoding="utf-8") as log:
        environment = suite.command_environment()
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)


def _stay(suite: Suite) -> int:
    """Say where everything listens, then wait for Ctrl-C, which is the normal end."""
    for name in (*SUITE, "hub", *VENDOR_PORTS):
        if name in suite.ports:
            say(f"  {name:<10} http://{HOST}:{suite.ports[name]}")
    say(f"  log        {suite.log.relative_to(ROOT)}")
    say("stack: up until Ctrl-C")
    try:
        while suite.ended() is None:
            time.sleep(PAUSE_SECONDS)
    except Interrupted as interrupted:
        return 0 if interrupted.signal is signal.SIGINT else 128 + interrupted.signal
    raise _stopped(suite)


def _run(suite: Suite, command: list[str]) -> int:
    """Run a command until it or the suite ends; returns the command's status."""
    try:
        process = subprocess.Popen(command, cwd=os.getcwd(), env=suite.command_environment())
    except OSError as problem:
        raise StackError(
            f"{command[0]} cannot be run: {problem.strerror}.", "Correct what follows --run."
        ) from problem
    try:
        while suite.ended() is None:
            try:
                return _status(process.wait(timeout=PAUSE_SECONDS))
            except subprocess.TimeoutExpired:
                continue
    except Interrupted as interrupted:
        return _end(process, interrupted.signal)
    _end(process, signal.SIGTERM)
    raise _stopped(suite)


def _end(process: subprocess.Popen[bytes], asked: signal.Signals) -> int:
    """Give the command time to end by itself, pass the signal on, and insist in the end.

    At a terminal Ctrl-C has reached the command as well: a second one would cut its own tidying
    short, so SIGINT is passed on only to a command that seems not to have heard it.
    """
    for number in (None, asked) if asked is signal.SIGINT else (asked,):
        if number is not None:
            send(process.pid, number)
        try:
            return _status(process.wait(timeout=COMMAND_END_SECONDS_MAX / 2))
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    process.wait()
    return 128 + asked


def _status(returned: int) -> int:
    """A command ended by a signal counts as 128 + its number, as in a shell."""
    return returned if returned >= 0 else 128 - returned


def _stopped(suite: Suite) -> StackError:
    return StackError(
        f"The emulator suite stopped by itself (status {suite.ended()}).",
        f"Read the log, then start it again: {suite.log.relative_to(ROOT)}",
        tail(suite.log),
    )


if __name__ == "__main__":
    sys.exit(main())
