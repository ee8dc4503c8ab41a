"""Going away, and returning."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from spaktok.accounts.callables import deactivateAccount, reactivateAccount
from spaktok.accounts.service import erasing, leaving, presence
from spaktok.core import clients, clock, meter, standing
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound, TryAgain
from spaktok.feed import fan_out
from spaktok.feed import service as feed
from spaktok.graph import service as graph
from spaktok.notifications import inbox as notifications
from spaktok.users import service as users
from spaktok.users.callables.profiles import getProfile
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.service import access, comments, likes, threads
from tests.support import worlds
from tests.support.edge import Sender, emulate
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock

NOBODY = UserId("nobody")


@pytest.fixture
def published(queue: Queue) -> str:
    """Ana's video, in Ben's feed; and her comment under Carl's."""
    join(ANA, BEN, CARL)
    graph.follow(BEN, ANA)
    video = worlds.video(ANA)
    fan_out.carry(ANA, video)
    queue.drain()
    return video


def said(video_id: str, who: UserId) -> None:
    comments.comment(who, CommentOnVideo(video_id=video_id, text="Well said"))


def everything() -> dict[str, Any]:
    """All there is, but what only says when."""
    from spaktok.core import walk

    skipped = ("fanOuts/", "outbox/", "notifications/", "revocations/")
    return {
        path: {name: value for name, value in fields.items() if name != "updatedAt"}
        for path, fields in walk.below(None)
        if not path.startswith(skipped)
    }


def test_for_others_it_is_an_account_that_never_was(published: str) -> None:
    presence.deactivate(ANA)
    answers = []
    for video, who in ((published, ANA), (f"{'0' * 20}-{NOBODY}", NOBODY)):
        for ask in (
            lambda who=who: users.get_profile(BEN, who),
            lambda video=video: access.get_video(BEN, video),
            lambda video=video: likes.like(BEN, video),
            lambda video=video: threads.comments_of(BEN, video, 10, None),
        ):
            with meter.counting() as cost, pytest.raises(NotFound) as refused:
                ask()
            answers.append((refused.value.details(), cost.reads, cost.rpcs))
    assert answers[:4] == answers[4:]


def test_the_call_itself_hides_the_videos_and_the_task_the_rest(
    published: str, queue: Queue
) -> None:
    his = worlds.video(CARL)
    said(his, ANA)
    said(his, BEN)
    presence.deactivate(ANA)
    assert clients.db().document(f"videos/{published}").get().get("status") == "away"
    queue.drain(times=2)
    assert feed.page(BEN, 10, None).videos == []
    assert [one.user_id for one in threads.comments_of(BEN, his, 10, None).comments] == [BEN]


def test_returning_brings_everything_back(published: str, queue: Queue) -> None:
    """Negative control: without `_hand_out`, Ben's feed stays empty."""
    said(worlds.video(CARL), ANA)
    queue.drain()
    before = everything()
    presence.deactivate(ANA)
    queue.drain(times=2)
    assert everything() != before
    presence.reactivate(ANA)
    queue.drain(times=2)
    after = everything()
    assert after.pop(f"security/{ANA}") == {**before.pop(f"security/{ANA}"), "deactivated": False}
    # Which fan-out brought a card is that fan-out's own note: these were brought by another.
    before[f"users/{BEN}/feed/inbox"]["cards"][published].pop("carried")
    assert after == before
    assert [one.video_id for one in feed.page(BEN, 10, None).videos] == [published]


def test_what_was_hidden_otherwise_stays_hidden_on_return(published: str, queue: Queue) -> None:
    clients.db().document(f"videos/{published}").update({"status": "hidden"})
    presence.deactivate(ANA)
    queue.drain()
    presence.reactivate(ANA)
    queue.drain()
    assert clients.db().document(f"videos/{published}").get().get("status") == "hidden"


def test_twice_is_once_and_many_at_once_are_one(published: str, queue: Queue) -> None:
    with ThreadPoolExecutor(24) as pool:
        running = [pool.submit(presence.deactivate, ANA) for _ in range(24)]
    refused = [one.exception() for one in running if one.exception()]
    assert all(isinstance(one, TryAgain) for one in refused)
    assert len(refused) < 24
    assert queue.names().count("movePresence") == 1
    queue.drain()
    assert presence.reactivate(ANA) == presence.reactivate(ANA) == presence.Presence(False)


def test_late_tasks_in_any_order_end_as_the_card_says(published: str, queue: Queue) -> None:
    presence.deactivate(ANA)
    presence.reactivate(ANA)
    presence.deactivate(ANA)
    presence.reactivate(ANA)
    queue.waiting.reverse()
    queue.drain(times=2)
    assert [one.video_id for one in feed.page(BEN, 10, None).videos] == [published]
    assert access.get_video(BEN, published).video_id == published


def test_more_videos_than_a_commit_holds_are_hidden_by_the_task(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "PAGE", 3)
    join(ANA)
    videos = [worlds.video(ANA) for _ in range(8)]
    presence.deactivate(ANA)
    states = [clients.db().document(f"videos/{one}").get().get("status") for one in videos]
    assert states.count("away") == 3
    queue.drain()
    states = [clients.db().document(f"videos/{one}").get().get("status") for one in videos]
    assert states.count("away") == 8


def test_news_of_who_is_away_is_taken_back(published: str, queue: Queue) -> None:
    likes.like(ANA, worlds.video(BEN))
    queue.drain()
    assert notifications.inbox(BEN, 10, None).notifications
    presence.deactivate(ANA)
    queue.drain()
    assert [one.actor_id for one in notifications.inbox(BEN, 10, None).notifications] == []


def test_while_away_nothing_is_done_in_ones_name_but_returning(
    published: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulate(monkeypatch)
    ana = Sender(ANA)
    assert ana.call(deactivateAccount).data == {"deactivated": True}
    standing.forget()
    assert ana.call(getProfile, {"userId": BEN}).refused == "account-deactivated"
    assert ana.call(reactivateAccount).data == {"deactivated": False}
    standing.forget()
    assert ana.call(getProfile, {"userId": BEN}).status == 200


def test_an_erasure_that_waits_is_stopped_by_returning(
    published: str, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    monkeypatch.setattr(leaving, "GRACE", timedelta(days=30))
    due = leaving.request(ANA).erases_at
    assert due == clock.now() + timedelta(days=30)
    queue.drain()
    with pytest.raises(NotFound):
        users.get_profile(BEN, ANA)
    time.at = due - timedelta(milliseconds=1)
    assert erasing.sweep(clock.now()) == 0
    presence.reactivate(ANA)
    time.at = due + timedelta(days=1)
    assert erasing.sweep(clock.now()) == 0
    queue.drain()
    assert users.get_profile(BEN, ANA).username == "ana.name"


def test_an_erasure_that_waited_its_grace_out_begins(
    published: str, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    monkeypatch.setattr(leaving, "GRACE", timedelta(days=30))
    time.at = leaving.request(ANA).erases_at
    assert erasing.sweep(clock.now()) == 1
    queue.drain()
    assert not clients.db().document(f"users/{ANA}").get().exists
