"""However a stack ends, nothing of it is left running.

What runs is counted by a variable of the test's own that everything inherits, not by the marker the
stack itself uses. Negative control, tried by hand: with the CLI's process
group killed instead of `end_all` (in `Suite.stop` and in the keeper) the first test and that of a stack
without functions fail, for Java still runs; with `end_all` taken from the keeper alone, the last one.
"""

import os
import signal
from pathlib import Path

SERVING = "functions-framework"
PARTS = ("CloudFirestore", "pubsub.jar", "StorageRules", "firebase.js", SERVING)
LIGHT = "--without-functions"
"""Half the work to start, and ended by the same hand."""


def _await_up(checkout, process, seen):
    """Wait for the command, and see that what must not be left over does run now."""
    told = checkout.await_command(process, seen)
    running = "\n".join(checkout.running())
    assert [part for part in PARTS if part not in running] == []
    return told


def _of_the_stack(seen, part):
    """The processes of this stack whose command line has the part."""
    marker = f"SPAKTOK_STACK_ID={seen['environment']['SPAKTOK_STACK_ID']}".encode()
    for process in Path("/proc").iterdir():
        ours = process.name.isdigit() and marker in _read(process / "environ")
        if ours and part.encode() in _read(process / "cmdline"):
            yield process


def _pid_of_the_cli(seen):
    """The process of the Firebase CLI: the node that leads its own session in this stack."""
    pids = [int(process.name) for process in _of_the_stack(seen, "firebase.js")]
    (pid,) = [pid for pid in pids if os.getsid(pid) == pid]
    return pid


def _assert_it_serves_within_its_block(seen):
    """See `test_function_ports`: here is seen that a real stack deals them so."""
    serving = [_read(process / "environ").decode() for process in _of_the_stack(seen, SERVING)]
    assert serving
    for environment in serving:
        named = dict(pair.split("=", 1) for pair in environment.split("\0") if "=" in pair)
        first, size = map(int, named["SPAKTOK_FUNCTION_PORTS"].split("+"))
        assert first <= int(named["PORT"]) < first + size


def _read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_two_stacks_run_side_by_side_and_leave_nothing_however_they_are_ended(checkout):
    """The CLI of the one is killed, which is a failed run; the other ends by Ctrl-C."""
    first, first_seen = checkout.start_command()
    second, second_seen = checkout.start_command(
        GOOGLE_APPLICATION_CREDENTIALS="/somewhere/key.json"
    )
    one = _await_up(checkout, first, first_seen)
    other = _await_up(checkout, second, second_seen)
    for each in (one, other):
        _assert_it_serves_within_its_block(each)
    assert one["answer"] == other["answer"] == "hello"
    for name in ("FIRESTORE_EMULATOR_HOST", "STORAGE_EMULATOR_HOST", "SPAKTOK_FUNCTIONS_URL"):
        assert one["environment"][name] != other["environment"][name]
    assert "GOOGLE_APPLICATION_CREDENTIALS" not in other["environment"]

    os.kill(_pid_of_the_cli(one), signal.SIGKILL)
    said, _ = first.communicate(timeout=30)
    assert first.returncode == 1
    assert "The emulator suite stopped by itself (status -9)." in said
    # At once: `dev.py` itself has waited for everything to end.
    assert list(_of_the_stack(one, "")) == []

    os.killpg(second.pid, signal.SIGINT)  # a terminal sends it to the command as well
    said, _ = second.communicate(timeout=30)
    assert second.returncode == 128 + signal.SIGINT, said
    assert checkout.running() == []
    assert checkout.leftovers() == []


def test_nothing_is_left_after_its_command_has_ended(checkout):
    process, _ = checkout.start_command(LIGHT, then="42")
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 42, said
    assert checkout.running() == []
    assert checkout.leftovers() == []


def test_nothing_is_left_after_dev_itself_is_killed(checkout):
    process, seen = checkout.start_command()
    _await_up(checkout, process, seen)
    process.kill()
    process.communicate(timeout=30)
    checkout.until(lambda: not checkout.running(), "everything has ended")
    assert checkout.leftovers() == []
