"""Drafts, hours, audiences, permissions: what an owner wants of a video, and what becomes of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote

import pytest

from spaktok.core import clients, limits
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound, TooManyRequests
from spaktok.feed import store as feeds
from spaktok.graph import service as graph
from spaktok.users import service as users
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.model import Intent, Kinship, Video, VideoStatus
from spaktok.videos.policy import policy
from spaktok.videos.refusals import NotAllowedHere, NotPublishable, TimeOutOfRange
from spaktok.videos.requests import UpdateVideo, UploadVideo
from spaktok.videos.service import access, editing, judging, publishing, removal, upload
from tests.support import uploads, worlds
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.schedule import fire
from tests.support.time import NOON, TestClock

LATER = NOON + timedelta(hours=2)


def video(video_id: str) -> Video:
    found = store.decode(store.ref(video_id).get())
    assert found is not None
    return found


def published(video_id: str) -> bool:
    return video(video_id).published_at is not None


def told(uid: UserId) -> list[str]:
    inbox = clients.db().collection("notifications").stream()
    return sorted(one.get("type") for one in inbox if one.get("userId") == uid)


def inbox(uid: UserId) -> set[str]:
    return set(feeds.cards(feeds.inbox_ref(uid).get()))


def test_only_whoever_has_the_bell_hears_of_a_video_and_only_of_one_they_may_see(
    queue: Queue,
) -> None:
    """Negative control: without `many` in `_publish` nobody hears; without the audience, of both."""
    join(ANA, BEN, CARL)
    for fan in (BEN, CARL):
        graph.follow(fan, ANA)
    queue.drain()
    graph.set_bell(BEN, ANA, enabled=True)
    worlds.ready(ANA, visibility=Visibility.PRIVATE)
    queue.drain()
    assert told(BEN) == []
    shown = worlds.ready(ANA)
    queue.drain(times=2)
    assert (told(BEN), told(CARL)) == (["new_video"], [])
    removal.delete(ANA, shown)
    queue.drain()
    assert told(BEN) == []


def test_a_draft_is_its_owners_alone_until_it_is_published_once(queue: Queue) -> None:
    join(ANA, BEN)
    draft = worlds.ready(ANA, intent=Intent.DRAFT)
    assert video(draft).status is VideoStatus.DRAFT
    with pytest.raises(NotFound):
        access.get_video(BEN, draft)
    assert users.get_profile(BEN, ANA).video_count == 0
    for _ in range(3):
        assert editing.publish(ANA, draft).status is VideoStatus.ACTIVE
    queue.drain(times=2)
    assert access.get_video(BEN, draft).video_id == draft
    assert users.get_profile(BEN, ANA).video_count == 1
    assert told(ANA) == ["video_published"]
    for other in (BEN, UserId("nobody")):
        with pytest.raises(NotFound):
            editing.publish(other, draft)


def test_a_scheduled_video_goes_out_at_its_hour_once_however_often_its_task_comes(
    queue: Queue, time: TestClock
) -> None:
    """Early, double, late and by the sweeper. Negative control: without the comparison with the
    time in `publish_due`, the task that comes early publishes."""
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    queue.drain()
    due = worlds.ready(ANA, intent=Intent.SCHEDULE, publish_at=LATER)
    assert video(due).status is VideoStatus.SCHEDULED
    queue.drain(times=2)  # the emulator's queue keeps no time
    assert (published(due), publishing.sweep(time())) == (False, 0)
    time.at = LATER - timedelta(milliseconds=1)
    assert not publishing.publish_due(due, LATER)
    time.at = LATER + timedelta(minutes=10)
    with ThreadPoolExecutor(4) as pool:
        went = list(pool.map(lambda _: publishing.publish_due(due, LATER), range(4)))
    assert sorted(went) == [False, False, False, True]
    assert publishing.sweep(time()) == 0
    queue.drain(times=2)
    assert inbox(BEN) == {due}
    assert told(ANA) == ["new_follower", "scheduled_publish"]
    assert users.get_profile(BEN, ANA).video_count == 1


def test_a_lost_task_is_made_up_for_by_the_sweeper(queue: Queue, time: TestClock) -> None:
    """By its schedule. Negative control: with a `sweepScheduled` that sweeps nothing it stays."""
    join(ANA)
    due = worlds.ready(ANA, intent=Intent.SCHEDULE, publish_at=LATER)
    queue.waiting.clear()
    time.at = LATER
    assert [fire("sweepScheduled") for _ in range(2)] == [200, 200]
    assert (published(due), publishing.sweep(time())) == (True, 0)
    queue.drain()
    assert told(ANA) == ["scheduled_publish"]


def test_the_task_of_an_hour_that_was_changed_or_cancelled_does_nothing(time: TestClock) -> None:
    join(ANA)
    due = worlds.ready(ANA, intent=Intent.SCHEDULE, publish_at=LATER)
    moved = LATER + timedelta(hours=1)
    assert editing.schedule(ANA, due, moved).publish_at == moved
    time.at = LATER
    assert not publishing.publish_due(due, LATER)
    assert editing.schedule(ANA, due, None).status is VideoStatus.DRAFT
    time.at = moved
    assert not publishing.publish_due(due, moved)
    assert publishing.sweep(time()) == 0
    assert not published(due)


def test_what_is_out_failed_or_hidden_is_neither_scheduled_nor_published(time: TestClock) -> None:
    join(ANA)
    out = worlds.ready(ANA)
    with pytest.raises(NotPublishable):
        editing.schedule(ANA, out, LATER)
    hidden = worlds.ready(ANA, intent=Intent.DRAFT)
    store.ref(hidden).update({"status": VideoStatus.HIDDEN})
    with pytest.raises(NotPublishable):
        editing.publish(ANA, hidden)
    draft = worlds.ready(ANA, intent=Intent.DRAFT)
    for hour in (time(), time() + timedelta(days=30, milliseconds=1)):
        with pytest.raises(TimeOutOfRange):
            editing.schedule(ANA, draft, hour)


def test_what_turns_private_leaves_every_inbox_and_the_profile_and_comes_back(
    queue: Queue,
) -> None:
    """Negative control: without `_reach`, Ben's inbox keeps the card."""
    join(ANA, BEN, CARL)
    graph.follow(BEN, ANA)
    queue.drain()
    shown = worlds.ready(ANA)
    queue.drain()
    assert (inbox(BEN), users.get_profile(CARL, ANA).video_count) == ({shown}, 1)
    change = UpdateVideo(video_id=shown, visibility=Visibility.PRIVATE)
    assert editing.update(ANA, change).visibility is Visibility.PRIVATE
    for viewer in (BEN, CARL):
        with pytest.raises(NotFound):
            access.get_video(viewer, shown)
    epoch = video(shown).audience_epoch
    assert (editing.update(ANA, change).status, video(shown).audience_epoch) == ("active", epoch)
    queue.drain(times=2)
    assert (inbox(BEN), feeds.cards(feeds.outbox_ref(ANA).get())) == (set(), {})
    assert users.get_profile(CARL, ANA).video_count == 0
    editing.update(ANA, UpdateVideo(video_id=shown, visibility=Visibility.FRIENDS))
    queue.drain()
    assert inbox(BEN) == set(), "Ben follows, and is no friend"
    editing.update(ANA, UpdateVideo(video_id=shown, visibility=Visibility.FOLLOWERS))
    queue.drain()
    assert (inbox(BEN), users.get_profile(CARL, ANA).video_count) == ({shown}, 0)


def test_permissions_count_at_once_and_repeated_change_nothing() -> None:
    join(ANA)
    shown = worlds.ready(ANA)
    change = UpdateVideo(video_id=shown, allow_comments=False, allow_duet=False)
    editing.update(ANA, change)
    before = store.ref(shown).get().update_time
    editing.update(ANA, change)
    after = video(shown)
    assert (after.allow_comments, after.allow_duet, after.allow_stitch) == (False, False, True)
    assert store.ref(shown).get().update_time == before
    with pytest.raises(NotFound):
        editing.update(BEN, change)


def test_new_words_are_judged_before_they_are_shown(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with the words changed at once, Ben reads what the gate rejects."""
    join(ANA, BEN)
    shown = worlds.ready(ANA, caption="Morning", hashtags=("sun",))
    change = UpdateVideo(video_id=shown, caption="Evening", hashtags=["moon"], language="en")
    assert editing.update(ANA, change).words_pending
    assert access.get_video(BEN, shown).caption == "Morning"
    monkeypatch.setenv("SPAKTOK_MODERATION_OUTAGE", "1")
    queue.drain()
    assert access.get_video(BEN, shown).caption == "Morning"
    monkeypatch.delenv("SPAKTOK_MODERATION_OUTAGE")
    judging.judge_again(shown)
    seen = access.get_video(BEN, shown)
    assert (seen.caption, seen.hashtags, seen.language) == ("Evening", ("moon",), "en")
    editing.update(ANA, UpdateVideo(video_id=shown, caption="spaktok-test-reject"))
    queue.drain()
    assert access.get_video(BEN, shown).caption == "Evening"
    assert "content_flagged" in told(ANA)


def test_a_duet_needs_its_parents_permission_of_now_and_never_widens_it(queue: Queue) -> None:
    """Negative control: without `kinship.allowed` in `stands`, the duet goes out."""
    join(ANA, BEN)
    parent = worlds.ready(ANA)
    asked = UploadVideo(parent_id=parent, kinship=Kinship.DUET)
    upload.issue(BEN, asked)
    draft = worlds.ready(BEN, parent_id=parent, kinship=Kinship.DUET, intent=Intent.DRAFT)
    editing.update(ANA, UpdateVideo(video_id=parent, allow_duet=False))
    with pytest.raises(NotAllowedHere):
        upload.issue(BEN, asked)
    with pytest.raises(NotAllowedHere):
        editing.publish(BEN, draft)
    stitched = worlds.ready(BEN, parent_id=parent, kinship=Kinship.STITCH)
    assert published(stitched), "stitches are still allowed"
    late = worlds.ready(BEN, parent_id=parent, kinship=Kinship.DUET)
    assert video(late).status is VideoStatus.DRAFT
    queue.drain()
    assert "video_failed" in told(BEN)
    editing.update(ANA, UpdateVideo(video_id=parent, allow_duet=True))
    assert editing.publish(BEN, draft).status is VideoStatus.ACTIVE


@pytest.mark.parametrize("how", ["private", "deleted", "blocked", "followers"])
def test_a_stitch_of_what_is_not_there_for_everyone_any_more_stays_a_draft(
    how: str, queue: Queue
) -> None:
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    parent = worlds.ready(ANA)
    draft = worlds.ready(BEN, parent_id=parent, kinship=Kinship.STITCH, intent=Intent.DRAFT)
    match how:
        case "deleted":
            removal.delete(ANA, parent)
        case "blocked":
            graph.block(ANA, BEN, None)
        case _:
            editing.update(ANA, UpdateVideo(video_id=parent, visibility=Visibility(how)))
    with pytest.raises(NotAllowedHere):
        editing.publish(BEN, draft)
    with pytest.raises((NotFound, NotAllowedHere)):
        upload.issue(BEN, UploadVideo(parent_id=parent, kinship=Kinship.STITCH))


def test_ones_own_video_may_be_reused_for_no_wider_audience() -> None:
    join(ANA)
    parent = worlds.ready(ANA, visibility=Visibility.FRIENDS)
    again = {"parent_id": parent, "kinship": Kinship.DUET}
    assert published(worlds.ready(ANA, visibility=Visibility.PRIVATE, **again))
    wider = worlds.ready(ANA, visibility=Visibility.FOLLOWERS, **again)
    assert video(wider).status is VideoStatus.DRAFT


@pytest.mark.parametrize(
    ("premium", "level", "most"),
    [(False, 1, 10), (False, 10, 15), (False, 20, 20), (True, 1, 30), (True, 25, 40)],
)
def test_what_the_policy_allows_may_be_uploaded_a_day_and_not_one_more(
    *, premium: bool, level: int, most: int, time: TestClock
) -> None:
    """Ten, thirty for a premium slot, and more from levels 10 and 20 on. By the day, of UTC's."""
    join(ANA)
    assert policy().uploads.per_day_of(premium=premium, level=level) == most
    card = {"isPremiumAccount": premium, "level": level}
    clients.db().document(f"users/{ANA}").update(card)
    for _ in range(most - 1):
        limits.charge(limits.per_day(most).exact(fail_closed=True), "uploadVideo", ANA)
    upload.issue(ANA, UploadVideo())
    with pytest.raises(TooManyRequests):
        upload.issue(ANA, UploadVideo())
    time.pass_(days=1)
    upload.issue(ANA, UploadVideo())


def test_ten_minutes_are_for_a_premium_slot_and_the_worker_keeps_to_what_the_ticket_said(
    queue: Queue,
) -> None:
    """Negative control: with limits of its own in `renditions.make`, the worker takes the clip."""
    join(ANA)
    assert upload.issue(ANA, UploadVideo()).duration_ms_max == 180_000
    clients.db().document(f"users/{ANA}").update({"isPremiumAccount": True})
    place = upload.issue(ANA, UploadVideo())
    media = store.media_ref(place.video_id)
    assert (place.duration_ms_max, media.get().get("durationMsMax")) == (600_000, 600_000)
    media.update({"durationMsMax": 1_000})
    generation = uploads.put(place, uploads.clip("small"))
    upload.arrived(place.storage_path, generation, len(uploads.clip("small")))
    queue.drain()
    assert video(place.video_id).status is VideoStatus.FAILED
    assert media.get().get("failure")["reason"] == "too_long"


def test_an_upload_takes_and_answers_what_was_published() -> None:
    """`fileName` and `contentType` of existing apps; `uploadUrl` for those without the SDK."""
    join(ANA)
    asked = {"fileName": "clip 1.mp4", "contentType": "video/mp4"}
    place = upload.issue(ANA, UploadVideo.model_validate(asked))
    assert quote(place.storage_path, safe="") in place.upload_url
    for wrong in ({"contentType": "image/png"}, {"fileName": "x" * 256}):
        with pytest.raises(ValueError, match=r"fileName|contentType"):
            UploadVideo.model_validate(wrong)
