"""An account that is leaving: closed from the call on, and looked through twice."""

from __future__ import annotations

import pytest

from spaktok.accounts.model import TOKENS_DIE
from spaktok.accounts.service import erasing, leaving
from spaktok.core import clients, clock, standing
from spaktok.core.ids import UserId
from spaktok.notifications import store as inboxes
from spaktok.notifications.kinds import entry_of
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.videos.service import likes
from tests.support import accounts, worlds
from tests.support.accounts import gone, residues
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.time import TestClock


def test_from_the_call_on_the_account_is_closed(queue: Queue) -> None:
    join(ANA, BEN)
    video = worlds.video(ANA)
    leaving.request(ANA)
    assert gone(ANA, BEN)
    with pytest.raises(Exception, match="Not found"):
        likes.like(BEN, video)
    held = standing.load(ANA, fresh=True)
    assert held.disabled
    with pytest.raises(standing.AuthenticationRequired):
        held.check(signed_in_at=clock.now(), at=clock.now())
    assert queue.names() == ["eraseAccount"]
    # The task does not name the person.
    assert all(ANA not in str(body) for _, _, body in queue.waiting)


def test_asking_again_changes_nothing(queue: Queue, time: TestClock) -> None:
    join(ANA, BEN)
    first = leaving.request(ANA)
    time.pass_(minutes=1)
    assert leaving.request(ANA) == first
    assert len(list(clients.db().collection("erasures").stream())) == 1


def late(recipient: UserId, actor: UserId, video: str, entry_id: str | None = None) -> None:
    """The entry of a like, written by a task that had looked before the account was closed."""
    at = clock.now()
    like = News(recipient, NotificationType.VIDEO_LIKE, EntityType.VIDEO, video, actor)
    entry = inboxes.Entry(
        id=entry_id or entry_of(like),
        owner=recipient,
        type=NotificationType.VIDEO_LIKE,
        entity_type=EntityType.VIDEO,
        entity_id=video,
        created_at=at,
        last_activity_at=at,
        actor_ids=(actor,),
        actor_count=1,
    )
    accounts.place(f"notifications/{entry.id}", inboxes.encode(entry, at))


def test_what_was_under_way_at_the_first_pass_is_found_at_the_last(
    queue: Queue, time: TestClock
) -> None:
    """A like that had passed its check when the video went; a fan-out, a roll-up that came late.

    And an entry as only a former version would have named it.
    """
    join(ANA, BEN)
    video = worlds.video(ANA)
    leaving.request(ANA)
    queue.drain()
    accounts.place(f"videoLikes/{BEN}_{video}", {"userId": BEN, "videoId": video})
    accounts.place(f"videos/{video}/shards/0", {"likes": 1})
    accounts.place(f"users/{ANA}/feed/inbox", {"cards": {}})
    late(BEN, ANA, video)
    late(BEN, ANA, worlds.video(BEN))
    late(BEN, ANA, worlds.video(BEN), "former")
    assert residues([ANA])
    time.pass_(seconds=TOKENS_DIE.total_seconds() + 1)
    accounts.settle(queue, time)
    assert residues([ANA]) == []


def test_until_no_token_lives_the_account_stays_closed(queue: Queue, time: TestClock) -> None:
    """Negative control: with `security` deleted at once, a live token makes a profile anew."""
    join(ANA)
    leaving.request(ANA)
    queue.drain()
    assert standing.load(ANA, fresh=True).disabled
    time.pass_(seconds=TOKENS_DIE.total_seconds() - 1)
    erasing.sweep(clock.now())
    queue.drain()
    assert standing.load(ANA, fresh=True).disabled
    time.pass_(seconds=2)
    accounts.settle(queue, time)
    assert standing.load(ANA, fresh=True) == standing.NEW
