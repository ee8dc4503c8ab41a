"""Events of written documents: what they carry, and what happens when handling one fails."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from spaktok.core.endpoint.events import WrittenDocument, on_document_written
from tests.support.events import written

AT = datetime(2026, 3, 14, 12, 0, 0, 123456, tzinfo=UTC)
FIELDS: dict[str, Any] = {
    "name": "Ana",
    "count": 3,
    "share": 0.5,
    "on": True,
    "nothing": None,
    "at": AT,
    "tags": ["a", "b"],
    "map": {"ana": {"deep": 1}},
}
seen: list[WrittenDocument] = []


@on_document_written("things/{thingId}")
def onThingWritten(event: WrittenDocument) -> None:
    """Look at it."""
    seen.append(event)
    if event.after == {"bad": True}:
        raise LookupError("a detail of ours")


@pytest.fixture(autouse=True)
def _project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCLOUD_PROJECT", "demo-events")
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "nothing-is-asked.invalid")
    seen.clear()


@pytest.mark.parametrize("as_json", [False, True])
def test_an_event_carries_the_fields_before_and_after(as_json: bool) -> None:
    before = {**FIELDS, "name": "Anna"}
    onThingWritten(written("things/one", before, FIELDS, event_id="e1", at=AT, as_json=as_json))
    assert seen == [WrittenDocument("e1", AT, "things/one", before, FIELDS)]
    assert seen[0].id == "one"


def test_a_created_document_had_nothing_before_and_a_deleted_one_has_nothing_after() -> None:
    onThingWritten(written("things/one", None, {}))
    onThingWritten(written("things/one", {}, None))
    assert [(one.before, one.after) for one in seen] == [(None, {}), ({}, None)]


def test_a_time_in_nanoseconds_is_read() -> None:
    event = written("things/one", None, {})
    event["time"] = "2026-03-14T12:00:00.123456789Z"
    onThingWritten(event)
    assert seen[0].at == AT


def test_a_failure_reaches_the_platform_which_delivers_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(LookupError):
        onThingWritten(written("things/one", None, {"bad": True}))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["outcome"] == "failed"
    assert lines[-1]["function"] == "onThingWritten"


def test_the_platform_is_told_what_to_watch_and_to_deliver_again() -> None:
    """Tried: without the last line of `declare_written` a failed event is lost (`retry` is false)."""
    trigger: Any = onThingWritten.__firebase_endpoint__.eventTrigger  # type: ignore[attr-defined]
    assert trigger["eventType"] == "google.cloud.firestore.document.v1.written"
    assert trigger["eventFilterPathPatterns"] == {"document": "things/{thingId}"}
    assert trigger["retry"] is True
