"""Leaving for good: nothing of a person stays, and nothing of others suffers.

What an erasure leaves of a small society is looked at from many sides, so it is made once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from spaktok.accounts.service import ties
from spaktok.core import clients, ids, pseudonym, transaction
from spaktok.core.ids import UserId
from spaktok.feed import fan_out
from spaktok.feed import store as feed
from spaktok.graph import service as graph
from spaktok.notifications import inbox as notifications
from spaktok.users import rename, shards
from spaktok.users import service as users
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.service import comments, likes
from spaktok.views import interests
from spaktok.views import store as views
from spaktok.views.interests import About, Sign
from spaktok.wallet.model.adjusting import Adjusted
from spaktok.wallet.service import adjusting, approvals
from tests.emulator.accounts.conftest import Authentication
from tests.support import accounts, blueprint, worlds
from tests.support.accounts import erase, gone, residues
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.time import TestClock

EVE, FRED, GUS, STAFF = UserId("eve"), UserId("fred"), UserId("gus"), UserId("staff")
COINS = "operations/coins"


@dataclass(frozen=True)
class Left:
    """What was known before, and what Authentication was told."""

    bens_video: str
    alias: str
    proposals: tuple[str, str]
    """One that was rejected, and one that nobody has decided."""
    told: list[str]


@pytest.fixture
def left(queue: Queue, time: TestClock, authentication: Authentication) -> Left:
    """Ana, who had to do with everybody, has been erased; no name of hers is anywhere."""
    return blueprint.once("erased", lambda: _erased(queue, time, authentication), queue, time)


def _erased(queue: Queue, time: TestClock, authentication: Authentication) -> Left:
    join(ANA, BEN, CARL, DINA, EVE, FRED, GUS)
    rename.change_username(ANA, "anastasia")
    hers, his = worlds.video(ANA), worlds.video(BEN)
    for one, other in ((ANA, BEN), (BEN, ANA), (CARL, ANA), (CARL, BEN), (DINA, ANA)):
        graph.follow(one, other)
    shards.split(ANA)
    for famous in (ANA, BEN):
        fan_out.point(famous)
    for who in (ANA, CARL):
        likes.like(who, his)
        _say(his, who)
    likes.like(BEN, hers)
    _say(hers, CARL)
    likes.like(ANA, worlds.video(DINA))
    graph.block(EVE, ANA, "because")
    graph.block(ANA, FRED, None)
    queue.drain()
    assert len(notifications.inbox(DINA, 10, None).notifications) == 1
    batch = clients.db().batch()
    feed.put(batch, GUS, {hers: {"userId": ANA, "username": "anastasia", "publishedAt": time.at}})
    heard = (hers, ids.owned_id(ANA), his)  # and one whose video is gone for long
    for who in (BEN, CARL):
        signs = (interests.shown(About(DINA, (), one), Sign.LIKED, time.at) for one in heard)
        views.add_interests(batch, who, interests.together(signs), time.at)
    views.add_hour(batch, "one", time.at, {"videos": Counter(heard), "sounds": Counter(heard)})
    batch.commit()
    alias = transaction.run(lambda tx: pseudonym.load(ANA, tx))
    result = {"account": ANA, "of": [f"x-{ANA}"]}
    accounts.place(COINS, {"userId": ANA, "result": result, "inputHash": "h"})
    proposals = (_proposed("one"), _proposed("other"))
    approvals.reject(BEN, proposals[0], "no")
    erase([ANA], queue, time)
    assert residues([ANA]) == []
    return Left(his, alias, proposals, authentication.of(ANA))


def _say(video_id: str, who: UserId) -> None:
    comments.comment(who, CommentOnVideo(video_id=video_id, text="Well said"))


def _proposed(key: str) -> str:
    asked = adjusting.Adjustment(ANA, Adjusted.COINS, 5)
    return adjusting.propose(STAFF, key, asked, "goodwill").proposal_id


def _fields(path: str) -> dict[str, Any]:
    return clients.db().document(path).get().to_dict() or {}


def test_who_is_erased_is_named_nowhere(left: Left) -> None:
    assert residues([ANA]) == []
    assert gone(ANA, BEN)
    assert left.told == ["lock", "delete"]


def test_others_totals_are_true(left: Left) -> None:
    """Negative controls, in `ties`: without the -1 in `_stage` Ben's video keeps a like too many, and
    without `recount` in `_relations` he a follower."""
    ben = users.get_profile(CARL, BEN)
    assert (ben.follower_count, ben.following_count) == (1, 0)
    assert users.get_profile(BEN, CARL).following_count == 1
    assert users.get_profile(BEN, DINA).following_count == 0
    video = _fields(f"videos/{left.bens_video}")
    assert (video["likes"], video["comments"]) == (1, 1)


def test_nobody_is_told_anything_by_who_left(left: Left) -> None:
    assert notifications.inbox(DINA, 10, None).notifications == []


def test_what_blocks_and_masks_held_is_gone_on_both_sides(left: Left) -> None:
    bound = [one.get("users") for one in clients.db().collection("relations").stream()]
    assert bound == [sorted((BEN, CARL))]
    for one in (EVE, FRED):
        assert _fields(f"users/{one}/feed/mask").get("users", {}) == {}


def test_a_card_in_the_inbox_of_who_never_followed_is_found_all_the_same(left: Left) -> None:
    """Negative control: without `withdraw` in `ties.end`, the proof finds it."""
    assert _fields(f"users/{GUS}/feed/inbox").get("cards", {}) == {}


def test_nobody_looks_for_their_cards_any_more(left: Left) -> None:
    """Not even where the task that says so comes once more. Negative controls: without `_pulls` in
    `ties.end`, or with crowds that are empty pointed too, the proof finds it."""
    assert _fields(f"users/{CARL}/feed/inbox")["pulls"] == [BEN]
    fan_out.point(ANA)
    assert residues([ANA]) == []


def test_their_sounds_are_among_nobodys_interests_and_those_of_others_are(left: Left) -> None:
    """Negative controls: without `_heard` in `ties.end`, or with `soundOwners` left out of what
    `add_interests` writes, the proof finds them."""
    for who in (BEN, CARL):
        fields = _fields(f"users/{who}/interests/summary")
        assert set(fields["sounds"]) == {left.bens_video}
        assert fields["soundOwners"] == [interests.author_key(BEN)]


def test_what_somebody_hears_while_interests_are_forgotten_is_forgotten_too(
    monkeypatch: pytest.MonkeyPatch, time: TestClock
) -> None:
    """Negative control: without the condition in `take_out_sounds`, the second sound stays for good."""

    def hear() -> None:
        batch = clients.db().batch()
        shown = interests.shown(About(ANA, (), ids.owned_id(ANA)), Sign.LIKED, time.at)
        views.add_interests(batch, BEN, shown, time.at)
        batch.commit()

    def meanwhile(batch: Any, found: Any, owner: str) -> None:
        if len(found.get("sounds")) == 1:
            hear()
        take_out(batch, found, owner)

    take_out = views.take_out_sounds
    monkeypatch.setattr(views, "take_out_sounds", meanwhile)
    hear()
    list(ties.end(ANA))
    fields = _fields(f"users/{BEN}/interests/summary")
    assert (fields["sounds"], fields["soundOwners"]) == ({}, [])


def test_whom_their_sounds_drew_is_forgotten(left: Left) -> None:
    """Negative control: with `videos` alone in `ties._drawn`, the proof finds the sounds."""
    assert set(_fields("viewHours/one")["sounds"]) == {left.bens_video}


def test_the_names_are_held_for_60_days_and_say_nothing(left: Left, time: TestClock) -> None:
    """The one given up before too. Negative control: without `hold_for_nobody` both are free at once,
    for whoever would speak in the place of somebody who just left."""
    for name in ("ana.name", "anastasia"):
        assert not users.availability(BEN, name).available
        assert not users.availability(ANA, name).available
    held = [one.to_dict() or {} for one in clients.db().collection("usernames").stream()]
    assert [one["userId"] for one in held if one["username"] is None] == [None, None]
    time.pass_(days=60)
    for name in ("ana.name", "anastasia"):
        assert users.availability(BEN, name).available


def test_what_the_money_knows_is_kept_under_a_name_that_leads_nowhere(left: Left) -> None:
    result = {"account": left.alias, "of": [f"x-{left.alias}"]}
    assert _fields(COINS) == {"userId": left.alias, "result": result, "inputHash": "h"}
    assert list(clients.db().collection("pseudonyms").stream()) == []


def test_what_the_staff_proposed_about_them_says_no_more_about_whom(left: Left) -> None:
    """In its payload too. Negative control: without `userId` among the subjects of `approvals`, the
    proof finds the name in both."""
    for proposal in left.proposals:
        kept = _fields(f"approvals/{proposal}")
        assert (kept["userId"], kept["payload"]["userId"]) == (left.alias, left.alias)
        assert kept["proposerId"] == STAFF


def test_an_erasure_leaves_behind_that_it_happened_and_not_to_whom(left: Left) -> None:
    (noted,) = clients.db().collection("erasures").stream()
    assert set(noted.to_dict() or {}) == {"phase", "requestedAt", "finishedAt"}
