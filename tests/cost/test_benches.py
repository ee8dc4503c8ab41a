"""Cold start and the edge's overhead, by count."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from bench import cold_start
from tests.architecture.source import ROOT
from tests.support.sample import share


def test_an_instance_loads_what_it_needs_and_no_more() -> None:
    """Within the budget, or within what `cold_start_over.json` owns up to; which is kept tight.

    One entry module in twelve; all of them in a whole run and in `make bench`.
    """
    budgets, modules = cold_start.functions(), cold_start.representatives()
    assert cold_start.OVER.keys() <= set(modules.values())
    loads = cold_start.measure((name, budgets[name]) for name in share(modules, every=12))
    assert [load for load in loads if not load.within] == []
    owned = {modules[load.name]: load for load in loads if modules[load.name] in cold_start.OVER}
    lower = {
        module: load.after_firestore
        for module, load in owned.items()
        if load.after_firestore < cold_start.OVER[module] - cold_start.SLACK
    }
    assert lower == {}, "write it down: scripts/bench/cold_start.py --record"


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
