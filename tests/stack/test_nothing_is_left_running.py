"""However a stack ends, nothing of it is left running.

What runs is counted by a variable of the test's own that everything inherits, not by the marker the
stack itself uses. Negative control, tried by hand: with the CLI's process
group killed instead of `end_all` (in `Suite.stop` and in the keeper) the tests of TERM and of the
killed CLI fail, with Java and Python still running; with `end_all` taken from the keeper alone, the
last test fails.
"""

import json
import os
import signal
from pathlib import Path

SERVING = "functions-framework"
PARTS = ("CloudFirestore", "pubsub.jar", "StorageRules", "firebase.js", SERVING)


def _await_up(checkout, seen):
    """Wait for the command, and see that what must not be left over does run now."""

    def is_up():
        for process in checkout.started:
            assert seen.exists() or process.poll() is None, process.communicate()[0]
        return seen.exists()

    checkout.until(is_up, "the stack is up")
    running = "\n".join(checkout.running())
    assert [part for part in PARTS if part not in running] == []
    return json.loads(seen.read_text())


def _assert_nothing_is_left(checkout):
    checkout.until(lambda: not checkout.running(), "everything has ended")
    assert checkout.leftovers() == []


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
    """The one on TERM; the other when its command ends, with the command's status."""
    first, first_seen = checkout.start_command()
    second, second_seen = checkout.start_command(
        then="42", GOOGLE_APPLICATION_CREDENTIALS="/somewhere/key.json"
    )
    said, _ = second.communicate(timeout=240)
    assert second.returncode == 42, said
    checkout.until(lambda: first_seen.exists() or first.poll() is not None, "the other is up")
    assert first_seen.exists(), first.communicate()[0]
    first.send_signal(signal.SIGTERM)
    said, _ = first.communicate(timeout=30)
    assert first.returncode == 128 + signal.SIGTERM, said
    one, other = (json.loads(seen.read_text()) for seen in (first_seen, second_seen))
    assert one["answer"] == other["answer"] == "hello"
    for name in ("FIRESTORE_EMULATOR_HOST", "STORAGE_EMULATOR_HOST", "SPAKTOK_FUNCTIONS_URL"):
        assert one["environment"][name] != other["environment"][name]
    assert "GOOGLE_APPLICATION_CREDENTIALS" not in other["environment"]
    # At once: `dev.py` itself has waited for everything to end.
    assert checkout.running() == []
    assert checkout.leftovers() == []


def test_nothing_is_left_after_ctrl_c(checkout):
    process, seen = checkout.start_command()
    _assert_it_serves_within_its_block(_await_up(checkout, seen))
    os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the command as well
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGINT, said
    _assert_nothing_is_left(checkout)


def test_nothing_is_left_after_the_cli_is_killed_and_the_run_fails(checkout):
    process, seen = checkout.start_command()
    os.kill(_pid_of_the_cli(_await_up(checkout, seen)), signal.SIGKILL)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "The emulator suite stopped by itself (status -9)." in said
    _assert_nothing_is_left(checkout)


def test_nothing_is_left_after_dev_itself_is_killed(checkout):
    process, seen = checkout.start_command()
    _await_up(checkout, seen)
    process.kill()
    process.communicate(timeout=30)
    _assert_nothing_is_left(checkout)
