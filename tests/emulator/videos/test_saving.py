"""Sharing and saving: counted exactly, and telling nobody who did it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from spaktok.core import clients, counters
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.graph import service as graph
from spaktok.links import service as links
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.engaging import CreateSavedCollection, SaveVideo, ShareMethod, ShareVideo
from spaktok.videos.refusals import COLLECTIONS_MAX, TooManyCollections
from spaktok.videos.service import saves, shares
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.worlds import video


def total(video_id: str, name: str) -> int:
    counters.roll_up(store.ref(video_id).path, store.TOTALS)
    return int(store.ref(video_id).get().get(name))


def save(uid: UserId, video_id: str, into: str | None = None) -> saves.Saved:
    return saves.save(uid, SaveVideo(video_id=video_id, action="save", collection_id=into))


def saved(uid: UserId, collection: str | None = None) -> list[str]:
    return [one.video_id for one in saves.saved_by(uid, collection, 20, None).videos]


def collection(uid: UserId, name: str, key: str | None = None) -> saves.Collection:
    return saves.create_collection(uid, CreateSavedCollection(name=name, idempotency_key=key))


def test_a_link_says_nothing_of_who_shared_it_and_opens_for_whom_the_video_is_for() -> None:
    join(ANA, BEN, CARL)
    shown = video(ANA)
    link = shares.share(BEN, ShareVideo(video_id=shown)).share_url
    for telling in (BEN, ANA, shown):
        assert telling not in link
    assert links.resolve(CARL, link) == links.Target(links.Kind.VIDEO, video_id=shown)
    graph.block(ANA, CARL, None)
    for opened in (link, link[:-1] + "x"):
        with pytest.raises(NotFound):
            links.resolve(CARL, opened)
    store.ref(shown).update({"visibility": Visibility.PRIVATE})
    with pytest.raises(NotFound):
        links.resolve(BEN, link)
    assert links.resolve(ANA, link).video_id == shown


def test_a_share_with_a_key_is_one_share_and_one_link(queue: Queue) -> None:
    join(ANA, BEN)
    shown = video(ANA)
    asked = ShareVideo(video_id=shown, idempotency_key="key-12345678")
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: shares.share(BEN, asked), range(4)))) == 1
    with pytest.raises(KeyReused):
        shares.share(BEN, asked.model_copy(update={"share_method": ShareMethod.WHATSAPP}))
    shares.share(BEN, ShareVideo(video_id=shown))
    queue.drain(times=2)
    assert total(shown, "shares") == 2 == len(list(clients.db().collection("videoShares").stream()))


def test_saving_at_once_and_often_is_one_save(queue: Queue) -> None:
    """Negative control: with `set` for `create` on the save, the total is more than the documents."""
    crowd = [UserId(f"user{number}") for number in range(4)]
    join(ANA, *crowd)
    shown = video(ANA)

    def change(at: int) -> None:
        who = crowd[at % 4]
        saves.unsave(who, shown) if at % 3 == 0 else save(who, shown)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, range(some(24, short=12))))
    queue.drain(times=2)
    documents = len(list(clients.db().collection("videoSaves").stream()))
    assert total(shown, "saves") == documents


def test_what_one_saved_is_listed_as_far_as_it_is_still_there() -> None:
    """Negative control: without `shown_to` in `listing`, the private and the blocked are listed."""
    join(ANA, BEN, CARL)
    one, two, three = video(ANA), video(BEN), video(BEN)
    for clip in (one, two, three):
        save(CARL, clip)
    assert set(saved(CARL)) == {one, two, three}
    assert saved(ANA) == []
    store.ref(two).update({"visibility": Visibility.PRIVATE})
    graph.block(ANA, CARL, None)
    assert saved(CARL) == [three]
    store.ref(three).update({"ageRestriction": 21})
    assert saved(CARL) == [three]
    store.ref(three).update({"status": "removed"})
    assert saved(CARL) == []


def test_collections_hold_what_was_put_into_them_and_give_it_up() -> None:
    join(ANA, BEN)
    one, two = video(ANA), video(ANA)
    trips = collection(BEN, "Trips", "key-12345678")
    assert collection(BEN, "Trips", "key-12345678") == trips
    with pytest.raises(KeyReused):
        collection(BEN, "Other", "key-12345678")
    with pytest.raises(NotFound):
        save(ANA, one, trips.collection_id)
    save(BEN, one, trips.collection_id)
    save(BEN, two)
    assert saved(BEN, trips.collection_id) == [one]
    save(BEN, two, trips.collection_id)
    assert set(saved(BEN, trips.collection_id)) == {one, two}
    assert total(two, "saves") == 1
    saves.rename_collection(BEN, trips.collection_id, "Journeys")
    assert [found.name for found in saves.collections_of(BEN).collections] == ["Journeys"]
    saves.delete_collection(BEN, trips.collection_id)
    assert set(saved(BEN)) == {one, two}
    assert saves.collections_of(BEN).collections == []
    for change in (
        lambda: saves.delete_collection(BEN, trips.collection_id),
        lambda: saves.rename_collection(BEN, trips.collection_id, "x"),
    ):
        with pytest.raises(NotFound):
            change()


def test_one_has_a_bounded_number_of_collections() -> None:
    join(BEN)
    batch = clients.db().batch()
    for number in range(COLLECTIONS_MAX):
        place = clients.db().document(f"users/{BEN}/savedCollections/c{number}")
        batch.set(place, {"name": "x", "createdAt": None})
    batch.commit()
    with pytest.raises(TooManyCollections):
        collection(BEN, "One more")
