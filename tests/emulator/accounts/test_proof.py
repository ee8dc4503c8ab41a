"""The proof that nothing is left finds a name wherever it stands; what is kept has its reason."""

from __future__ import annotations

from spaktok.accounts.service import proof
from spaktok.core import clients, pseudonym
from spaktok.core.inventory import Place, Store, in_store
from tests.support import accounts
from tests.support.accounts import erase, residues
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.time import TestClock


def test_whatever_the_inventory_says_may_name_somebody_is_looked_at(
    queue: Queue, time: TestClock
) -> None:
    """A document for every place of every entry. What lies in maps of others goes with the tie."""
    join(ANA, BEN)
    for number, entry in enumerate((*accounts.erasable(), *in_store(Store.STORAGE))):
        first = entry.subjects[:1]
        for named in entry.subjects:
            if named.place is Place.MAP_KEYS:
                continue
            if named in first or named.place in (Place.FIELD, Place.TEXT):
                accounts.plant(entry, ANA, BEN, number)
                break
    planted = {one.path for one in proof.prove([accounts.subject(ANA)])}
    assert len(planted) > len(accounts.erasable()) / 2
    for packed in ("feed", "interests"):
        for one in clients.db().collection_group(packed).stream():
            one.reference.delete()
    for shard in clients.db().collection(f"users/{BEN}/shards").stream():
        shard.reference.delete()
    clients.db().document(f"pseudonyms/{ANA}").update({"key": b"k" * pseudonym.KEY_BYTES})
    erase([ANA], queue, time)
    assert residues([ANA]) == []


def test_the_proof_finds_a_name_wherever_it_stands() -> None:
    """The negative control of every test above: the scan that finds nothing is able to find."""
    places = {
        "nowhere/known": {"a": 1},
        f"odd/{ANA}": {"a": 1},
        f"odd/x/deeper/{ANA}_y": {"a": 1},
        "odd/key": {"a": {"b": {ANA: 1}}},
        "odd/value": {"a": [{"b": f"see {ANA}!"}]},
        "odd/mail": {"a": "ana@example.com"},
        "odd/name": {"a": "ana.name"},
        "odd/bytes": {"a": b"of ana too"},
        "odd/reference": {"a": clients.db().document(f"users/{ANA}")},
        "odd/longer": {"a": "banana ana7 anas"},
    }
    for path, fields in places.items():
        accounts.place(path, fields)
    clients.bucket().blob(f"odd/{ANA}/file.bin").upload_from_string("x")
    found = {one.path for one in proof.prove([accounts.subject(ANA)])}
    assert found == (set(places) - {"nowhere/known", "odd/longer"}) | {f"gs://odd/{ANA}/file.bin"}


def test_what_is_kept_is_kept_with_its_reason() -> None:
    accounts.place("audit/3/entries/1", {"who": BEN, "target": ANA})
    (kept,) = proof.prove([accounts.subject(ANA)])
    assert kept.kept
    assert residues([ANA]) == []
