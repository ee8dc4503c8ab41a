"""Sizes, and what the package must not do itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import MODULES, Module

LINES_MAX = 400
FUNCTION_LINES_MAX = 70
CLOCK = "spaktok.core.clock"
CLOCK_READS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {
        "time",
        "time_ns",
        "monotonic",
        "monotonic_ns",
        "perf_counter",
        "perf_counter_ns",
        "process_time",
        "localtime",
        "gmtime",
    },
}
KNOWS_EMULATORS = {
    "spaktok.core.config",
    "spaktok.core.clients",
    "spaktok.core.dispatch",
    "spaktok.core.keys",
    "spaktok.integrations.fcm",
    "spaktok.integrations.mail",
}
ASKS_WHETHER_EMULATED = {
    "spaktok.integrations.signed_links",
    "spaktok.core.clock",
    "spaktok.core.dispatch",
    "spaktok.core.endpoint.identity",
    "spaktok.core.keys",
    "spaktok.integrations.fcm",
    "spaktok.integrations.mail",
    "spaktok.integrations.moderation.engines",
    "spaktok.integrations.paypal.account",
}


def nodes() -> Iterator[tuple[Module, ast.AST]]:
    for module in MODULES.values():
        for node in module.nodes:
            yield module, node


def at(module: Module, node: ast.AST) -> str:
    return f"{module.place}:{getattr(node, 'lineno', 0)}"


def test_no_file_is_too_long_to_be_read_in_one_go() -> None:
    long = {m.place: n for m in MODULES.values() if (n := m.text.count("\n")) > LINES_MAX}
    assert long == {}


def test_no_function_is_two_functions() -> None:
    long = {
        at(module, node): length
        for module, node in nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES_MAX
    }
    assert long == {}


def test_nothing_is_asserted_because_optimised_python_drops_it() -> None:
    assert [at(m, node) for m, node in nodes() if isinstance(node, ast.Assert)] == []


def test_nothing_is_printed() -> None:
    printing = [
        at(m, node)
        for m, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert printing == []


def test_only_the_clock_reads_the_clock() -> None:
    reads = [
        at(module, node)
        for module, node in nodes()
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in CLOCK_READS.get(node.value.id, ())
        and module.name != CLOCK
    ]
    assert reads == []
    for module in MODULES.values():
        for found in module.imports:
            if module.name != CLOCK and found.target == "time":
                names = {
                    alias.name
                    for node in module.nodes
                    if isinstance(node, ast.ImportFrom) and node.module == "time"
                    for alias in node.names
                }
                assert names <= {"sleep"}, module.place


def docstrings(module: Module) -> set[int]:
    """Which constants are prose."""
    return {id(node.value) for node in module.nodes if isinstance(node, ast.Expr)}


def test_only_four_modules_know_that_there_are_emulators() -> None:
    """Their shortcuts are proven not to be taken elsewhere by tests/unit/endpoint."""
    for module in MODULES.values():
        prose = docstrings(module)
        named = [
            node
            for node in module.nodes
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in prose
            and "EMULATOR" in node.value
        ]
        if named:
            assert module.name in KNOWS_EMULATORS, at(module, named[0])


def test_only_these_modules_ask_whether_it_is_emulated() -> None:
    asking = {
        module.name
        for module, node in nodes()
        if isinstance(node, ast.Attribute)
        and node.attr in ("emulated", "functions_emulated")
        and isinstance(node.value, ast.Name)
        and node.value.id == "config"
    }
    assert asking == ASKS_WHETHER_EMULATED


def test_no_future_work_is_left_in_the_code() -> None:
    marks = [
        f"{m.place}: {mark}"
        for m in MODULES.values()
        for mark in ("TO" + "DO", "FIX" + "ME", "XXX", "NotImplementedError")
        if mark in m.text
    ]
    assert marks == []


def test_a_packages_first_file_is_its_description() -> None:
    reexporting = {
        "spaktok.core.inventory",
        "spaktok.integrations.ffmpeg",
        "spaktok.integrations.images",
        "spaktok.integrations.moderation",
        "spaktok.notifications.templates",
    }
    for module in MODULES.values():
        if module.is_package and module.name not in reexporting:
            assert ast.get_docstring(module.tree), module.place
            assert len(module.tree.body) == 1, module.place
