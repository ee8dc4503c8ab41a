"""A line of the log is one JSON object, whatever is in it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from spaktok.core import log


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    out = capsys.readouterr().out
    return [json.loads(line, parse_constant=refuse) for line in out.splitlines()]


def test_every_severity_is_one_that_cloud_logging_knows(capsys: pytest.CaptureFixture[str]) -> None:
    log.info("call", reads=2, ok=True, who=None)
    log.warning("slow", duration_ms=1.5)
    log.failure("broken", ValueError("why"), function="pay")
    assert [line["severity"] for line in lines(capsys)] == ["INFO", "WARNING", "ERROR"]


def test_a_failure_carries_its_traceback_and_those_it_came_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        try:
            raise KeyError("first")
        except KeyError as cause:
            raise RuntimeError("second") from cause
    except RuntimeError as error:
        log.failure("broken", error)
    (line,) = lines(capsys)
    assert line["exception"] == "RuntimeError"
    assert "KeyError: 'first'" in line["stack_trace"]
    assert "test_log.py" in line["stack_trace"]


@pytest.mark.parametrize(
    "value",
    ["two\nlines", 'quote" and \\', "\ud800 alone", "\x00", "é 漢 🎉", "\u2028", "x" * 50_000],
)
def test_any_text_stays_on_one_line(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    log.info("call", text=value)
    assert lines(capsys)[0]["text"] == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_lacks_are_named(
    value: float, capsys: pytest.CaptureFixture[str]
) -> None:
    log.info("call", ratio=value)
    assert lines(capsys)[0]["ratio"] == str(value)


def test_no_field_can_pass_for_the_severity_or_the_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log.failure("broken", ValueError(), severity="DEBUG", message="all is well")
    (line,) = lines(capsys)
    assert (line["severity"], line["message"]) == ("ERROR", "broken")


def test_threads_do_not_write_into_each_others_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: log.info("call", number=n, pad="x" * 2000), range(400)))
    assert sorted(line["number"] for line in lines(capsys)) == list(range(400))


def test_a_user_is_a_stable_pseudonym(capsys: pytest.CaptureFixture[str]) -> None:
    assert log.who("ana") == log.who("ana") != log.who("ben")
    assert "ana" not in str(log.who("ana"))
    assert log.who(None) is None
