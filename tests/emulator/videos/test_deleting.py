"""Deleting a video: gone at once for everyone, and nothing of it left anywhere."""

from __future__ import annotations

import pytest

from spaktok.core import clients
from spaktok.core.refusal import NotFound
from spaktok.feed import store as feeds
from spaktok.graph import service as graph
from spaktok.users import service as users
from spaktok.videos import store
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.service import access, comment_likes, comments, likes, purging, removal
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.uploads import publish


def residue(video_id: str) -> list[str]:
    """Whatever still names the video, but the tombstone, the title of its sound, and the note that it
    was taken back, which goes by itself."""
    found = [
        one.reference.path
        for collection in clients.db().collections()
        for one in collection.stream()
        if video_id in str(one.to_dict()) or video_id in one.reference.path
    ]
    kept = ("videos", "operations", "sounds", "revocations")
    return sorted(path for path in found if path.split("/")[0] not in kept)


def test_a_deleted_video_is_gone_at_once_and_then_to_the_last_file(queue: Queue) -> None:
    """Negative control: without the listing in `delete_files`, `original.mp4` stays."""
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    queue.drain()
    video_id = publish(ANA, queue)
    likes.like(BEN, video_id)
    said = comments.comment(BEN, CommentOnVideo(video_id=video_id, text="Nice")).comment_id
    comment_likes.like(ANA, said)
    queue.drain()
    told = {one.get("entityId") for one in clients.db().collection("notifications").stream()}
    assert said in told
    with pytest.raises(NotFound):
        removal.delete(BEN, video_id)
    for _ in range(3):
        assert removal.delete(ANA, video_id).video_id == video_id
    for viewer in (ANA, BEN):
        with pytest.raises(NotFound):
            access.get_video(viewer, video_id)
    queue.drain(times=2)
    assert list(clients.bucket().list_blobs(prefix=f"videos/{ANA}/{video_id}/")) == []
    assert residue(video_id) == []
    told = {one.get("entityId") for one in clients.db().collection("notifications").stream()}
    assert said not in told  # negative control: without `forget_things` in `purge` two entries stay
    assert store.media_ref(video_id).get().exists is False
    assert feeds.cards(feeds.inbox_ref(BEN).get()) == {}
    assert feeds.cards(feeds.outbox_ref(ANA).get()) == {}
    assert users.get_profile(BEN, ANA).video_count == 0
    tombstone = store.ref(video_id).get().to_dict() or {}
    assert (tombstone["status"], tombstone["caption"], tombstone["hashtags"]) == ("removed", "", [])


def test_a_purge_never_touches_a_video_that_is_there(queue: Queue) -> None:
    join(ANA)
    video_id = publish(ANA, queue)
    removal.purge(ANA, video_id)
    assert not purging.purge_if_gone(ANA, video_id)
    assert clients.bucket().blob(f"videos/{ANA}/{video_id}/processed.mp4").exists()
