"""Cold start and the edge's overhead, by count."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import main
from bench import cold_start
from tests.architecture.source import ROOT

REPRESENTATIVES = sorted(names[0] for names in main.FUNCTIONS.values())
"""One a module: functions of the same module load the same."""


def test_an_instance_loads_what_it_needs_and_no_more() -> None:
    budgets = cold_start.functions()
    loads = cold_start.measure((name, budgets[name]) for name in REPRESENTATIVES)
    assert [load for load in loads if not load.within] == []


def test_the_edge_costs_a_call_at_most_half_of_what_firebase_functions_costs_it() -> None:
    """In a process of its own: other tests would have warmed, or declared, what is measured."""
    program = (
        "import json; from dataclasses import asdict; from bench import overhead; "
        "found = overhead.measure(); print(json.dumps([asdict(found), found.ratio]))"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'scripts'}{os.pathsep}{ROOT / 'functions'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found, ratio = json.loads(done.stdout.splitlines()[-1])
    assert ratio <= 1.5, found
    assert (found["reads"], found["rpcs"]) == (0, 0)
