"""Taking one's data: all of it, nothing of others, whatever dies on the way."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from spaktok.accounts.model import EXPORT_KEPT
from spaktok.accounts.refusals import ExportNotReady
from spaktok.accounts.service import exporting, leaving, links, sources
from spaktok.core import clients, clock, transaction
from spaktok.core.ids import UserId
from spaktok.core.inventory import Entry, Store, in_store
from spaktok.core.refusal import NotFound
from spaktok.integrations import signed_links
from spaktok.notifications import inbox as notifications
from tests.support import accounts, faults
from tests.support.faults import Crash, Fault
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock

CANARY = "canary-of-ben"


def read(path: str) -> bytes:
    data: bytes = clients.bucket().blob(path).download_as_bytes()
    return data


def manifest(uid: UserId = ANA) -> dict[str, Any]:
    """The table of contents, after every file was compared with its hash."""
    page = links.page(uid, 50, None)
    raw = read(page.manifest.path)
    assert sha256(raw).hexdigest() == page.manifest.sha256
    found: dict[str, Any] = json.loads(raw)
    for file in found["files"]:
        content = read(file["path"])
        assert (sha256(content).hexdigest(), len(content)) == (file["sha256"], file["bytes"])
    return found


def documents(uid: UserId = ANA) -> list[dict[str, Any]]:
    """Every document of the JSON files."""
    return [
        document
        for file in manifest(uid)["files"]
        if file["path"].startswith("exports/")
        for document in json.loads(read(file["path"]))["documents"]
    ]


def export(uid: UserId, queue: Queue) -> None:
    exporting.request(uid)
    queue.drain()


def test_everything_the_inventory_exports_is_there_and_nothing_of_anyone_else(
    queue: Queue,
) -> None:
    """Negative control: with a source for every subject, what others wrote of Ana comes along."""
    join(ANA, BEN)
    mine: dict[str, Entry] = {}
    for number, entry in enumerate((*in_store(Store.FIRESTORE), *in_store(Store.STORAGE))):
        if not entry.export.included:
            continue
        mine[accounts.plant(entry, ANA, BEN, number)[0]] = entry
        # Ben's, though it names Ana: somebody he muted, news of what she did.
        for path in accounts.plant(entry, BEN, ANA, 1000 + number)[:1]:
            if entry.store is Store.FIRESTORE:
                clients.db().document(path).update({"note": CANARY, "actorName": CANARY})
            elif f"/{BEN}/" in path:
                clients.bucket().blob(path).upload_from_string(CANARY)
    export(ANA, queue)
    found = manifest()
    there = [one["of"] for one in found["files"]]
    assert {entry.path for entry in mine.values()} <= set(there)
    told = documents()
    for path, kind in mine.items():
        if kind.store is Store.FIRESTORE:
            assert any(one["id"] == path.rpartition("/")[2] for one in told), kind
        else:
            assert any(one["path"] == path for one in found["files"]), kind
    leaked = [one for one in told if "followerId" not in one and CANARY in json.dumps(one)]
    assert leaked == []
    media = [one["path"] for one in found["files"] if not one["path"].startswith("exports/")]
    assert media
    assert not any(CANARY.encode() in read(path) for path in media)


def test_who_follows_is_not_named_and_whom_one_follows_is(queue: Queue) -> None:
    join(ANA, BEN)
    accounts.place(f"followers/{ANA}_{BEN}", {"followerId": ANA, "followingId": BEN})
    accounts.place(f"followers/{BEN}_{ANA}", {"followerId": BEN, "followingId": ANA})
    export(ANA, queue)
    edges = [one for one in documents() if "followerId" in one]
    assert {"id": f"{ANA}_{BEN}", "followerId": ANA, "followingId": BEN} in edges
    (other,) = [one for one in edges if one["followingId"] == ANA]
    assert BEN not in json.dumps(other)
    assert other["followerId"].startswith("person-")
    export(BEN, queue)
    assert other["followerId"] not in json.dumps(documents(BEN))


def test_what_others_did_is_told_without_their_names(queue: Queue) -> None:
    join(ANA)
    accounts.place(
        "notifications/n1",
        {"userId": ANA, "actorIds": [BEN], "involvedIds": [BEN], "acts": {BEN: 1}},
    )
    export(ANA, queue)
    assert "ben" not in json.dumps(documents())
    assert any(one["id"] == "n1" for one in documents())


def test_while_one_is_written_asking_again_is_asking_for_it(queue: Queue, time: TestClock) -> None:
    join(ANA)
    first = exporting.request(ANA)
    time.pass_(minutes=1)
    assert exporting.request(ANA) == first
    with pytest.raises(ExportNotReady):
        links.page(ANA, 10, None)
    queue.drain()
    assert exporting.request(ANA).export_id != first.export_id


def test_what_expired_is_removed_and_not_what_was_asked_for_since(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without the looks at `exportId` in `remove`, the second export is gone."""
    monkeypatch.setattr(exporting, "FORGOTTEN_AT_ONCE", 2)
    join(ANA)
    expired = exporting.request(ANA)
    queue.drain()
    time.pass_(seconds=EXPORT_KEPT.total_seconds())
    export(ANA, queue)
    before = manifest()
    exporting.remove(ANA, expired.export_id)
    assert not transaction.run(lambda tx: exporting._forget(tx, ANA, expired.export_id))
    assert manifest() == before
    time.pass_(seconds=EXPORT_KEPT.total_seconds())
    exporting.sweep(clock.now())
    assert list(clients.bucket().list_blobs(prefix=f"exports/{ANA}/")) == []
    assert list(clients.db().collection("exports").list_documents()) == []


def test_there_is_no_link_without_an_export_or_to_anothers(queue: Queue) -> None:
    join(ANA, BEN)
    export(ANA, queue)
    with pytest.raises(NotFound):
        links.page(BEN, 10, None)


def test_every_file_is_on_some_page(queue: Queue) -> None:
    join(ANA)
    export(ANA, queue)
    paths, cursor = [], None
    while True:
        page = links.page(ANA, 1, cursor)
        paths += [one.path for one in page.files]
        if (cursor := page.next_cursor) is None:
            break
    assert sorted(paths) == sorted(one["path"] for one in manifest()["files"])


def test_many_documents_are_many_files_and_none_is_missing_or_twice(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "RECORDS_MAX", 7)
    join(ANA)
    wanted = {f"{ANA}_v{number:03}" for number in range(40)}
    for name in wanted:
        accounts.place(f"videoLikes/{name}", {"userId": ANA, "videoId": name[4:]})
    export(ANA, queue)
    found = [one["id"] for one in documents() if "videoId" in one]
    assert len(found) == 40
    assert set(found) == wanted


def test_an_export_expires_to_the_millisecond_and_is_removed(queue: Queue, time: TestClock) -> None:
    join(ANA)
    export(ANA, queue)
    end = clock.now() + EXPORT_KEPT
    time.at = end - timedelta(milliseconds=1)
    assert links.page(ANA, 1, None)
    assert exporting.sweep(clock.now()) == 0
    time.at = end
    with pytest.raises(NotFound):
        links.page(ANA, 1, None)
    assert exporting.sweep(clock.now()) == 1
    assert list(clients.bucket().list_blobs(prefix="exports/")) == []
    assert list(clients.db().collection_group("files").stream()) == []


def test_a_new_export_replaces_the_one_before_it(queue: Queue, time: TestClock) -> None:
    join(ANA)
    export(ANA, queue)
    before = {one.name for one in clients.bucket().list_blobs(prefix="exports/")}
    time.pass_(hours=1)
    export(ANA, queue)
    after = {one.name for one in clients.bucket().list_blobs(prefix="exports/")}
    assert before.isdisjoint(after)
    assert manifest()["files"]


def test_its_owner_is_told_once_that_it_is_there(queue: Queue) -> None:
    join(ANA)
    exporting.request(ANA)
    queue.drain(times=3)
    told = [one.type for one in notifications.inbox(ANA, 10, None).notifications]
    assert told == ["export_ready"]


@pytest.mark.parametrize("seed", range(some(3, short=1)))
def test_killed_anywhere_and_sent_again_an_export_ends_whole(
    seed: int, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "_sleep", lambda _: None)
    monkeypatch.setattr(sources, "RECORDS_MAX", 3)
    join(ANA)
    for number in range(10):
        accounts.place(f"videoLikes/{ANA}_v{number}", {"userId": ANA, "videoId": f"v{number}"})
    asked = exporting.request(ANA)
    rolls = random.Random(seed)
    deaths = 0
    while True:
        chance = max(0.0, 0.25 - deaths * 0.02)
        plan = faults.seeded(
            rolls.randrange(2**32), {Fault.CRASH: chance / 2, Fault.CRASH_AFTER: chance / 2}
        )
        with faults.injected(plan) as injected:
            try:
                exporting.run(ANA, asked.export_id)
            except Crash:
                injected.revive()
                deaths += 1
            else:
                break
    assert deaths
    queue.drain()
    liked = sorted(one["id"] for one in documents() if "videoId" in one)
    assert liked == sorted(f"{ANA}_v{number}" for number in range(10))


def test_a_run_that_takes_too_long_leaves_the_rest_to_the_next(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "RUN_S", -1.0)
    join(ANA)
    export(ANA, queue)
    assert manifest()["files"]
    assert [name for name, _ in queue.delivered].count("writeExport") >= 3


def test_an_export_that_died_is_sent_again_by_the_sweeper(queue: Queue, time: TestClock) -> None:
    join(ANA)
    exporting.request(ANA)
    queue.waiting.clear()
    time.pass_(minutes=16)
    assert exporting.sweep(clock.now()) == 1
    queue.drain()
    assert manifest()["files"]


def test_an_erasure_takes_the_export_along(queue: Queue, time: TestClock) -> None:
    join(ANA)
    export(ANA, queue)
    exporting.request(ANA)
    leaving.request(ANA)
    queue.drain()
    time.pass_(hours=2)
    accounts.settle(queue, time)
    assert accounts.residues([ANA]) == []


def test_a_link_is_to_one_object_only_to_read_it_and_dies_within_15_minutes() -> None:
    """Signed as in production, with a key made here: the signature itself is Google's to check."""
    from urllib.parse import parse_qs, urlparse

    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from google.oauth2 import service_account

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    credentials = service_account.Credentials.from_service_account_info(
        {
            "client_email": "functions@example.com",
            "token_uri": "https://example.com/token",
            "private_key": pem.decode(),
        }
    )
    link = urlparse(
        signed_links.signed(clients.bucket().blob("exports/ana/e1/manifest.json"), credentials)
    )
    asked = parse_qs(link.query)
    assert link.path.endswith("/exports/ana/e1/manifest.json")
    assert asked["X-Goog-Expires"] == [str(int(signed_links.LINK_LASTS.total_seconds()))] == ["900"]
    assert asked["X-Goog-Signature"]
