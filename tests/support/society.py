"""Somebody whom others know by what they made: the world in which an erasure is looked at.

Ana has made a video with a sound, called out a challenge, and is watched, copied and followed. Nothing
is planted where the inventory says it may lie: each document is what a use case writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from spaktok.accounts.model import Platform
from spaktok.accounts.requests import RegisterSession
from spaktok.accounts.service import exporting, sessions
from spaktok.core import clients, clock
from spaktok.core.caller import Caller
from spaktok.core.ids import UserId
from spaktok.feed import fan_out, personal, pool, sources
from spaktok.feed.model import Mode
from spaktok.graph import service as graph
from spaktok.media.hashes import FrameHash
from spaktok.media.model import ImageRendition
from spaktok.notifications import outgoing
from spaktok.videos import store
from spaktok.videos.engaging import (
    CommentOnVideo,
    CreateSavedCollection,
    SaveVideo,
    ShareVideo,
)
from spaktok.videos.model import Intent, Kinship, ModerationStatus
from spaktok.videos.requests import CreateChallenge
from spaktok.videos.service import (
    challenges,
    comment_likes,
    comments,
    duplicates,
    likes,
    processing,
    saves,
    shares,
)
from spaktok.videos.service.gate import Verdict
from spaktok.views.service import engaging
from tests.support import phones, worlds
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.tallied import Videos
from tests.support.time import TestClock
from tests.support.watching import count, watch

EVE = UserId("eve")
LENGTH = {"media.durationMs": 30_000}


@dataclass(frozen=True)
class Society:
    """The things that others know Ana by, and what they made of them."""

    hers: str
    """A video, and its sound."""
    challenge: str
    duet: str
    """Ben's, with her video."""
    heard: str
    """Carl's, with her sound."""
    draft: str
    """Carl's too, with her sound."""
    entry: str
    """Carl's, in her challenge."""
    copy: str
    """Dina's, of her video."""


def live(queue: Queue, time: TestClock, watcher: Videos) -> Society:
    """What has happened when Ana leaves. Ben, Carl and Dina make things, Eve only looks."""
    join(ANA, BEN, CARL, DINA, EVE)
    time.pass_(days=2)  # their accounts are old enough to count
    graph.follow(EVE, CARL)
    graph.follow(EVE, ANA)
    hers = worlds.ready(ANA)
    store.ref(hers).update(LENGTH)
    end = clock.now() + timedelta(days=9)
    challenge = challenges.create(
        ANA, CreateChallenge(title="Jump", hashtag="jump", end_date=end)
    ).challenge_id
    made = Society(
        hers=hers,
        challenge=challenge,
        duet=worlds.ready(BEN, parent_id=hers, kinship=Kinship.DUET),
        heard=worlds.ready(CARL, sound_id=hers),
        draft=worlds.ready(CARL, sound_id=hers, intent=Intent.DRAFT),
        entry=worlds.ready(CARL, challenge_id=challenge),
        copy=_copied(DINA, hers, time),
    )
    queue.drain()
    watcher.look()
    _engage(made.hers, BEN)
    _watch(made, time)
    _look(EVE, queue)
    fan_out.point(ANA)
    _own(ANA, queue)
    return made


def _copied(who: UserId, hers: str, time: TestClock) -> str:
    """What processing notes and says of a copy, without the files."""
    frames = [FrameHash(f"{number:02x}" * 32, 100) for number in (0x35, 0x5A, 0xC6, 0x93)]
    original = store.decode(store.ref(hers).get())
    assert original is not None
    duplicates.recognise(original, frames, 30_000)
    time.pass_(seconds=1)  # of two of one moment either may be the copy
    copy = worlds.ready(who)
    video = store.decode(store.ref(copy).get())
    assert video is not None
    found = duplicates.recognise(video, frames, 30_000)
    assert found != duplicates.Findings()
    file = SimpleNamespace(
        **dict.fromkeys(("container", "video_codec", "audio_codec", "codec"), "h264"),
        **dict.fromkeys(("size_bytes", "duration_ms", "width", "height", "bitrate"), 1),
        **dict.fromkeys(("rotation_degrees", "frame_rate"), 1),
        name="video.mp4",
    )
    job = SimpleNamespace(profile=SimpleNamespace(name="one", default="video.mp4"))
    seen = SimpleNamespace(
        probe=file, videos=[file], thumbnail=ImageRendition(1, 1, 1), has_sound=True
    )
    facts = processing._facts(cast("Any", job), cast("Any", seen), found)
    store.media_ref(copy).update(facts)
    for news in processing._told(video, found, Verdict(ModerationStatus.APPROVED), clock.now()):
        outgoing.announce(news)
    return copy


def _engage(video_id: str, who: UserId) -> None:
    likes.like(who, video_id)
    said = comments.comment(who, CommentOnVideo(video_id=video_id, text="Well said"))
    comment_likes.like(ANA, said.comment_id)
    shares.share(who, ShareVideo(video_id=video_id))
    kept = saves.create_collection(who, CreateSavedCollection(name="Jumps"))
    wanted = SaveVideo(video_id=video_id, action="save", collection_id=kept.collection_id)
    saves.save(who, wanted)


def _watch(made: Society, time: TestClock) -> None:
    """Each round is a run of its own: one that ends with her video, one that ends with her."""
    for who, video_id in ((BEN, made.hers), (EVE, made.heard), (ANA, made.heard)):
        watch(who, video_id)
        count(time)
    engaging.roll_up()
    likes.like(ANA, made.heard)
    time.pass_(minutes=10)
    engaging.roll_up()


def _look(who: UserId, queue: Queue) -> None:
    pool.refresh()
    sources.forget()
    personal.page(who, 10, None, Mode.FOR_YOU)
    queue.drain()


def _own(uid: UserId, queue: Queue) -> None:
    """What an account has besides: a device, a session, its data collected."""
    phones.register(uid)
    phone = RegisterSession(device_id="phone-1", name="Pixel 9", platform=Platform.ANDROID)
    sessions.register(Caller(uid, "request", signed_in_at=clock.now()), phone)
    exporting.request(uid)
    queue.drain()


def kinds(paths: list[str]) -> dict[str, list[str]]:
    """Paths by the inventory's entry: which kind of document is left, and where."""
    from spaktok.core.inventory import UnknownPath, find

    found: dict[str, list[str]] = {}
    for path in paths:
        try:
            kind = find(path).path
        except UnknownPath:
            kind = path
        found.setdefault(kind, []).append(path)
    return found


def fields(path: str) -> dict[str, Any]:
    """A document, {} where there is none."""
    return clients.db().document(path).get().to_dict() or {}
