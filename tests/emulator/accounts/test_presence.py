"""Going away, and returning."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from spaktok.accounts.callables import deactivateAccount, reactivateAccount
from spaktok.accounts.service import erasing, leaving, presence
from spaktok.core import clients, clock, meter, revocations, standing
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound, TryAgain
from spaktok.discovery import service as discovery
from spaktok.discovery.requests import Order
from spaktok.feed import fan_out, personal, pool, sources
from spaktok.feed import service as feed
from spaktok.feed import store as feeds
from spaktok.graph import service as graph
from spaktok.notifications import inbox as notifications
from spaktok.trends.service import computing
from spaktok.users import service as users
from spaktok.users.callables.profiles import getProfile
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.service import access, comments, likes, profile_tab, threads
from spaktok.views import store as views
from spaktok.views.service import withholding
from tests.support import blueprint, worlds
from tests.support.edge import Sender, emulate
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock

NOBODY = UserId("nobody")


@pytest.fixture
def published(queue: Queue, time: TestClock) -> str:
    """Ana's video, in Ben's feed."""
    return blueprint.once("published", lambda: _published(queue), queue, time)


def _published(queue: Queue) -> str:
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


def test_twice_is_once_and_many_at_once_are_one(
    published: str, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The emulator makes locks wait for seconds, so some are told to try again."""
    monkeypatch.setattr(presence.transaction, "GIVE_UP_S", 5)
    count = some(12, short=6)
    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(presence.deactivate, ANA) for _ in range(count)]
    refused = [one.exception() for one in running if one.exception()]
    assert all(isinstance(one, TryAgain) for one in refused)
    assert len(refused) < count
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


def test_returning_does_not_stop_an_erasure_that_is_final(published: str, queue: Queue) -> None:
    """A call that had passed the edge when the account was deleted, before its erasure began and after.

    Negative control: without the look at `disabled` in `_move` the card and the video are public again,
    the erasure is gone, and nobody can ever sign in to the account.
    """
    presence.deactivate(ANA)
    leaving.request(ANA)
    (erasure,) = clients.db().collection("erasures").stream()
    for _ in range(2):
        before = everything()
        with pytest.raises(standing.AccountSuspended):
            presence.reactivate(ANA)
        assert everything() == before
        state = erasing._load(erasure.id)
        assert state is not None
        assert erasing._begin(state)


def where_it_is(who: UserId, video: str) -> set[str]:
    """The surfaces on which `who` meets Ana's video now."""
    pool.refresh()
    sources.forget()
    computing.compute(clock.now())
    pages = {
        "following": feed.page(who, 10, None).videos,
        "for you": personal.page(who, 10, None, None).videos,
        "tab": profile_tab.videos_of(
            who, ANA, sort=profile_tab.Sort.RECENT, limit=10, cursor=None
        ).videos,
        "hashtag": discovery.by_hashtag(who, "sun", Order.RECENT, 10, None).videos,
        "sound": discovery.by_sound(who, "song", Order.RECENT, 10, None).videos,
        "trending": discovery.trending_videos(who, 10, None).videos,
    }
    found = {name for name, shown in pages.items() if video in [one.video_id for one in shown]}
    if video in [one["videoId"] for one in feeds.pool_ref().get().get("items")]:
        found.add("pool")
    try:
        access.get_video(who, video)
    except NotFound:
        return found
    return found | {"get"}


def ban(until: Any = None, *, over: bool = False) -> None:
    before = clients.db().document(f"security/{ANA}").get().to_dict()
    after = {**(before or {}), "banned": not over, "bannedUntil": until}
    clients.db().document(f"security/{ANA}").set(after)
    standing.forget()
    withholding.changed(ANA, before, after, clock.now())


@pytest.fixture
def known_everywhere(published: str) -> str:
    """Ana's video, on every surface there is."""
    clients.db().document(f"videos/{published}").update({"soundId": "song"})
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    views.hour_ref("now").set({"hour": hour, "videos": {published: 9}})
    clients.db().document("settings/trends").set({"waitMinutes": 0})
    return published


def test_the_videos_of_whoever_is_banned_are_nowhere_and_come_back(
    known_everywhere: str, queue: Queue, time: TestClock
) -> None:
    """Negative control: without the suspension in `_read` they stay on all of them."""
    video = known_everywhere
    everywhere = where_it_is(BEN, video)
    assert everywhere == {
        *("following", "for you", "tab", "hashtag", "sound", "trending", "pool", "get")
    }
    for times in (2, 1):
        ban()
        queue.drain(times=times)
        assert where_it_is(BEN, video) == set()
        time.pass_(minutes=10)
        ban(over=True)
        queue.drain(times=times)
        assert where_it_is(BEN, video) == everywhere
        time.pass_(minutes=10)


def test_who_returns_to_an_account_that_is_closed_is_not_shown_for_a_moment(
    known_everywhere: str, queue: Queue
) -> None:
    """Negative control, tried: without `hidden` in `_move` the video is active until the task."""
    clients.db().document(f"security/{ANA}").update({"band": "under_minimum"})
    presence.settle(ANA)
    presence.deactivate(ANA)
    queue.drain()
    presence.reactivate(ANA)
    for settled in (False, True):
        assert clients.db().document(f"videos/{known_everywhere}").get().get("status") == "away"
        limit = revocations.decode([one.get() for one in revocations.refs()]).users[ANA]
        assert limit.reach is revocations.Reach.NOBODY, settled
        queue.drain()


def test_a_ban_hides_copies_before_its_task_has_found_them(
    known_everywhere: str, queue: Queue
) -> None:
    """Negative control: without `limit_user` in `_bound` Ben's slate still shows it."""
    video = known_everywhere
    pool.refresh()
    ban()
    presence.transaction.run(lambda tx: presence._bound(tx, ANA))
    assert personal.page(BEN, 10, None, None).videos == []
    assert feed.page(BEN, 10, None).videos == []
    assert clients.db().document(f"videos/{video}").get().get("status") == "active"
    queue.drain()


def test_a_ban_that_ends_by_itself_brings_the_videos_back(
    known_everywhere: str, queue: Queue, time: TestClock
) -> None:
    """Negative control: without `_presence_task` in `withholding.settle` they stay away."""
    ban(clock.now() + timedelta(hours=1))
    queue.drain()
    assert clients.db().document(f"videos/{known_everywhere}").get().get("status") == "active"


def test_a_video_that_is_processed_during_a_ban_is_away_until_its_end(
    published: str, queue: Queue, time: TestClock
) -> None:
    """Negative control: without `_suspended` in `publishing` it is active at once."""
    ban()
    queue.waiting.clear()
    late = worlds.ready(ANA, caption="Late")
    assert clients.db().document(f"videos/{late}").get().get("status") == "away"
    time.pass_(minutes=10)
    ban(over=True)
    queue.drain()
    assert clients.db().document(f"videos/{late}").get().get("status") == "active"


def test_the_end_of_a_ban_does_not_bring_back_who_went_away(published: str, queue: Queue) -> None:
    presence.deactivate(ANA)
    ban()
    queue.drain()
    ban(over=True)
    queue.drain()
    assert clients.db().document(f"videos/{published}").get().get("status") == "away"
    assert feed.page(BEN, 10, None).videos == []
