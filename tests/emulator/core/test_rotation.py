"""Sealing anew under a new key: whole, resumable, and readable at every moment."""

from __future__ import annotations

import base64

import pytest

from spaktok.core import clients, clock, keys, rotation, sealed
from spaktok.core.ids import UserId
from spaktok.core.inventory import Store, in_store
from spaktok.safety import store
from spaktok.safety.model import IdType
from spaktok.safety.requests import RequestIdVerification
from spaktok.safety.service import birth, identity
from tests.support import faults, payouts
from tests.support.faults import Crash, Fault
from tests.support.people import GROWN_UP, join
from tests.support.queue import Queue

PEOPLE = [UserId(f"user{number}") for number in range(5)]
PAIRS = {version: sealed.generate() for version in (1, 2)}
DAY = "2026-03-14"


def deploy(monkeypatch: pytest.MonkeyPatch, *, public: int, private: tuple[int, ...]) -> None:
    def listed(versions: tuple[int, ...], half: int) -> str:
        encoded = {v: base64.b64encode(PAIRS[v][half]).decode() for v in versions}
        return ",".join(f"{v}:{key}" for v, key in encoded.items())

    monkeypatch.setenv(keys.SEALED_PUBLIC, listed(tuple(range(1, public + 1)), 0))
    monkeypatch.setenv(keys.SEALED_SECRET, listed(private, 1))


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five people and one request under the first key; then a second key comes."""
    deploy(monkeypatch, public=1, private=(1,))
    join(*PEOPLE)
    asked = RequestIdVerification(id_type=IdType.PASSPORT, id_number="L01X00T47", image_count=1)
    identity.ask(PEOPLE[0], asked)
    deploy(monkeypatch, public=2, private=(1, 2))


def dates() -> set[str | None]:
    return {store.open_birth_date(store.record_ref(uid).get()) for uid in PEOPLE}


def versions() -> set[int]:
    found = [store.record_ref(uid).get() for uid in PEOPLE]
    found += list(clients.db().collection("idVerificationRequests").stream())
    held = [one.to_dict() or {} for one in found]
    named = {one["sealedWith"] for one in held}
    records = {sealed.version_of(one.get("birthDate") or one["idNumber"]) for one in held}
    assert named == records or len(named | records) == 2
    return records


@pytest.mark.usefixtures("old")
def test_everything_comes_under_the_new_key_and_the_old_one_can_go(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "PAGE", 2)
    assert rotation.remaining() == 6
    assert rotation.start(DAY) == 2
    queue.drain(times=2)
    assert (rotation.remaining(), versions()) == (0, {2})
    deploy(monkeypatch, public=2, private=(2,))
    assert dates() == {GROWN_UP.birth_date}
    assert birth.advance(PEOPLE[0]) == "adult"
    assert rotation.start("2026-03-15") == 0


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    "plan",
    [
        *(faults.at(index, Fault.CRASH) for index in range(10)),
        *(faults.nth("commit", number, Fault.CRASH_AFTER) for number in range(3)),
    ],
    ids=[*(f"before RPC {index}" for index in range(10)), *(f"after commit {n}" for n in range(3))],
)
def test_wherever_it_dies_every_field_stays_readable_and_the_next_run_ends_it(
    plan: faults.Plan,
) -> None:
    """Negative control: writing the record and `sealedWith` in two steps leaves one that says
    another key than it has."""
    with faults.injected(plan), pytest.raises(Crash):
        rotation.page("private", None)
    assert dates() == {GROWN_UP.birth_date}
    for uid in PEOPLE:
        held = store.record_ref(uid).get().to_dict() or {}
        assert sealed.version_of(held["birthDate"]) == held["sealedWith"]
    rotation.page("private", None)
    rotation.page("idVerificationRequests", None)
    assert versions() == {2}


@pytest.mark.usefixtures("old")
def test_what_cannot_be_opened_is_left_alone_and_holds_up_nothing(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "PAGE", 2)
    broken = bytearray(store.record_ref(PEOPLE[1]).get().get("birthDate"))
    broken[500] ^= 1
    store.record_ref(PEOPLE[1]).update({"birthDate": bytes(broken)})
    rotation.start(DAY)
    queue.drain()
    assert rotation.remaining() == 1
    assert store.record_ref(PEOPLE[1]).get().get("birthDate") == bytes(broken)


@pytest.mark.usefixtures("old")
def test_a_second_run_writes_nothing() -> None:
    rotation.page("private", None)
    before = [store.record_ref(uid).get().update_time for uid in PEOPLE]
    assert rotation.page("private", None) == rotation.Progress(0, 0, None)
    assert [store.record_ref(uid).get().update_time for uid in PEOPLE] == before


def test_every_sealed_field_of_the_inventory_says_its_key(queue: Queue) -> None:
    """A document that a use case seals without `sealedWith` would be missed for ever."""
    join(PEOPLE[0])
    asked = RequestIdVerification(id_type=IdType.PASSPORT, id_number="L01X00T47", image_count=1)
    identity.ask(PEOPLE[0], asked)
    payouts.link(PEOPLE[0])
    assert {entry.collection for entry in in_store(Store.FIRESTORE) if entry.sealed} == set(
        rotation.collections()
    )
    for name in rotation.collections():
        found = [one.to_dict() or {} for one in clients.db().collection_group(name).stream()]
        holding = [one for one in found if any(isinstance(value, bytes) for value in one.values())]
        assert holding
        assert all(one["sealedWith"] == sealed.newest() for one in holding)
    assert clock.now().date().isoformat() == DAY
