"""A private account: what it has is for its followers, from the moment it closes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from spaktok.core import meter, mirrors
from spaktok.core.ids import UserId
from spaktok.core.mirrors import OWNER_PRIVATE
from spaktok.core.refusal import NotFound
from spaktok.graph import circles, opening, service
from spaktok.users import service as users
from spaktok.users import settings
from spaktok.users.relation import Visibility
from spaktok.videos.requests import UploadVideo
from spaktok.videos.service import access, likes, upload
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.worlds import video


def sees(viewer: UserId, video_id: str) -> bool:
    try:
        return access.get_video(viewer, video_id).video_id == video_id
    except NotFound:
        return False


def test_what_a_private_account_has_is_for_its_followers_only(queue: Queue) -> None:
    join(ANA, BEN, CARL, DINA)
    service.follow(BEN, ANA)
    circles.add_close_friend(ANA, CARL)
    shown = {kind: video(ANA, kind) for kind in (Visibility.PUBLIC, Visibility.CLOSE_FRIENDS)}
    settings.set_private(ANA, private=True)
    queue.drain(times=2)
    assert [sees(uid, shown[Visibility.PUBLIC]) for uid in (ANA, BEN, CARL, DINA)] == [
        True,
        True,
        False,
        False,
    ]
    assert not sees(CARL, shown[Visibility.CLOSE_FRIENDS]), "not a follower"


def test_what_was_public_is_gone_for_strangers_by_the_time_the_call_answers() -> None:
    """Negative control: without `mirrors.correct` in `settings.update` they see it until the task."""
    join(ANA, BEN, DINA)
    service.follow(BEN, ANA)
    shown = [video(ANA, minutes=number) for number in range(3)]
    assert all(sees(DINA, one) for one in shown)
    settings.set_private(ANA, private=True)
    assert not any(sees(DINA, one) for one in shown)
    assert all(sees(BEN, one) for one in shown)


def test_more_videos_than_a_commit_holds_follow_in_the_task(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirrors, "PAGE", 2)
    join(ANA, DINA)
    shown = [video(ANA, minutes=number) for number in range(5)]
    settings.set_private(ANA, private=True)
    assert sum(sees(DINA, one) for one in shown) == 3
    queue.drain(times=2)
    assert not any(sees(DINA, one) for one in shown)


def test_opening_the_account_shows_to_all_what_is_for_all_and_nothing_more(queue: Queue) -> None:
    join(ANA, DINA)
    settings.set_private(ANA, private=True)
    queue.drain()
    everyones, followers = video(ANA), video(ANA, Visibility.FOLLOWERS)
    assert not sees(DINA, everyones)
    settings.set_private(ANA, private=False)
    queue.drain()
    assert sees(DINA, everyones)
    assert not sees(DINA, followers)


def test_a_video_made_while_the_account_closes_is_private_whichever_comes_first() -> None:
    """Negative control: with the card read before the transaction of `upload.issue`, one stays open."""
    join(ANA)

    def act(number: int) -> None:
        if number == half:
            settings.set_private(ANA, private=True)
        else:
            upload.issue(ANA, UploadVideo(caption=f"no {number}"))

    half = some(5, short=2)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(act, range(2 * half + 1)))
    open_ones = list(mirrors.showing(OWNER_PRIVATE, ANA, value=False).stream())
    assert open_ones == []
    assert len(list(mirrors.showing(OWNER_PRIVATE, ANA, value=True).stream())) == 2 * half


def test_pages_of_an_earlier_change_never_come_after_those_of_a_later(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a task that stops after its first page leaves some open."""
    monkeypatch.setattr(mirrors, "PAGE", 3)
    join(ANA)
    for number in range(10):
        video(ANA, minutes=number)
    with ThreadPoolExecutor(8) as pool:
        for number in range(some(7, short=3)):
            pool.submit(settings.set_private, ANA, private=number % 2 == 0)
            pool.submit(opening.apply, ANA)
    settings.set_private(ANA, private=True)
    queue.drain(times=2)
    assert list(mirrors.showing(OWNER_PRIVATE, ANA, value=False).stream()) == []


def test_a_private_account_is_found_by_its_card_and_says_that_it_is_private(queue: Queue) -> None:
    join(ANA, BEN)
    settings.set_private(ANA, private=True)
    with meter.counting() as cost:
        profile = users.get_profile(BEN, ANA)
    assert profile.is_private
    assert (cost.reads, cost.rpcs) == (2, 1)


def test_a_like_reads_two_documents_however_private_the_account(queue: Queue) -> None:
    join(ANA, BEN)
    service.follow(BEN, ANA)
    shown = video(ANA)
    settings.set_private(ANA, private=True)
    queue.drain()
    with meter.counting() as cost:
        likes.like(BEN, shown)
    assert (cost.reads, cost.writes) == (2, 2)
