"""What the operator tells everyone: to whom it comes, in which words, and once."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from spaktok.core import audit, clients
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused
from spaktok.notifications import announcing, choices
from spaktok.notifications.requests import SendAnnouncement, UpdateNotificationSettings
from tests.emulator.notifications.conftest import Pushes
from tests.support.faults import Crash, Fault, injected, seeded
from tests.support.news import adults, crowd, documents, entries
from tests.support.people import ANA, BEN, CARL, DINA
from tests.support.queue import Queue

STAFF = UserId("staff")
SWEDISH = {"language": "sv", "title": "Nya regler", "body": "De gäller från måndag."}
WORDS = {
    "title": "New rules",
    "body": "They hold from Monday on.",
    "translations": [SWEDISH],
}


def asked(**more: Any) -> SendAnnouncement:
    fields = {**WORDS, "reason": "the new terms", "idempotencyKey": "rules-2026", **more}
    return SendAnnouncement.model_validate(fields)


def speaks(uid: str, language: str) -> None:
    private = clients.db().collection("users").document(uid).collection("private")
    private.document("account").update({"language": language})


def test_everyone_reads_it_in_their_language_and_in_english_where_it_is_not_written_in_that(
    queue: Queue,
) -> None:
    adults(ANA, BEN, CARL)
    speaks(BEN, "sv-FI")
    speaks(CARL, "ar")
    announcing.send(STAFF, asked())
    queue.drain(times=3)
    said = {uid: entries(uid) for uid in (ANA, BEN, CARL)}
    assert {uid: [(one.title, one.message) for one in told] for uid, told in said.items()} == {
        ANA: [("New rules", "They hold from Monday on.")],
        BEN: [("Nya regler", "De gäller från måndag.")],
        CARL: [("New rules", "They hold from Monday on.")],
    }
    [entry] = said[ANA]
    assert (entry.type, entry.actor_id, entry.actor_count) == ("announcement", None, 0)


def test_only_the_regions_it_is_for_hear_it(queue: Queue) -> None:
    """Negative control: without `where` in `_people`, Ben reads it too."""
    adults(ANA, BEN)
    clients.db().collection("security").document(BEN).update({"region": "US"})
    announcing.send(STAFF, asked(regions=["SE", "NO"]))
    queue.drain()
    assert len(entries(ANA)) == 1
    assert entries(BEN) == []


def test_it_is_pushed_to_whoever_wants_that_and_waits_for_the_night_to_end(
    queue: Queue, pushes: Pushes
) -> None:
    adults(ANA, BEN, CARL, DINA)
    for uid in (BEN, CARL):
        wants = {"settings": {"announcement": {"push": True}}}
        choices.update(uid, UpdateNotificationSettings.model_validate(wants))
    quiet = {"quietHours": {"start": "11:00", "end": "15:00", "zone": "UTC"}}
    choices.update(CARL, UpdateNotificationSettings.model_validate(quiet))
    choices.update(
        DINA,
        UpdateNotificationSettings.model_validate({"settings": {"system": {"inApp": False}}}),
    )
    announcing.send(STAFF, asked())
    while queue.names() != ["releaseHeld"]:
        assert queue.deliver(*queue.waiting.popleft()) == 200
    assert pushes.types(ANA) == []
    assert pushes.types(BEN) == ["announcement"]
    assert pushes.types(CARL) == []
    assert documents(CARL)[0]["delivery"] == "held.quietHours"
    assert entries(DINA) == []
    queue.drain()
    assert pushes.types(CARL) == ["announcement"]


def test_sent_again_by_its_key_it_is_one_announcement_with_one_record(
    queue: Queue, pushes: Pushes
) -> None:
    adults(ANA)
    first = announcing.send(STAFF, asked())
    assert announcing.send(STAFF, asked()) == first
    with pytest.raises(KeyReused):
        announcing.send(STAFF, asked(reason="another"))
    queue.drain(times=5)
    assert len(entries(ANA)) == 1
    head = audit.heads()[audit.chain_of(STAFF)]
    assert head.seq == 1
    assert audit.verify() == []


def test_pages_that_die_on_the_way_leave_nobody_out_and_tell_nobody_twice(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without the task of the next page, 27 hear nothing."""
    monkeypatch.setattr(announcing, "PAGE", 10)
    monkeypatch.setattr("spaktok.notifications.many.CHUNK", 4)
    fans = crowd(ANA, 37)
    announcing.send(STAFF, asked())
    kills = {Fault.CRASH: 0.1, Fault.CRASH_AFTER: 0.1}
    with injected(seeded(7, kills)) as faults:
        while queue.waiting:
            function, task, body = queue.waiting[0]
            try:
                assert queue.deliver(function, task, body) == 200
            except Crash:
                faults.revive()
                continue  # the queue delivers it again
            queue.waiting.popleft()
    assert len(faults.injected) > 3
    told = [one.get("userId") for one in clients.db().collection("notifications").stream()]
    assert sorted(told) == fans


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": " "}, "must not be blank"),
        ({"title": "a\u202eb"}, "invisible"),
        ({"title": "t" * 81}, "80"),
        ({"body": "b" * 501}, "500"),
        ({"translations": [{**SWEDISH, "language": "tlh"}]}, "language"),
        ({"translations": [{**SWEDISH, "language": "en"}]}, "not en"),
        ({"translations": [SWEDISH, SWEDISH]}, "once"),
        ({"regions": ["Sweden"]}, "pattern"),
        ({"reason": ""}, "must not be blank"),
    ],
)
def test_what_is_no_announcement_is_refused(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        asked(**wrong)
