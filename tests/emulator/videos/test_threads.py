"""Comments: threads, pins, likes, edits, deletions, and what their owners hold back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from spaktok.core import clients, counters
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.graph import circles
from spaktok.graph import service as graph
from spaktok.users import settings
from spaktok.users.privacy import Contact
from spaktok.videos import engaged, store
from spaktok.videos.commenting import COUNTED, CommentStatus, Hold
from spaktok.videos.engaging import CommentOnVideo, UpdateCommentFilters
from spaktok.videos.refusals import CommentsClosed
from spaktok.videos.service import comment_likes, comment_rules, comments, curating, threads
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.worlds import video


def say(who: UserId, video_id: str, text: str = "Nice", to: str | None = None) -> str:
    asked = CommentOnVideo(video_id=video_id, text=text, parent_comment_id=to)
    return comments.comment(who, asked).comment_id


def listed(viewer: UserId, video_id: str) -> list[str]:
    return [one.text for one in threads.comments_of(viewer, video_id, 20, None).comments]


def answers(viewer: UserId, comment_id: str) -> list[str]:
    return [one.text for one in threads.replies_of(viewer, comment_id, 20, None).comments]


def total(video_id: str) -> int:
    found = store.decode(store.ref(video_id).get())
    assert found is not None
    return found.comments


def stored(comment_id: str) -> dict[str, object]:
    return engaged.comment_ref(comment_id).get().to_dict() or {}


def exact(video_id: str) -> bool:
    """Whether every total of a video's comments, and of each that stands, equals its documents."""
    counters.roll_up(store.ref(video_id).path, store.TOTALS)
    found = {
        one.id: one.to_dict() or {}
        for one in clients.db().collection("videoComments").stream()
        if one.get("videoId") == video_id
    }
    standing = {name: one for name, one in found.items() if one["moderationStatus"] in COUNTED}
    for name in standing:
        counters.roll_up(engaged.comment_ref(name).path, engaged.COMMENT_TOTALS)
        replies = sum(one["parentCommentId"] == name for one in standing.values())
        if stored(name)["replies"] != replies:
            return False
    return total(video_id) == len(standing)


def test_an_answer_needs_a_comment_that_stands_by_itself_under_the_same_video() -> None:
    join(ANA, BEN, CARL)
    shown, other = video(ANA), video(ANA)
    first = say(BEN, shown)
    answer = say(ANA, shown, "Thanks", first)
    elsewhere = say(BEN, other)
    for parent in (answer, elsewhere, "nothing"):
        with pytest.raises(NotFound):
            say(CARL, shown, "hm", parent)
    graph.block(BEN, CARL, None)
    with pytest.raises(NotFound):
        say(CARL, shown, "hm", first)
    assert exact(shown)
    assert total(shown) == 2


def test_a_thread_is_read_oldest_first_and_counted_on_its_comment(queue: Queue) -> None:
    join(ANA, BEN, CARL)
    shown = video(ANA)
    first = say(BEN, shown, "First")
    for number in range(3):
        say(CARL, shown, f"no {number}", first)
    queue.drain(times=2)
    assert sorted(answers(ANA, first)) == ["no 0", "no 1", "no 2"]
    assert listed(ANA, shown) == ["First"]
    assert stored(first)["replies"] == 3
    told = [one.to_dict() or {} for one in clients.db().collection("notifications").stream()]
    assert {(one["userId"], one["type"]) for one in told} == {
        (ANA, "video_comment"),
        (BEN, "comment_reply"),
    }


def test_an_answer_with_a_key_is_written_once() -> None:
    join(ANA, BEN)
    shown = video(ANA)
    first = say(ANA, shown)
    asked = CommentOnVideo(
        video_id=shown, text="Yes", parent_comment_id=first, idempotency_key="key-12345678"
    )
    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(lambda _: comments.comment(BEN, asked), range(3)))) == 1
    with pytest.raises(KeyReused):
        comments.comment(BEN, asked.model_copy(update={"text": "No"}))
    assert exact(shown)
    assert total(shown) == 2


@pytest.mark.parametrize("who", [BEN, ANA])
def test_a_comment_goes_by_its_author_or_the_videos_owner_with_its_thread_and_pin(
    who: UserId, queue: Queue
) -> None:
    """Negative control: without `_uncount` the total stays; without `dropReplies`, the answers."""
    join(ANA, BEN, CARL)
    shown = video(ANA)
    first, kept = say(BEN, shown, "First"), say(BEN, shown, "Second")
    for number in range(3):
        say(CARL, shown, f"no {number}", first)
    curating.pin(ANA, first)
    with pytest.raises(NotFound):
        curating.delete(CARL, first)
    for _ in range(2):
        assert curating.delete(who, first).moderation_status is CommentStatus.DELETED
    queue.drain(times=2)
    assert listed(CARL, shown) == ["Second"]
    assert store.ref(shown).get().get("pinnedCommentId") is None
    with pytest.raises(NotFound):
        answers(CARL, first)
    assert stored(first)["text"] == ""
    assert exact(shown)
    assert total(shown) == 1
    assert not threads.comments_of(ANA, shown, 20, None).comments[0].is_pinned
    assert curating.pin(ANA, kept).pinned


def test_what_was_told_of_a_thread_goes_with_it(queue: Queue) -> None:
    """Negative control: without `forget_things` in `drop_replies` the likes and answers stay told; with
    no retraction in `_after`, who liked the lone answer."""
    join(ANA, BEN, CARL)
    shown = video(ANA)
    first, second = say(BEN, shown, "First"), say(BEN, shown, "Second")
    answer, lone = say(CARL, shown, "no", first), say(CARL, shown, "yes", second)
    for one in (first, answer, lone):
        comment_likes.like(ANA, one)
    queue.drain()
    assert {first, second, answer, lone} <= told_about()
    curating.delete(BEN, first)
    curating.delete(CARL, lone)
    queue.drain()
    assert told_about() & {first, second, answer, lone} == {second}


def told_about() -> set[str]:
    """What the entries that stand in any inbox are about."""
    found = clients.db().collection("notifications").stream()
    return {one.get("entityId") for one in found if one.get("userId")}


def test_a_comment_that_was_deleted_is_not_written_anew_by_a_late_retry() -> None:
    join(ANA, BEN)
    shown = video(ANA)
    asked = CommentOnVideo(video_id=shown, text="Oops", idempotency_key="key-12345678")
    written = comments.comment(BEN, asked).comment_id
    curating.delete(BEN, written)
    assert comments.comment(BEN, asked).moderation_status is CommentStatus.DELETED
    assert listed(ANA, shown) == []
    assert exact(shown)


def test_totals_are_exact_after_everybody_wrote_answered_and_deleted_at_once(queue: Queue) -> None:
    """Negative control: with the answer's parent unread, an answer to what is gone is counted."""
    crowd = [UserId(f"user{number}") for number in range(4)]
    join(ANA, *crowd)
    shown = video(ANA)
    firsts = [say(one, shown) for one in crowd]

    def act(at: int) -> None:
        who, first = crowd[at % 4], firsts[(at // 4) % 4]
        try:
            if at % 5 == 4:
                curating.delete(ANA, first)
            else:
                say(who, shown, f"no {at}", first)
        except NotFound:
            return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(20)))
    queue.drain(times=2)
    assert exact(shown)


def test_one_comment_is_pinned_and_comes_first_by_the_owners_will_alone() -> None:
    join(ANA, BEN, CARL)
    shown, other = video(ANA), video(BEN)
    one, two, three = (say(BEN, shown, text) for text in ("one", "two", "three"))
    answer = say(CARL, shown, "answer", one)
    for who, what in ((BEN, one), (ANA, answer), (ANA, say(ANA, other))):
        with pytest.raises(NotFound):
            curating.pin(who, what)
    curating.pin(ANA, one)
    curating.pin(ANA, two)
    page = threads.comments_of(CARL, shown, 20, None).comments
    assert (page[0].text, page[0].is_pinned) == ("two", True)
    assert sum(one.is_pinned for one in page) == 1
    assert len(page) == 3
    curating.unpin(ANA, three)
    assert threads.comments_of(CARL, shown, 20, None).comments[0].is_pinned
    curating.unpin(ANA, two)
    assert not any(one.is_pinned for one in threads.comments_of(CARL, shown, 20, None).comments)


def test_a_comment_is_liked_once_however_often_and_by_how_many(queue: Queue) -> None:
    join(ANA, BEN, CARL, DINA)
    shown = video(ANA)
    first = say(BEN, shown)

    def change(at: int) -> None:
        who = (ANA, CARL, DINA)[at % 3]
        (comment_likes.unlike if at % 4 == 0 else comment_likes.like)(who, first)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, range(some(24, short=12))))
    queue.drain(times=2)
    likes = len(list(clients.db().collection("commentLikes").stream()))
    assert stored(first)["likes"] == likes
    graph.block(BEN, CARL, None)
    with pytest.raises(NotFound):
        comment_likes.like(CARL, first)


def test_an_edit_is_the_authors_and_shows() -> None:
    join(ANA, BEN)
    shown = video(ANA)
    first = say(BEN, shown, "Nise")
    for who in (ANA, CARL):
        with pytest.raises(NotFound):
            comments.edit(who, first, "Mine")
    comments.edit(BEN, first, "Nice")
    (one,) = threads.comments_of(ANA, shown, 20, None).comments
    assert (one.text, one.is_edited) == ("Nice", True)
    curating.delete(BEN, first)
    with pytest.raises(NotFound):
        comments.edit(BEN, first, "Back")


def test_whom_one_muted_or_who_is_away_is_not_read(queue: Queue) -> None:
    from spaktok.accounts.service import presence

    join(ANA, BEN, CARL, DINA)
    shown = video(ANA)
    for who in (BEN, CARL):
        say(who, shown, f"by {who}")
    circles.mute(DINA, BEN, 1)
    assert listed(DINA, shown) == ["by carl"]
    assert len(listed(ANA, shown)) == 2
    presence.deactivate(CARL)
    queue.drain()
    assert listed(DINA, shown) == []
    assert listed(ANA, shown) == ["by ben"]


@pytest.mark.parametrize(
    ("who", "admitted"),
    [
        (Contact.EVERYONE, {ANA, BEN, CARL, DINA}),
        (Contact.FOLLOWERS, {ANA, BEN, CARL}),
        (Contact.FRIENDS, {ANA, CARL}),
        (Contact.NO_ONE, {ANA}),
    ],
)
def test_the_owners_settings_say_who_may_comment_on_videos_old_and_new(
    who: Contact, admitted: set[UserId], queue: Queue
) -> None:
    """Negative control: without the trigger's task the old video still says `everyone`."""
    join(ANA, BEN, CARL, DINA)
    graph.follow(BEN, ANA)
    graph.follow(CARL, ANA)
    graph.follow(ANA, CARL)
    old = video(ANA)
    say(DINA, old)
    before = clients.db().document(f"users/{ANA}/private/account").get().to_dict()
    settings.update(ANA, {"comments": who})
    after = clients.db().document(f"users/{ANA}/private/account").get().to_dict()
    comment_rules.settings_changed(ANA, before, after)
    queue.drain()
    for clip in (old, video(ANA)):
        for one in (ANA, BEN, CARL, DINA):
            if one in admitted:
                say(one, clip)
            else:
                with pytest.raises(CommentsClosed):
                    say(one, clip)


def test_what_the_owner_holds_back_is_seen_and_counted_once_they_let_it(queue: Queue) -> None:
    """Negative control: without `held` in `_write` the comment is there for all, and counted."""
    join(ANA, BEN, CARL)
    shown = video(ANA)
    say(CARL, shown, "b\u00e4d is fine so far")
    comment_rules.update(ANA, UpdateCommentFilters(words=["bad", "cheap pills"]))
    queue.drain(times=2)
    held = [say(BEN, shown, text) for text in ("so B.A.D.", "CHEAP   pills!", "b\u200bad")]
    say(BEN, shown, "badminton")
    assert "so B.A.D." not in listed(CARL, shown)
    assert "so B.A.D." in listed(BEN, shown)
    assert len(threads.held_for(ANA, 20, None).comments) == 3
    assert threads.held_for(BEN, 20, None).comments == []
    assert exact(shown)
    assert total(shown) == 2
    with pytest.raises(NotFound):
        curating.review(BEN, held[0], approve=True)
    for _ in range(2):
        curating.review(ANA, held[0], approve=True)
        curating.review(ANA, held[1], approve=False)
    assert "so B.A.D." in listed(CARL, shown)
    assert "CHEAP   pills!" not in listed(BEN, shown)
    assert [one.comment_id for one in threads.held_for(ANA, 20, None).comments] == [held[2]]
    assert exact(shown)
    assert total(shown) == 3


@pytest.mark.parametrize(
    ("hold", "waits"),
    [
        (Hold.NONE, set()),
        (Hold.LINKS, {"see www.x.com"}),
        (Hold.STRANGERS, {"see www.x.com", "hello"}),
        (Hold.ALL, {"see www.x.com", "hello", "following"}),
    ],
)
def test_what_waits_is_the_owners_choice(hold: Hold, waits: set[str]) -> None:
    join(ANA, BEN, CARL)
    graph.follow(CARL, ANA)
    comment_rules.update(ANA, UpdateCommentFilters(hold=hold))
    shown = video(ANA)
    say(ANA, shown, "mine")
    for who, text in ((BEN, "see www.x.com"), (BEN, "hello"), (CARL, "following")):
        say(who, shown, text)
    assert {one.text for one in threads.held_for(ANA, 20, None).comments} == waits
    assert exact(shown)


def test_an_edit_that_the_filters_hold_leaves_the_totals() -> None:
    join(ANA, BEN)
    comment_rules.update(ANA, UpdateCommentFilters(words=["bad"]))
    shown = video(ANA)
    first = say(BEN, shown, "good")
    comments.edit(BEN, first, "bad")
    assert exact(shown)
    assert total(shown) == 0
    curating.review(ANA, first, approve=True)
    assert exact(shown)
    assert total(shown) == 1


def test_the_staff_takes_down_with_a_reason_on_record(queue: Queue) -> None:
    join(ANA, BEN, CARL)
    shown = video(ANA)
    first = say(BEN, shown)
    curating.remove(UserId("staff"), first, "spam")
    queue.drain()
    assert listed(BEN, shown) == []
    assert exact(shown)
    (record,) = clients.db().collection_group("entries").stream()
    assert (record.get("what"), record.get("target"), record.get("reason")) == (
        "removeComment",
        first,
        "spam",
    )
