"""What a user is told, and what not: groups, read marks, retraction, and who stays out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from spaktok.core import clients, clock, standing
from spaktok.core.ids import UserId
from spaktok.graph import service as graph
from spaktok.notifications import groups, inbox, outgoing, service, store
from spaktok.notifications.kinds import entry_of
from spaktok.notifications.model import EntityType, NotificationType
from spaktok.users.relation import Visibility
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.service import comments, likes
from tests.support.news import (
    adults,
    crowd,
    documents,
    entries,
    like,
    liked,
    mark_as_the_app_does,
    news,
    unlike,
)
from tests.support.people import ANA, BEN, CARL, DINA
from tests.support.queue import Queue
from tests.support.threads import together
from tests.support.time import TestClock
from tests.support.worlds import video

T = NotificationType


def test_likes_of_a_video_are_one_entry_that_names_the_latest_three_and_counts_all(
    time: TestClock,
) -> None:
    fans = [f"fan{number}" for number in range(14)]
    adults(ANA, *fans)
    clip = video(ANA)
    for fan in fans:
        time.pass_(seconds=1)
        like(fan, clip)
    service.deliver(liked(clip))
    [entry] = entries(ANA)
    assert entry.actor_ids == ("fan13", "fan12", "fan11")
    assert entry.actor_count == 14
    assert (entry.type, entry.entity_id, entry.is_read) == ("video_like", clip, False)


def test_the_likes_of_one_window_are_one_task(queue: Queue) -> None:
    adults(ANA, BEN, CARL)
    clip = video(ANA)
    likes.like(BEN, clip)
    likes.like(CARL, clip)
    likes.unlike(CARL, clip)
    assert queue.names().count("settleNotification") == 1
    queue.drain()
    [entry] = entries(ANA)
    assert entry.actor_ids == (BEN,)


def test_liking_ones_own_video_is_news_to_nobody(queue: Queue) -> None:
    adults(ANA, BEN)
    clip = video(ANA)
    likes.like(ANA, clip)
    assert "settleNotification" not in queue.names()
    likes.like(BEN, clip)
    queue.drain()
    [entry] = entries(ANA)
    assert (entry.actor_ids, entry.actor_count) == ((BEN,), 1)


def test_new_activity_opens_a_read_group_again_and_the_same_told_again_does_not(
    time: TestClock,
) -> None:
    adults(ANA, BEN, CARL)
    clip = video(ANA)
    like(BEN, clip)
    service.deliver(liked(clip))
    inbox.mark_read(ANA, entry_of(liked(clip)))
    for _ in range(4):
        service.deliver(liked(clip))
    assert entries(ANA)[0].is_read
    time.pass_(minutes=1)
    like(CARL, clip)
    service.deliver(liked(clip))
    [entry] = entries(ANA)
    assert not entry.is_read
    assert entry.actor_ids == (CARL, BEN)


def test_a_read_mark_covers_what_was_there_and_not_what_had_happened_unseen(
    time: TestClock,
) -> None:
    """Negative control: re-opening only for activity after `readAt` leaves Carl unseen."""
    adults(ANA, BEN, CARL)
    clip = video(ANA)
    like(BEN, clip)
    service.deliver(liked(clip))
    time.pass_(seconds=1)
    like(CARL, clip)  # its window has not ended yet
    time.pass_(seconds=1)
    mark_as_the_app_does(entry_of(liked(clip)))
    service.deliver(liked(clip))
    assert not entries(ANA)[0].is_read


def test_a_mark_made_while_an_entry_is_worked_out_is_not_overwritten(
    time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: written without the precondition, what Ana read is unread again."""
    adults(ANA, BEN, CARL)
    clip = video(ANA)
    like(BEN, clip)
    service.deliver(liked(clip))
    time.pass_(seconds=1)
    like(CARL, clip)
    work_out, marks = groups._after, [entry_of(liked(clip))]

    def meanwhile(*args: Any) -> Any:
        if marks:
            mark_as_the_app_does(marks.pop())
        return work_out(*args)

    monkeypatch.setattr(groups, "_after", meanwhile)
    service.deliver(liked(clip))
    assert not entries(ANA)[0].is_read
    unlike(CARL, clip)
    service.deliver(liked(clip))
    assert entries(ANA)[0].is_read


def test_tasks_that_run_at_the_same_moment_agree() -> None:
    fans = [f"fan{number}" for number in range(6)]
    adults(ANA, *fans)
    clip = video(ANA)
    told = [news(ANA, T.STORY_REPLY, "s", fan) for fan in fans]
    for fan in fans:
        like(fan, clip)
    outcomes = together(12, lambda n: service.deliver(told[n // 2] if n % 2 else liked(clip)))
    assert outcomes == [True] * 12
    assert {one.type: one.actor_count for one in entries(ANA)} == {
        "video_like": 6,
        "story_reply": 6,
    }


def test_a_retracted_like_leaves_the_entry_and_the_last_takes_it_away(time: TestClock) -> None:
    adults(ANA, BEN, CARL)
    clip = video(ANA)
    for fan in (BEN, CARL):
        like(fan, clip)
        time.pass_(seconds=1)
    service.deliver(liked(clip))
    unlike(CARL, clip)
    service.deliver(liked(clip))
    [entry] = entries(ANA)
    assert (entry.actor_ids, entry.actor_count) == ((BEN,), 1)
    unlike(BEN, clip)
    service.deliver(liked(clip))
    assert entries(ANA) == []
    assert documents(ANA) == []


def test_what_opened_a_read_group_and_was_taken_back_leaves_it_read(time: TestClock) -> None:
    adults(ANA, BEN, CARL)
    clip = video(ANA)
    like(BEN, clip)
    service.deliver(liked(clip))
    mark_as_the_app_does(entry_of(liked(clip)))
    time.pass_(seconds=1)
    like(CARL, clip)
    service.deliver(liked(clip))
    assert not entries(ANA)[0].is_read
    unlike(CARL, clip)
    service.deliver(liked(clip))
    [entry] = entries(ANA)
    assert entry.is_read
    assert entry.actor_ids == (BEN,)


def test_followers_are_counted_since_the_group_was_last_seen(queue: Queue, time: TestClock) -> None:
    adults(ANA, BEN, CARL, DINA)
    graph.follow(BEN, ANA)
    graph.follow(CARL, ANA)
    queue.drain()
    [entry] = entries(ANA)
    assert entry.actor_count == 2
    mark_as_the_app_does(entry.notification_id)
    time.pass_(minutes=1)
    graph.follow(DINA, ANA)
    queue.drain()
    [entry] = entries(ANA)
    assert (entry.actor_ids, entry.actor_count, entry.entity_id) == ((DINA,), 1, DINA)
    graph.unfollow(DINA, ANA)
    time.pass_(minutes=1)
    queue.drain()
    [entry] = entries(ANA)
    assert entry.is_read
    assert entry.actor_count == 2


def test_acts_without_records_are_remembered_and_the_later_of_two_that_contradict_counts(
    time: TestClock,
) -> None:
    adults(ANA, BEN, CARL)
    first = news(ANA, T.STORY_REPLY, actor=BEN)
    time.pass_(seconds=5)
    undone = news(ANA, T.STORY_REPLY, actor=BEN)
    time.pass_(seconds=5)
    again = news(ANA, T.STORY_REPLY, actor=BEN)
    service.deliver(undone, retracted=True)
    service.deliver(first)
    assert entries(ANA) == []
    service.deliver(again)
    service.deliver(undone, retracted=True)
    service.deliver(news(ANA, T.STORY_REPLY, actor=CARL))
    [entry] = entries(ANA)
    assert set(entry.actor_ids) == {BEN, CARL}
    assert entry.actor_count == 2


@pytest.mark.parametrize("blocker", [ANA, BEN])
def test_a_block_between_the_event_and_its_delivery_wins(blocker: UserId, queue: Queue) -> None:
    """Negative control: without `barred` in `Recipient.hears`, the documents name Ben."""
    adults(ANA, BEN)
    clip = video(ANA)
    like(BEN, clip)
    graph.block(blocker, BEN if blocker == ANA else ANA, None)
    service.deliver(liked(clip))
    service.deliver(news(ANA, T.STORY_REPLY, actor=BEN))
    service.deliver(news(ANA, T.INCOMING_CALL, actor=BEN))
    assert entries(ANA) == []
    assert documents(ANA) == []
    assert inbox.unread_count(ANA) == 0


@pytest.mark.parametrize("blocker", [ANA, BEN])
def test_a_block_after_the_delivery_takes_the_name_out_of_text_list_and_document(
    blocker: UserId, queue: Queue, time: TestClock
) -> None:
    """Negative control: without `notifications.part` in `sever`, the document names Ben."""
    adults(ANA, BEN, CARL)
    clip = video(ANA)
    for fan in (CARL, BEN):
        like(fan, clip)
        time.pass_(seconds=1)
    service.deliver(liked(clip))
    service.deliver(news(ANA, T.STORY_REPLY, actor=BEN))
    graph.block(blocker, BEN if blocker == ANA else ANA, None)
    # At once for the list, before the task has run:
    assert [(one.actor_ids, one.actor_count) for one in entries(ANA)] == [((CARL,), 1)]
    queue.drain()
    [document] = documents(ANA)
    assert (document["actorIds"], document["actorCount"]) == ([CARL], 1)
    leaks = [one for one in [*entries(ANA), *documents(ANA)] if BEN in str(one).split("'")]
    assert leaks == []
    assert inbox.unread_count(ANA) == 1


def test_hidden_users_are_not_counted_among_many(time: TestClock) -> None:
    adults(ANA)
    fans = crowd(ANA, 30)
    clip = video(ANA)
    for fan in fans:
        time.pass_(seconds=1)
        like(fan, clip)
    for hidden in (fans[0], fans[29]):
        graph.block(UserId(hidden), ANA, None)
    service.deliver(liked(clip))
    [entry] = entries(ANA)
    assert entry.actor_ids == (fans[28], fans[27], fans[26])
    assert entry.actor_count == 28


def test_a_mute_keeps_a_person_out_but_for_what_is_urgent(time: TestClock) -> None:
    adults(ANA, BEN)
    until = clock.now() + timedelta(hours=1)
    store.mask_ref(ANA).set({"muted": {BEN: until}}, merge=True)
    service.deliver(news(ANA, T.STORY_REPLY, actor=BEN))
    assert entries(ANA) == []
    service.deliver(news(ANA, T.INCOMING_CALL, "call", actor=BEN, entity_type=EntityType.CALL))
    assert [one.type for one in entries(ANA)] == ["incoming_call"]
    time.pass_(hours=2)
    service.deliver(news(ANA, T.STORY_REPLY, actor=BEN))
    assert len(entries(ANA)) == 2


@pytest.mark.parametrize(
    "standing_of_ben",
    [{"banned": True, "bannedUntil": None}, {"disabled": True}],
)
def test_what_a_banned_user_does_is_told_to_nobody(standing_of_ben: dict[str, object]) -> None:
    adults(ANA, BEN, CARL)
    clip = video(ANA)
    like(CARL, clip)
    like(BEN, clip)
    clients.db().collection("security").document(BEN).update(standing_of_ben)
    standing.forget()
    service.deliver(liked(clip))
    service.deliver(news(ANA, T.STORY_REPLY, actor=BEN))
    [entry] = entries(ANA)
    assert (entry.actor_ids, entry.actor_count) == ((CARL,), 1)


def test_news_for_or_from_somebody_who_is_gone_goes_nowhere() -> None:
    adults(ANA, BEN)
    assert not service.deliver(news(ANA, T.STORY_REPLY, actor="nobody"))
    assert not service.deliver(news("nobody", T.STORY_REPLY, actor=ANA))
    clients.db().collection("users").document(BEN).update({"deactivated": True})
    assert not service.deliver(news(ANA, T.STORY_REPLY, actor=BEN))
    assert not service.deliver(news(BEN, T.STORY_REPLY, actor=ANA))


def test_nobody_is_told_what_they_did_themselves(queue: Queue) -> None:
    outgoing.announce(news(ANA, T.STORY_REPLY, actor=ANA))
    assert queue.names() == []


def test_a_removed_video_takes_its_entries_along() -> None:
    adults(ANA, BEN)
    clip = video(ANA)
    like(BEN, clip)
    service.deliver(liked(clip))
    clients.db().collection("videos").document(clip).update({"status": "removed"})
    service.deliver(liked(clip))
    assert entries(ANA) == []


@pytest.mark.parametrize("change", [{"visibility": "private"}, {"status": "hidden"}])
def test_a_reply_under_a_video_that_is_out_of_view_by_now_is_not_told(
    change: dict[str, str],
) -> None:
    """Negative control: without `there_for` in `_acts`, Ben hears of a video he may not see."""
    adults(ANA, BEN, CARL)
    clip = video(ANA, Visibility.PUBLIC)
    written = comments.comment(CARL, CommentOnVideo(video_id=clip, text="I agree"))
    reply = news(BEN, T.COMMENT_REPLY, written.comment_id, CARL, EntityType.COMMENT)
    service.deliver(reply)
    assert len(entries(BEN)) == 1
    clients.db().collection("videos").document(clip).update(change)
    service.deliver(reply)
    assert entries(BEN) == []


def test_a_comment_that_is_gone_is_not_told(queue: Queue) -> None:
    adults(ANA, BEN)
    clip = video(ANA)
    written = comments.comment(BEN, CommentOnVideo(video_id=clip, text="Secret words"))
    clients.db().collection("videoComments").document(written.comment_id).delete()
    queue.drain()
    assert entries(ANA) == []


def test_an_entry_holds_no_words_of_anyone(queue: Queue) -> None:
    adults(ANA, BEN)
    clip = video(ANA)
    comments.comment(BEN, CommentOnVideo(video_id=clip, text="Secret words"))
    queue.drain()
    assert len(entries(ANA)) == 1
    assert "Secret" not in str([*documents(ANA), *entries(ANA)])
