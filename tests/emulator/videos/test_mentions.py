"""Mentions: who hears of one, once, and never of what they may not see."""

from __future__ import annotations

from spaktok.core import clients
from spaktok.core.ids import UserId
from spaktok.graph import service as graph
from spaktok.users import rename
from spaktok.users.relation import Visibility
from spaktok.videos.commenting import Hold
from spaktok.videos.engaging import CommentOnVideo, UpdateCommentFilters
from spaktok.videos.model import Intent
from spaktok.videos.service import comment_rules, comments, curating, editing, removal
from tests.support import worlds
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue


def say(who: UserId, video_id: str, text: str, to: str | None = None) -> str:
    asked = CommentOnVideo(video_id=video_id, text=text, parent_comment_id=to)
    return comments.comment(who, asked).comment_id


def told(uid: UserId) -> list[tuple[str, str]]:
    """Type and thing of everything in an inbox."""
    inbox = clients.db().collection("notifications").stream()
    found = [one for one in inbox if one.get("userId") == uid]
    return sorted((one.get("type"), one.get("entityId")) for one in found)


def test_a_comment_tells_whom_it_mentions_once(queue: Queue) -> None:
    join(ANA, BEN, CARL)
    shown = worlds.video(ANA)
    said = say(BEN, shown, "@carl.name and @Carl.Name, see this; @nobody.there too")
    queue.drain(times=3)
    assert told(CARL) == [("mention", said)]
    comments.edit(BEN, said, "@carl.name, once more")
    queue.drain()
    assert told(CARL) == [("mention", said)]
    curating.delete(BEN, said)
    queue.drain()
    assert told(CARL) == []


def test_an_answer_that_is_deleted_takes_its_mentions_along(queue: Queue) -> None:
    """Negative control: without `send_if_possible` in `_end`, Carl's stays."""
    join(ANA, BEN, CARL)
    shown = worlds.video(ANA)
    answer = say(BEN, shown, "@carl.name", say(ANA, shown, "Hello"))
    queue.drain()
    assert told(CARL) == [("mention", answer)]
    curating.delete(BEN, answer)
    queue.drain()
    assert told(CARL) == []


def test_whoever_hears_of_the_comment_anyway_hears_of_it_once(queue: Queue) -> None:
    """The owner of the video, whom it answers, and oneself. Negative control: without `told`, Ana
    has two."""
    join(ANA, BEN, CARL)
    shown = worlds.video(ANA)
    first = say(BEN, shown, "@ana.name @ben.name hello")
    answer = say(CARL, shown, "@ben.name yes", first)
    queue.drain()
    assert told(ANA) == [("video_comment", first)]
    assert told(BEN) == [("comment_reply", answer)]


def test_a_caption_tells_whom_it_mentions_when_it_is_published_and_not_before(
    queue: Queue,
) -> None:
    """Negative control: without `words` in `After.settle` nobody is told."""
    join(ANA, BEN)
    draft = worlds.ready(ANA, caption="With @ben.name", intent=Intent.DRAFT)
    queue.drain()
    assert told(BEN) == []
    editing.publish(ANA, draft)
    queue.drain(times=2)
    assert told(BEN) == [("mention", draft)]
    removal.delete(ANA, draft)
    queue.drain()
    assert told(BEN) == []


def test_a_mention_widens_nobodys_audience(queue: Queue) -> None:
    """For followers, of whom Ben is none. Negative control: without `there_for` in the delivery of
    news, Ben is told."""
    join(ANA, BEN, CARL)
    graph.follow(CARL, ANA)
    queue.drain()
    shown = worlds.ready(ANA, caption="@ben.name @carl.name", visibility=Visibility.FOLLOWERS)
    said = say(CARL, shown, "@ben.name look")
    queue.drain()
    assert told(BEN) == []
    assert ("mention", shown) in told(CARL)
    assert said


def test_a_block_either_way_silences_a_mention(queue: Queue) -> None:
    join(ANA, BEN, CARL, DINA)
    shown = worlds.video(ANA)
    graph.block(CARL, BEN, None)
    graph.block(BEN, DINA, None)
    queue.drain()
    say(BEN, shown, "@carl.name @dina.name")
    queue.drain()
    assert (told(CARL), told(DINA)) == ([], [])


def test_a_handle_that_was_given_up_is_nobodys(queue: Queue) -> None:
    """Negative control: without `heldUntil`, Carl is told under a name he left."""
    join(ANA, BEN, CARL)
    rename.change_username(CARL, "lumen")
    shown = worlds.video(ANA)
    said = say(BEN, shown, "@carl.name or @lumen")
    later = say(BEN, shown, "@carl.name")
    queue.drain()
    assert told(CARL) == [("mention", said)]
    assert later


def test_what_waits_for_the_owner_mentions_nobody_until_it_stands(queue: Queue) -> None:
    join(ANA, BEN, CARL)
    comment_rules.update(ANA, UpdateCommentFilters(hold=Hold.ALL))
    queue.drain()
    shown = worlds.ready(ANA)
    said = say(BEN, shown, "@carl.name")
    queue.drain()
    assert told(CARL) == []
    curating.review(ANA, said, approve=True)
    queue.drain()
    assert told(CARL) == [("mention", said)]
