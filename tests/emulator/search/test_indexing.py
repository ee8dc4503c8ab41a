"""The index says what is true, and nothing that is not everybody's to know."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any

import pytest

import main
from spaktok.core import age, clients, clock, meter, standing
from spaktok.core.age import Age, Band
from spaktok.core.ids import UserId
from spaktok.search import store
from spaktok.search.service import finding, indexing
from spaktok.users import store as users
from tests.support.events import written
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue


def entry(uid: str) -> dict[str, Any] | None:
    return store.ref(uid).get().to_dict()


def card(uid: str) -> dict[str, Any]:
    fields = users.card_ref(uid).get().to_dict()
    assert fields is not None
    return fields


def change(uid: str, **changes: Any) -> None:
    """Change a card as its owner's feature would, and deliver the event of it."""
    before = card(uid)
    users.card_ref(uid).update(changes)
    main.onCardWritten(written(f"users/{uid}", before, card(uid)))


def set_private(uid: str, document: str, changes: dict[str, Any]) -> None:
    """Change `private/account` or `security`, and deliver the event of it."""
    place = users.account_ref(uid) if document == "account" else users.security_ref(uid)
    before = place.get().to_dict()
    place.update(changes)
    after = place.get().to_dict()
    if document == "account":
        main.onAccountWritten(written(place.path, before, after))
    else:
        main.onStandingWritten(written(place.path, before, after))


def joined(uid: UserId) -> None:
    join(uid)
    main.onCardWritten(written(f"users/{uid}", None, card(uid)))


def found(query: str, viewer: UserId = ANA) -> list[str]:
    return [user.user_id for user in finding.users(viewer, query, 20, None).users]


@pytest.fixture(autouse=True)
def _ana() -> None:
    join(ANA)


def test_whoever_joins_can_be_found() -> None:
    joined(BEN)
    assert found("ben") == ["ben"]


def test_a_renamed_user_is_found_under_the_new_name_alone() -> None:
    joined(BEN)
    change(BEN, username="otto", displayName="Otto")
    assert found("otto") == ["ben"]
    assert found("ben") == []


def test_whoever_deactivates_or_is_gone_is_not_in_the_index() -> None:
    joined(BEN)
    change(BEN, deactivated=True)
    assert entry(BEN) is None
    change(BEN, deactivated=False)
    assert found("ben") == ["ben"]
    before = card(BEN)
    users.card_ref(BEN).delete()
    main.onCardWritten(written("users/ben", before, None))
    assert entry(BEN) is None


def test_whoever_does_not_want_to_be_found_is_not_in_the_index() -> None:
    """Tried: without `_findable` in `_truth` Ben is found all the same."""
    joined(BEN)
    set_private(BEN, "account", {"privacySettings.appearInSearch": False})
    assert entry(BEN) is None
    change(BEN, displayName="Benjamin", isVerified=True, followerCount=5_000)
    assert entry(BEN) is None
    with meter.counting() as tally:
        assert found("ben") == []
    assert tally.reads <= 3
    set_private(BEN, "account", {"privacySettings.appearInSearch": True})
    assert found("benjamin") == ["ben"]


def test_whoever_is_banned_for_good_or_disabled_is_not_in_the_index() -> None:
    joined(BEN)
    set_private(BEN, "security", {"banned": True, "bannedUntil": None})
    assert entry(BEN) is None
    set_private(BEN, "security", {"banned": False})
    assert entry(BEN) is not None
    set_private(BEN, "security", {"disabled": True})
    assert entry(BEN) is None


def test_a_teen_is_found_by_adults_from_the_birthday_on() -> None:
    """Tried: with `for_adults=True` for everyone Ana finds Ben before it."""
    join(BEN)
    birthday = clock.now() + timedelta(days=1)
    teen = Age(Band.OLDER_TEEN, 16, birthday)
    users.security_ref(BEN).update(age.encode(teen))
    indexing.refresh(BEN)
    join(CARL)
    users.security_ref(CARL).update(age.encode(teen))
    standing.forget()
    assert found("ben", ANA) == []
    assert found("ben", CARL) == ["ben"]
    set_private(BEN, "security", age.encode(Age(Band.ADULT, 18)))
    assert found("ben", ANA) == ["ben"]


@pytest.mark.parametrize("as_json", [False, True])
def test_events_are_read_in_both_of_their_encodings(as_json: bool) -> None:
    join(BEN)
    main.onCardWritten(written("users/ben", None, card(BEN), as_json=as_json))
    assert found("ben") == ["ben"]


def test_events_twice_late_and_in_any_order_leave_the_index_true() -> None:
    joined(BEN)
    events = []
    for name in ("Aurora", "Bianca", "Chiara", "Donata", "Elettra", "Fiammetta"):
        before = card(BEN)
        users.card_ref(BEN).update({"displayName": name})
        events.append(written("users/ben", before, card(BEN)))
    events *= 5
    random.Random(7).shuffle(events)
    for event in events:
        main.onCardWritten(event)
    assert found("fiammetta") == ["ben"]
    assert found("elettra") == []


def test_a_slow_run_does_not_put_back_what_was_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run reads, stalls while another renames and indexes, and then writes what it had read.

    Tried: without looking again the index keeps the old name.
    """
    joined(BEN)
    real, stalls = indexing._truth, [True]

    def stalling(uid: str) -> Any:
        read = real(uid)
        if stalls and stalls.pop():
            users.card_ref(BEN).update({"displayName": "Otto"})
            indexing.refresh(uid)
        return read

    monkeypatch.setattr(indexing, "_truth", stalling)
    indexing.refresh(BEN)
    assert found("otto") == ["ben"]


def test_a_change_that_shows_nowhere_costs_nothing() -> None:
    join(BEN)
    before = {**card(BEN), "followerCount": 5_000}
    after = {**before, "followerCount": 5_001, "videoCount": 3, "likeCount": 9, "bio": "New"}
    with meter.counting() as tally:
        main.onCardWritten(written("users/ben", before, after))
    assert (tally.reads, tally.writes, tally.rpcs) == (0, 0, 0)


def test_nothing_private_is_in_the_index() -> None:
    """Canaries in every field that is not the public's."""
    join(BEN)
    users.card_ref(BEN).update({"bio": "canary-bio", "website": "https://canary.example"})
    users.account_ref(BEN).update({"email": "canary@example.com", "gender": "canary-gender"})
    users.security_ref(BEN).update({"roles": ["user", "admin"], "region": "QQ"})
    indexing.refresh(BEN)
    stored = json.dumps(entry(BEN), default=str)
    for secret in ("canary", "admin", "QQ", "1990", "New_York"):
        assert secret not in stored
    assert set(entry(BEN) or {}) == {
        *store.SHOWN, "popularity", "updatedAt", "teens", "adults",
    }  # fmt: skip


def test_everyone_can_be_put_into_the_index_anew(queue: Queue, monkeypatch: Any) -> None:
    monkeypatch.setattr(indexing, "PAGE", 3)
    everyone = [UserId(f"u{n}") for n in range(7)]
    join(*everyone)
    indexing.reindex("first", None)
    queue.drain(times=2)
    listed = {snapshot.id for snapshot in clients.db().collection("searchUsers").stream()}
    assert listed == {"ana", *everyone}
