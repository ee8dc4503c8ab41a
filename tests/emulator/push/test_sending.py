"""What reaches a device, how often, and what becomes of tokens that FCM refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from spaktok.core import clients, clock, meter
from spaktok.core.ids import UserId
from spaktok.devices import service as devices
from spaktok.devices.model import Platform
from spaktok.graph import service as graph
from spaktok.integrations.fcm import Outcome, PushOutcome
from spaktok.notifications import store
from spaktok.notifications.kinds import KINDS
from spaktok.notifications.model import EntityType, Note, NotificationType
from spaktok.notifications.push import service as push
from spaktok.notifications.store import Entry
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.phones import Scripted, bodies, received, register, token, tokens
from tests.support.queue import Queue
from tests.support.threads import together
from tests.support.time import TestClock

T = NotificationType
LATER = PushOutcome(Outcome.LATER, "UNAVAILABLE")


def entry(
    kind: NotificationType = T.VIDEO_LIKE, actors: tuple[UserId, ...] = (BEN,), count: int = 1
) -> Note:
    """An unread entry of ana's inbox, and the note that is made of it."""
    at = clock.now()
    written = Entry(
        id="n1",
        owner=ANA,
        type=kind,
        entity_type=EntityType.VIDEO,
        entity_id=f"v1-{ANA}",
        created_at=at,
        last_activity_at=at,
        actor_ids=actors,
        actor_count=count,
    )
    store.ref("n1").set(store.encode(written, at))
    clients.db().document(f"videos/v1-{ANA}").set({"userId": ANA, "status": "active"})
    return store.note(written)


def hide_content() -> None:
    store.preferences_ref(ANA).set({"hiddenContent": True})


def test_every_device_is_told_in_its_own_language() -> None:
    join(ANA, BEN)
    for name, locale in (("english", "en-GB"), ("swedish", "sv-SE"), ("arabic", "ar")):
        register(ANA, name, locale=locale)
    push.send(ANA, entry())
    assert bodies("english") == ["ben.name liked your video"]
    assert bodies("swedish") == ["ben.name gillade din video"]
    assert bodies("arabic") == ["أُعجب \u2068ben.name\u2069 بمقطعك"]


def test_a_group_is_told_as_one() -> None:
    join(ANA, BEN, CARL, DINA)
    register(ANA)
    push.send(ANA, entry(actors=(DINA, CARL, BEN), count=14))
    assert bodies() == ["dina.name, carl.name and 12 others liked your video"]


def test_a_note_asked_for_five_times_reaches_each_device_once() -> None:
    """Negative control: without the claim, each of them comes five times."""
    join(ANA, BEN)
    register(ANA, "phone")
    register(ANA, "tablet")
    note = entry()
    for _ in range(5):
        push.send(ANA, note)
    assert len(bodies("phone")) == len(bodies("tablet")) == 1


def test_a_note_asked_for_at_the_same_moment_reaches_a_device_once() -> None:
    join(ANA, BEN)
    register(ANA)
    note = entry()
    together(6, lambda _: push.send(ANA, note))
    assert len(bodies()) == 1


def test_new_activity_of_the_same_entry_is_pushed_and_takes_the_place_of_the_last(
    time: TestClock,
) -> None:
    join(ANA, BEN, CARL)
    register(ANA)
    push.send(ANA, entry())
    time.pass_(minutes=1)
    push.send(ANA, entry(actors=(CARL, BEN), count=2))
    first, second = received()
    assert first["android"]["notification"]["tag"] == second["android"]["notification"]["tag"]
    assert bodies()[1] == "carl.name and ben.name liked your video"


def test_whoever_has_no_device_costs_one_read() -> None:
    join(ANA, BEN)
    note = entry()
    with meter.counting() as cost:
        push.send(ANA, note)
    assert (cost.reads, cost.writes) == (1, 0)


@pytest.mark.parametrize(
    ("platform", "actors", "reads"),
    [
        (Platform.ANDROID, (), 2),
        (Platform.ANDROID, (BEN,), 3),
        (Platform.IOS, (BEN,), 4),
        (Platform.IOS, (CARL, BEN), 5),
    ],
)
def test_a_push_reads_the_devices_the_settings_and_what_it_shows_and_writes_one_claim(
    platform: Platform, actors: tuple[UserId, ...], reads: int, scripted: Scripted
) -> None:
    """The devices' query apart, two reads; a second name and the badge are one each."""
    join(ANA, BEN, CARL)
    register(ANA, platform=platform)
    note = entry(actors=actors, count=len(actors))
    with meter.counting() as cost:
        push.send(ANA, note)
    assert len(scripted.sent) == 1
    assert (cost.reads, cost.writes, cost.deletes) == (reads, 1, 0)


def test_a_push_to_many_costs_each_a_devices_query_and_a_settings_read(scripted: Scripted) -> None:
    """What they are shown of the actor is read once, and it leaves as one batch."""
    crowd = [UserId(f"fan{number}") for number in range(30)]
    join(ANA, *crowd)
    for uid in crowd:
        register(uid, uid)
    note = replace(entry(T.LIVE_STARTED, actors=(ANA,)), entity_type=EntityType.STREAM)
    with meter.counting() as cost:
        push.send_many([(uid, note) for uid in crowd])
    assert (cost.reads, cost.writes, cost.deletes) == (30 * 2 + 1, 30, 0)
    assert cost.rpcs == 30 + 2
    assert {one.target for one in scripted.sent} == {token(uid) for uid in crowd}
    push.send_many([(uid, note) for uid in [*crowd, BEN]])
    assert len(scripted.sent) == 30


def test_of_many_only_those_who_were_not_told_are_told(scripted: Scripted) -> None:
    join(ANA, BEN, CARL)
    note = replace(entry(T.LIVE_STARTED, actors=(ANA,)), entity_type=EntityType.STREAM)
    register(BEN, "bens")
    register(CARL, "carls")
    push.send(BEN, note)
    push.send_many([(BEN, note), (CARL, note)])
    assert [one.target for one in scripted.sent] == [token("bens"), token("carls")]


def test_the_badge_is_the_number_of_unread_entries() -> None:
    join(ANA, BEN)
    register(ANA, "phone", Platform.IOS)
    note = entry()
    for name, read in (("n2", False), ("n3", False), ("n4", True)):
        found = store.decode(store.ref("n1").get())
        assert found is not None
        other = replace(found, id=name, is_read=read)
        store.ref(name).set(store.encode(other, clock.now()))
    push.send(ANA, note)
    assert received()[0]["apns"]["payload"]["aps"]["badge"] == 3


CANARY = "canary"


def test_hidden_content_names_nobody_and_nothing() -> None:
    """Negative control: the same note without the setting, last, names the canary."""
    join(ANA, BEN)
    clients.db().document(f"users/{BEN}").update({"username": CANARY, "displayName": CANARY})
    register(ANA, platform=Platform.IOS)
    note = replace(entry(), entity_id=f"{CANARY}-ana", collapse_key=CANARY)
    hide_content()
    push.send(ANA, note)
    [hidden] = received()
    text = json.dumps(hidden)
    for secret in (CANARY, BEN, "video", "like", "social"):
        assert secret not in text
    assert hidden["notification"] == {"title": "Spaktok", "body": "You have a new notification"}
    assert hidden["data"] == {"notificationId": "n1", "link": "spaktok://notification/n1"}
    store.preferences_ref(ANA).delete()
    push.send(ANA, replace(note, created_at=note.created_at + timedelta(seconds=1)))
    assert CANARY in json.dumps(received())


def test_what_somebody_wrote_is_in_no_push() -> None:
    """The comment's text stands in its document, which no push reads."""
    join(ANA, BEN)
    register(ANA)
    comment = clients.db().document("videoComments/c1")
    comment.set({"userId": BEN, "text": CANARY, "moderationStatus": "active"})
    note = replace(entry(T.VIDEO_COMMENT), entity_type=EntityType.COMMENT, entity_id="c1")
    push.send(ANA, note)
    [told] = received()
    assert CANARY not in json.dumps(told)
    assert told["notification"]["body"] == "ben.name commented on your video"


def test_a_deactivated_actor_is_counted_and_not_named() -> None:
    join(ANA, BEN)
    clients.db().document(f"users/{BEN}").update({"deactivated": True})
    register(ANA)
    push.send(ANA, entry())
    assert bodies() == ["Someone liked your video"]


@pytest.mark.parametrize("code", ["UNREGISTERED", "INVALID_ARGUMENT", "SENDER_ID_MISMATCH"])
def test_a_token_that_fcm_calls_void_goes_at_once(code: str, queue: Queue) -> None:
    join(ANA, BEN)
    register(ANA, f"{code}-old")
    good = register(ANA, "phone")
    push.send(ANA, entry())
    assert tokens(ANA) == {good}
    assert len(bodies("phone")) == 1
    assert queue.names() == []


@pytest.mark.parametrize(
    "code", ["UNAVAILABLE", "INTERNAL", "QUOTA_EXCEEDED", "THIRD_PARTY_AUTH_ERROR"]
)
def test_no_other_error_costs_a_user_their_device_however_often_it_comes(
    code: str, queue: Queue
) -> None:
    """Negative control: with `VOID` for any failure, as the seed has it, the device is gone."""
    join(ANA, BEN)
    phone = register(ANA, f"{code}-phone")
    push.send(ANA, entry())
    queue.drain(times=3)
    assert tokens(ANA) == {phone}
    tried = len(bodies(f"{code}-phone"))
    if code == "THIRD_PARTY_AUTH_ERROR":
        assert tried == 1
    else:
        assert tried == push.ATTEMPTS_MAX
        assert devices.in_use(ANA)[0].failures == 1


def test_only_the_device_that_failed_is_tried_again(queue: Queue) -> None:
    join(ANA, BEN)
    register(ANA, "phone")
    register(ANA, "UNAVAILABLE-tablet")
    push.send(ANA, entry())
    queue.drain()
    assert len(bodies("phone")) == 1
    assert len(bodies("UNAVAILABLE-tablet")) == push.ATTEMPTS_MAX


def test_a_push_that_could_not_be_taken_comes_later_and_once(
    queue: Queue, scripted: Scripted
) -> None:
    join(ANA, BEN)
    register(ANA)
    scripted.answers = [LATER, LATER]
    push.send(ANA, entry())
    queue.drain(times=5)
    assert len(scripted.sent) == 3


@pytest.mark.parametrize(
    ("asked", "least", "most"), [(90.0, 90, 113), (None, 10, 13), (99_999.0, 3600, 4500)]
)
def test_fcm_is_left_alone_for_as_long_as_it_asks(
    asked: float | None, least: float, most: float, queue: Queue, scripted: Scripted
) -> None:
    join(ANA, BEN)
    register(ANA)
    scripted.answers = [PushOutcome(Outcome.LATER, "QUOTA_EXCEEDED", asked)]
    push.send(ANA, entry())
    began = clock.now()
    queue.drain()
    assert least <= (clock.now() - began).total_seconds() <= most
    assert len(scripted.sent) == 2


def test_a_ring_that_is_over_is_not_sent_late(queue: Queue, scripted: Scripted) -> None:
    join(ANA, BEN)
    register(ANA)
    scripted.answers = [PushOutcome(Outcome.LATER, "UNAVAILABLE", 600.0)]
    push.send(ANA, entry(T.INCOMING_CALL))
    assert queue.names() == []
    assert len(scripted.sent) == 1


def test_what_is_no_news_any_more_is_not_sent(time: TestClock) -> None:
    join(ANA, BEN)
    register(ANA)
    note = entry(T.NEW_STORY)
    time.pass_(seconds=KINDS[T.NEW_STORY].fresh_for.total_seconds() - 0.001)
    push.send(ANA, note)
    assert len(bodies()) == 1
    time.pass_(seconds=0.001)
    push.send(ANA, replace(note, notification_id="n2"))
    assert len(bodies()) == 1


def test_a_block_before_the_second_attempt_wins(queue: Queue, scripted: Scripted) -> None:
    """Negative control: without `still_due`, the blocked one's like is pushed."""
    join(ANA, BEN, CARL)
    register(ANA)
    scripted.answers = [LATER]
    push.send(ANA, entry(actors=(CARL, BEN), count=2))
    graph.block(ANA, CARL, None)
    while queue.waiting:
        function, task_id, body = queue.waiting.popleft()
        if function == "resendPush":
            assert queue.deliver(function, task_id, body) == 200
    assert [one.body for one in scripted.sent] == [
        "carl.name and ben.name liked your video",
        "ben.name liked your video",
    ]


@pytest.mark.parametrize("what", ["read", "deleted", "blocked"])
def test_what_is_read_or_gone_meanwhile_is_not_tried_again(
    what: str, queue: Queue, scripted: Scripted
) -> None:
    join(ANA, BEN)
    register(ANA)
    scripted.answers = [LATER]
    push.send(ANA, entry())
    match what:
        case "read":
            store.ref("n1").update({"isRead": True})
        case "deleted":
            store.ref("n1").delete()
        case "blocked":
            store.mask_ref(ANA).set({"users": {BEN: True}})
    queue.drain()
    assert len(scripted.sent) == 1


def test_a_device_signed_out_before_the_second_attempt_gets_nothing(
    queue: Queue, scripted: Scripted
) -> None:
    join(ANA, BEN)
    phone = register(ANA)
    scripted.answers = [LATER]
    push.send(ANA, entry())
    devices.unregister(ANA, phone)
    register(BEN)
    queue.drain()
    assert [one.target for one in scripted.sent] == [token("phone")]


def test_an_answer_that_is_lost_is_not_asked_for_again(queue: Queue, scripted: Scripted) -> None:
    join(ANA, BEN)
    phone = register(ANA)
    scripted.answers = [PushOutcome(Outcome.UNKNOWN)]
    push.send(ANA, entry())
    assert queue.names() == []
    assert tokens(ANA) == {phone}


def test_a_digest_says_how_many_and_opens_the_list() -> None:
    join(ANA)
    register(ANA)
    note = Note(
        notification_id="d1",
        type=T.DIGEST,
        category=KINDS[T.DIGEST].category,
        actor_ids=(),
        actor_count=7,
        entity_type=EntityType.USER,
        entity_id=ANA,
        collapse_key="digest",
        urgent=False,
        created_at=clock.now(),
    )
    push.send(ANA, note)
    [told] = received()
    assert told["notification"]["body"] == "You have 7 new notifications"
    assert told["data"]["link"] == "spaktok://notifications"
