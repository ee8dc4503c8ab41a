"""Our encoder of Firestore's values against the library's, which it stands in for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud import firestore
from google.cloud.firestore_v1 import _helpers
from google.cloud.firestore_v1.types import document, write
from google.cloud.firestore_v1.vector import Vector
from hypothesis import given, settings
from hypothesis import strategies as some

from spaktok.core import metered
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


@pytest.fixture
def by_the_library(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function in which the library's own encoder is at work."""

    def encode(fields: dict[str, Any]) -> write.Write:
        with monkeypatch.context() as patch:
            patch.setattr(_helpers, "encode_value", metered._encode_anything)
            patch.setattr(
                _helpers,
                "encode_dict",
                lambda given: {name: _helpers.encode_value(value) for name, value in given.items()},
            )
            return written(fields)

    return encode


def written(fields: dict[str, Any]) -> write.Write:
    """The write of a document, as the library's batches put it together."""
    (made,) = _helpers.pbs_for_create("projects/p/databases/d/documents/users/ana", fields)
    return made


def test_the_library_encodes_with_it() -> None:
    assert _helpers.encode_value is metered.encode_value
    assert _helpers.encode_dict is metered.encode_dict


def test_every_document_is_written_as_the_library_writes_it(by_the_library: Any) -> None:
    """Negative control: without `SetInParent`, an empty map or list is nothing."""

    @settings(max_examples=tries(2000, short=100), deadline=None)
    @given(some.lists(VALUES, max_size=8))
    def alike(values: list[Any]) -> None:
        fields = {f"f{number}": value for number, value in enumerate(values)}
        assert written(fields) == by_the_library(fields)

    alike()


@pytest.mark.parametrize("value", RARE, ids=lambda value: type(value).__name__)
def test_what_is_rare_is_encoded_alike_at_every_depth(value: Any, by_the_library: Any) -> None:
    for fields in ({"a": value}, {"a": [value]}, {"a": {"b": [{"c": value}]}}):
        assert written(fields) == by_the_library(fields)
    assert metered.encode_value(value) == metered._encode_anything(value)


def test_a_reference_is_encoded_alike(by_the_library: Any) -> None:
    class Reference:
        _document_path = "projects/p/databases/d/documents/users/ben"

    assert written({"a": [Reference()]}) == by_the_library({"a": [Reference()]})


@pytest.mark.parametrize(
    "value",
    [object(), 2**63, {1: "a number for a name"}, [object()], "\ud800"],
    ids=["object", "too large", "a name that is none", "object in a list", "half a character"],
)
def test_what_is_no_value_is_refused_alike(value: Any, by_the_library: Any) -> None:
    with pytest.raises(Exception) as ours:  # noqa: PT011 - whatever the library raises
        written({"a": value})
    with pytest.raises(Exception) as theirs:  # noqa: PT011
        by_the_library({"a": value})
    assert type(ours.value) is type(theirs.value)


def test_a_value_of_a_query_is_one_of_the_librarys_messages() -> None:
    assert isinstance(metered.encode_value({"a": 1}), document.Value)
