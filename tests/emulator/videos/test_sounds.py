"""What videos share: sounds, hashtags, challenges; and totals that betray nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from spaktok.accounts.service import presence
from spaktok.core import clients, counters
from spaktok.core.age import Band
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest, NotFound
from spaktok.discovery import service as discovery
from spaktok.graph import circles
from spaktok.graph import service as graph
from spaktok.integrations import ffmpeg
from spaktok.media.model import VideoLimits
from spaktok.search.service import topics
from spaktok.trends import store as trends
from spaktok.trends.model import TrendingTopic, TrendKind
from spaktok.users import settings
from spaktok.users.relation import Visibility
from spaktok.videos import catalogue, store
from spaktok.videos.catalogue import ChallengeStatus
from spaktok.videos.model import Intent
from spaktok.videos.refusals import ChallengeClosed, SoundUnavailable, WordsNotAllowed
from spaktok.videos.requests import CreateChallenge, UpdateVideo, UploadVideo
from spaktok.videos.service import (
    bans,
    challenges,
    editing,
    joining,
    publishing,
    removal,
    restriction,
    sounds,
    tallies,
    upload,
)
from tests.support import worlds
from tests.support.ages import join_aged
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.tallied import Videos
from tests.support.time import NOON, TestClock
from tests.support.uploads import publish

MONA = UserId("mona")


class Watcher(Videos):
    """The changes of videos, each as one event, twice."""

    def uses(self, tag: str) -> int:
        """The exact total of a hashtag now."""
        self.look()
        reference = catalogue.hashtag_ref(tag)
        if not reference.get().exists:
            return 0
        return counters.roll_up(reference.path, ("usageCount",))["usageCount"]


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


def test_a_hashtag_counts_what_everyone_may_see_and_nothing_else(
    watcher: Watcher, queue: Queue
) -> None:
    """Negative control: with `shares` deaf to the visibility, the private video is counted."""
    join(ANA, BEN)
    shown = worlds.ready(ANA, hashtags=("sun",))
    worlds.ready(BEN, hashtags=("sun",), visibility=Visibility.PRIVATE)
    worlds.ready(BEN, hashtags=("sun", "secret"), intent=Intent.DRAFT)
    assert (watcher.uses("sun"), watcher.uses("secret")) == (1, 0)
    assert not catalogue.hashtag_ref("secret").get().exists
    editing.update(ANA, UpdateVideo(video_id=shown, visibility=Visibility.FRIENDS))
    assert watcher.uses("sun") == 0
    editing.update(ANA, UpdateVideo(video_id=shown, visibility=Visibility.PUBLIC))
    assert watcher.uses("sun") == 1
    settings.set_private(ANA, private=True)
    assert watcher.uses("sun") == 0
    settings.set_private(ANA, private=False)
    assert watcher.uses("sun") == 1
    presence.deactivate(ANA)
    queue.drain()
    assert watcher.uses("sun") == 0
    presence.reactivate(ANA)
    queue.drain()
    assert watcher.uses("sun") == 1
    removal.delete(ANA, shown)
    assert watcher.uses("sun") == 0


def test_totals_are_exact_after_any_order_and_any_number_of_deliveries() -> None:
    join(ANA)
    public = {"status": "active", "visibility": "public", "ownerPrivate": False}
    tagged = {**public, "hashtags": ["sun"], "soundId": None, "challengeId": None}
    hidden = {**tagged, "status": "hidden"}
    story = [(None, tagged), (tagged, hidden), (hidden, tagged)]
    ids = [f"{number:020}-{ANA}" for number in range(4)]
    deliveries = [
        (f"{video_id}-{step}", video_id, *story[step])
        for video_id in ids
        for step in (2, 0, 1, 0, 2, 1)
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: tallies.follow(*one), deliveries))
    path = catalogue.hashtag_ref("sun").path
    assert counters.roll_up(path, ("usageCount",)) == {"usageCount": 4}


@pytest.mark.parametrize(
    ("tag", "folded"),
    [("#Caf\u00e9", "caf\u00e9"), ("\uff23\uff21\uff26\uff25\u0301", "caf\u00e9")],
)
def test_spellings_of_a_hashtag_are_one(tag: str, folded: str) -> None:
    assert UploadVideo(hashtags=[tag]).hashtags == [folded]


@pytest.mark.parametrize("tag", ["ProAna", "pro_ana", "\uff50roana"])
def test_a_banned_word_never_becomes_a_hashtag(tag: str) -> None:
    with pytest.raises(ValueError, match="not allowed as a hashtag"):
        UploadVideo(hashtags=[tag])


def test_an_original_sound_is_there_while_its_video_is_public(
    watcher: Watcher, queue: Queue
) -> None:
    join(ANA, BEN, CARL)
    private = worlds.ready(ANA, visibility=Visibility.FOLLOWERS)
    with pytest.raises(NotFound):
        sounds.get(BEN, private)
    editing.update(ANA, UpdateVideo(video_id=private, visibility=Visibility.PUBLIC))
    found = sounds.get(BEN, private)
    assert (found.created_by, found.artist) == (ANA, "ana.name")
    graph.block(ANA, CARL, None)
    with pytest.raises(NotFound):
        sounds.get(CARL, private)
    with pytest.raises(SoundUnavailable):
        upload.issue(CARL, UploadVideo(sound_id=private))
    editing.update(ANA, UpdateVideo(video_id=private, visibility=Visibility.PRIVATE))
    with pytest.raises(NotFound):
        sounds.get(BEN, private)
    editing.update(ANA, UpdateVideo(video_id=private, visibility=Visibility.PUBLIC))
    watcher.look()
    settings.set_private(ANA, private=True)
    watcher.look()
    with pytest.raises(SoundUnavailable):
        upload.issue(BEN, UploadVideo(sound_id=private))


def test_a_sound_counts_its_public_uses(watcher: Watcher) -> None:
    join(ANA, BEN)
    sound = worlds.ready(ANA)
    worlds.ready(BEN, sound_id=sound)
    worlds.ready(BEN, sound_id=sound, visibility=Visibility.PRIVATE)
    watcher.look()
    path = catalogue.sound_ref(sound).path
    assert counters.roll_up(path, ("usageCount",)) == {"usageCount": 2}


def test_a_sound_that_is_taken_down_is_gone_from_whatever_uses_it(queue: Queue) -> None:
    """Negative control: without `without_sound` in `silence`, the renditions are heard on."""
    join(ANA, BEN, MONA)
    sound = publish(ANA, queue)
    used = worlds.ready(BEN, sound_id=sound)
    heard = clients.bucket().blob(f"videos/{ANA}/{sound}/processed.mp4").download_as_bytes()
    assert has_sound(heard)
    for _ in range(2):
        sounds.take_down(MONA, sound, "Copyright")
    store.ref(used).update({"media.renditions": []})
    queue.drain(times=2)
    for video_id in (sound, used):
        found = store.decode(store.ref(video_id).get())
        assert found is not None
        assert found.muted
    silent = clients.bucket().blob(f"videos/{ANA}/{sound}/processed.mp4").download_as_bytes()
    assert not has_sound(silent)
    assert not clients.bucket().blob(f"videos/{ANA}/{sound}/audio.m4a").exists()
    with pytest.raises(NotFound):
        sounds.get(BEN, sound)
    with pytest.raises(SoundUnavailable):
        upload.issue(BEN, UploadVideo(sound_id=sound))


def has_sound(data: bytes) -> bool:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        (path := Path(folder) / "clip.mp4").write_bytes(data)
        return ffmpeg.probe(path, VideoLimits()).has_audio


def test_a_challenge_runs_from_its_start_to_its_end_and_no_millisecond_longer(
    time: TestClock,
) -> None:
    """Negative control: without `running` in `require_challenge` the early and the late enter."""
    join(ANA)
    start, end = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    made = challenges.create(
        ANA, CreateChallenge(title="Jump", hashtag="#Jump", start_date=start, end_date=end)
    )
    tick = timedelta(milliseconds=1)
    for at, status in (
        (start - tick, ChallengeStatus.UPCOMING),
        (start, ChallengeStatus.ACTIVE),
        (end - tick, ChallengeStatus.ACTIVE),
        (end, ChallengeStatus.ENDED),
    ):
        time.at = at
        assert challenges.get(ANA, made.challenge_id).status is status
        if status is ChallengeStatus.ACTIVE:
            upload.issue(ANA, UploadVideo(challenge_id=made.challenge_id))
        else:
            with pytest.raises(ChallengeClosed):
                upload.issue(ANA, UploadVideo(challenge_id=made.challenge_id))


def test_an_entry_counts_if_it_is_out_in_time_and_a_participant_once(
    watcher: Watcher, time: TestClock
) -> None:
    """Negative control: without `running` in `origins.entry` the late one is an entry."""
    join(ANA, BEN)
    end = NOON + timedelta(hours=2)
    asked = CreateChallenge(title="Jump", hashtag="jump", end_date=end)
    challenge = challenges.create(ANA, asked).challenge_id
    first, second = (worlds.ready(BEN, challenge_id=challenge) for _ in range(2))
    late = worlds.ready(ANA, challenge_id=challenge, intent=Intent.DRAFT)
    watcher.look()
    path = catalogue.challenge_ref(challenge).path
    fields = ("participantCount", "videoCount")
    assert counters.roll_up(path, fields) == {"participantCount": 1, "videoCount": 2}
    time.at = end
    editing.publish(ANA, late)
    assert (store.ref(late).get().to_dict() or {})["challengeId"] is None
    removal.delete(BEN, first)
    watcher.look()
    assert counters.roll_up(path, fields) == {"participantCount": 1, "videoCount": 1}
    removal.delete(BEN, second)
    watcher.look()
    assert counters.roll_up(path, fields) == {"participantCount": 0, "videoCount": 0}


def test_a_video_that_is_out_joins_a_challenge_and_leaves_another(
    watcher: Watcher, time: TestClock
) -> None:
    """Negative control: without the look at the status in `join` it enters one that is over."""
    join(ANA, BEN)
    end = NOON + timedelta(hours=2)
    one, two = (
        challenges.create(ANA, CreateChallenge(title=title, hashtag=title, end_date=end))
        for title in ("jump", "spin")
    )
    clip = worlds.ready(BEN)
    for _ in range(2):
        joining.join(BEN, one.challenge_id, clip)
    joining.join(BEN, two.challenge_id, clip)
    watcher.look()
    fields = ("participantCount", "videoCount")
    totals = [
        counters.roll_up(catalogue.challenge_ref(each.challenge_id).path, fields)
        for each in (one, two)
    ]
    assert totals == [{"participantCount": number, "videoCount": number} for number in (0, 1)]
    for owner, video_id in ((ANA, clip), (BEN, "nothing")):
        with pytest.raises(NotFound):
            joining.join(owner, one.challenge_id, video_id)
    time.at = end
    with pytest.raises(ChallengeClosed):
        joining.join(BEN, one.challenge_id, clip)


def test_challenges_that_run_are_listed_by_participants_and_of_nobody_who_is_hidden(
    time: TestClock, queue: Queue
) -> None:
    """Negative controls: without `running` the one to come is listed, without `barred` Ana's is
    to Carl, whom she blocked; without the card, that of whoever is away."""
    join(ANA, BEN, CARL, MONA)
    end = NOON + timedelta(hours=2)
    made = {
        uid: challenges.create(uid, CreateChallenge(title=uid, hashtag="jump", end_date=end))
        for uid in (ANA, BEN, MONA)
    }
    later = CreateChallenge(title="later", hashtag="jump", start_date=NOON + timedelta(hours=1))
    challenges.create(BEN, later)
    for uid, count in ((ANA, 2), (BEN, 7), (MONA, 4)):
        catalogue.challenge_ref(made[uid].challenge_id).update({"participantCount": count})

    def listed(viewer: UserId) -> list[str]:
        return [one.created_by for one in challenges.trending(viewer, 10).challenges]

    assert listed(CARL) == [BEN, MONA, ANA]
    graph.block(ANA, CARL, None)
    presence.deactivate(MONA)
    queue.drain()
    assert listed(CARL) == [BEN]
    with pytest.raises(NotFound):
        challenges.get(CARL, made[MONA].challenge_id)
    time.at = end
    assert [one.title for one in challenges.trending(CARL, 10).challenges] == ["later"]
    assert len(list(catalogue.open_challenges().stream())) == 1


def test_a_challenge_of_whom_a_block_hides_is_not_there_to_read_or_to_enter(queue: Queue) -> None:
    """Negative controls: without `barred` in `challenges.get`, Ben reads and joins it; without that in
    `require_challenge`, he uploads to it."""
    join(ANA, BEN)
    made = challenges.create(ANA, CreateChallenge(title="Jump", hashtag="jump")).challenge_id
    clip = worlds.ready(BEN)
    upload.issue(BEN, UploadVideo(challenge_id=made))
    graph.block(ANA, BEN, None)
    for act in (challenges.get, lambda uid, one: joining.join(uid, one, clip)):
        with pytest.raises(NotFound):
            act(BEN, made)
    with pytest.raises(ChallengeClosed):
        upload.issue(BEN, UploadVideo(challenge_id=made))


def test_what_comes_out_after_a_block_is_no_entry_any_more(queue: Queue) -> None:
    """Negative control: without `barred` in `origins.entry` it enters."""
    join(ANA, BEN)
    made = challenges.create(ANA, CreateChallenge(title="Jump", hashtag="jump")).challenge_id
    early, late = (
        worlds.ready(BEN, challenge_id=made, intent=Intent.DRAFT) for _ in ("before", "after")
    )
    editing.publish(BEN, early)
    graph.block(ANA, BEN, None)
    editing.publish(BEN, late)
    entered = {one: (store.ref(one).get().to_dict() or {})["challengeId"] for one in (early, late)}
    assert entered == {early: made, late: None}


def test_challenges_of_the_muted_and_of_minors_are_not_listed(queue: Queue) -> None:
    """Negative controls: without `mutes`, without `minors` in `trending`."""
    join(ANA, BEN, CARL)
    join_aged(Band.OLDER_TEEN, MONA)
    for uid in (ANA, BEN, MONA):
        challenges.create(uid, CreateChallenge(title=uid, hashtag="jump"))
    circles.mute(CARL, BEN, None)
    found = challenges.trending(CARL, 10).challenges
    assert [one.created_by for one in found] == [ANA]


def test_a_challenge_passes_the_gate_or_is_not_made() -> None:
    join(ANA)
    for title in ("spaktok-test-reject", "spaktok-test-review", "spaktok-test-outage"):
        with pytest.raises(WordsNotAllowed):
            challenges.create(ANA, CreateChallenge(title=title, hashtag="jump"))
    past = CreateChallenge(title="Jump", hashtag="jump", end_date=NOON - timedelta(days=1))
    with pytest.raises(InvalidRequest):
        challenges.create(ANA, past)
    assert list(clients.db().collection("challenges").stream()) == []


def test_an_original_sound_is_for_all_ages_or_for_nobody(queue: Queue) -> None:
    """So its file needs no age of its own. Negative control: without `age_restriction` in
    `origins.follow` it stays."""
    join(ANA, BEN)
    sound = worlds.ready(ANA)
    restriction.restrict(ANA, sound, 18)
    with pytest.raises(NotFound):
        sounds.get(BEN, sound)
    restriction.restrict(ANA, sound, 0)
    assert sounds.get(BEN, sound).sound_id == sound


@pytest.mark.parametrize("how", ["private", "taken down"])
def test_a_sound_that_went_meanwhile_keeps_what_uses_it_a_draft(
    how: str, time: TestClock, queue: Queue
) -> None:
    """Draft and schedule alike; what its sound was taken from goes out without it.

    Negative control: without `origins.heard` in `stands` both go out with it.
    """
    join(ANA, BEN, MONA)
    sound = worlds.ready(ANA)
    hour = NOON + timedelta(hours=1)
    draft = worlds.ready(BEN, sound_id=sound, intent=Intent.DRAFT)
    due = worlds.ready(BEN, sound_id=sound, intent=Intent.SCHEDULE, publish_at=hour)
    queue.waiting.clear()
    if how == "private":
        editing.update(ANA, UpdateVideo(video_id=sound, visibility=Visibility.PRIVATE))
    else:
        sounds.take_down(MONA, sound, "rights")
    with pytest.raises(SoundUnavailable):
        editing.publish(BEN, draft)
    time.at = hour
    assert publishing.publish_due(due, hour) is False
    found = store.decode(store.ref(due).get())
    assert found is not None
    assert found.status == "draft"
    if how == "taken down":
        sounds.mute_dependents(sound)
        assert editing.publish(BEN, draft).status == "active"


def test_a_hashtag_banned_later_is_gone_everywhere_at_once_and_can_return(
    watcher: Watcher, queue: Queue
) -> None:
    """Negative controls: without `bans.require` in `upload` or in `editing` it is used again; without
    the ban asked for in `_topic`, in `trending_hashtags` or in the search's `shows` that goes on."""
    join(ANA, BEN, MONA)
    clip = worlds.ready(ANA, hashtags=("sun_set",))
    watcher.look()
    trending = [TrendingTopic("sun_set", 1.0, 9)]
    trends.list_ref(TrendKind.HASHTAGS).set(trends.encode_list(trending, NOON))
    topics.hashtag_changed("sun_set", None, {"usageCount": 7})

    def shown() -> list[int]:
        total = catalogue.hashtag_ref("sun_set").get().to_dict() or {}
        topics.hashtag_changed("sun_set", {}, {**total, "usageCount": 7})
        page = discovery.by_hashtag(BEN, "sun_set", discovery.Order.RECENT, 20, None).videos
        listed = discovery.trending_hashtags(20).hashtags
        return [len(page), len(listed), len(topics.hashtags(BEN, "sun_set", 20, None).hashtags)]

    assert shown() == [1, 1, 1]
    for _ in range(2):
        assert bans.decide(MONA, "sunset", "harm", banned=True).banned
    bans.decide(MONA, "sun_set", "harm", banned=True)
    assert shown() == [0, 0, 0]
    for tag in ("sunset", "sun_set"):
        with pytest.raises(InvalidRequest):
            upload.issue(BEN, UploadVideo(hashtags=[tag]))
        with pytest.raises(InvalidRequest):
            editing.update(ANA, UpdateVideo(video_id=clip, hashtags=[tag]))
    bans.decide(MONA, "sun_set", "appeal", banned=False)
    assert shown() == [1, 1, 1]
    with pytest.raises(InvalidRequest):
        bans.decide(MONA, "proana", "no", banned=False)
