"""The inbox as its owner uses it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spaktok.core import clients, clock, meter
from spaktok.core.refusal import InvalidRequest, NotFound
from spaktok.notifications import choices, inbox, service, store
from spaktok.notifications.kinds import entry_of
from spaktok.notifications.model import EntityType, NotificationType
from spaktok.notifications.refusals import AlwaysTold
from spaktok.notifications.requests import UpdateNotificationSettings
from tests.emulator.notifications.conftest import Pushes
from tests.support.faults import Fault, injected, nth
from tests.support.news import (
    adults,
    alarm,
    documents,
    entries,
    like,
    liked,
    mark_as_the_app_does,
    news,
)
from tests.support.people import ANA, BEN, CARL
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.worlds import video

T = NotificationType


def told(count: int, time: TestClock) -> list[str]:
    """That many entries for Ana, a minute apart; their ids, the oldest first."""
    found = []
    for number in range(count):
        one = news(ANA, T.STORY_REPLY, f"s{number}", BEN)
        service.deliver(one)
        found.append(entry_of(one))
        time.pass_(minutes=1)
    return found


def test_the_inbox_comes_in_pages_latest_activity_first(time: TestClock) -> None:
    adults(ANA, BEN)
    told(5, time)
    service.deliver(news(ANA, T.STORY_REPLY, "s1", BEN))
    first = inbox.inbox(ANA, 3, None)
    second = inbox.inbox(ANA, 3, first.next_cursor)
    found = [one.entity_id for one in [*first.notifications, *second.notifications]]
    assert found == ["s1", "s4", "s3", "s2", "s0"]
    assert first.has_more
    assert not second.has_more
    assert first.unread_count == 5
    with pytest.raises(InvalidRequest, match="cursor"):
        inbox.inbox(BEN, 3, first.next_cursor)


def test_an_entry_shows_who_did_it_and_what_it_is_about(time: TestClock) -> None:
    adults(ANA, BEN)
    photo = "profiles/ben/p1/512.webp"
    clients.db().collection("users").document(BEN).update({"profileImage": photo})
    place = video(ANA)
    like(BEN, place)
    service.deliver(liked(place))
    service.deliver(alarm(ANA))
    shown = {one.type: one for one in entries(ANA)}
    liking, signing = shown["video_like"], shown["new_sign_in"]
    assert (liking.actor_image, liking.entity_image) == (
        photo,
        f"videos/{ANA}/{place}/thumbnail.jpg",
    )
    assert (signing.actor_image, signing.entity_image) == (None, None)


def test_counting_the_unread_is_one_read(time: TestClock) -> None:
    adults(ANA, BEN)
    told(7, time)
    with meter.counting() as tally:
        assert inbox.unread_count(ANA) == 7
    assert tally.reads == 1


def test_another_users_entry_and_one_that_never_was_are_the_same_refusal(
    time: TestClock,
) -> None:
    adults(ANA, BEN, CARL)
    [one] = told(1, time)
    for entry in (one, "never"):
        for action in (
            lambda e: inbox.mark_read(CARL, e),
            lambda e: inbox.delete(CARL, e),
            lambda e: inbox.explain(CARL, e),
            lambda e: choices.retune(CARL, e, "mute_type"),
        ):
            with pytest.raises(NotFound):
                action(entry)
    assert not entries(ANA)[0].is_read


def test_marking_twice_writes_once(time: TestClock) -> None:
    adults(ANA, BEN)
    [one] = told(1, time)
    inbox.mark_read(ANA, one)
    with meter.counting() as tally:
        inbox.mark_read(ANA, one)
    assert tally.writes == 0


def test_a_mark_that_meets_new_activity_leaves_it_unread(time: TestClock) -> None:
    """Negative control: marking without the precondition reads what nobody saw."""
    adults(ANA, BEN, CARL)
    clip = video(ANA)
    like(BEN, clip)
    service.deliver(liked(clip))
    time.pass_(seconds=1)

    met = False
    read = inbox._own

    def slow(uid: str, entry: str) -> object:
        nonlocal met
        found = read(uid, entry)
        if not met:
            met = True
            like(CARL, clip)
            service.deliver(liked(clip))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inbox, "_own", slow)
        inbox.mark_read(ANA, entry_of(liked(clip)))
    assert not entries(ANA)[0].is_read


def test_marking_all_up_to_an_instant_leaves_what_came_after(time: TestClock) -> None:
    adults(ANA, BEN)
    told(4, time)
    up_to = clock.now() - timedelta(minutes=3)  # the second of the four
    assert inbox.mark_all(ANA, up_to).count == 2
    assert [one.is_read for one in entries(ANA)] == [False, False, True, True]
    assert inbox.mark_all(ANA, None).count == 2
    assert inbox.mark_all(ANA, None).count == 0


def test_nobody_marks_what_is_still_to_come(time: TestClock) -> None:
    adults(ANA, BEN)
    inbox.mark_all(ANA, clock.now() + timedelta(days=365))
    told(1, time)
    assert not entries(ANA)[0].is_read


def test_a_long_inbox_is_marked_in_chunks_and_the_rest_by_a_task(
    time: TestClock, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    adults(ANA, BEN)
    told(12, time)
    monkeypatch.setattr(inbox, "MARK_CHUNK", 2)
    monkeypatch.setattr(inbox, "MARK_CHUNKS_MAX", 2)
    marked = inbox.mark_all(ANA, None)
    assert (marked.count, marked.has_more) == (4, True)
    queue.drain(times=2)
    assert inbox.unread_count(ANA) == 0


def test_a_deleted_entry_stays_away_until_something_new_happens(time: TestClock) -> None:
    adults(ANA, BEN, CARL)
    clip = video(ANA)
    like(BEN, clip)
    service.deliver(liked(clip))
    inbox.delete(ANA, entry_of(liked(clip)))
    for _ in range(3):
        service.deliver(liked(clip))
    assert entries(ANA) == []
    assert documents(ANA) == []
    time.pass_(seconds=1)
    like(CARL, clip)
    service.deliver(liked(clip))
    assert len(entries(ANA)) == 1


def test_what_remains_of_a_deleted_entry_names_nobody_and_ends() -> None:
    adults(ANA, BEN)
    clip = video(ANA)
    like(BEN, clip)
    for one in (news(ANA, T.STORY_REPLY, "s", BEN), liked(clip)):
        service.deliver(one)
        inbox.delete(ANA, entry_of(one))
        service.deliver(one)
        rest = store.ref(entry_of(one)).get().to_dict() or {}
        assert BEN not in str(rest)
        assert ANA not in str(rest)
        assert rest["expiresAt"] <= clock.now() + timedelta(days=35)


def test_an_expired_entry_is_not_listed(time: TestClock) -> None:
    adults(ANA, BEN)
    told(1, time)
    time.pass_(days=91)
    assert entries(ANA) == []


def test_an_explanation_names_the_setting_and_one_tap_changes_it(
    time: TestClock, pushes: Pushes
) -> None:
    adults(ANA, BEN)
    [one] = told(1, time)
    why = inbox.explain(ANA, one)
    assert (why.setting, why.delivery, why.switchable) == ("default", "push", True)
    choices.retune(ANA, one, "fewer")
    assert inbox.explain(ANA, one).setting == "types.story_reply"
    told(1, time)
    assert len(pushes.to(ANA)) == 1
    assert len(entries(ANA)) == 1


def test_a_muted_thing_is_heard_of_no_more_and_others_are(time: TestClock) -> None:
    adults(ANA, BEN, CARL)
    clip, other = video(ANA), video(ANA)
    like(BEN, clip)
    service.deliver(liked(clip))
    choices.retune(ANA, entry_of(liked(clip)), "mute_entity")
    time.pass_(seconds=1)
    for one in (clip, other):
        like(CARL, one)
        service.deliver(liked(one))
    assert {one.entity_id: one.actor_ids for one in entries(ANA)} == {
        clip: (BEN,),
        other: (CARL,),
    }


def test_a_muted_type_is_heard_of_no_more(time: TestClock) -> None:
    adults(ANA, BEN)
    [one] = told(1, time)
    choices.retune(ANA, one, "mute_type")
    service.deliver(news(ANA, T.STORY_REPLY, "later", BEN))
    service.deliver(news(ANA, T.STORY_ANSWER, "later", BEN))
    assert {found.type for found in entries(ANA)} == {"story_reply", "story_answer"}
    assert len(entries(ANA)) == 2


@pytest.mark.parametrize("action", ["mute_type", "fewer"])
def test_security_cannot_be_retuned_away(action: str) -> None:
    adults(ANA)
    service.deliver(alarm(ANA))
    with pytest.raises(AlwaysTold, match="new_sign_in"):
        choices.retune(ANA, entry_of(alarm(ANA)), action)


def settings(**data: object) -> choices.Settings:
    return choices.update(ANA, UpdateNotificationSettings.model_validate(data))


def test_settings_change_what_they_name_and_leave_the_rest() -> None:
    adults(ANA)
    settings(settings={"video_like": {"push": False}}, hiddenContent=True)
    settings(settings={"video_like": {"email": True}})
    night = {"start": "22:00", "end": "07:00", "zone": "Europe/Stockholm"}
    after = settings(quietHours=night, batching={"every": "daily", "at": "08:30"})
    assert after.types["video_like"] == {"inApp": True, "push": False, "email": True}
    assert after.types["video_comment"]["push"]
    assert after.hidden_content
    assert after.quiet_hours is not None
    assert after.quiet_hours.zone == "Europe/Stockholm"
    assert (after.batching.every, after.batching.at) == ("daily", "08:30")
    assert settings(quietHours=None).quiet_hours is None
    assert choices.settings(ANA).batching.every == "daily"


def test_what_an_app_marked_as_read_is_kept_no_longer_than_what_a_call_did(
    time: TestClock,
) -> None:
    """Negative control: without `shorten` it stays for the 90 days of what nobody has read."""
    adults(ANA, BEN)
    service.deliver(news(ANA, T.STORY_REPLY, "s1", BEN))
    service.deliver(news(ANA, T.STORY_REPLY, "s2", BEN))
    marked, unread = (one.notification_id for one in entries(ANA))
    mark_as_the_app_does(marked)
    read_at = clock.now()
    time.pass_(hours=5)
    assert [inbox.shorten(clock.now()) for _ in range(2)] == [1, 0]
    assert store.ref(marked).get().get("expiresAt") == read_at + store.READ_KEPT_FOR
    assert store.ref(unread).get().get("expiresAt") > read_at + store.READ_KEPT_FOR


@pytest.mark.parametrize("name", ["new_sign_in", "payout_status", "security", "safety"])
def test_what_is_locked_cannot_be_switched_off(name: str) -> None:
    adults(ANA)
    with pytest.raises(AlwaysTold):
        settings(settings={name: {"push": False}})
    settings(settings={name: {"push": True}})


def test_a_mark_whose_answer_is_lost_stands(time: TestClock) -> None:
    adults(ANA, BEN)
    [one] = told(1, time)
    with injected(nth("commit", 0, Fault.LOST_ACK)):
        inbox.mark_read(ANA, one)
    assert entries(ANA)[0].is_read


def test_old_words_of_a_failure_are_told(queue: Queue) -> None:
    adults(ANA)
    clip = video(ANA)
    clients.db().collection("videos").document(clip).update({"status": "failed"})
    failed = news(
        ANA, T.VIDEO_FAILED, clip, entity_type=EntityType.VIDEO, detail="The file is too long."
    )
    service.deliver(failed)
    [entry] = entries(ANA)
    assert entry.detail == "The file is too long."
    assert entry.actor_name is None
