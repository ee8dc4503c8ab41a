"""The inventory is complete, unambiguous, light to import, and what is configured follows from it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from spaktok.core.inventory import (
    INVENTORY,
    Audience,
    Fate,
    Place,
    Store,
    UnknownPath,
    find,
    in_store,
)

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "functions" / "spaktok"
INDEXES = json.loads((ROOT / "firestore.indexes.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("users/ana", "users/{uid}"),
        ("users/ana/private/account", "users/{uid}/private/account"),
        ("users/ana/feed/inbox", "users/{uid}/feed/inbox"),
        ("users/ana/shards/0", "users/{uid}/shards/{shard}"),
        ("videos/v1/shards/0", "videos/{videoId}/shards/{shard}"),
        ("followers/ana_bo", "followers/{followerId}_{followingId}"),
        ("relations/ana_bo", "relations/{pair}"),
        ("audit/3/entries/17", "audit/{chain}/entries/{number}"),
    ],
)
def test_a_path_is_found(path: str, pattern: str) -> None:
    assert find(path).path == pattern


def test_the_parts_of_an_id_are_told_apart() -> None:
    assert find("followers/ana_bo").match("followers/ana_bo") == {
        "followerId": "ana",
        "followingId": "bo",
    }


@pytest.mark.parametrize(
    "path",
    ["users", "users/ana/private/other", "users/ana/b/c/d", "followers/ana", "nothing/x", ""],
)
def test_an_unknown_path_is_refused_by_a_message_that_names_the_cure(path: str) -> None:
    with pytest.raises(UnknownPath, match=r"core/inventory: add an entry"):
        find(path)


def test_stores_do_not_mix() -> None:
    assert find("videos/ana/v1/original.mp4", Store.STORAGE).create is Audience.OWNER
    with pytest.raises(UnknownPath):
        find("videos/ana/v1/original.mp4")
    with pytest.raises(UnknownPath):
        find("videos/v1", Store.STORAGE)


def test_no_path_belongs_to_two_entries() -> None:
    for entry in INVENTORY:
        path = re.sub(r"\{\w+\}", "x", entry.path)
        matching = [other for other in in_store(entry.store) if other.match(path) is not None]
        assert matching == [entry]


def test_a_subject_in_the_path_is_a_variable_of_the_path() -> None:
    for entry in INVENTORY:
        variables = set(re.findall(r"\{(\w+)\}", entry.path))
        named = {subject.name for subject in entry.subjects if subject.place is Place.PATH}
        assert named <= variables, entry.path


def test_whoever_is_let_in_as_an_owner_is_named_by_the_entry() -> None:
    for entry in INVENTORY:
        audiences = {entry.get, entry.list, entry.create, entry.update, entry.delete}
        anybody = audiences <= {Audience.NOBODY, Audience.MEMBERS}
        assert anybody or entry.subjects, entry.path


def test_whatever_is_not_exported_or_not_erased_says_why() -> None:
    for entry in INVENTORY:
        assert entry.export.included or entry.export.reason, entry.path
        assert entry.erasure.fate is Fate.ERASE or entry.erasure.reason, entry.path


def test_the_ttl_policies_are_those_of_the_inventory() -> None:
    wanted = {(entry.collection, entry.ttl) for entry in INVENTORY if entry.ttl is not None}
    configured = {
        (override["collectionGroup"], override["fieldPath"])
        for override in INDEXES["fieldOverrides"]
        if override.get("ttl")
    }
    assert configured == wanted


def test_index_overrides_are_about_collections_that_exist() -> None:
    known = {entry.collection for entry in in_store(Store.FIRESTORE)}
    assert {override["collectionGroup"] for override in INDEXES["fieldOverrides"]} <= known


def test_every_collection_the_code_names_is_in_the_inventory() -> None:
    """Negative control: an entry taken out of the table, say of usernames, fails this."""
    known = {
        segment for entry in in_store(Store.FIRESTORE) for segment in entry.path.split("/")[::2]
    }
    named = {
        name
        for file in PACKAGE.rglob("*.py")
        for name in _collections(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert {"users", "videos", "operations"} <= named
    assert named <= known


def test_the_inventory_needs_no_database_client() -> None:
    command = "import sys, spaktok.core.inventory; print('google.cloud.firestore' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", command],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(PACKAGE.parent)},
    )
    assert ran.stdout.strip() == "False"


def _collections(module: ast.Module) -> Iterator[str]:
    """What stands in `.collection("…")` and `.collection_group("…")`."""
    for node in ast.walk(module):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="collection" | "collection_group"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name
