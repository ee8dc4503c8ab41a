"""What we do to Firestore's messages against what the library does, for which it stands in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

import pytest
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.cloud.firestore_v1 import _helpers, base_client, base_query, client, query
from google.cloud.firestore_v1.base_document import DocumentSnapshot
from google.cloud.firestore_v1.bson import BSONObjectId
from google.cloud.firestore_v1.types import document, write
from google.cloud.firestore_v1.types import firestore as answers
from google.cloud.firestore_v1.vector import Vector
from hypothesis import given, settings
from hypothesis import strategies as some
from proto import datetime_helpers

from spaktok.core import channel, messages
from spaktok.core.age import Band
from tests.support.sample import some as tries

MOMENTS = some.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 - the zone is drawn
    timezones=some.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))]),
)
PLAIN = (
    some.none()
    | some.booleans()
    | some.integers(min_value=-(2**63), max_value=2**63 - 1)
    | some.floats(allow_nan=False)
    | some.text()
    | some.binary()
    | MOMENTS
)
VALUES = some.recursive(
    PLAIN,
    lambda inner: (
        some.lists(inner) | some.tuples(inner) | some.dictionaries(some.text(min_size=1), inner)
    ),
    max_leaves=20,
)
RARE = (
    firestore.GeoPoint(51.5, -0.1),
    Vector([1.0, 2.0]),
    DatetimeWithNanoseconds(2026, 3, 14, nanosecond=123_456_789, tzinfo=UTC),
    datetime(2026, 3, 14),  # noqa: DTZ001 - the library takes it for UTC
    Band.ADULT,
    frozenset({"one"}),
    float("inf"),
)


def _as_it_comes() -> ModuleType:
    """The library's module once more, in which nothing is replaced."""
    spec = find_spec(_helpers.__name__)
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    made.GeoPoint = _helpers.GeoPoint  # type: ignore[attr-defined] # the one that values are of
    return made


LIBRARY = _as_it_comes()
PLACE = "projects/p/databases/(default)/documents"
MOMENT = datetime_helpers.DatetimeWithNanoseconds(
    2026, 3, 14, 12, nanosecond=123_456_789, tzinfo=UTC
)


def written(fields: dict[str, Any]) -> write.Write:
    """The write of a new document, as batches put it together."""
    (made,) = _helpers.pbs_for_create(f"{PLACE}/users/ana", fields)
    return made


def by_the_library(fields: dict[str, Any]) -> write.Write:
    """The same without us."""
    made: write.Write
    (made,) = LIBRARY.pbs_for_create(f"{PLACE}/users/ana", fields)
    return made


def test_the_library_writes_and_reads_with_it() -> None:
    channel.MeteredClient(project="demo-spaktok", credentials=AnonymousCredentials())
    assert _helpers.encode_value is messages.encode_value
    assert _helpers.DocumentExtractor.get_update_pb is messages.update_message
    assert client._parse_batch_get is messages.batch_snapshot
    assert base_client._parse_batch_get is messages.batch_snapshot
    assert query._query_response_to_snapshot is messages.query_snapshot
    assert query._collection_group_query_response_to_snapshot is messages.group_snapshot


def test_every_document_is_written_as_the_library_writes_it() -> None:
    """Negative control: without `SetInParent`, an empty map or list is nothing."""

    @settings(max_examples=tries(2000, short=40), deadline=None)
    @given(some.lists(VALUES, max_size=8))
    def alike(values: list[Any]) -> None:
        fields = {f"f{number}": value for number, value in enumerate(values)}
        assert written(fields) == by_the_library(fields)

    alike()


@pytest.mark.parametrize("value", RARE, ids=lambda value: type(value).__name__)
def test_what_is_rare_is_encoded_alike_at_every_depth(value: Any) -> None:
    for fields in ({"a": value}, {"a": [value]}, {"a": {"b": [{"c": value}]}}):
        assert written(fields) == by_the_library(fields)
    assert messages.encode_value(value) == messages._encode_anything(value)


def test_a_reference_is_encoded_alike() -> None:
    class Reference:
        _document_path = "projects/p/databases/d/documents/users/ben"

    assert written({"a": [Reference()]}) == by_the_library({"a": [Reference()]})


@pytest.mark.parametrize(
    "value",
    [object(), 2**63, {1: "a number for a name"}, [object()], "\ud800"],
    ids=["object", "too large", "a name that is none", "object in a list", "half a character"],
)
def test_what_is_no_value_is_refused_alike(value: Any) -> None:
    with pytest.raises(Exception) as ours:  # noqa: PT011 - whatever the library raises
        written({"a": value})
    with pytest.raises(Exception) as theirs:  # noqa: PT011
        by_the_library({"a": value})
    assert type(ours.value) is type(theirs.value)


def test_a_value_of_a_query_is_one_of_the_librarys_messages() -> None:
    assert isinstance(messages.encode_value({"a": 1}), document.Value)


@pytest.mark.parametrize(
    "make",
    [
        lambda helpers, fields: helpers.pbs_for_set_no_merge(f"{PLACE}/a/b", fields),
        lambda helpers, fields: helpers.pbs_for_set_with_merge(f"{PLACE}/a/b", fields, True),
        lambda helpers, fields: helpers.pbs_for_update(f"{PLACE}/a/b", fields, None),
    ],
    ids=["set", "merge", "update"],
)
@pytest.mark.parametrize(
    "fields",
    [
        {"a": 1, "b": {"c": [2]}},
        {"a": firestore.DELETE_FIELD, "b": 1},
        {"a": firestore.SERVER_TIMESTAMP},
        {"a": firestore.Increment(2), "b": firestore.ArrayUnion([{"c": 1}])},
        {},
    ],
    ids=["fields", "one deleted", "a transform alone", "transforms", "nothing"],
)
def test_every_way_to_write_is_as_the_librarys(make: Any, fields: dict[str, Any]) -> None:
    assert _outcome(lambda: make(_helpers, fields)) == _outcome(lambda: make(LIBRARY, fields))


def _outcome(attempt: Any) -> Any:
    try:
        return attempt()
    except ValueError as refused:
        return str(refused)


@pytest.fixture
def db() -> firestore.Client:
    return channel.MeteredClient(project="p", credentials=AnonymousCredentials())


def told(snapshot: DocumentSnapshot[Any] | None) -> Any:
    """Everything a snapshot answers."""
    if snapshot is None:
        return None
    return (
        snapshot.reference,
        snapshot.id,
        snapshot.exists,
        snapshot.to_dict(),
        [snapshot.get(name) for name in snapshot.to_dict() or {}],
        snapshot.read_time,
        snapshot.create_time,
        snapshot.update_time,
    )


def stored(fields: dict[str, Any]) -> document.Document:
    """A document as Firestore answers it."""
    return document.Document(
        name=f"{PLACE}/users/ana",
        fields={name: LIBRARY.encode_value(value) for name, value in fields.items()},
        create_time=MOMENT,
        update_time=MOMENT,
    )


def in_every_answer(found: document.Document, db: firestore.Client) -> list[tuple[Any, Any]]:
    """What we make of it and what the library makes of it: of a read, a query and a group's query."""
    ana = db.document("users/ana")
    read = answers.BatchGetDocumentsResponse(found=found, read_time=MOMENT)
    asked = answers.RunQueryResponse(document=found, read_time=MOMENT)
    known = {ana._document_path: ana}
    of_users = (asked, db.collection("users"), f"{PLACE}/users")
    of_all = (asked, db.collection_group("users"))
    return [
        (messages.batch_snapshot(read, known, db), messages._parse_anything(read, known, db)),
        (messages.query_snapshot(*of_users), base_query._query_response_to_snapshot(*of_users)),
        (
            messages.group_snapshot(*of_all),
            base_query._collection_group_query_response_to_snapshot(*of_all),
        ),
    ]


def test_every_document_is_read_as_the_library_reads_it(db: firestore.Client) -> None:
    """Negative control: without `_NOT_A_MAP`, a vector is a map."""

    @settings(max_examples=tries(2000, short=40), deadline=None)
    @given(some.lists(VALUES, max_size=8))
    def alike(values: list[Any]) -> None:
        found = stored({f"f{number}": value for number, value in enumerate(values)})
        for ours, theirs in in_every_answer(found, db):
            # The library does not convert the times of a group's query.
            assert told(ours)[:5] == told(theirs)[:5]

    alike()


@pytest.mark.parametrize(
    "value",
    [
        firestore.GeoPoint(51.5, -0.1),
        Vector([1.0, 2.0]),
        MOMENT,
        BSONObjectId("507f191e810c19729de860ea"),
        {"__type__": "__vector__", "value": [3.0]},
        {"__type__": "mine"},
        float("nan"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_rare_is_read_alike_at_every_depth(value: Any, db: firestore.Client) -> None:
    for fields in ({"a": value}, {"a": [value]}, {"a": {"b": [{"c": value}]}}):
        for ours, theirs in in_every_answer(stored(fields), db):
            assert repr(told(ours)[1:5]) == repr(told(theirs)[1:5])


def test_a_reference_is_read_alike(db: firestore.Client) -> None:
    found = stored({})
    found.fields["a"] = document.Value(reference_value=f"{PLACE}/users/ben")
    for ours, theirs in in_every_answer(found, db):
        assert told(ours)[:5] == told(theirs)[:5]
        assert ours.to_dict() == {"a": db.document("users/ben")}


def test_its_times_are_those_of_the_answer(db: firestore.Client) -> None:
    (ours, theirs), *_ = in_every_answer(stored({"a": 1}), db)
    assert told(ours) == told(theirs)
    assert ours.update_time.nanosecond == MOMENT.nanosecond


def test_what_is_not_there_is_read_alike(db: firestore.Client) -> None:
    ana = db.document("users/ana")
    missing = answers.BatchGetDocumentsResponse(missing=ana._document_path, read_time=MOMENT)
    known = {ana._document_path: ana}
    ours = messages.batch_snapshot(missing, known, db)
    assert told(ours) == told(messages._parse_anything(missing, known, db))
    nothing = answers.RunQueryResponse(read_time=MOMENT)
    assert messages.query_snapshot(nothing, db.collection("users"), f"{PLACE}/users") is None
    assert messages.group_snapshot(nothing, db.collection_group("users")) is None


def test_answers_that_were_not_asked_for_are_refused_alike(db: firestore.Client) -> None:
    for answer in (
        answers.BatchGetDocumentsResponse(),
        answers.BatchGetDocumentsResponse(missing=f"{PLACE}/users/ana"),
        answers.BatchGetDocumentsResponse(found=stored({})),
    ):
        said = _outcome(lambda answer=answer: messages.batch_snapshot(answer, {}, db))
        assert isinstance(said, str)
        assert said == _outcome(lambda answer=answer: messages._parse_anything(answer, {}, db))
    with pytest.raises(ValueError, match="Unexpected document name"):
        messages.query_snapshot(
            answers.RunQueryResponse(document=stored({})),
            db.collection("videos"),
            f"{PLACE}/videos",
        )


def test_nobody_who_changes_what_they_were_given_changes_the_snapshot(db: firestore.Client) -> None:
    """Negative control: with `_data` itself as the answer of `to_dict`, the list has two."""
    (ours, _), *_ = in_every_answer(stored({"a": {"b": [1]}}), db)
    ours.to_dict()["a"]["b"].append(2)
    ours.get("a")["b"].append(2)
    assert ours.to_dict() == {"a": {"b": [1]}}


def test_snapshots_are_equal_where_the_librarys_are(db: firestore.Client) -> None:
    (ours, theirs), (again, _), _ = in_every_answer(stored({"a": 1}), db)
    assert ours == again
    assert hash(ours) == hash(theirs)
