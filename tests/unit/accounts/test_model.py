"""Revocations, names in texts, and what the inventory asks of an erasure."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spaktok.accounts.model import REVOKED_MAX, mentions, next_second, renamed, revoke
from spaktok.accounts.service import belongings
from spaktok.core import pseudonym
from spaktok.core.inventory import (
    INVENTORY,
    Entry,
    Erasure,
    Export,
    Fate,
    Place,
    Store,
    Subject,
    in_store,
)

ROOT = Path(__file__).resolve().parents[3]
INDEXES = json.loads((ROOT / "firestore.indexes.json").read_text(encoding="utf-8"))
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("ms", [0, 1, 999])
def test_the_second_of_a_revocation_ends_with_it(ms: int) -> None:
    assert next_second(NOON + timedelta(milliseconds=ms)) == NOON + timedelta(seconds=1)


def test_a_sign_in_revoked_twice_stands_once() -> None:
    assert revoke([5], 5, None) == ([5], None)
    assert revoke([5], 3, NOON) == ([3, 5], NOON)


def test_a_full_list_gives_up_its_oldest_and_ends_all_that_were_before_it() -> None:
    full = list(range(100, 100 + REVOKED_MAX))
    held, since = revoke(full, 100 + REVOKED_MAX, None)
    assert held == [*full[1:], 100 + REVOKED_MAX]
    assert since == datetime.fromtimestamp(101, UTC)
    assert revoke(full, 100 + REVOKED_MAX, NOON)[1] == NOON


def test_a_name_is_found_as_a_whole_word_wherever_it_stands() -> None:
    for value in ("ana", "x-ana", "a_ana_b", {"ana": 1}, {"a": ["see ana"]}, b"ana"):
        assert mentions(value, "ana"), value
    for value in ("banana", "ana7", "Ana", {"anas": 1}, 7, None, NOON):
        assert not mentions(value, "ana"), value


def test_renaming_reaches_keys_lists_and_joined_ids_and_leaves_the_rest() -> None:
    before = {"ana": ["x-ana", {"of": "ana_ben"}], "n": 1, "b": "banana", "at": NOON}
    assert renamed(before, "ana", "p-1") == {
        "p-1": ["x-p-1", {"of": "p-1_ben"}],
        "n": 1,
        "b": "banana",
        "at": NOON,
    }


def test_a_pseudonym_is_stable_under_its_key_and_tells_neither_uid_nor_key() -> None:
    one, other = b"a" * 32, b"b" * 32
    assert pseudonym.derive("ana", one) == pseudonym.derive("ana", one)
    assert pseudonym.derive("ana", one) != pseudonym.derive("ana", other)
    assert pseudonym.derive("ana", one) != pseudonym.derive("ben", one)
    assert re.fullmatch(r"p-[0-9a-f]{32}", pseudonym.derive("ana", one))


def test_an_erasure_finds_every_subject_that_the_inventory_names() -> None:
    """An id made of several is no query: whoever stands in one must stand in a field as well."""
    lost = [
        (entry.path, subject.name)
        for entry in in_store(Store.FIRESTORE)
        if entry.erasure.fate is not Fate.KEEP
        for subject in entry.subjects
        if not belongings.is_found(entry, subject)
    ]
    assert lost == []


def test_a_subject_that_stands_only_within_an_id_would_be_lost() -> None:
    entry = Entry(
        path="views/{ownerId}_{viewerId}",
        feature="none",
        export=Export(included=False, reason="none"),
        erasure=Erasure(Fate.ERASE),
        subjects=(Subject("viewerId", Place.PATH),),
    )
    assert not belongings.is_found(entry, entry.subjects[0])


def test_every_folder_of_a_users_in_storage_is_emptied() -> None:
    folders = belongings.prefixes("ana")
    for entry in INVENTORY:
        if entry.store is Store.STORAGE and entry.erasure.fate is Fate.ERASE:
            path = entry.path.replace("{uid}", "ana")
            assert any(path.startswith(folder) for folder in folders), entry.path


def test_what_is_looked_for_below_all_documents_has_the_index_that_this_takes() -> None:
    """Firestore makes an index over every collection of a name only where it is told to."""
    configured = {
        (override["collectionGroup"], override["fieldPath"])
        for override in INDEXES["fieldOverrides"]
        if any(index["queryScope"] == "COLLECTION_GROUP" for index in override["indexes"])
    }
    wanted = {
        (entry.collection, subject.name)
        for entry in in_store(Store.FIRESTORE)
        if entry.path.count("/") > 1 and entry.erasure.fate is not Fate.KEEP
        for subject in entry.subjects
        if subject.place is Place.FIELD
    }
    ties = {("feed", "authors"), ("feed", "pulls"), ("interests", "soundOwners")}
    assert wanted | ties <= configured
