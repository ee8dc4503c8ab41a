"""Views: each play once, each engaged view for one person, and the totals what the batches say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from google.api_core.exceptions import InvalidArgument

from spaktok.core import clients, fan_out, ids, meter
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest, KeyReused, NotFound
from spaktok.feed import personal
from spaktok.graph import service as graph
from spaktok.users.relation import Visibility
from spaktok.videos import store as videos
from spaktok.views import interests, store
from spaktok.views.interests import KEPT_MAX, TRIM_ABOVE
from spaktok.views.model import CROWD_MIN, SLACK_MS, UNPROVEN_MS, Source
from spaktok.views.requests import RecordVideoView
from spaktok.views.service import analytics, firsts, follows, known, recording, recounting, rolling
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.watching import CLIP_S, clip, count, crowd, watch


@pytest.fixture(autouse=True)
def fresh() -> None:
    known.forget()


def sums(video_id: str) -> tuple[int, int]:
    """Plays, and engaged views as everyone reads them."""
    shown = videos.decode(videos.ref(video_id).get())
    assert shown is not None
    return store.decode_tally(store.analytics_ref(video_id).get()).plays, shown.views


def test_owners_and_replays_are_plays_and_no_views(time: TestClock) -> None:
    join(ANA, BEN, CARL)
    shown = clip(ANA)
    watch(ANA, shown)
    watch(BEN, shown, shown)
    watch(CARL, shown, seconds=1)
    assert count(time) == 3
    assert sums(shown) == (4, 1)
    watch(BEN, shown)
    watch(CARL, shown)
    count(time)
    assert sums(shown) == (6, 2)
    assert recounting.recount(shown).drift == 0


def test_a_report_with_a_key_counts_once_however_often_and_late_it_comes(time: TestClock) -> None:
    """Negative control: with `set` for `create` in `record`, a late retry is a second play."""
    join(ANA, BEN)
    shown = clip(ANA)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: watch(BEN, shown, idempotency_key="key-12345678"), range(4)))
    count(time)
    time.pass_(days=2)
    watch(BEN, shown, idempotency_key="key-12345678")
    count(time)
    assert sums(shown) == (1, 1)
    with pytest.raises(KeyReused):
        watch(BEN, shown, seconds=1, idempotency_key="key-12345678")


def test_no_more_is_believed_than_the_time_that_passed(time: TestClock) -> None:
    join(ANA, BEN)
    clips = [clip(ANA) for _ in range(20)]
    first = watch(BEN, *clips)
    count(time)
    assert sum(_watched_ms(name) for name in clips) == UNPROVEN_MS
    time.pass_(seconds=60)
    before = sum(_watched_ms(name) for name in clips)
    since = 10 * 60 + 60
    watch(BEN, *clips * 2, continuation=first.continuation)
    count(time)
    claimed = 40 * CLIP_S * 1000
    assert sum(_watched_ms(name) for name in clips) - before == min(
        claimed, since * 1000 + SLACK_MS
    )
    with pytest.raises(InvalidRequest, match="continuation"):
        watch(BEN, clips[0], continuation="nonsense")
    with pytest.raises(InvalidRequest, match="continuation"):
        watch(ANA, clips[0], continuation=first.continuation)


def _watched_ms(video_id: str) -> int:
    return store.decode_tally(store.analytics_ref(video_id).get()).watched_ms


def test_whoever_claims_more_time_than_there_was_is_no_engaged_viewer(time: TestClock) -> None:
    join(ANA, BEN)
    shown = [clip(ANA) for _ in range(10)]
    first = watch(BEN, shown[0], seconds=1)
    time.pass_(seconds=10)
    watch(BEN, *shown[1:], continuation=first.continuation)
    count(time)
    assert [sums(name) for name in shown[1:]] == [(1, 0)] * 9


def test_a_video_that_is_not_for_the_viewer_is_answered_alike_and_not_counted(
    time: TestClock,
) -> None:
    """Negative control: without `_admitted` the plays of the blocked and of strangers count."""
    join(ANA, BEN, CARL)
    graph.follow(BEN, ANA)
    kept = clip(ANA, Visibility.FOLLOWERS)
    answers = [
        (watch(who, name).recorded, cost.reads)
        for who, name in ((CARL, kept), (BEN, kept), (CARL, "nothing"), (CARL, kept[:20] + "-ben"))
        for cost in [meter.Tally()]
    ]
    assert len(set(answers)) == 1
    count(time)
    assert sums(kept) == (1, 1)
    assert recounting.recount(kept).drift == 0


def test_a_run_that_is_killed_anywhere_counts_nothing_twice_and_loses_nothing(
    time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with the run's number left out of its name, the second run adds nothing."""
    crowd = [UserId(f"user{number}") for number in range(5)]
    join(ANA, *crowd)
    clips = [clip(ANA) for _ in range(4)]
    monkeypatch.setattr(fan_out, "WRITES_MAX", 4)
    rolls = Random(3)
    real = fan_out._commit
    for _ in range(3):
        for who in crowd:
            watch(who, *rolls.choices(clips, k=3))
        time.pass_(minutes=10)
        for chance in (0.5, 0.8, 1.0):

            def dies(*args: Any, at: float = chance) -> Any:
                if rolls.random() > at:
                    raise KeyboardInterrupt
                return real(*args)

            monkeypatch.setattr(fan_out, "_commit", dies)
            try:
                rolling.roll_up(0)
            except KeyboardInterrupt:
                known.forget()
    monkeypatch.setattr(fan_out, "_commit", real)
    rolling.roll_up(0)
    assert sum(sums(name)[0] for name in clips) == 3 * 5 * 3
    for name in clips:
        assert recounting.recount(name).drift == 0
        assert recounting.recount(name).drift == 0


def test_a_video_that_goes_while_it_is_counted_takes_only_its_own_along(time: TestClock) -> None:
    join(ANA, BEN)
    gone, kept = clip(ANA), clip(ANA)
    watch(BEN, gone, kept)
    known.facts([gone, kept])
    videos.ref(gone).delete()
    count(time)
    assert sums(kept) == (1, 1)
    assert store.decode_tally(store.analytics_ref(gone).get()).plays == 0


def test_a_recount_puts_drifted_totals_right(time: TestClock) -> None:
    join(ANA, BEN)
    shown = clip(ANA)
    watch(BEN, shown)
    count(time)
    store.analytics_ref(shown).update({"plays": 7, "retention": {}})
    videos.ref(shown).update({"views": 5})
    assert recounting.correct(shown) > 0
    assert sums(shown) == (1, 1)
    assert recounting.recount(shown).drift == 0
    assert recounting.correct(shown) == 0


def test_only_the_owner_reads_how_a_video_is_watched(time: TestClock) -> None:
    """Negative control: without the owner's check, Ben reads them."""
    crowd = [UserId(f"user{number}") for number in range(CROWD_MIN)]
    join(ANA, BEN, *crowd)
    shown = clip(ANA)
    for who in crowd:
        watch(who, shown)
    watch(BEN, shown, seconds=15)
    count(time)
    told = analytics.of(ANA, shown)
    assert (told.plays, told.engaged_views, told.completed) == (11, 11, 10)
    assert told.watch_time_ms == 10 * 30_000 + 15_000
    assert told.retention[0] == 1000
    assert told.retention[10] == 10_000 // 11
    assert [(one.source, one.plays) for one in told.sources] == [(Source.FEED, 11)]
    assert [one.engaged_views for one in told.days] == [11]
    for viewer, name in ((BEN, shown), (ANA, "nothing"), (ANA, "x" * 20 + "-ana")):
        with pytest.raises(NotFound):
            analytics.of(viewer, name)


def test_a_follower_is_counted_for_the_video_that_was_watched_last(
    time: TestClock, queue: Queue
) -> None:
    join(ANA, BEN, CARL)
    shown = clip(ANA)
    watch(BEN, shown)
    for _ in range(3):
        assert follows.attribute(BEN, ANA, time.at) == shown
        assert follows.attribute(CARL, ANA, time.at) is None
    assert analytics.of(ANA, shown).followers_gained == 1


def test_what_one_watches_makes_interests_and_names_nobody(time: TestClock) -> None:
    join(ANA, BEN)
    watch(BEN, clip(ANA))
    count(time)
    found = store.decode_interests(store.interests_ref(BEN).get(), time.at)
    assert found.hashtags["sun"] == pytest.approx(2.0, rel=0.01)
    assert ANA not in str(store.interests_ref(BEN).get().to_dict())


def test_a_day_old_account_draws_attention_and_a_new_one_does_not(time: TestClock) -> None:
    """Negative control: with `_trusted` always true, the new account moves trends."""
    join(ANA, BEN)
    shown = clip(ANA)
    watch(BEN, shown)
    count(time)
    assert list(clients.db().collection("viewHours").stream()) == []
    time.pass_(days=1)
    other = clip(ANA)
    one, two = clip(ANA), clip(ANA)
    watch(BEN, other, one)
    watch(BEN, two)
    count(time)
    (hour,) = clients.db().collection("viewHours").stream()
    assert hour.get("videos") == {other: 1, one: 1, two: 1}
    assert hour.get("hashtags") == {"sun": 1}, "one person is one, however many videos of a tag"


def test_the_thin_call_is_a_batch_of_one(time: TestClock) -> None:
    join(ANA, DINA)
    shown = clip(ANA)
    recording.record_one(DINA, RecordVideoView(video_id=shown, watch_time=30, completion_rate=100))
    count(time)
    assert sums(shown) == (1, 1)


def fill(reference: Any, fields: dict[str, Any]) -> None:
    """Make the document as large as it may be, to within three bytes."""
    least, most = 1_000_000, 1 << 20
    while most - least > 2:
        middle = (least + most) // 2
        try:
            reference.set({**fields, "padding": b"x" * middle})
            least = middle
        except InvalidArgument:
            most = middle
    reference.set({**fields, "padding": b"x" * least})


def test_a_summary_that_takes_no_more_holds_up_nobody_and_begins_anew(time: TestClock) -> None:
    """Negative control: without `instead` in `_apply` the run is refused, now and for ever."""
    join(ANA, BEN, CARL)
    shown = clip(ANA)
    fill(store.interests_ref(BEN), {"hashtags": {"old": 1.0}, "updatedAt": time.at})
    watch(BEN, shown)
    watch(CARL, shown)
    count(time)
    assert sums(shown) == (2, 2)
    for one in (BEN, CARL):
        assert set((store.interests_ref(one).get().to_dict() or {})["hashtags"]) == {"sun"}


def test_what_one_viewer_saw_holds_up_nobody_else(time: TestClock) -> None:
    """Negative control: without the halving in `firsts` Carl's view waits for ever with Ben's."""
    join(ANA, BEN, CARL)
    shown = clip(ANA)
    watch(BEN, shown)
    watch(CARL, shown)
    seen = {"userId": BEN, "seen": {"old": 1}, "expiresAt": time.at}
    fill(store.watched_ref(BEN, f"{time.at:%Y-%m}"), seen)
    count(time)
    assert sums(shown) == (2, 1)


def test_what_is_changed_in_one_commit_has_a_bound(
    time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Firestore takes 500 changes of one document in a commit; its emulator takes any number."""
    monkeypatch.setattr(firsts, "KEYS_MAX", 3)
    join(ANA, BEN)
    clips = [clip(ANA, hashtags=[f"tag{number}"]) for number in range(7)]
    watch(BEN, *clips, seconds=12)
    with meter.counting() as cost:
        count(time)
    assert [sums(name) for name in clips] == [(1, 1)] * 7
    assert all(len(fields["seen"]) == 7 for fields in _all("watched"))
    for fields in _all("viewHours"):
        assert sum(len(fields.get(kind, {})) for kind in KINDS) <= 3
    assert cost.rpcs < 40
    watch(BEN, *clips, seconds=12)
    count(time)
    assert [sums(name) for name in clips] == [(2, 1)] * 7


KINDS = ("videos", "hashtags", "sounds")


def _all(collection: str) -> list[dict[str, Any]]:
    return [one.to_dict() or {} for one in clients.db().collection(collection).stream()]


def test_hours_grow_by_documents_and_not_within_one(time: TestClock) -> None:
    """Negative control: with the run left out of `_parts`' names all runs of an hour are one."""
    join(ANA)
    people = crowd(2)
    shown = [clip(ANA, hashtags=[]) for _ in range(rolling.HOUR_RUNS + 1)]
    for name in shown:
        watch(people[0], name, seconds=16)
        time.pass_(seconds=90)
        rolling.roll_up(0)
    counted = [fields["videos"] for fields in _all("viewHours")]
    assert sum(len(one) for one in counted) == len(shown)
    assert max(len(one) for one in counted) <= rolling.HOUR_RUNS
    assert len(counted) > 1


def test_interests_that_came_to_nothing_are_forgotten(time: TestClock, queue: Queue) -> None:
    """And whose sounds those were. Negative controls: without `trimming.ask` in the feed's beginning
    all of them are kept; with `soundOwners` left out of `replace_interests`, none is found again."""
    join(BEN)
    sums_ = {f"tag{number}": float(number) for number in range(TRIM_ABOVE + 1)}
    sounds = {ids.owned_id(ANA): 2.0 for _ in range(KEPT_MAX)} | {ids.owned_id(CARL): 1.0}
    batch = clients.db().batch()
    store.replace_interests(batch, BEN, {"hashtags": sums_, "sounds": sounds}, time.at)
    batch.commit()
    assert len((store.interests_ref(BEN).get().to_dict() or {})["soundOwners"]) == 2
    personal.page(BEN, 10, None, None)
    queue.drain(times=2)
    fields = store.interests_ref(BEN).get().to_dict() or {}
    kept = fields["hashtags"]
    assert len(kept) == KEPT_MAX
    assert min(kept.values()) == TRIM_ABOVE + 1 - KEPT_MAX
    assert fields["soundOwners"] == [interests.author_key(ANA)]
