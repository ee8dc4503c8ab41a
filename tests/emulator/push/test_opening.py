"""A link opens what is there for whoever opens it, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spaktok.core import clients, clock, meter
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest, NotFound
from spaktok.graph import service as graph
from spaktok.links import service
from spaktok.links.model import Kind
from spaktok.notifications import store
from spaktok.notifications.model import EntityType, NotificationType
from spaktok.notifications.push import composing
from spaktok.notifications.store import Entry
from spaktok.users.relation import Visibility
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.service import comments
from tests.support.people import ANA, BEN, CARL, join
from tests.support.worlds import video


def commented(author: UserId, video_id: str) -> str:
    return comments.comment(author, CommentOnVideo(video_id=video_id, text="Nice")).comment_id


def told(
    owner: UserId,
    entity_type: EntityType,
    entity_id: str,
    kind: NotificationType = NotificationType.VIDEO_LIKE,
) -> str:
    """An entry about this in `owner`'s inbox; its id."""
    at = clock.now()
    entry = Entry("n1", owner, kind, entity_type, entity_id, at, at)
    store.ref("n1").set(store.encode(entry, at))
    return "n1"


def test_what_is_there_is_opened() -> None:
    join(ANA, BEN)
    clip = video(ANA)
    comment = commented(BEN, clip)
    opened = [
        service.resolve(BEN, f"spaktok://{link}")
        for link in (f"video/{clip}", f"user/{ANA}", f"comment/{comment}", "notifications")
    ]
    assert [one.kind for one in opened] == [
        Kind.VIDEO,
        Kind.USER,
        Kind.COMMENT,
        Kind.NOTIFICATIONS,
    ]
    assert opened[0].video_id == opened[2].video_id == clip


def test_a_notification_opens_what_it_is_about() -> None:
    join(ANA, BEN)
    clip = video(ANA)
    link = f"spaktok://notification/{told(ANA, EntityType.VIDEO, clip)}"
    assert service.resolve(ANA, link).video_id == clip
    told(ANA, EntityType.REPORT, "r1")
    assert service.resolve(ANA, link).kind is Kind.NOTIFICATIONS


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("kind", [NotificationType.VIDEO_LIKE, NotificationType.DIGEST])
def test_the_link_of_every_push_and_letter_opens_for_who_was_told(
    kind: NotificationType, hidden: bool
) -> None:
    """About every kind of thing; the type counts only where it is the digest. Negative control: with
    the thing's own name in `composing._path` whatever its kind, all but three are no link of ours."""
    join(ANA, BEN)
    clip = video(ANA)
    things = {
        EntityType.USER: str(BEN),
        EntityType.VIDEO: str(clip),
        EntityType.COMMENT: commented(BEN, clip),
    }
    for about in EntityType:
        told(ANA, about, things.get(about, "0123abcd"), kind)
        entry = store.decode(store.ref("n1").get())
        assert entry is not None
        note = store.note(entry)
        digest = kind is NotificationType.DIGEST
        leads = Kind(about.value) if about in things and not digest else Kind.NOTIFICATIONS
        for link in (
            composing.data(note, hidden=hidden)["link"],
            composing.web_link(note, hidden=hidden),
        ):
            assert service.resolve(ANA, link).kind is leads, about


def refused(uid: UserId, link: str) -> None:
    with pytest.raises(NotFound) as refusal:
        service.resolve(uid, link)
    assert refusal.value.facts == {}


@pytest.mark.parametrize("blocker", [ANA, BEN])
def test_after_a_block_every_link_opens_nothing(blocker: UserId) -> None:
    """The push may lie on the screen for days: negative control, before the block all open."""
    join(ANA, BEN, CARL)
    clip, carls = video(ANA), video(CARL)
    links = [
        f"spaktok://video/{clip}",
        f"spaktok://user/{ANA}",
        f"spaktok://comment/{commented(ANA, carls)}",
        f"spaktok://comment/{commented(CARL, clip)}",
        f"spaktok://notification/{told(BEN, EntityType.VIDEO, clip)}",
    ]
    for link in links:
        service.resolve(BEN, link)
    graph.block(blocker, BEN if blocker == ANA else ANA, None)
    for link in links:
        refused(BEN, link)


@pytest.mark.parametrize("status", ["hidden", "removed", "processing"])
def test_a_video_that_is_no_longer_shown_is_opened_by_no_link(status: str) -> None:
    join(ANA, BEN)
    clip = video(ANA)
    comment = commented(BEN, clip)
    clients.db().document(f"videos/{clip}").update({"status": status})
    for link in (f"spaktok://video/{clip}", f"spaktok://comment/{comment}"):
        refused(BEN, link)


def test_a_video_that_became_private_is_opened_by_no_link() -> None:
    join(ANA, BEN)
    clip = video(ANA, Visibility.PRIVATE)
    refused(BEN, f"spaktok://video/{clip}")
    assert service.resolve(ANA, f"spaktok://video/{clip}").video_id == clip


def test_a_removed_comment_and_one_that_never_was_are_the_same_refusal() -> None:
    join(ANA, BEN)
    comment = commented(BEN, video(ANA))
    clients.db().document(f"videoComments/{comment}").update({"moderationStatus": "removed"})
    refused(BEN, f"spaktok://comment/{comment}")
    refused(BEN, "spaktok://comment/never")


def test_another_users_notification_and_one_that_was_taken_back_open_nothing() -> None:
    join(ANA, BEN)
    entry = told(ANA, EntityType.USER, BEN)
    refused(BEN, f"spaktok://notification/{entry}")
    found = store.decode(store.ref(entry).get())
    assert found is not None
    store.ref(entry).set(store.encode(replace(found, owner=None), clock.now()))
    refused(ANA, f"spaktok://notification/{entry}")


def test_a_link_elsewhere_is_none_of_ours() -> None:
    join(ANA)
    for link in ("https://evil.example/video/a", "spaktok://video/../users", "video/a"):
        with pytest.raises(InvalidRequest, match="link"):
            service.resolve(ANA, link)


def test_the_longest_way_costs_six_reads() -> None:
    join(ANA, BEN, CARL)
    comment = commented(ANA, video(CARL))
    entry = told(BEN, EntityType.COMMENT, comment)
    with meter.counting() as cost:
        service.resolve(BEN, f"spaktok://notification/{entry}")
    assert cost.reads == 6
