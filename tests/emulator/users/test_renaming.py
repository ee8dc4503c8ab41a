"""Usernames: claimed once, changed rarely, held for their owner."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from spaktok.core import clients, dispatch, ids, meter, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import Refusal, TryAgain
from spaktok.feed import store as feed
from spaktok.search.service import topics
from spaktok.users import rename, service
from spaktok.users import store as users
from spaktok.users.confusables import handle_key
from spaktok.users.refusals import RenamedRecently, UsernameReserved, UsernameTaken
from spaktok.users.requests import CreateUserProfile
from spaktok.videos import catalogue
from tests.support import worlds
from tests.support.people import ANA, BEN, CARL, GROWN_UP, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock

LUMENS = ["lumen", "Lumen", "1umen", "lurnen", "IUMEN", "1URNEN"]


def sign_up(uid: UserId, username: str) -> service.Created | Refusal:
    request = CreateUserProfile(username=username, display_name="Somebody", **GROWN_UP.model_dump())
    try:
        return service.create_profile(uid, None, request)
    except Refusal as refusal:
        return refusal


def change(uid: UserId, username: str) -> rename.Renamed | Refusal:
    try:
        return rename.change_username(uid, username)
    except Refusal as refusal:
        return refusal


def card(uid: str) -> dict[str, object]:
    return users.card_ref(uid).get().to_dict() or {}


@pytest.mark.parametrize("lookalike", LUMENS)
def test_a_name_that_looks_like_a_taken_one_is_taken(lookalike: str) -> None:
    """Negative control: with `username.casefold()` as the key, three of these are free."""
    sign_up(ANA, "lumen")
    assert isinstance(sign_up(BEN, lookalike), UsernameTaken)
    assert not service.availability(BEN, lookalike).available
    assert not users.card_ref(BEN).get().exists


def test_of_many_claims_of_lookalikes_at_once_exactly_one_wins() -> None:
    """Half sign up with the name and half change theirs to it.

    Negative control: with the reads outside the transaction and `set` for `create`, several win.
    """
    half = some(6, short=3)
    people = [UserId(f"user{number}") for number in range(2 * half)]
    join(*people[half:])
    rolls = random.Random(3)

    def claim(uid: UserId) -> object:
        name = rolls.choice(LUMENS)
        return sign_up(uid, name) if uid in people[:half] else change(uid, name)

    with ThreadPoolExecutor(12) as pool:
        outcomes = dict(zip(people, pool.map(claim, people), strict=True))
    # Whoever was told to try again does, as apps do: on a busy machine that may be everybody.
    outcomes |= {uid: claim(uid) for uid, one in outcomes.items() if isinstance(one, TryAgain)}
    winners = [uid for uid, one in outcomes.items() if not isinstance(one, Refusal)]
    assert len(winners) == 1
    losers = [one for uid, one in outcomes.items() if uid not in winners]
    assert all(isinstance(one, UsernameTaken) for one in losers)
    held = users.username_ref("lumen").get()
    assert held.get("userId") == winners[0]
    named = [
        one.id
        for one in clients.db().collection("users").stream()
        if handle_key(one.get("username")) == handle_key("lumen")
    ]
    assert named == winners


def test_two_people_swapping_names_at_once_end_with_a_name_each(time: TestClock) -> None:
    join(ANA, BEN)
    time.pass_(days=1)
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(change, [ANA, BEN], ["ben.name", "ana.name"]))
    # Neither can be had: each is its owner's, or held for them.
    assert all(isinstance(one, UsernameTaken) for one in outcomes)
    assert card(ANA)["username"] == "ana.name"


def test_a_rename_holds_the_old_name_for_60_days_for_its_owner_alone(time: TestClock) -> None:
    join(ANA, BEN)
    start = time.at
    renamed = rename.change_username(ANA, "lumen")
    assert renamed.previous_held_until is not None
    time.pass_(days=60, milliseconds=-1)
    assert isinstance(change(BEN, "Ana.Name"), UsernameTaken)
    assert not service.availability(BEN, "ana.name").available
    assert service.availability(ANA, "ana.name").available
    time.pass_(milliseconds=1)
    assert (time.at - start).days == 60
    assert isinstance(change(BEN, "Ana.Name"), rename.Renamed)
    assert users.username_ref("ana.name").get().get("userId") == BEN


def test_the_owner_of_a_held_name_returns_to_it_and_the_other_is_held_then(
    time: TestClock,
) -> None:
    join(ANA, BEN)
    rename.change_username(ANA, "lumen")
    time.pass_(days=30)
    assert rename.change_username(ANA, "ana.name").username == "ana.name"
    assert users.username_ref("ana.name").get().get("heldUntil") is None
    assert isinstance(change(BEN, "1umen"), UsernameTaken)


def test_a_second_rename_comes_after_30_days_to_the_millisecond(time: TestClock) -> None:
    join(ANA)
    rename.change_username(ANA, "lumen")
    time.pass_(days=30, milliseconds=-1)
    refused = change(ANA, "other")
    assert isinstance(refused, RenamedRecently)
    assert refused.facts == {"retryAfterMs": 1}
    time.pass_(milliseconds=1)
    assert isinstance(change(ANA, "other"), rename.Renamed)


def test_asking_for_ones_own_name_changes_nothing_and_costs_no_cooldown() -> None:
    join(ANA)
    with meter.counting() as cost:
        assert rename.change_username(ANA, "ana.name") == rename.Renamed("ana.name", None)
    assert (cost.reads, cost.writes) == (3, 0)
    assert isinstance(change(ANA, "lumen"), rename.Renamed)


def test_another_spelling_of_ones_own_name_is_a_rename_without_a_held_name() -> None:
    join(ANA)
    assert rename.change_username(ANA, "Ana.Name") == rename.Renamed("Ana.Name", None)
    assert users.username_ref("ana.name").get().to_dict()["username"] == "Ana.Name"
    assert isinstance(change(ANA, "lumen"), RenamedRecently)


@pytest.mark.parametrize("name", ["admin", "Adm1n", "spaktok_help", "SPAKT0K"])
def test_a_reserved_name_is_nobodys(name: str) -> None:
    join(ANA)
    assert isinstance(change(ANA, name), UsernameReserved)
    assert isinstance(sign_up(BEN, name), UsernameReserved)
    assert not service.availability(BEN, name).available


def test_the_badge_is_lost_with_the_name() -> None:
    join(ANA)
    users.card_ref(ANA).update({"isVerified": True})
    rename.change_username(ANA, "lumen")
    assert card(ANA)["isVerified"] is False


def test_the_same_rename_many_times_at_once_happens_once(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The emulator makes locks wait for seconds, so some are told to try again, and do.

    Every rename has a task of its own, so one task is one rename.
    """
    monkeypatch.setattr(transaction, "GIVE_UP_S", 5)
    join(ANA)
    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(lambda _: change(ANA, "lumen"), range(some(12, short=4))))
    assert all(isinstance(one, rename.Renamed | TryAgain) for one in outcomes)
    assert isinstance(change(ANA, "lumen"), rename.Renamed)
    assert card(ANA)["username"] == "lumen"
    time.pass_(minutes=5)
    dispatch.sweep()  # what was committed and never answered
    assert queue.names() == ["refreshAuthorCard"]
    assert not list(clients.db().collection("outbox").stream())


def test_a_rename_costs_three_reads_five_writes_and_a_delete() -> None:
    join(ANA)
    with meter.counting() as cost:
        rename.change_username(ANA, "lumen")
    assert (cost.reads, cost.writes, cost.deletes) == (3, 5, 1)


def test_a_refused_rename_leaves_everything_as_it_was() -> None:
    join(ANA, BEN)
    before = card(ANA)
    assert isinstance(change(ANA, "ben.name"), UsernameTaken)
    assert card(ANA) == before
    assert users.username_ref("ana.name").get().get("heldUntil") is None


def test_videos_and_outbox_carry_the_new_name_after_the_task(queue: Queue) -> None:
    join(ANA)
    mine = [worlds.video(ANA) for _ in range(3)]
    join(BEN)
    others = worlds.video(BEN)
    outbox = {
        one: {"userId": ANA, "username": "ana.name", "userProfileImage": None, "publishedAt": 1}
        for one in mine
    }
    feed.outbox_ref(ANA).set({"cards": outbox})
    rename.change_username(ANA, "lumen")
    queue.drain(times=3)
    names = {clients.db().document(f"videos/{one}").get().get("username") for one in mine}
    assert names == {"lumen"}
    assert clients.db().document(f"videos/{others}").get().get("username") == "ben.name"
    cards = feed.cards(feed.outbox_ref(ANA).get())
    assert {one["username"] for one in cards.values()} == {"lumen"}


def test_sounds_carry_the_new_name_and_are_found_by_it_alone(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without `_credit` they name the handle that is a stranger's in 60 days."""
    from spaktok.feed import author_cards

    monkeypatch.setattr(author_cards, "PAGE", 2)
    join(ANA, BEN)
    hers = [worlds.video(ANA) for _ in range(3)]
    for video, who in (*((one, "ana.name") for one in hers), (worlds.video(BEN), "ben.name")):
        owner = ids.owner_of(video)
        made = {"createdBy": owner, "status": "active", "usageCount": 1, **catalogue.credited(who)}
        catalogue.sound_ref(video).set(made)
    rename.change_username(ANA, "lumen")
    queue.drain(times=2)
    said = {
        one.get("artist"): one.get("name") for one in clients.db().collection("sounds").stream()
    }
    assert said == {"lumen": "Original sound - lumen", "ben.name": "Original sound - ben.name"}
    now = catalogue.sound_ref(hers[0]).get().to_dict() or {}
    topics.sound_changed(hers[0], {**now, **catalogue.credited("ana.name")}, now)
    entry = str(clients.db().document(f"searchSounds/{hers[0]}").get().to_dict())
    assert "lumen" in entry
    assert "ana.name" not in entry


def test_a_late_task_of_an_earlier_rename_writes_the_later_name(
    queue: Queue, time: TestClock
) -> None:
    join(ANA)
    video = worlds.video(ANA)
    rename.change_username(ANA, "lumen")
    late = queue.waiting.popleft()
    time.pass_(days=30)
    rename.change_username(ANA, "lux")
    queue.drain()
    queue.deliver(*late)
    assert clients.db().document(f"videos/{video}").get().get("username") == "lux"


def test_a_refresh_that_is_killed_goes_on_and_repeats_no_write(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spaktok.feed import author_cards

    monkeypatch.setattr(author_cards, "PAGE", 2)
    join(CARL)
    for _ in range(5):
        worlds.video(CARL)
    rename.change_username(CARL, "lumen")
    runs = iter(range(100))
    real = transaction.run

    def dying(body: object, **options: object) -> object:
        if next(runs) == 1:
            raise ConnectionError("killed")
        return real(body, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(author_cards.transaction, "run", dying)
        with pytest.raises(ConnectionError):
            author_cards.refresh(CARL)
    assert author_cards.refresh(CARL) == 3
    assert author_cards.refresh(CARL) == 0
    assert [task for task, _, _ in queue.waiting] == ["refreshAuthorCard"]
