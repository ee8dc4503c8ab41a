"""The rules of media are light: an instance that only checks a state loads no engine."""

from __future__ import annotations

import os
import subprocess
import sys


def loaded_by(module: str) -> set[str]:
    program = f"import sys; before = set(sys.modules); import {module}; "
    program += "print(*(set(sys.modules) - before))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout
    return set(said.split())


def test_the_model_loads_neither_the_engine_nor_any_package() -> None:
    names = loaded_by("spaktok.media.model")
    ours = {name for name in names if name.startswith("spaktok")}
    assert ours <= {"spaktok", "spaktok.media", "spaktok.media.model", "spaktok.media.sniff"}
    foreign = {name.split(".")[0] for name in names - ours} - sys.stdlib_module_names
    assert foreign == set()
    assert "subprocess" not in names


def test_the_engine_finds_its_binary_only_when_it_runs() -> None:
    assert "imageio_ffmpeg" not in loaded_by("spaktok.integrations.ffmpeg")
