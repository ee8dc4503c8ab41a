"""The bounds of the process that ffmpeg runs in."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from spaktok.integrations.ffmpeg import jail, process
from spaktok.integrations.ffmpeg.process import Budget, Stop
from spaktok.media.model import MIB

AMPLE = Budget(wall_s=60, cpu_s=60, output_bytes=64 * MIB)
ENDLESS = ("-f", "lavfi", "-i", "testsrc2=s=1280x720:r=60")


def running_in(scratch: Path) -> list[int]:
    """Return the processes whose working directory is `scratch`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink() == scratch:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def in_jail(program: list[str], *, seconds: int = 10) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", jail.__file__, str(seconds), str(1024 * MIB)]
    command += [str(MIB), "5", *program]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def test_a_run_ends_when_its_time_is_over_and_takes_its_group_along(tmp_path: Path) -> None:
    started = time.monotonic()
    outcome = process.run(
        [*ENDLESS, "-f", "null", "-"], Budget(wall_s=0.5, cpu_s=60, output_bytes=MIB), tmp_path
    )
    assert outcome.stopped_by is Stop.WALL
    assert outcome.exit_code == -signal.SIGKILL
    assert time.monotonic() - started < 5
    assert running_in(tmp_path) == []


def test_a_run_ends_when_its_processor_time_is_used_up(tmp_path: Path) -> None:
    outcome = process.run(
        [*ENDLESS, "-c:v", "libx264", "-f", "null", "-"],
        Budget(wall_s=60, cpu_s=1, output_bytes=MIB),
        tmp_path,
    )
    assert outcome.stopped_by is Stop.CPU
    assert 900 <= outcome.cpu_ms <= 6_000


def test_a_run_ends_when_it_writes_too_much(tmp_path: Path) -> None:
    outcome = process.run(
        [*ENDLESS, "-c:v", "rawvideo", "-f", "rawvideo", "big.raw"],
        Budget(wall_s=60, cpu_s=60, output_bytes=5 * MIB),
        tmp_path,
    )
    assert outcome.stopped_by is Stop.OUTPUT
    assert (tmp_path / "big.raw").stat().st_size <= 5 * MIB


def test_a_run_cannot_take_more_memory_than_its_budget(tmp_path: Path) -> None:
    huge = ["-f", "lavfi", "-i", "testsrc2=s=8192x8192:r=1:d=1", "-f", "null", "-"]
    cramped = Budget(wall_s=60, cpu_s=60, output_bytes=MIB, memory_bytes=100 * MIB)
    assert not process.run(huge, cramped, tmp_path).succeeded
    assert process.run(huge, AMPLE, tmp_path).succeeded


def test_an_interrupted_run_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(process.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        process.run([*ENDLESS, "-f", "null", "-"], AMPLE, tmp_path)
    assert running_in(tmp_path) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a promise of Linux only")
def test_a_run_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    """Without PR_SET_PDEATHSIG in `jail.isolate`, ffmpeg outlives a killed worker."""
    program = (
        "import sys; from pathlib import Path; from spaktok.integrations.ffmpeg import process\n"
        "process.run(sys.argv[2:], process.Budget(60, 60, 2**20), Path(sys.argv[1]))"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path), *ENDLESS, "-f", "null", "-"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    deadline = time.monotonic() + 20
    while not any("ffmpeg" in os.readlink(f"/proc/{pid}/exe") for pid in running_in(tmp_path)):
        assert time.monotonic() < deadline
    worker.kill()
    worker.wait()
    while running_in(tmp_path):
        assert time.monotonic() < deadline


def test_a_run_sees_almost_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPAKTOK_SECRET", "hush")
    assert process._environment(Path("scratch")).keys() == {
        "HOME",
        "TMPDIR",
        "LC_ALL",
        "MALLOC_ARENA_MAX",
    }


def test_a_run_tells_what_ffmpeg_said_and_keeps_no_logs(tmp_path: Path) -> None:
    outcome = process.run(["-i", "absent.mp4"], AMPLE, tmp_path)
    assert outcome.exit_code > 0
    assert outcome.stopped_by is None
    assert "No such file" in outcome.evidence
    assert list(tmp_path.iterdir()) == []


def test_runs_work_side_by_side_in_threads(tmp_path: Path) -> None:
    """As in a server with several worker threads: each run reaps its own child."""
    ended: list[bool] = []

    def work(number: int) -> None:
        (folder := tmp_path / str(number)).mkdir()
        tiny = ["-f", "lavfi", "-i", "testsrc2=s=64x64:d=0.2", "-f", "null", "-"]
        ended.append(process.run(tiny, AMPLE, folder).succeeded)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [True] * 4


def test_a_jailed_program_starts_limited() -> None:
    report = "import resource as r; print([r.getrlimit(k)[0] for k in (r.RLIMIT_CPU, r.RLIMIT_AS, "
    report += "r.RLIMIT_FSIZE, r.RLIMIT_CORE, r.RLIMIT_NOFILE)])"
    said = in_jail([sys.executable, "-c", report], seconds=7).stdout
    assert said.strip() == str([7, 1024 * MIB, MIB, 0, 64])


def test_a_jailed_program_has_no_network_where_the_system_permits_that() -> None:
    """Without `unshare` in `jail.isolate`, the program reaches the listener."""
    new_network = 0x40000000 | 0x10000000
    probe = f"import ctypes; print(ctypes.CDLL(None).unshare({new_network}))"
    permitted = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False
    ).stdout.strip()
    if permitted != "0":
        pytest.skip("this system lets no process leave the network")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        call = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        assert subprocess.run([sys.executable, "-c", call], check=False).returncode == 0
        refused = in_jail([sys.executable, "-c", call])
    assert refused.returncode != 0
    assert "OSError" in refused.stderr or "unreachable" in refused.stderr
