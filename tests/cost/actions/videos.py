"""Actions of videos."""

from __future__ import annotations

from datetime import timedelta

from spaktok.core import clock, standing
from spaktok.core.ids import UserId
from spaktok.media.hashes import FrameHash
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.model import Intent, Sort
from spaktok.videos.requests import CreateChallenge, UpdateVideo, UploadVideo
from spaktok.videos.service import (
    access,
    challenges,
    duplicates,
    editing,
    joining,
    likes,
    profile_tab,
    publishing,
    removal,
    restriction,
    review,
    sounds,
    tallies,
    upload,
)
from tests.cost.actions.scene import Action, action
from tests.support.people import ANA, BEN, join
from tests.support.worlds import ready, video


@action("join a challenge")
def _() -> Action:
    join(ANA, BEN)
    made = challenges.create(BEN, CreateChallenge(title="Jump", hashtag="jump"))
    shown = ready(ANA)
    return lambda: joining.join(ANA, made.challenge_id, shown)


@action("read 20 challenges of 5 creators")
def _() -> Action:
    creators = [UserId(f"creator{number}") for number in range(5)]
    join(ANA, *creators)
    for number in range(20):
        challenges.create(creators[number % 5], CreateChallenge(title="Jump", hashtag="jump"))
    standing.load(ANA, fresh=False)
    return lambda: challenges.trending(ANA, 20)


@action("restrict a video to 16")
def _() -> Action:
    join(ANA)
    video_id = video(ANA)
    return lambda: restriction.restrict(ANA, video_id, 16)


@action("list 20 videos of a profile")
def _() -> Action:
    join(ANA, BEN)
    for _ in range(21):
        video(BEN)
    return lambda: profile_tab.videos_of(ANA, BEN, sort=Sort.RECENT, limit=20, cursor=None)


@action("ask for an upload")
def _() -> Action:
    join(ANA)
    return lambda: upload.issue(ANA, UploadVideo(caption="Morning"))


@action("ask for an upload, with a key")
def _() -> Action:
    join(ANA)
    request = UploadVideo(caption="Morning", idempotency_key="key-12345678")
    return lambda: upload.issue(ANA, request)


@action("note that an upload arrived")
def _() -> Action:
    join(ANA)
    ticket = upload.issue(ANA, UploadVideo())
    return lambda: upload.arrived(ticket.storage_path, 7, 1_000)


@action("read a video")
def _() -> Action:
    join(ANA, BEN)
    video_id = video(BEN)
    return lambda: access.get_video(ANA, video_id)


@action("read one's own video")
def _() -> Action:
    join(BEN)
    video_id = video(BEN)
    return lambda: access.get_video(BEN, video_id)


@action("like")
def _() -> Action:
    join(ANA, BEN)
    video_id = video(BEN)
    return lambda: likes.like(ANA, video_id)


@action("unlike")
def _() -> Action:
    join(ANA, BEN)
    video_id = video(BEN)
    likes.like(ANA, video_id)
    return lambda: likes.unlike(ANA, video_id)


@action("publish a draft")
def _() -> Action:
    join(ANA)
    draft = ready(ANA, intent=Intent.DRAFT)
    return lambda: editing.publish(ANA, draft)


@action("schedule a draft")
def _() -> Action:
    join(ANA)
    draft = ready(ANA, intent=Intent.DRAFT)
    hour = clock.now() + timedelta(hours=1)
    return lambda: editing.schedule(ANA, draft, hour)


@action("publish a scheduled video, late and twice")
def _() -> Action:
    join(ANA)
    hour = clock.now() - timedelta(hours=1)
    due = ready(ANA, intent=Intent.DRAFT)
    store.ref(due).update({"status": "scheduled", "intent": "schedule", "publishAt": hour})
    return lambda: [publishing.publish_due(due, hour) for _ in range(2)]


@action("make a video private")
def _() -> Action:
    join(ANA)
    shown = ready(ANA)
    change = UpdateVideo(video_id=shown, visibility=Visibility.PRIVATE)
    return lambda: editing.update(ANA, change)


@action("delete a video")
def _() -> Action:
    join(ANA)
    shown = ready(ANA)
    return lambda: removal.delete(ANA, shown)


@action("reject a video")
def _() -> Action:
    join(ANA, BEN)
    shown = ready(ANA)
    return lambda: review.moderate(BEN, shown, approve=False, reason="Spam")


@action("look for a clip among all others")
def _() -> Action:
    join(ANA)
    shown = store.decode(store.ref(ready(ANA)).get())
    assert shown is not None
    found = [FrameHash(f"{number * 0x9E3779B97F4A7C15:064x}", 100) for number in range(1, 9)]
    return lambda: duplicates.recognise(shown, found, 3000)


@action("count a public video with 5 hashtags")
def _() -> Action:
    join(ANA)
    shown = ready(ANA, hashtags=("a", "b", "c", "d", "e"))
    after = store.ref(shown).get().to_dict()
    return lambda: tallies.follow("event", shown, None, after)


@action("read a sound")
def _() -> Action:
    join(ANA, BEN)
    shown = ready(BEN)
    return lambda: sounds.get(ANA, shown)


@action("call out a challenge")
def _() -> Action:
    join(ANA)
    return lambda: challenges.create(ANA, CreateChallenge(title="Jump", hashtag="jump"))
