"""Leaving for good: nothing of a person stays, nothing of others suffers, and no crash matters."""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from spaktok.accounts.model import TOKENS_DIE
from spaktok.accounts.service import erasing, leaving, proof
from spaktok.core import clients, clock, counters, pseudonym, standing, transaction
from spaktok.core.ids import UserId
from spaktok.core.inventory import Place, Store, in_store
from spaktok.graph import service as graph
from spaktok.notifications import inbox as notifications
from spaktok.notifications import store as inboxes
from spaktok.notifications.kinds import entry_of
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users import rename, shards
from spaktok.users import service as users
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.service import comments, likes
from tests.emulator.accounts.conftest import Authentication
from tests.support import accounts, faults, worlds
from tests.support.accounts import erase, gone, residues
from tests.support.faults import Crash, Fault
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock

CROWD = int(os.environ.get("SPAKTOK_ERASED_USERS", "6"))
SOCIETY = min(CROWD, 50)


def said(video_id: str, who: UserId) -> None:
    comments.comment(who, CommentOnVideo(video_id=video_id, text="Well said"))


def test_who_is_erased_is_named_nowhere_and_others_totals_are_true(
    queue: Queue, time: TestClock, authentication: Authentication
) -> None:
    """Negative control: without `ties.end`, Ben keeps a follower, a like and a comment too many."""
    join(ANA, BEN, CARL)
    hers, his = worlds.video(ANA), worlds.video(BEN)
    graph.follow(ANA, BEN)
    graph.follow(BEN, ANA)
    graph.follow(CARL, ANA)
    graph.follow(CARL, BEN)
    for who in (ANA, CARL):
        likes.like(who, his)
        said(his, who)
    likes.like(BEN, hers)
    said(hers, CARL)
    queue.drain()
    erase([ANA], queue, time)
    assert residues([ANA]) == []
    assert gone(ANA, BEN)
    ben = users.get_profile(CARL, BEN)
    assert (ben.follower_count, ben.following_count) == (1, 0)
    assert users.get_profile(BEN, CARL).following_count == 1
    video = clients.db().document(f"videos/{his}").get()
    assert (video.get("likes"), video.get("comments")) == (1, 1)
    assert authentication.of(ANA) == ["lock", "delete"]


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


def test_asking_again_changes_nothing(queue: Queue, time: TestClock) -> None:
    join(ANA, BEN)
    first = leaving.request(ANA)
    time.pass_(minutes=1)
    assert leaving.request(ANA) == first
    assert len(list(clients.db().collection("erasures").stream())) == 1


def test_the_task_that_erases_does_not_name_the_person(queue: Queue) -> None:
    join(ANA)
    leaving.request(ANA)
    assert all(ANA not in str(body) for _, _, body in queue.waiting)


def test_what_blocks_and_masks_held_is_gone_on_both_sides(queue: Queue, time: TestClock) -> None:
    join(ANA, BEN, CARL)
    graph.block(BEN, ANA, "because")
    graph.block(ANA, CARL, None)
    queue.drain()
    erase([ANA], queue, time)
    assert residues([ANA]) == []
    assert list(clients.db().collection("relations").stream()) == []


def test_a_card_in_the_inbox_of_who_follows_no_more_is_found_all_the_same(
    queue: Queue, time: TestClock
) -> None:
    """Negative control: found by the followers alone, it stays."""
    join(ANA, BEN)
    video = worlds.video(ANA)
    card = {"userId": ANA, "username": "ana.name", "publishedAt": clock.now()}
    from spaktok.feed import store as feed

    batch = clients.db().batch()
    feed.put(batch, BEN, {video: card})
    batch.commit()
    erase([ANA], queue, time)
    assert residues([ANA]) == []


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


def test_the_names_are_held_for_60_days_and_say_nothing(queue: Queue, time: TestClock) -> None:
    """The one given up before too. Negative control: without `hold_for_nobody` both are free at once,
    for whoever would speak in the place of somebody who just left."""
    join(ANA, BEN)
    rename.change_username(ANA, "anastasia")
    erase([ANA], queue, time)
    assert residues([ANA]) == []
    for name in ("ana.name", "anastasia"):
        assert not users.availability(BEN, name).available
        assert not users.availability(ANA, name).available
    time.pass_(days=60)
    for name in ("ana.name", "anastasia"):
        assert users.availability(BEN, name).available
    held = [one.to_dict() or {} for one in clients.db().collection("usernames").stream()]
    assert [one["userId"] for one in held if one["username"] is None] == [None, None]


def test_what_the_money_knows_is_kept_under_a_name_that_leads_nowhere(
    queue: Queue, time: TestClock
) -> None:
    join(ANA)
    alias = transaction.run(lambda tx: pseudonym.load(ANA, tx))
    accounts.place(
        "operations/coins",
        {"userId": ANA, "result": {"account": ANA, "of": [f"x-{ANA}"]}, "inputHash": "h"},
    )
    erase([ANA], queue, time)
    kept = clients.db().document("operations/coins").get().to_dict()
    assert kept == {
        "userId": alias,
        "result": {"account": alias, "of": [f"x-{alias}"]},
        "inputHash": "h",
    }
    assert list(clients.db().collection("pseudonyms").stream()) == []


def test_an_erasure_leaves_behind_that_it_happened_and_not_to_whom(
    queue: Queue, time: TestClock
) -> None:
    join(ANA)
    erase([ANA], queue, time)
    (left,) = clients.db().collection("erasures").stream()
    assert set(left.to_dict() or {}) == {"phase", "requestedAt", "finishedAt"}


def test_whatever_the_inventory_says_may_name_somebody_is_looked_at(
    queue: Queue, time: TestClock
) -> None:
    """A document for every place of every entry. What lies in maps of others goes with the tie."""
    join(ANA, BEN)
    for number, entry in enumerate((*accounts.erasable(), *in_store(Store.STORAGE))):
        first = entry.subjects[:1]
        for named in entry.subjects:
            if named.place is Place.MAP_KEYS:
                continue
            if named in first or named.place in (Place.FIELD, Place.TEXT):
                accounts.plant(entry, ANA, BEN, number)
                break
    planted = {one.path for one in proof.prove([accounts.subject(ANA)])}
    assert len(planted) > len(accounts.erasable()) / 2
    for mask in clients.db().collection_group("feed").stream():
        mask.reference.delete()
    for shard in clients.db().collection(f"users/{BEN}/shards").stream():
        shard.reference.delete()
    clients.db().document(f"pseudonyms/{ANA}").update({"key": b"k" * pseudonym.KEY_BYTES})
    erase([ANA], queue, time)
    assert residues([ANA]) == []


def test_the_proof_finds_a_name_wherever_it_stands() -> None:
    """The negative control of every test above: the scan that finds nothing is able to find."""
    places = {
        "nowhere/known": {"a": 1},
        f"odd/{ANA}": {"a": 1},
        f"odd/x/deeper/{ANA}_y": {"a": 1},
        "odd/key": {"a": {"b": {ANA: 1}}},
        "odd/value": {"a": [{"b": f"see {ANA}!"}]},
        "odd/mail": {"a": "ana@example.com"},
        "odd/name": {"a": "ana.name"},
        "odd/bytes": {"a": b"of ana too"},
        "odd/reference": {"a": clients.db().document(f"users/{ANA}")},
        "odd/longer": {"a": "banana ana7 anas"},
    }
    for path, fields in places.items():
        accounts.place(path, fields)
    clients.bucket().blob(f"odd/{ANA}/file.bin").upload_from_string("x")
    found = {one.path for one in proof.prove([accounts.subject(ANA)])}
    assert found == (set(places) - {"nowhere/known", "odd/longer"}) | {f"gs://odd/{ANA}/file.bin"}


def test_what_is_kept_is_kept_with_its_reason() -> None:
    accounts.place("audit/3/entries/1", {"who": BEN, "target": ANA})
    (kept,) = proof.prove([accounts.subject(ANA)])
    assert kept.kept
    assert residues([ANA]) == []


def test_two_who_follow_each_other_may_leave_at_once(queue: Queue, time: TestClock) -> None:
    join(ANA, BEN, CARL)
    for one, other in ((ANA, BEN), (BEN, ANA), (CARL, ANA), (BEN, CARL)):
        graph.follow(one, other)
    video = worlds.video(BEN)
    likes.like(ANA, video)
    queue.drain()
    for uid in (ANA, BEN):
        leaving.request(uid)
    (one, _, first), (other, _, second) = list(queue.waiting)[:2]
    assert one == other == "eraseAccount"
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda body: erasing.run(body["data"]["erasureId"]), (first, second)))
    queue.drain(times=2)
    time.pass_(seconds=TOKENS_DIE.total_seconds() + 1)
    accounts.settle(queue, time)
    assert residues([ANA, BEN]) == []
    assert users.get_profile(CARL, CARL).follower_count == 0


def test_a_user_with_several_shards_of_followers_leaves_none_of_them(
    queue: Queue, time: TestClock
) -> None:
    join(ANA, BEN, CARL, DINA)
    for one in (BEN, CARL, DINA):
        graph.follow(one, ANA)
    shards.split(ANA)
    queue.drain()
    erase([ANA], queue, time)
    assert residues([ANA]) == []


@pytest.mark.parametrize("seed", range(some(4, short=1)))
def test_killed_anywhere_and_sent_again_an_erasure_ends_the_same(
    seed: int, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies at random RPCs, before or after they are done, until a run survives."""
    monkeypatch.setattr(transaction, "_sleep", lambda _: None)
    people = [UserId(f"person{seed}x{number}") for number in range(some(6, short=4))]
    join(*people)
    videos = [worlds.video(one) for one in people]
    accounts.mingle(people, videos, seed, 60)
    queue.drain()
    goers, staying = people[:-2], people[-2:]
    before = {one: users.get_profile(one, one) for one in staying}
    for uid in goers:
        leaving.request(uid)
    deaths = 0
    for round_ in range(2):
        for erasure in clients.db().collection("erasures").stream():
            deaths += _until_it_survives(erasure.id, seed * 100 + round_)
        queue.drain()
        time.pass_(seconds=TOKENS_DIE.total_seconds() + 1)
    accounts.settle(queue, time)
    assert deaths > 2 * len(goers)
    # What a run that died left uncounted, the sweeper of every five minutes finds.
    for one in staying:
        counters.roll_up(f"users/{one}", ("followerCount",))
    assert residues(goers) == []
    _check_totals(staying, videos[-2:])
    assert all(users.get_profile(one, one).username == before[one].username for one in before)


def _until_it_survives(erasure_id: str, seed: int) -> int:
    """Run one erasure under ever rarer deaths; how often it died."""
    rolls = random.Random(f"{erasure_id}{seed}")
    deaths = 0
    while True:
        chance = max(0.0, 0.1 - deaths * 0.01)
        chances = {Fault.CRASH: chance / 2, Fault.CRASH_AFTER: chance / 2}
        with faults.injected(faults.seeded(rolls.randrange(2**32), chances)) as injected:
            try:
                erasing.run(erasure_id)
            except Crash:
                injected.revive()
                deaths += 1
            else:
                return deaths


def _check_totals(people: list[UserId], videos: list[str]) -> None:
    edges = [one.to_dict() or {} for one in clients.db().collection("followers").stream()]
    for one in people:
        profile = users.get_profile(one, one)
        assert profile.follower_count == sum(edge["followingId"] == one for edge in edges)
        assert profile.following_count == sum(edge["followerId"] == one for edge in edges)
    _check_edges(people, videos)


def _check_edges(people: list[UserId], videos: list[str]) -> None:
    """What is counted in shards equals what is there, whoever has rolled it up by now."""
    db = clients.db()
    for one in people:
        held = [part.to_dict() or {} for part in db.collection(f"users/{one}/shards").stream()]
        there = sum(edge.get("followingId") == one for edge in db.collection("followers").stream())
        assert sum(part.get("followerCount", 0) for part in held) == there
        assert sum(len(part.get("followerIds", [])) for part in held) == there
    liked = [one.get("videoId") for one in db.collection("videoLikes").stream()]
    written = [one.get("videoId") for one in db.collection("videoComments").stream()]
    for video in videos:
        totals = [one.to_dict() or {} for one in db.collection(f"videos/{video}/shards").stream()]
        assert sum(one.get("likes", 0) for one in totals) == liked.count(video)
        assert sum(one.get("comments", 0) for one in totals) == written.count(video)


@pytest.mark.parametrize("society", range(-(-CROWD // SOCIETY)))
def test_a_crowd_leaves_and_of_no_one_a_reference_stays(
    society: int, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All at once, some twice, and each dying about once. `SPAKTOK_ERASED_USERS=1000` for many.

    They live in societies, since the emulator has no indexes: each query of it reads everything.
    """
    monkeypatch.setattr(transaction, "_sleep", lambda _: None)
    people = [UserId(f"person{number}x") for number in range(SOCIETY)]
    staying = [UserId(f"stays{number}") for number in range(6)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(join, [*people, *staying]))
    videos = [worlds.video(one) for one in (*people[::3], *staying)]
    accounts.mingle([*people, *staying], videos, society, 4 * SOCIETY)
    queue.drain()
    for uid in people:
        leaving.request(uid)
    deaths = _erase_all(queue, society)
    time.pass_(seconds=TOKENS_DIE.total_seconds() + 1)
    while erasing.sweep(clock.now()):
        deaths += _erase_all(queue, society)
        time.pass_(minutes=20)
    assert deaths > SOCIETY / 4
    assert residues(people) == []
    _check_edges(staying, videos[-len(staying) :])


def _erase_all(queue: Queue, seed: int) -> int:
    """Every erasure that waits, side by side; then whatever they caused. How often one died."""
    waiting = [body for function, _, body in queue.waiting if function == "eraseAccount"]
    queue.waiting = type(queue.waiting)(one for one in queue.waiting if one[0] != "eraseAccount")
    every = [body["data"]["erasureId"] for body in (*waiting, *waiting[::10])]
    chances = {Fault.CRASH: 0.005, Fault.CRASH_AFTER: 0.005}
    with faults.injected(faults.seeded(seed, chances)) as injected, ThreadPoolExecutor(6) as pool:

        def survive(erasure_id: str) -> int:
            deaths = 0
            while True:
                try:
                    erasing.run(erasure_id)
                except Crash:
                    injected.revive()
                    deaths += 1
                else:
                    return deaths

        died = sum(pool.map(survive, every))
    queue.drain()
    return died


def test_nobody_is_told_anything_by_who_left(queue: Queue, time: TestClock) -> None:
    join(ANA, BEN)
    video = worlds.video(BEN)
    likes.like(ANA, video)
    queue.drain()
    assert len(notifications.inbox(BEN, 10, None).notifications) == 1
    erase([ANA], queue, time)
    assert notifications.inbox(BEN, 10, None).notifications == []
