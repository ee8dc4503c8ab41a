"""What an owner's privacy settings say of their videos, and what was made from videos that change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from spaktok.core import clients
from spaktok.core.age import Band
from spaktok.core.ids import UserId, VideoId
from spaktok.core.refusal import NotFound
from spaktok.feed import store as feeds
from spaktok.graph import service as graph
from spaktok.graph import store as edges
from spaktok.users import service as users
from spaktok.users import settings
from spaktok.users.privacy import Reuse, Setting, VideoAudience
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.model import Intent, Kinship, Video, VideoStatus
from spaktok.videos.refusals import NotAllowedHere
from spaktok.videos.requests import UpdateVideo, UploadVideo
from spaktok.videos.service import access, editing, kinship, narrowing, offspring, removal, upload
from tests.support import blueprint, worlds
from tests.support.ages import join_aged
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock

PUBLIC, FOLLOWERS, FRIENDS = Visibility.PUBLIC, Visibility.FOLLOWERS, Visibility.FRIENDS


def video(video_id: str) -> Video:
    found = store.decode(store.ref(video_id).get())
    assert found is not None
    return found


def choose(uid: UserId, queue: Queue, **changes: Setting) -> None:
    """Change settings as the call and the trigger of the account's document do."""
    account = clients.db().document(f"users/{uid}/private/account")
    before = account.get().to_dict()
    settings.update(uid, changes)
    after = account.get().to_dict()
    for follows in (narrowing, offspring):
        follows.settings_changed(uid, before, after)
    queue.drain(times=2)


def sees(viewer: UserId, video_id: str) -> bool:
    try:
        access.get_video(viewer, video_id)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize(
    ("audience", "widest"),
    [
        (VideoAudience.EVERYONE, PUBLIC),
        (VideoAudience.FOLLOWERS, FOLLOWERS),
        (VideoAudience.FRIENDS, FRIENDS),
    ],
)
def test_no_upload_and_no_edit_reaches_beyond_the_setting(
    audience: VideoAudience, widest: Visibility, queue: Queue
) -> None:
    """Negative controls: without `bounded` in `upload.issue`, or `bounds.read` in `editing`, public."""
    join(ANA)
    choose(ANA, queue, videos=audience)
    ticket = upload.issue(ANA, UploadVideo())
    assert (ticket.visibility, video(ticket.video_id).visibility) == (widest, widest)
    narrow = worlds.ready(ANA, visibility=Visibility.PRIVATE)
    assert upload.issue(ANA, UploadVideo(visibility=Visibility.PRIVATE)).visibility == "private"
    changed = editing.update(ANA, UpdateVideo(video_id=narrow, visibility=PUBLIC))
    assert (changed.visibility, video(narrow).visibility) == (widest, widest)


def test_a_narrower_setting_narrows_what_is_out_and_what_is_to_come(queue: Queue) -> None:
    """Negative control: without `narrowing.settings_changed` Carl goes on watching."""
    join(ANA, BEN, CARL)
    graph.follow(BEN, ANA)
    queue.drain()
    out, draft, own = (
        worlds.ready(ANA),
        worlds.ready(ANA, intent=Intent.DRAFT),
        worlds.ready(ANA, visibility=Visibility.PRIVATE),
    )
    queue.drain()
    choose(ANA, queue, videos=VideoAudience.FOLLOWERS)
    assert [video(one).visibility for one in (out, draft, own)] == [FOLLOWERS, FOLLOWERS, "private"]
    assert (sees(BEN, out), sees(CARL, out)) == (True, False)
    assert users.get_profile(CARL, ANA).video_count == 0
    choose(ANA, queue, videos=VideoAudience.FRIENDS)
    assert not sees(BEN, out)
    assert out not in feeds.cards(feeds.inbox_ref(BEN).get())
    choose(ANA, queue, videos=VideoAudience.EVERYONE)
    assert video(out).visibility is FRIENDS, "nothing opens by itself"


@pytest.mark.parametrize("kind", list(Kinship))
@pytest.mark.parametrize(
    ("reuse", "admitted"),
    [(Reuse.EVERYONE, {BEN, CARL}), (Reuse.FOLLOWERS, {BEN}), (Reuse.NO_ONE, set())],
)
def test_the_setting_says_who_may_make_something_of_any_video(
    kind: Kinship, reuse: Reuse, admitted: set[UserId], queue: Queue
) -> None:
    """Negative control: without the setting in `kinship._permits` everybody may."""
    join(ANA, BEN, CARL)
    graph.follow(BEN, ANA)
    parent = worlds.ready(ANA)
    choose(ANA, queue, **{kind: reuse})
    for uid in (BEN, CARL):
        draft = worlds.ready(uid, parent_id=parent, kinship=kind)
        assert (video(draft).status is VideoStatus.ACTIVE) is (uid in admitted)
        if uid in admitted:
            upload.issue(uid, UploadVideo(parent_id=parent, kinship=kind))
        else:
            with pytest.raises(NotAllowedHere):
                upload.issue(uid, UploadVideo(parent_id=parent, kinship=kind))
    assert video(worlds.ready(ANA, parent_id=parent, kinship=kind)).status == "active", "one's own"


def test_strangers_make_nothing_of_a_minors_videos_however_public_the_account(
    queue: Queue,
) -> None:
    """Sixteen, with an account that its owner opened: `duet` and `stitch` stay with followers.

    Negative control: without the setting in `kinship._permits` Carl may.
    """
    join_aged(Band.OLDER_TEEN, ANA)
    join(BEN, CARL)
    choose(ANA, queue, account="public", videos="everyone")
    graph.follow(BEN, ANA)
    parent = worlds.ready(ANA)
    assert sees(CARL, parent)
    for kind in Kinship:
        kinship.require(BEN, parent, kind, PUBLIC)
        with pytest.raises(NotAllowedHere):
            kinship.require(CARL, parent, kind, PUBLIC)


def test_a_minors_upload_starts_with_followers() -> None:
    join_aged(Band.YOUNGER_TEEN, ANA)
    assert upload.issue(ANA, UploadVideo()).visibility is FOLLOWERS


def made(queue: Queue) -> tuple[VideoId, VideoId, VideoId]:
    """Ana's video, and what Ben made of it, which Carl has in his feed."""
    join(ANA, BEN, CARL)
    graph.follow(CARL, BEN)
    queue.drain()
    parent = worlds.ready(ANA)
    duet = worlds.ready(BEN, parent_id=parent, kinship=Kinship.DUET)
    stitch = worlds.ready(BEN, parent_id=parent, kinship=Kinship.STITCH)
    queue.drain()
    return parent, duet, stitch


@pytest.mark.parametrize(
    "how", ["switch", "followers", "setting", "private account", "hidden", "block", "deleted"]
)
def test_what_was_made_from_a_video_goes_and_returns_with_its_permission(
    how: str, queue: Queue, time: TestClock
) -> None:
    """After publication, and for as long as it lasts; a deleted parent never returns.

    Negative controls: without `offspring.stage` in `advance` (without the trigger's
    `offspring.settings_changed`, without the task of `severing.sever`) the duet stays; without the
    new epoch it is back in no feed, without the task of `unblock` it never returns.
    """
    parent, duet, stitch = blueprint.once("a duet and a stitch", lambda: made(queue), queue, time)
    assert sees(CARL, duet)

    def change(*, back: bool) -> None:
        match how:
            case "switch":
                editing.update(ANA, UpdateVideo(video_id=parent, allow_duet=back))
            case "followers":
                audience = PUBLIC if back else FOLLOWERS
                editing.update(ANA, UpdateVideo(video_id=parent, visibility=audience))
            case "setting":
                choose(ANA, queue, duet="everyone" if back else "no_one")
            case "private account":
                choose(ANA, queue, account="public" if back else "private")
            case "hidden":
                from spaktok.videos.service import review

                review.moderate(CARL, parent, approve=back, reason="looked at")
            case "block":
                if back:
                    graph.unblock(ANA, BEN)
                else:
                    graph.block(ANA, BEN, None)
            case _:
                removal.delete(ANA, parent)
        queue.drain(times=2)

    change(back=False)
    assert video(duet).status is VideoStatus.WITHHELD
    assert (sees(CARL, duet), sees(BEN, duet)) == (False, True)
    assert duet not in feeds.cards(feeds.inbox_ref(CARL).get())
    assert users.get_profile(CARL, BEN).video_count == (1 if how in ("switch", "setting") else 0)
    assert (video(stitch).status is VideoStatus.ACTIVE) is (how in ("switch", "setting"))
    if how == "deleted":
        assert (video(duet).parent_id, video(duet).kinship) == (None, Kinship.DUET)
        editing.update(BEN, UpdateVideo(video_id=duet, visibility=Visibility.PRIVATE))
        with pytest.raises(NotAllowedHere):
            editing.update(BEN, UpdateVideo(video_id=duet, visibility=PUBLIC))
        return
    change(back=True)
    assert sees(CARL, duet)
    assert duet in feeds.cards(feeds.inbox_ref(CARL).get())
    assert users.get_profile(CARL, BEN).video_count == 2


@pytest.mark.parametrize("how", ["unfollow", "remove"])
def test_what_followers_may_make_goes_with_the_follow_and_returns_with_it(
    how: str, queue: Queue
) -> None:
    """Negative controls: without the task of `follow_changed` the duet stays, and one that went never
    returns; without its look at the setting every follow of anybody is a task."""
    join(ANA, BEN, CARL)
    duets = {}
    for owner, reuse in ((ANA, Reuse.FOLLOWERS), (CARL, Reuse.EVERYONE)):
        choose(owner, queue, duet=reuse)
        graph.follow(BEN, owner)
        parent = worlds.ready(owner)
        duets[owner] = worlds.ready(BEN, parent_id=parent, kinship=Kinship.DUET)
    queue.drain()

    def change(act: Callable[..., object], *args: UserId) -> None:
        found = [edges.edge_ref(BEN, owner) for owner in duets]
        before = [edge.get().to_dict() for edge in found]
        act(*args)
        queue.drain()
        queue.delivered.clear()
        for edge, was in zip(found, before, strict=True):
            offspring.follow_changed(was, edge.get().to_dict())
        queue.drain(times=2)

    change(graph.unfollow, BEN, CARL)
    assert queue.delivered == []
    if how == "unfollow":
        change(graph.unfollow, BEN, ANA)
    else:
        change(graph.remove_follower, ANA, BEN)
    assert [video(one).status for one in duets.values()] == ["withheld", "active"]
    change(graph.follow, BEN, ANA)
    assert video(duets[ANA]).status is VideoStatus.ACTIVE


def test_what_a_video_was_made_from_is_named_to_those_for_whom_that_is_there(queue: Queue) -> None:
    """Its id names its owner. Negative control: without `_parent_shown` Carl reads who blocked him."""
    join(ANA, BEN, CARL)
    parent = worlds.ready(ANA)
    duet = worlds.ready(BEN, parent_id=parent, kinship=Kinship.DUET)
    assert access.get_video(CARL, duet).parent_id == parent
    graph.block(ANA, CARL, None)
    seen = access.get_video(CARL, duet)
    assert (seen.parent_id, seen.kinship) == (None, Kinship.DUET)
