"""Watching, liking, commenting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from spaktok.core import clients
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest, KeyReused, NotFound
from spaktok.graph import service as graph
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.model import VideoStatus
from spaktok.videos.refusals import CommentsClosed
from spaktok.videos.service import access, comments, likes, threads
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.worlds import video


def totals(video_id: str) -> tuple[int, int]:
    """Likes and comments as everyone reads them."""
    counted = store.decode(store.ref(video_id).get())
    assert counted is not None
    return counted.likes, counted.comments


def everything(viewer: UserId, video_id: str) -> None:
    """Every way to a video must refuse alike."""
    for attempt in (
        lambda: access.get_video(viewer, video_id),
        lambda: likes.like(viewer, video_id),
        lambda: likes.unlike(viewer, video_id),
        lambda: comments.comment(viewer, CommentOnVideo(video_id=video_id, text="hi")),
        lambda: threads.comments_of(viewer, video_id, 20, None),
    ):
        with pytest.raises(NotFound):
            attempt()


@pytest.mark.parametrize("blocker", ["owner", "viewer"])
def test_a_block_in_either_direction_closes_every_way_to_a_video(blocker: str) -> None:
    join(ANA, CARL)
    shown = video(ANA)
    access.get_video(CARL, shown)
    graph.block(*((ANA, CARL) if blocker == "owner" else (CARL, ANA)), None)
    everything(CARL, shown)
    assert totals(shown) == (0, 0)


@pytest.mark.parametrize("status", [s for s in VideoStatus if s is not VideoStatus.ACTIVE])
def test_what_is_not_active_is_not_there_for_others(status: VideoStatus) -> None:
    join(ANA, BEN)
    hidden = video(ANA)
    store.ref(hidden).update({"status": status})
    everything(BEN, hidden)


def test_a_video_that_never_was_is_the_same_refusal() -> None:
    join(ANA)
    for never in ("nothing", "x" * 20 + "-ana", "x" * 20 + "-ben", "a" * 160):
        everything(ANA, never)


def test_visibility_decides_who_reaches_a_video() -> None:
    join(ANA, BEN, CARL, DINA)
    graph.follow(BEN, ANA)  # ben follows ana
    graph.follow(CARL, ANA)
    graph.follow(ANA, CARL)  # carl and ana are friends; dina is a stranger
    expected = {
        Visibility.PUBLIC: {ANA, BEN, CARL, DINA},
        Visibility.FOLLOWERS: {ANA, BEN, CARL},
        Visibility.FRIENDS: {ANA, CARL},
        Visibility.CLOSE_FRIENDS: {ANA},
        Visibility.PRIVATE: {ANA},
    }
    for visibility, audience in expected.items():
        shown = video(ANA, visibility)
        for viewer in (ANA, BEN, CARL, DINA):
            if viewer in audience:
                assert access.get_video(viewer, shown).video_id == shown
            else:
                everything(viewer, shown)


def test_liking_five_times_from_everywhere_is_one_like_and_one_notification(queue: Queue) -> None:
    """Negative control: with `set` for `create` on the like, the total is five."""
    join(ANA, BEN)
    shown = video(ANA)
    with ThreadPoolExecutor(5) as pool:
        outcomes = list(pool.map(lambda _: likes.like(BEN, shown), range(5)))
    assert all(one.liked for one in outcomes)
    queue.drain(times=5)
    assert totals(shown) == (1, 0)
    assert len(list(clients.db().collection("notifications").stream())) == 1


def test_the_total_equals_the_likes_after_everybody_changed_their_mind_at_once(
    queue: Queue,
) -> None:
    crowd = [UserId(f"user{number}") for number in range(some(12, short=4))]
    join(ANA, *crowd)
    shown = video(ANA)

    def change(at: int) -> None:
        viewer = crowd[at % len(crowd)]
        (likes.unlike if at % 3 == 0 else likes.like)(viewer, shown)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(change, range(5 * len(crowd))))
    queue.drain(times=2)
    documents = len(list(clients.db().collection("videoLikes").stream()))
    assert totals(shown) == (documents, 0)


def test_a_like_can_be_taken_back_once(queue: Queue) -> None:
    join(ANA, BEN)
    shown = video(ANA)
    likes.like(BEN, shown)
    assert [likes.unlike(BEN, shown).liked for _ in range(3)] == [False] * 3
    queue.drain()
    assert totals(shown) == (0, 0)


def test_nobody_is_told_of_their_own_like(queue: Queue) -> None:
    join(ANA)
    likes.like(ANA, video(ANA))
    queue.drain()
    assert list(clients.db().collection("notifications").stream()) == []


def test_a_comment_with_a_key_is_written_once_and_another_text_is_a_conflict(queue: Queue) -> None:
    join(ANA, BEN)
    shown = video(ANA)
    asked = CommentOnVideo(video_id=shown, text="Lovely", idempotency_key="key-12345678")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: comments.comment(BEN, asked), range(4)))
    assert len(set(answers)) == 1
    with pytest.raises(KeyReused):
        comments.comment(BEN, asked.model_copy(update={"text": "Ugly"}))
    queue.drain()
    assert totals(shown) == (0, 1)


def test_comments_that_are_turned_off_are_refused_by_name_to_all_but_the_owner() -> None:
    join(ANA, BEN)
    shown = video(ANA, allow_comments=False)
    with pytest.raises(CommentsClosed):
        comments.comment(BEN, CommentOnVideo(video_id=shown, text="hi"))
    comments.comment(ANA, CommentOnVideo(video_id=shown, text="hi"))


def test_comments_come_in_pages_newest_first_each_once() -> None:
    join(ANA, BEN)
    shown = video(ANA)
    for number in range(7):  # all at one instant: the id decides
        comments.comment(BEN, CommentOnVideo(video_id=shown, text=f"no {number}"))
    seen: list[str] = []
    cursor = None
    while True:
        page = threads.comments_of(ANA, shown, 3, cursor)
        seen += [one.text for one in page.comments]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == [f"no {number}" for number in range(7)]


def test_a_cursor_of_another_list_is_refused() -> None:
    join(ANA, BEN)
    one, other = video(ANA), video(ANA)
    for number in range(3):
        comments.comment(BEN, CommentOnVideo(video_id=one, text=f"no {number}"))
    cursor = threads.comments_of(ANA, one, 2, None).next_cursor
    for viewer, listed in ((ANA, other), (BEN, one)):
        with pytest.raises(InvalidRequest, match="cursor"):
            threads.comments_of(viewer, listed, 2, cursor)


def test_comments_of_those_one_blocked_are_not_shown() -> None:
    join(ANA, BEN, CARL)
    shown = video(ANA)
    for author in (BEN, CARL):
        comments.comment(author, CommentOnVideo(video_id=shown, text=f"{author} was here"))
    graph.block(BEN, CARL, None)
    assert [one.user_id for one in threads.comments_of(BEN, shown, 20, None).comments] == [BEN]
    assert [one.user_id for one in threads.comments_of(CARL, shown, 20, None).comments] == [CARL]
    assert len(threads.comments_of(ANA, shown, 20, None).comments) == 2
