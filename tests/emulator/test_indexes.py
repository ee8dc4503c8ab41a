"""Every index that a query of ours needs in production is declared, and no other.

The emulator answers without indexes, so nothing else would notice. The catalogue runs each place that
builds a query; a place that is not in it fails the first test.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from google.cloud.firestore_v1.base_query import BaseQuery

from spaktok.core import audit, clock, counters, dispatch
from spaktok.devices import store as devices
from spaktok.graph import store as graph
from spaktok.notifications import many
from spaktok.notifications import store as notifications
from spaktok.notifications.kinds import KINDS
from spaktok.notifications.model import NotificationType
from spaktok.videos import store as videos
from tests.support.indexes import Index, declared, needed

ROOT = Path(__file__).parents[2]
BUILDERS = {"where", "order_by", "collection_group"}


def _sweep_counters() -> None:
    counters.sweep(clock.now())
    counters.sweep(clock.now() + timedelta(hours=1))  # from the watermark on


def _records() -> None:
    for kind in KINDS.values():
        if kind.source is not None:
            list(notifications.records(kind.source, "v1", clock.now(), clock.now()).stream())


CATALOGUE: dict[str, Callable[[], object]] = {
    "core/audit.py:_walk": lambda: list(audit._walk("0")),
    "core/counters.py:_changed_shards": _sweep_counters,
    "core/dispatch.py:sweep": dispatch.sweep,
    "devices/store.py:unseen_since": lambda: list(devices.unseen_since(clock.now()).stream()),
    "graph/store.py:followed_by": lambda: list(graph.followed_by("ana").stream()),
    "notifications/many.py:with_bell": lambda: list(many.with_bell("ana").stream()),
    "notifications/store.py:_of": lambda: list(notifications.unread("ana").stream()),
    "notifications/store.py:held": lambda: list(notifications.held("ana", clock.now()).stream()),
    "notifications/store.py:held_between": lambda: list(
        notifications.held_between(clock.now(), clock.now()).stream()
    ),
    "notifications/store.py:naming": lambda: list(notifications.naming("ana", "ben").stream()),
    "notifications/store.py:of_user": lambda: list(notifications.of_user("ana").stream()),
    "notifications/store.py:pushed_since": lambda: list(
        notifications.pushed_since("ana", NotificationType.VIDEO_LIKE, clock.now()).stream()
    ),
    "notifications/store.py:records": _records,
    "notifications/store.py:unread": lambda: notifications.count(notifications.unread("ana")),
    "notifications/store.py:unread_up_to": lambda: list(
        notifications.unread_up_to("ana", clock.now()).stream()
    ),
    "videos/store.py:comments_of": lambda: list(videos.comments_of("v1").stream()),
    "videos/store.py:waiting_since": lambda: list(videos.waiting_since(clock.now()).stream()),
}


def places() -> set[str]:
    """Every function of the package that builds a query."""
    package = ROOT / "functions" / "spaktok"
    found = set()
    for file in package.rglob("*.py"):
        for function in ast.walk(ast.parse(file.read_text())):
            if isinstance(function, ast.FunctionDef) and any(
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in BUILDERS
                for node in ast.walk(function)
            ):
                found.add(f"{file.relative_to(package)}:{function.name}")
    return found


def test_the_catalogue_has_every_place_that_builds_a_query() -> None:
    assert places() == set(CATALOGUE)


def test_the_file_declares_exactly_the_indexes_the_queries_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tried by hand: dropping an index from the file, or adding one, fails."""
    needs: dict[Index, str] = {}
    build = BaseQuery._to_protobuf
    place = ""

    def recorded(query: Any) -> Any:
        monkeypatch.setattr(BaseQuery, "_to_protobuf", build)
        if (index := needed(query)) is not None:
            needs[index] = place
        monkeypatch.setattr(BaseQuery, "_to_protobuf", recorded)
        return build(query)

    monkeypatch.setattr(BaseQuery, "_to_protobuf", recorded)
    for place, run in CATALOGUE.items():  # noqa: B007 - `recorded` reads it
        run()
    file = declared(json.loads((ROOT / "firestore.indexes.json").read_text()))
    missing = {index: place for index, place in needs.items() if index not in file}
    assert not missing, f"add to firestore.indexes.json: {missing}"
    assert not file - set(needs), "no query needs these indexes"
