"""Pushes: now, later with others, or not at all. The inbox has everything all the while."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from spaktok.accounts.service import presence
from spaktok.core import clients, clock
from spaktok.graph import service as graph
from spaktok.notifications import choices, delivery, inbox, service, store
from spaktok.notifications.kinds import KINDS
from spaktok.notifications.model import EntityType, NotificationType
from spaktok.notifications.requests import UpdateNotificationSettings
from spaktok.users import service as users
from spaktok.users.requests import CreateUserProfile
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.service import comments
from tests.emulator.notifications.conftest import Pushes
from tests.support.ages import born
from tests.support.news import adults, alarm, crowd, entries, like, liked, news, unlike
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.worlds import video

T = NotificationType
STOCKHOLM = "Europe/Stockholm"
MS = timedelta(milliseconds=1)
BEDTIME = datetime(2026, 3, 14, 22, tzinfo=UTC)  # 23:00 in Stockholm
MORNING = datetime(2026, 3, 15, 6, tzinfo=UTC)  # 07:00


def settings(**data: object) -> None:
    choices.update(ANA, UpdateNotificationSettings.model_validate(data))


def sleep_at_night() -> None:
    settings(quietHours={"start": "22:00", "end": "07:00", "zone": STOCKHOLM})


def reply(entity: str = "s", actor: str = BEN) -> None:
    service.deliver(news(ANA, T.STORY_REPLY, entity, actor))


def test_a_push_goes_out_once_however_often_its_task_comes(pushes: Pushes) -> None:
    adults(ANA, BEN)
    one = news(ANA, T.STORY_REPLY, "s", BEN)
    for _ in range(5):
        service.deliver(one)
    [note] = pushes.to(ANA)
    assert (note.type, note.actor_ids, note.actor_count) == (T.STORY_REPLY, (BEN,), 1)
    assert note.collapse_key == note.notification_id
    assert not note.urgent


def test_a_push_that_died_after_the_commit_leaves_with_the_repeated_task(
    pushes: Pushes, monkeypatch: pytest.MonkeyPatch
) -> None:
    adults(ANA, BEN)
    one = news(ANA, T.STORY_REPLY, "s", BEN)
    with monkeypatch.context() as patch:

        def dies(uid: str, note: object) -> None:
            raise RuntimeError

        patch.setattr(pushes, "send", dies)
        with pytest.raises(RuntimeError):
            service.deliver(one)
    service.deliver(one)
    assert pushes.types(ANA) == ["story_reply"]


def test_what_happens_in_the_night_is_in_the_inbox_and_one_push_in_the_morning(
    pushes: Pushes, queue: Queue, time: TestClock
) -> None:
    adults(ANA, BEN, CARL)
    sleep_at_night()
    time.reach(BEDTIME)
    reply("s1")
    reply("s2", CARL)
    reply("s3")
    assert len(entries(ANA)) == 3
    assert inbox.unread_count(ANA) == 3
    assert pushes.to(ANA) == []
    assert queue.names() == ["releaseHeld"]
    queue.drain(times=5)
    assert clock.now() >= MORNING
    [note] = pushes.to(ANA)
    assert (note.type, note.actor_count, note.actor_ids) == (T.DIGEST, 3, ())
    assert note.created_at == MORNING


def test_a_single_entry_is_told_as_itself_in_the_morning(
    pushes: Pushes, queue: Queue, time: TestClock
) -> None:
    adults(ANA, BEN)
    sleep_at_night()
    time.reach(BEDTIME)
    reply()
    queue.drain()
    assert pushes.types(ANA) == ["story_reply"]


def test_what_was_read_or_taken_back_or_blocked_in_the_night_is_not_told_in_the_morning(
    pushes: Pushes, queue: Queue, time: TestClock
) -> None:
    adults(ANA, BEN, CARL)
    clip = video(ANA)
    sleep_at_night()
    time.reach(BEDTIME)
    read = news(ANA, T.STORY_REPLY, "read", CARL)
    service.deliver(read)
    inbox.mark_read(ANA, entries(ANA)[0].notification_id)
    like(CARL, clip)
    service.deliver(liked(clip))
    unlike(CARL, clip)
    service.deliver(liked(clip))
    reply("blocked")
    graph.block(ANA, BEN, None)
    queue.drain()
    assert pushes.to(ANA) == []


def test_a_digest_counts_only_what_is_there_by_the_morning(
    pushes: Pushes, queue: Queue, time: TestClock
) -> None:
    """Negative control: with the number of those that waited, it says four."""
    adults(ANA, BEN, CARL)
    clips = [video(CARL) for _ in range(4)]
    sleep_at_night()
    time.reach(BEDTIME)
    for clip in clips:
        service.deliver(news(ANA, T.MENTION, clip, BEN, EntityType.VIDEO))
    clients.db().document(f"videos/{clips[0]}").update({"status": "removed"})
    queue.drain()
    [note] = pushes.to(ANA)
    assert (note.type, note.actor_count) == (T.DIGEST, 3)


def test_whoever_is_away_hears_of_their_security_and_data_and_of_nothing_else(
    pushes: Pushes, queue: Queue
) -> None:
    """Negative control: with `exists` alone in `groups._attempt`, nothing is told."""
    adults(ANA, BEN)
    presence.deactivate(ANA)
    queue.drain()
    service.deliver(alarm(ANA))
    service.deliver(news(ANA, T.EXPORT_READY, "e1", entity_type=EntityType.EXPORT))
    reply()
    assert pushes.types(ANA) == ["new_sign_in", "export_ready"]
    assert [note.type for note in pushes.letters.values()] == [T.NEW_SIGN_IN, T.EXPORT_READY]
    assert len(entries(ANA)) == 2


@pytest.mark.parametrize("how", ["actor away", "video private", "video removed"])
def test_what_is_out_of_view_by_the_morning_is_not_told(
    how: str, pushes: Pushes, queue: Queue, time: TestClock
) -> None:
    """Each a moment before the release, whose own look is all that can notice.

    Negative control: without `still_told` the first, without `_is_there` the others are told.
    """
    adults(ANA, BEN, CARL)
    clip = video(CARL)
    said = comments.comment(BEN, CommentOnVideo(video_id=clip, text="Yes")).comment_id
    queue.waiting.clear()
    sleep_at_night()
    time.reach(BEDTIME)
    service.deliver(news(ANA, T.COMMENT_REPLY, said, BEN, entity_type=EntityType.COMMENT))
    match how:
        case "actor away":
            clients.db().document(f"users/{BEN}").update({"deactivated": True})
        case "video private":
            clients.db().document(f"videos/{clip}").update({"visibility": "private"})
        case _:
            clients.db().document(f"videos/{clip}").update({"status": "removed"})
    queue.drain()
    assert pushes.to(ANA) == []


def test_security_and_calls_pass_at_night(pushes: Pushes, queue: Queue, time: TestClock) -> None:
    """Negative control: without the test of `urgent` in `preferences.hold`, nothing is pushed."""
    adults(ANA, BEN)
    sleep_at_night()
    settings(batching={"every": "daily"})
    time.reach(BEDTIME)
    service.deliver(alarm(ANA))
    service.deliver(news(ANA, T.INCOMING_CALL, "c", BEN, EntityType.CALL))
    assert pushes.types(ANA) == ["new_sign_in", "incoming_call"]
    assert all(note.urgent for note in pushes.to(ANA))
    assert queue.names() == []


@pytest.mark.parametrize("edge", [MORNING - MS, MORNING, MORNING + MS])
def test_the_night_ends_to_the_millisecond(edge: datetime, pushes: Pushes, time: TestClock) -> None:
    adults(ANA, BEN)
    sleep_at_night()
    time.reach(edge)
    reply()
    assert (pushes.types(ANA) == []) == (edge < MORNING)


@pytest.mark.parametrize(
    ("bedtime", "morning"),
    [
        (datetime(2026, 3, 28, 21, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),
        (datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),
    ],
)
def test_the_nights_in_which_clocks_change_end_by_the_wall_clock(
    bedtime: datetime, morning: datetime, pushes: Pushes, queue: Queue, time: TestClock
) -> None:
    adults(ANA, BEN)
    sleep_at_night()
    time.reach(bedtime)
    reply()
    queue.drain()
    assert morning <= clock.now() < morning + timedelta(minutes=1)
    assert pushes.types(ANA) == ["story_reply"]


def test_quiet_hours_that_are_set_later_hold_what_was_to_be_released(
    pushes: Pushes, queue: Queue, time: TestClock
) -> None:
    adults(ANA, BEN)
    sleep_at_night()
    time.reach(BEDTIME)
    reply()
    settings(quietHours={"start": "22:00", "end": "10:00", "zone": STOCKHOLM})
    queue.drain()
    assert clock.now() >= MORNING + timedelta(hours=3)
    assert pushes.types(ANA) == ["story_reply"]


def test_batches_leave_at_the_hour_the_user_chose(
    pushes: Pushes, queue: Queue, time: TestClock
) -> None:
    adults(ANA, BEN)
    settings(batching={"every": "daily", "at": "18:30"}, timeZone=STOCKHOLM)
    reply("s1")
    reply("s2")
    time.reach(datetime(2026, 3, 14, 17, 29, tzinfo=UTC))
    assert pushes.to(ANA) == []
    queue.drain(times=2)
    [note] = pushes.to(ANA)
    assert note.actor_count == 2
    assert note.created_at == datetime(2026, 3, 14, 17, 30, tzinfo=UTC)


def test_a_release_whose_task_was_lost_is_found_by_the_sweeper(
    pushes: Pushes, queue: Queue, time: TestClock
) -> None:
    adults(ANA, BEN)
    sleep_at_night()
    time.reach(BEDTIME)
    reply()
    queue.waiting.clear()
    queue.known.clear()
    time.reach(MORNING + timedelta(minutes=6))
    assert delivery.sweep(clock.now()) == 1
    assert delivery.sweep(clock.now()) == 1
    assert queue.names() == ["releaseHeld"]
    queue.drain()
    assert pushes.types(ANA) == ["story_reply"]


def lower(kind: NotificationType, hourly: int, patch: pytest.MonkeyPatch) -> None:
    """Have fewer pushes of this type an hour."""
    patch.setitem(KINDS, kind, replace(KINDS[kind], hourly=hourly))


def test_a_push_beyond_what_its_type_has_in_an_hour_stays_in_the_inbox(
    pushes: Pushes, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the limit were three."""
    assert KINDS[T.STORY_REPLY].hourly == 20
    limit = 3
    lower(T.STORY_REPLY, limit, monkeypatch)
    adults(ANA, BEN)
    for number in range(limit + 2):
        reply(f"s{number}")
    assert len(pushes.to(ANA)) == limit
    assert len(entries(ANA)) == limit + 2
    service.deliver(news(ANA, T.STORY_ANSWER, "another type", BEN))
    assert len(pushes.to(ANA)) == limit + 1
    time.pass_(hours=1)
    reply("next hour")
    assert len(pushes.to(ANA)) == limit + 2


def test_a_storm_on_one_thing_is_pushed_no_oftener_than_the_cap(
    pushes: Pushes, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One entry, settled again with every new like. Negative control: counted by entries, it is
    pushed as often as it is liked."""
    assert KINDS[T.VIDEO_LIKE].hourly == 20
    cap = 5
    lower(T.VIDEO_LIKE, cap, monkeypatch)
    adults(ANA, BEN)
    fans = crowd(ANA, 8)
    clip = video(ANA)
    for fan in fans:
        time.pass_(seconds=10)
        like(fan, clip)
        service.deliver(liked(clip))
    assert len(pushes.to(ANA)) == cap
    [entry] = entries(ANA)
    assert entry.actor_count == len(fans)
    time.pass_(hours=1)
    like(BEN, clip)
    service.deliver(liked(clip))
    assert len(pushes.to(ANA)) == cap + 1


def test_all_types_together_have_a_cap_too_and_alarms_pass_it(
    pushes: Pushes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without `in_all` in `delivery._capped`, every type has its own twenty."""
    monkeypatch.setattr(delivery, "ALL_HOURLY", 5)
    adults(ANA, BEN)
    for number in range(4):
        reply(f"s{number}")
        service.deliver(news(ANA, T.STORY_ANSWER, f"a{number}", BEN))
    assert len(pushes.to(ANA)) == 5
    service.deliver(alarm(ANA))
    assert len(pushes.to(ANA)) == 6


def test_letters_that_are_no_alarms_are_few_an_hour(pushes: Pushes, time: TestClock) -> None:
    """Negative control: without `_mails` there are twenty."""
    adults(ANA, BEN)
    settings(settings={"story_reply": {"email": True}})
    for number in range(20):
        time.pass_(seconds=1)
        reply(f"s{number % 15}")  # five of them are news of what a letter told of
    assert len(pushes.letters) == delivery.LETTERS_HOURLY
    service.deliver(alarm(ANA))
    assert len(pushes.letters) == delivery.LETTERS_HOURLY + 1
    time.pass_(hours=1)
    reply("s0")
    assert len(pushes.letters) == delivery.LETTERS_HOURLY + 2


def test_who_takes_a_like_back_and_repeats_it_is_pushed_once_a_day(
    pushes: Pushes, time: TestClock
) -> None:
    adults(ANA, BEN)
    clip = video(ANA)
    for _ in range(4):
        like(BEN, clip)
        service.deliver(liked(clip))
        time.pass_(seconds=30)
        unlike(BEN, clip)
        service.deliver(liked(clip))
        time.pass_(seconds=30)
    assert pushes.types(ANA) == ["video_like"]


def test_a_retraction_pushes_nothing_about_those_who_stay(pushes: Pushes, time: TestClock) -> None:
    adults(ANA, BEN, CARL)
    clip = video(ANA)
    for fan in (BEN, CARL):
        like(fan, clip)
        time.pass_(seconds=1)
    service.deliver(liked(clip))
    unlike(CARL, clip)
    service.deliver(liked(clip))
    assert len(pushes.to(ANA)) == 1


def test_old_news_is_no_push(pushes: Pushes, time: TestClock) -> None:
    adults(ANA, BEN)
    late = news(ANA, T.INCOMING_CALL, "c", BEN, EntityType.CALL)
    time.pass_(minutes=3)
    service.deliver(late)
    assert pushes.to(ANA) == []
    assert [one.type for one in entries(ANA)] == ["incoming_call"]


def test_a_switch_keeps_the_push_away_and_not_the_entry(pushes: Pushes) -> None:
    adults(ANA, BEN)
    settings(settings={"social": {"push": False}})
    reply()
    assert pushes.to(ANA) == []
    assert len(entries(ANA)) == 1
    settings(settings={"social": {"inApp": False}})
    reply("another")
    assert len(entries(ANA)) == 1


def test_minors_are_not_disturbed_in_the_evening_and_adults_are(
    pushes: Pushes, queue: Queue, time: TestClock
) -> None:
    """Negative control: without curfews in `preferences._silence`, all three are pushed."""
    join(ANA, BEN, CARL)
    security = clients.db().collection("security")
    security.document(ANA).update({"band": "13-15", "region": "SE", "timeZone": "UTC"})
    security.document(BEN).update({"band": "unknown", "region": None, "timeZone": None})
    security.document(CARL).update({"band": "adult", "region": "SE"})
    time.reach(datetime(2026, 3, 14, 21, 30, tzinfo=UTC))
    for uid in (ANA, BEN, CARL):
        service.deliver(news(uid, T.FOLLOW_REQUEST, "x", CARL if uid != CARL else ANA))
    assert {uid: len(pushes.to(uid)) for uid in (ANA, BEN, CARL)} == {ANA: 0, BEN: 0, CARL: 1}
    assert all(len(entries(uid)) == 1 for uid in (ANA, BEN, CARL))
    queue.drain()
    assert clock.now() >= datetime(2026, 3, 15, 6, tzinfo=UTC)
    assert len(pushes.to(ANA)) == len(pushes.to(BEN)) == 1


@pytest.mark.parametrize("named", [None, "Asia/Tokyo", "America/Los_Angeles", "UTC"])
def test_a_minors_night_is_by_the_clock_of_where_they_live_whatever_they_name(
    named: str | None, pushes: Pushes, time: TestClock
) -> None:
    """Who said Tokyo when signing up, at 21:30 there, which is 12:30 in UTC.

    Negative control: by the preferences' zone alone, who names UTC is pushed at night.
    """
    adults(BEN)
    time.reach(datetime(2026, 3, 14, 12, 30, tzinfo=UTC))
    request = CreateUserProfile(
        username="ana.name",
        display_name="Ana",
        birth_date=born(14),
        region="JP",
        time_zone="Asia/Tokyo",
    )
    users.create_profile(ANA, None, request)
    if named is not None:
        settings(timeZone=named)
    reply("at night")
    assert pushes.to(ANA) == []
    time.reach(datetime(2026, 3, 14, 22, 30, tzinfo=UTC))  # 07:30 on Sunday
    reply("by day")
    assert [note.entity_id for note in pushes.to(ANA)] == ["by day"]


def test_batches_of_whoever_named_no_zone_leave_by_the_clock_of_where_they_live(
    pushes: Pushes, queue: Queue, time: TestClock
) -> None:
    join(ANA, BEN)  # in New York, where the clocks have just gone forward
    settings(batching={"every": "daily", "at": "18:30"})
    reply()
    queue.drain(times=2)
    assert len(pushes.to(ANA)) == 1
    assert clock.now() >= datetime(2026, 3, 14, 22, 30, tzinfo=UTC)


def test_a_birthday_ends_the_curfew_at_its_midnight(pushes: Pushes, time: TestClock) -> None:
    adults(BEN)
    join(ANA)
    birthday = datetime(2026, 3, 15, tzinfo=UTC)
    clients.db().collection("security").document(ANA).update(
        {"band": "16-17", "ageFloor": 16, "region": "SE", "nextBandAt": birthday, "timeZone": "UTC"}
    )
    time.reach(birthday - MS)
    reply("before")
    time.reach(birthday)
    reply("after")
    assert [note.entity_id for note in pushes.to(ANA)] == ["after"]


def test_letters_go_out_for_what_is_set_so_and_even_at_night(
    pushes: Pushes, queue: Queue, time: TestClock
) -> None:
    adults(ANA, BEN)
    sleep_at_night()
    settings(settings={"video_comment": {"email": True}})
    time.reach(BEDTIME)
    for _ in range(3):
        service.deliver(alarm(ANA, at=BEDTIME))
    reply()
    payout = news(ANA, T.PAYOUT_STATUS, "p1", entity_type=EntityType.PAYOUT)
    service.deliver(payout)
    assert [note.type for note in pushes.letters.values()] == [T.NEW_SIGN_IN, T.PAYOUT_STATUS]
    assert pushes.types(ANA) == ["new_sign_in"]  # the payout waits for morning
    queue.drain()
    assert pushes.types(ANA) == ["new_sign_in", "digest"]


def test_an_alarm_is_repeated_for_every_time_it_happens(pushes: Pushes, time: TestClock) -> None:
    adults(ANA)
    first = alarm(ANA)
    service.deliver(first)
    time.pass_(minutes=1)
    service.deliver(alarm(ANA))
    service.deliver(first)
    assert len(pushes.to(ANA)) == 2
    [entry] = entries(ANA)
    assert store.ref(entry.notification_id).get().get("actorIds") == []
