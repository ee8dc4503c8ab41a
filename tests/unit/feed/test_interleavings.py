"""No card that is not for the viewer and none twice, whatever happens between, at two reads a page.

Seeded interleavings of the real code over Firestore in memory: sessions are opened, with the last
one's cursor or without, and read on, while
accounts block each other, go private, go away, mute, unfollow, raise ages and take videos down, before
an RPC of the reader's as well as between its calls. What may be shown is judged by a model that knows
nothing of slates or revocations. `make test` rolls a hundred and fifty,
`SPAKTOK_INTERLEAVINGS=100000` the rest.

Negative controls, tried by hand: without what the cursor carries, or without what was watched, cards
come again; without `_visible`'s look at `hidden`, without the revocations in
`Viewer.sees`, without the precondition of `_write`, or without `not_narrowed`, cards are shown within a
few hundred rolls.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from spaktok.core import clients, clock, revocations, standing, transaction
from spaktok.core.age import Age, Band
from spaktok.core.revocations import Limit, Reach
from spaktok.feed import beginning, pages, personal, seen, sources, store, tuning
from spaktok.feed.model import FeedCard, Mode, encode_card
from spaktok.media.model import MediaState
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import store as videos
from spaktok.videos.model import Video, VideoStatus
from spaktok.videos.service import reach
from tests.support.memory import Batch, Memory

ROLLS = int(os.environ.get("SPAKTOK_INTERLEAVINGS", "150"))
VIEWER = "viewer"
AUTHORS = [f"author{number}" for number in range(6)]
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
YEARS = 18


@dataclass
class Truth:
    """What is so: by author and by video."""

    blocked: set[str] = field(default_factory=set)
    muted: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    follows: set[str] = field(default_factory=set)
    videos: dict[str, Video] = field(default_factory=dict)
    unwanted: set[str] = field(default_factory=set)
    back: set[str] = field(default_factory=set)
    """Who follows the viewer: friends, where the viewer follows them too."""

    def shows(self, video_id: str) -> bool:
        video = self.videos[video_id]
        author = video.user_id
        if author in self.blocked | self.muted | self.away or video_id in self.unwanted:
            return False
        if video.status is not VideoStatus.ACTIVE or video.age_restriction > YEARS:
            return False
        if video.visibility is Visibility.FRIENDS:
            return author in self.follows & self.back
        if author in self.follows:
            return video.visibility in (Visibility.PUBLIC, Visibility.FOLLOWERS)
        return video.visibility is Visibility.PUBLIC and author not in self.private


class World:
    """A viewer who follows half of the authors, each of whom has published twice.

    Those who are followed have each a third video, for friends alone.
    """

    def __init__(self, db: Memory, rolls: Random) -> None:
        self.db = db
        self.rolls = rolls
        self.truth = Truth(follows=set(AUTHORS[:3]))
        self.for_friends: set[str] = set()
        self.cursors: dict[Mode, str | None] = {}
        self.past: dict[Mode, set[str]] = {}
        """What must not come again, but for the last session's later pages."""
        self.later: dict[Mode, set[str]] = {}
        self._publish()
        for author in AUTHORS[:3]:
            self.follow_back(author)
        self.events: list[Callable[[str], None]] = [
            self.block,
            self.unblock,
            self.mute,
            self.go_private,
            self.go_public,
            self.go_away,
            self.return_,
            self.unfollow,
            self.remove,
            self.narrow,
            self.raise_age,
            self.refuse,
            self.follow_back,
            self.leave,
        ]

    def _publish(self) -> None:
        inbox, items = {}, []
        for number, author in enumerate(AUTHORS * 2 + AUTHORS[:3]):
            video_id = f"{number:020}-{author}"
            video = _video(video_id, author, NOON - timedelta(minutes=number))
            if number >= 2 * len(AUTHORS):
                video = replace(video, visibility=Visibility.FRIENDS)
            self.truth.videos[video_id] = video
            card = encode_card(video)
            if author in self.truth.follows:
                inbox[video_id] = card
            if video.visibility is Visibility.FRIENDS:
                self.for_friends.add(video_id)
                self.db.document(videos.ref(video_id).path).set(_document(video))
                continue
            items.append(
                {
                    **card,
                    "videoId": video_id,
                    "views": number * 10,
                    "followers": 5,
                    "forAdults": True,
                }
            )
        self.db.document(store.inbox_ref(VIEWER).path).set({"cards": inbox, "authors": []})
        self.db.document(store.pool_ref().path).set({"at": NOON, "items": items})

    def happen(self) -> None:
        self.rolls.choice(self.events)(self.rolls.choice(AUTHORS))

    def happen_to_the_viewer(self) -> None:
        own = (self.block, self.mute, self.unfollow, self.refuse)
        self.rolls.choice(own)(self.rolls.choice(AUTHORS))

    def _commit(self, *stages: Callable[[Any], object]) -> None:
        kept, self.db.between = self.db.between, None
        batch = self.db.batch()
        for stage in stages:
            stage(batch)
        batch.commit()
        self.db.between = kept

    def block(self, author: str) -> None:
        self._commit(lambda batch: store.hide_user(batch, VIEWER, author))
        self.truth.blocked.add(author)

    def unblock(self, author: str) -> None:
        self._commit(lambda batch: store.show_user(batch, VIEWER, author))
        self.truth.blocked.discard(author)

    def mute(self, author: str) -> None:
        self._commit(lambda batch: store.mute_user(batch, VIEWER, author, None))
        self.truth.muted.add(author)

    def go_private(self, author: str) -> None:
        if author not in self.truth.away:
            self._commit(lambda b: revocations.limit_user(b, author, Limit(Reach.FOLLOWERS)))
        self.truth.private.add(author)

    def go_public(self, author: str) -> None:
        if author not in self.truth.away:
            self._commit(lambda batch: revocations.lift_user(batch, author))
        self.truth.private.discard(author)

    def go_away(self, author: str) -> None:
        self._commit(lambda b: revocations.limit_user(b, author, Limit(Reach.NOBODY)))
        self.truth.away.add(author)
        self._presence(author)

    def return_(self, author: str) -> None:
        if author in self.truth.private:
            self._commit(lambda b: revocations.limit_user(b, author, Limit(Reach.FOLLOWERS)))
        else:
            self._commit(lambda batch: revocations.lift_user(batch, author))
        self.truth.away.discard(author)
        self._presence(author)

    def _presence(self, author: str) -> None:
        """What an author's own videos say, as going away and returning write it."""
        for video in self.truth.videos.values():
            if video.user_id == author and video.video_id in self.for_friends:
                away = author in self.truth.away and video.status is VideoStatus.ACTIVE
                status = VideoStatus.AWAY if away else video.status
                said = _document(replace(video, status=status))
                self.db.document(videos.ref(video.video_id).path).set(said)

    def follow_back(self, author: str) -> None:
        self.truth.back.add(author)
        self._relate(author)

    def leave(self, author: str) -> None:
        self.truth.back.discard(author)
        self._relate(author)

    def _relate(self, author: str) -> None:
        follows = {VIEWER: NOON} if author in self.truth.follows else {}
        follows |= {author: NOON} if author in self.truth.back else {}
        self.db.document(users.relation_ref(VIEWER, author).path).set({"follows": follows})

    def unfollow(self, author: str) -> None:
        if author in self.truth.follows:
            held = store.cards(self.db.snapshot(store.inbox_ref(VIEWER).path))  # type: ignore[arg-type]
            self._commit(lambda batch: store.leave(batch, VIEWER, held, author))
            self.truth.follows.discard(author)
            self._relate(author)

    def remove(self, author: str) -> None:
        self._change(author, status=VideoStatus.REMOVED)

    def narrow(self, author: str) -> None:
        self._change(author, visibility=Visibility.FOLLOWERS)

    def raise_age(self, author: str) -> None:
        self._change(author, age_restriction=21)

    def _change(self, author: str, **change: Any) -> None:
        video = self.rolls.choice(
            [one for one in self.truth.videos.values() if one.user_id == author]
        )
        if "visibility" in change and video.video_id in self.for_friends:
            change = {"visibility": Visibility.PRIVATE}
        if video.status is VideoStatus.ACTIVE:
            self._commit(lambda batch: reach.stage(batch, video, **change))
            self.truth.videos[video.video_id] = replace(video, **change)
            self._presence(author)

    def refuse(self, author: str) -> None:
        video = self.rolls.choice(
            [one for one in self.truth.videos.values() if one.user_id == author]
        )
        kept, self.db.between = self.db.between, None
        tuning.unwanted(VIEWER, video.video_id, active=True)  # type: ignore[arg-type]
        self.db.between = kept
        self.truth.unwanted.add(video.video_id)

    def session(self) -> tuple[int, int]:
        """Read some of a feed while things happen; how many cards and pages.

        It begins with the cursor that the last session of its mode ended with, or without one: then
        what that showed after its first page may come again, unless it was watched.
        """
        mode = self.rolls.choice([Mode.FOR_YOU, Mode.CHRONOLOGICAL])
        cursor = self.cursors.get(mode) if self.rolls.random() < 0.6 else None
        refresh = cursor is not None
        past = self.past.setdefault(mode, set())
        before = self.later.get(mode, set())
        past |= before if refresh else before & WATCHED
        first, later = set[str](), set[str]()
        count, pages_max = 0, self.rolls.choice([2, 8])
        while count < pages_max:
            if self.rolls.random() < 0.7:
                self.happen()
            if self.rolls.random() < 0.4:
                # Before the reader's first RPC, anything; once it has read, what is the viewer's own
                # to change: a page may be as old as its reading, but what it stores may not.
                self.db.skips = self.rolls.randrange(2)
                self.db.between = self.happen_to_the_viewer if self.db.skips else self.happen
            cost = (self.db.reads, self.db.rpcs)
            ASKED.clear()
            interrupted = self.db.between is not None
            page = personal.page(VIEWER, 3, cursor, mode, refresh=refresh and not count)  # type: ignore[arg-type]
            self.db.between = None
            if count and not interrupted and page.videos:
                reads, rpcs = self.db.reads - cost[0], self.db.rpcs - cost[1]
                # Cards for friends ask two documents each, all of them in one RPC more.
                assert reads <= 2 + 2 * len(ASKED), "read on"
                assert rpcs == 1 + bool(ASKED), "read on"
            shown = [card.video_id for card in page.videos]
            if cursor is not None and not interrupted and self.rolls.random() < 0.2:
                again = personal.page(VIEWER, 3, cursor, mode, refresh=refresh and not count)  # type: ignore[arg-type]
                assert [card.video_id for card in again.videos] == shown, "its answer was lost"
            leaked = [one for one in shown if not self.truth.shows(one)]
            assert leaked == [], (mode, leaked)
            assert not (past | first | later) & set(shown), "repeated"
            authors = [card.user_id for card in page.videos]
            assert max((authors.count(one) for one in authors), default=0) <= 2
            (later if count else first).update(shown)
            WATCHED.update(one for one in shown if self.rolls.random() < 0.5)
            cursor, count = page.next_cursor, count + 1
            if not page.has_more:
                break
        past |= first
        self.cursors[mode], self.later[mode] = cursor, later
        return len(first | later), count


WATCHED: set[str] = set()
"""What the viewer reported to have watched."""
ASKED: list[str] = []
"""The cards for friends that the last page looked at anew."""


def _document(video: Video) -> dict[str, Any]:
    """What the video itself says, of what `videos.decode` asks."""
    return {
        "videoId": video.video_id,
        "userId": video.user_id,
        "username": video.username,
        "userProfileImage": None,
        "caption": "",
        "hashtags": ["sun"],
        "visibility": video.visibility,
        "ownerPrivate": False,
        "status": video.status,
        "media": {"state": MediaState.READY, "durationMs": 1000, "width": 720, "height": 1280},
        **dict.fromkeys((*videos.TOTALS, "views"), 0),
        "allowComments": True,
        "ageRestriction": video.age_restriction,
        "shards": 1,
        "createdAt": NOON,
        "publishedAt": video.published_at,
    }


def _video(video_id: str, author: str, at: datetime) -> Video:
    return Video(
        video_id=video_id,  # type: ignore[arg-type]
        user_id=author,  # type: ignore[arg-type]
        username=author,
        user_profile_image=None,
        user_is_verified=False,
        caption="",
        hashtags=("sun",),
        visibility=Visibility.PUBLIC,
        status=VideoStatus.ACTIVE,
        media_state=MediaState.READY,
        duration_ms=1000,
        width=720,
        height=1280,
        likes=0,
        comments=0,
        allow_comments=True,
        age_restriction=0,
        created_at=at,
        published_at=at,
        shards=1,
        owner_private=False,
    )


@pytest.fixture
def db(monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    memory = Memory()
    monkeypatch.setenv("GCLOUD_PROJECT", "demo-memory")
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "nowhere.invalid:1")
    monkeypatch.setattr(clients, "db", lambda: memory)

    def run(body: Callable[[Any], Any], **_: Any) -> Any:
        tx = Batch(memory)
        result = body(tx)
        tx.commit()
        return result

    monkeypatch.setattr(transaction, "run", run)
    monkeypatch.setattr(transaction, "_sleep", lambda _: None)
    grown_up = standing.Standing(age=Age(Band.ADULT, YEARS, None, "US"))
    monkeypatch.setattr(standing, "load", lambda uid, fresh: grown_up)
    monkeypatch.setattr(sources, "pool_refs", _always)
    monkeypatch.setattr(beginning, "send_if_possible", lambda _: True)
    monkeypatch.setattr(seen, "_watched", lambda *_: WATCHED)
    asks = pages.not_narrowed

    def counted(uid: Any, shown: list[FeedCard]) -> list[FeedCard]:
        memory.between = None  # what comes after the slate's reading is the next page's
        ASKED.extend(card.video_id for card in shown if card.visibility is Visibility.FRIENDS)
        return asks(uid, shown)

    monkeypatch.setattr(pages, "not_narrowed", counted)
    with clock.set_to(lambda: NOON):
        yield memory


def _always() -> list[Any]:
    from spaktok.trends import store as trends
    from spaktok.trends.model import TrendKind

    return [store.pool_ref(), trends.list_ref(TrendKind.VIDEOS)]


def test_no_interleaving_shows_what_is_not_for_the_viewer(
    db: Memory, record_property: Callable[[str, object], None]
) -> None:
    cards = read = 0
    for seed in range(ROLLS):
        db.documents.clear()
        WATCHED.clear()
        world = World(db, Random(seed))
        for _ in range(3):
            shown, pages_read = world.session()
            cards, read = cards + shown, read + pages_read
    assert cards > 5 * ROLLS, "something is shown as well"
    record_property("interleavings", f"{ROLLS}, {read} pages, {cards} cards, none wrong")
