"""What a user is told, and what not."""

from __future__ import annotations

import pytest

from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest, NotFound
from spaktok.graph import service as graph
from spaktok.notifications import outgoing, service
from spaktok.notifications.model import EntityType, News, NotificationType
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock


def like(actor: str, entity: str = "v1") -> News:
    return News(ANA, NotificationType.VIDEO_LIKE, EntityType.VIDEO, entity, actor)


def messages(uid: UserId) -> list[str]:
    return [entry.message for entry in service.inbox(uid, 50, None).notifications]


def test_the_same_news_five_times_is_told_once_and_stays_read() -> None:
    join(ANA, BEN)
    service.deliver(like(BEN))
    service.mark_read(ANA, like(BEN).id)
    for _ in range(4):
        assert not service.deliver(like(BEN))
    [entry] = service.inbox(ANA, 50, None).notifications
    assert entry.is_read
    assert entry.message == "ben.name liked your video"


@pytest.mark.parametrize("blocker", [ANA, BEN])
def test_a_block_between_the_event_and_its_delivery_wins(blocker: UserId) -> None:
    """Negative control: without the check of `barred` in `deliver`, the inbox has the like."""
    join(ANA, BEN)
    graph.block(blocker, BEN if blocker == ANA else ANA, None)
    assert not service.deliver(like(BEN))
    assert messages(ANA) == []


def test_news_for_or_from_somebody_who_is_gone_goes_nowhere() -> None:
    join(ANA)
    assert not service.deliver(like("nobody"))
    assert not service.deliver(
        News("nobody", NotificationType.VIDEO_LIKE, EntityType.VIDEO, "v", ANA)
    )


def test_nobody_is_told_what_they_did_themselves(queue: Queue) -> None:
    outgoing.announce(like(ANA))
    assert queue.names() == []


def test_the_inbox_comes_in_pages_newest_first(time: TestClock) -> None:
    join(ANA, BEN)
    for number in range(5):
        service.deliver(like(BEN, f"v{number}"))
        time.pass_(minutes=1)
    first = service.inbox(ANA, 3, None)
    second = service.inbox(ANA, 3, first.next_cursor)
    entities = [entry.entity_id for entry in [*first.notifications, *second.notifications]]
    assert entities == ["v4", "v3", "v2", "v1", "v0"]
    assert first.has_more
    assert not second.has_more
    with pytest.raises(InvalidRequest, match="cursor"):
        service.inbox(BEN, 3, first.next_cursor)


def test_another_users_entry_and_one_that_never_was_are_the_same_refusal() -> None:
    join(ANA, BEN, CARL)
    service.deliver(like(BEN))
    for entry in (like(BEN).id, "never"):
        with pytest.raises(NotFound):
            service.mark_read(CARL, entry)
    assert not service.inbox(ANA, 5, None).notifications[0].is_read
