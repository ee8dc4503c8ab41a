"""The personal feed: what is on a page, what never is, and what it costs."""

from __future__ import annotations

import pytest

from spaktok.core import clients, clock, meter
from spaktok.core.age import Band
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest
from spaktok.feed import fan_out, personal, pool, replay, slates, sources, store, topics, tuning
from spaktok.feed import service as following
from spaktok.feed.model import Mode, key
from spaktok.graph import audiences, circles
from spaktok.graph import service as graph
from spaktok.safety.refusals import NotForYourAge
from spaktok.users import settings
from spaktok.users.relation import Visibility
from spaktok.videos import store as videos
from spaktok.videos.service import restriction
from spaktok.views import store as views
from spaktok.views.interests import About, Interests, Sign, shown, together
from spaktok.views.requests import Play, RecordVideoViews
from spaktok.views.service import recording
from tests.emulator.feed.conftest import Pages, cards, creators, ids, refresh_pool
from tests.support.ages import join_aged
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.worlds import video


def first(uid: UserId, limit: int = 20, mode: Mode | None = None) -> list[str]:
    return ids(personal.page(uid, limit, None, mode))


def test_a_new_user_is_given_a_full_page_of_many_creators() -> None:
    creators(12, each=3)
    join(ANA)
    page = personal.page(ANA, 20, None, None)
    assert len(page.videos) == 20
    assert len({card.user_id for card in page.videos}) >= 10
    assert page.mode is Mode.FOR_YOU


def test_no_author_has_more_than_two_cards_in_twenty() -> None:
    creators(3, each=10)
    join(ANA)
    page = personal.page(ANA, 20, None, None)
    authors = [card.user_id for card in page.videos]
    assert max(authors.count(one) for one in authors) == 2
    assert page.has_more, "the others come on later pages"


def test_pages_and_sessions_together_show_every_candidate_once() -> None:
    """Negative controls: with `_marks` answering what was known, the second session repeats the first
    page of the first; without what the cursor carries, its second."""
    made = creators(15, each=2)
    join(ANA)
    one = personal.page(ANA, 8, None, None)
    two = personal.page(ANA, 8, one.next_cursor, None)
    later = personal.page(ANA, 8, two.next_cursor, None, refresh=True)
    rest = [personal.page(ANA, 8, later.next_cursor, None, refresh=True)]
    while rest[-1].has_more:
        rest.append(personal.page(ANA, 8, rest[-1].next_cursor, None))
    found = [*ids(one), *ids(two), *ids(later), *(card.video_id for card in cards(rest))]
    assert len(found) == len(set(found))
    assert set(found) == set(made)


def test_without_the_cursor_only_what_nobody_watched_comes_again_and_nothing_is_lost(
    read_all: Pages,
) -> None:
    """Negative controls: without `_watched` what was watched comes again; with all of the slate taken
    as shown, what no page showed is lost."""
    made = creators(15, each=2)
    join(ANA)
    one = personal.page(ANA, 5, None, None)
    two = personal.page(ANA, 5, one.next_cursor, None)
    watched = ids(two)[1:4]
    plays = [Play(video_id=video_id, watch_time=0.2) for video_id in watched]
    recording.record(ANA, RecordVideoViews(plays=plays))
    with meter.counting() as cost:
        again = personal.page(ANA, 5, None, None)
    assert (cost.reads, cost.writes, cost.rpcs) == (8, 3, 3), (
        "one report more, in an RPC of its own"
    )
    rest = [again]
    while rest[-1].has_more:
        rest.append(personal.page(ANA, 5, rest[-1].next_cursor, None))
    found = [card.video_id for card in cards(rest)]
    assert sorted(found) == sorted({*made} - {*ids(one), *watched})


def test_the_same_cursor_begins_the_same_session_so_that_no_answer_is_lost(
    time: TestClock,
) -> None:
    """Negative control: without the look at `after` in `_answers` the lost page's cards are lost."""
    creators(15, each=2)
    join(ANA)
    opened = personal.page(ANA, 5, None, None)
    lost = personal.page(ANA, 5, opened.next_cursor, None, refresh=True)
    again = personal.page(ANA, 5, opened.next_cursor, None, refresh=True)
    assert ids(again) == ids(lost)
    time.pass_(minutes=31)
    assert not {*ids(lost)} & {*ids(personal.page(ANA, 5, lost.next_cursor, None, refresh=True))}


def test_two_phones_that_keep_their_cursors_are_shown_nothing_twice() -> None:
    """Negative control: without the cursor's marks, the first phone's second page comes again."""
    made = creators(15, each=2)
    join(ANA)
    cursors: dict[str, str | None] = {"one": None, "two": None}
    shown: dict[str, list[str]] = {"one": [], "two": []}
    for phone in ("one", "one", "two", "two", "one", "one", "two"):
        page = personal.page(ANA, 3, cursors[phone], None)
        cursors[phone] = page.next_cursor
        shown[phone] += ids(page)
    for found in shown.values():
        assert len(found) == len(set(found)) > 8
    assert {*shown["one"], *shown["two"]} <= {*made}


def test_what_a_follow_brought_is_ranked_by_what_people_did_with_it_though_it_lies_in_no_pool(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without `regards` in `gather` Ben's newer one leads, which nobody knows."""
    join(ANA, BEN, CARL)
    monkeypatch.setattr(pool, "SIZE", 1)
    liked, unknown = video(BEN, minutes=-20), video(BEN, minutes=-10)
    graph.follow(ANA, BEN)
    for one in (liked, unknown):
        fan_out.carry(BEN, one)
    videos.ref(liked).update({"views": 50, "likes": 40})
    views.analytics_ref(liked).set({"userId": BEN, "actors": {"likes": 40}}, merge=True)
    views.hour_ref("hour").set({"hour": clock.now(), "videos": {liked: 50, "gone": -1}})
    latest = video(CARL)
    refresh_pool()
    assert [item["videoId"] for item in store.pool_ref().get().get("items")] == [latest]
    shown = first(ANA, mode=Mode.FOR_YOU)
    assert [one for one in shown if one != latest] == [liked, unknown]


def test_scores_that_change_between_pages_repeat_and_skip_nothing(read_all: Pages) -> None:
    made = creators(15, each=2)
    join(ANA)
    one = personal.page(ANA, 10, None, None)
    for video_id in made[::-1]:
        videos.ref(video_id).update({"likes": 10_000, "views": 10_000})
    refresh_pool()
    two = personal.page(ANA, 10, one.next_cursor, None)
    three = personal.page(ANA, 10, two.next_cursor, None)
    assert sorted([*ids(one), *ids(two), *ids(three)]) == sorted(made)


def test_the_same_cursor_gives_the_same_page_also_where_it_had_to_make_a_slate(
    time: TestClock,
) -> None:
    creators(15, each=2)
    join(ANA)
    one = personal.page(ANA, 10, None, None)
    two = personal.page(ANA, 10, one.next_cursor, None)
    assert ids(personal.page(ANA, 10, one.next_cursor, None)) == ids(two)
    time.pass_(minutes=31)
    three = personal.page(ANA, 10, two.next_cursor, None)
    assert ids(three)
    assert ids(personal.page(ANA, 10, two.next_cursor, None)) == ids(three)


def test_a_page_on_the_way_is_two_reads_in_one_rpc() -> None:
    creators(30, each=2)
    join(ANA)
    page = personal.page(ANA, 10, None, None)
    for _ in range(4):
        with meter.counting() as cost:
            page = personal.page(ANA, 10, page.next_cursor, None)
        assert (cost.reads, cost.writes, cost.rpcs) == (2, 0, 1)
        assert len(page.videos) == 10


@pytest.mark.parametrize("when", ["before the session", "between its pages"])
@pytest.mark.parametrize(
    "what", ["blocks", "is blocked", "mutes", "private", "removed", "age", "unwanted"]
)
def test_what_is_not_for_the_viewer_is_on_no_page_from_the_commit_on(
    what: str, when: str, queue: Queue
) -> None:
    """Negative controls: without `hide` in `hide_user` a block shows only in the next session, and
    without the revocations in `Viewer.sees` a private account's cards stay."""
    join(BEN)
    gone = video(BEN, minutes=-100)  # the oldest: it would stand on the second page
    creators(12, each=2)
    join_aged(Band.OLDER_TEEN, ANA)
    page = personal.page(ANA, 10, None, Mode.CHRONOLOGICAL)
    assert gone not in ids(page)

    act = {
        "blocks": lambda: graph.block(ANA, BEN, None),
        "is blocked": lambda: graph.block(BEN, ANA, None),
        "mutes": lambda: circles.mute(ANA, BEN, None),
        "private": lambda: settings.set_private(BEN, private=True),
        "removed": lambda: _remove(gone),
        "age": lambda: restriction.restrict(BEN, gone, 18),
        "unwanted": lambda: tuning.unwanted(ANA, gone, active=True),
    }[what]
    act()
    found = ids(page)
    if when == "before the session":
        page = personal.page(ANA, 10, page.next_cursor, Mode.CHRONOLOGICAL, refresh=True)
        found += ids(page)
    while page.has_more:
        page = personal.page(ANA, 10, page.next_cursor, None)
        found += ids(page)
    assert gone not in found
    assert len(found) == 24


def _remove(video_id: str) -> None:
    from spaktok.videos.model import VideoStatus
    from spaktok.videos.service import reach

    found = videos.decode(videos.ref(video_id).get())
    assert found is not None
    batch = clients.db().batch()
    reach.stage(batch, found, status=VideoStatus.REMOVED)
    batch.update(videos.ref(video_id), {"status": VideoStatus.REMOVED})
    batch.commit()


def test_it_would_have_been_there() -> None:
    """The control of the test above: where nothing happens, the card is on the third page."""
    join(BEN)
    last = video(BEN, minutes=-100)
    creators(12, each=2)
    join(ANA)
    pages = [personal.page(ANA, 10, None, Mode.CHRONOLOGICAL)]
    while pages[-1].has_more:
        pages.append(personal.page(ANA, 10, pages[-1].next_cursor, None))
    assert ids(pages[-1])[-1] == last


def test_a_follower_of_a_private_account_keeps_its_cards_until_the_follow_ends(
    queue: Queue,
) -> None:
    join(ANA, BEN)
    graph.follow(ANA, BEN)
    fan_out.carry(BEN, video(BEN))
    settings.set_private(BEN, private=True)
    page = personal.page(ANA, 20, None, Mode.CHRONOLOGICAL)
    assert len(page.videos) == 1
    graph.remove_follower(BEN, ANA)
    again = personal.page(ANA, 20, page.next_cursor, None)
    assert ids(again) == []
    assert first(ANA, mode=Mode.CHRONOLOGICAL) == []


def test_a_card_that_was_under_way_when_the_follow_ended_is_not_shown(queue: Queue) -> None:
    """Negative control: without `left` the ex-follower of a private account sees it."""
    join(ANA, BEN)
    graph.follow(ANA, BEN)
    late = video(BEN, Visibility.FOLLOWERS)
    graph.unfollow(ANA, BEN)
    batch = clients.db().batch()
    store.put(batch, ANA, {late: fan_out.encode_card(videos.decode(videos.ref(late).get()))})  # type: ignore[arg-type]
    batch.commit()
    assert first(ANA) == []
    graph.follow(ANA, BEN)
    assert first(ANA) == [late]


def test_a_card_for_friends_is_asked_for_anew_at_every_showing(queue: Queue) -> None:
    """Negative control: without `not_narrowed` in `answer` or in `page` the former friend sees it."""
    join(ANA, BEN)
    graph.follow(ANA, BEN)
    graph.follow(BEN, ANA)
    for minutes in (-2, -1):
        fan_out.carry(BEN, video(BEN, Visibility.FRIENDS, minutes=minutes))
    page = personal.page(ANA, 1, None, Mode.CHRONOLOGICAL)
    assert (len(page.videos), len(following.page(ANA, 20, None).videos)) == (1, 2)
    graph.unfollow(BEN, ANA)
    for refresh in (False, True):
        assert ids(personal.page(ANA, 20, page.next_cursor, None, refresh=refresh)) == []
    assert ids(following.page(ANA, 20, None)) == []


def test_interests_bring_what_one_engages_with_to_the_top() -> None:
    made = creators(20)
    for video_id in made[10:15]:
        videos.ref(video_id).update({"hashtags": ["chess"]})
    refresh_pool()
    join(ANA)
    signs = [shown(About("someone", ("chess",)), Sign.LIKED, clock.now())] * 5
    batch = clients.db().batch()
    views.add_interests(batch, ANA, together(signs), clock.now())
    batch.commit()
    page = personal.page(ANA, 20, None, None)
    tops = [card.video_id for card in page.videos[:5]]
    assert set(tops) == set(made[10:15])
    assert page.videos[0].reason == "interest"
    (top, *_) = page.videos[0].why
    assert (top.term, top.about) == ("interest", "#chess")
    assert len(page.videos[0].why) == 3


def test_what_one_is_interested_in_is_found_however_old_it_is(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without `_wanted` in `beginning` nobody finds what the pool lacks."""
    monkeypatch.setattr(pool, "SIZE", 6)
    made = creators(12)
    old, songs, private, copied = made[8:12]
    videos.ref(old).update({"hashtags": ["chess"]})
    videos.ref(songs).update({"soundId": "song"})
    videos.ref(private).update({"hashtags": ["chess"], "visibility": "followers"})
    videos.ref(copied).update({"hashtags": ["chess"], "recommendable": False})
    refresh_pool()
    join(ANA, BEN)
    for one in (ANA, BEN):
        signs = [shown(About("x", ("chess",), "song"), Sign.SAVED, clock.now())]
        batch = clients.db().batch()
        views.add_interests(batch, one, together(signs), clock.now())
        batch.commit()
    assert not {old, songs} & set(first(BEN))
    assert queue.names().count("refreshTopicPool") == 2
    queue.drain(times=2)
    topics.forget()
    with meter.counting() as cost:
        found = personal.page(ANA, 20, None, Mode.FOR_YOU)
    assert {old, songs} <= set(ids(found))
    assert not {private, copied} & set(ids(found))
    assert found.videos[0].reason == "interest"
    assert cost.reads <= 12
    assert topics.candidates(["#chess"]) == topics.candidates(["#chess"])
    with meter.counting() as cost:
        topics.candidates(["#chess", "♪song"])
    assert cost.reads == 0
    assert not {old, songs} & set(first(ANA, mode=Mode.CHRONOLOGICAL))


def test_what_one_wants_less_of_is_not_looked_for() -> None:
    wanted = Interests({"chess": 9.0, "sun": 5.0, "dull": 1.0}, {"song": 7.0, "tune": 3.0})
    said = tuning.Tuning(hashtags={key("chess"): -1.0})
    assert topics.strongest(wanted, said) == ["♪song", "#sun", "♪tune"]


def test_a_pool_of_a_topic_that_is_too_old_is_not_used(time: TestClock, queue: Queue) -> None:
    """Negative control: without the look at `COPIES_LIVE` it is."""
    creators(1)
    topics.refresh("#sun")
    assert len(topics.candidates(["#sun"])) == 1
    time.pass_(minutes=61)
    assert topics.candidates(["#sun"]) == []
    assert queue.names() == ["refreshTopicPool"]


def test_new_creators_have_slots_of_their_own() -> None:
    made = creators(30)
    famous = made[:25]
    for video_id in famous:
        videos.ref(video_id).update({"views": 50_000, "likes": 20_000, "comments": 5_000})
        actors = {"likes": 20_000, "comments": 5_000}
        views.analytics_ref(video_id).set({"userId": "nobody", "actors": actors})
    for video_id in made[25:]:
        videos.ref(video_id).update({"views": 900, "likes": 1})
    refresh_pool()
    join(ANA)
    page = personal.page(ANA, 20, None, None)
    news = [place for place, card in enumerate(page.videos) if card.video_id not in famous]
    assert news == [5, 14]
    assert {page.videos[place].reason for place in news} == {"new_creator"}


def test_not_interested_changes_the_next_page_and_every_later_one(read_all: Pages) -> None:
    made = creators(12, each=2)
    join(ANA)
    page = personal.page(ANA, 10, None, None)
    rest = [one for one in made if one not in ids(page)]
    tuning.unwanted(ANA, rest[0], active=True)
    found = {card.video_id for card in cards(read_all(ANA, 10))}
    after = personal.page(ANA, 10, page.next_cursor, None)
    assert rest[0] not in {*found, *ids(after)}


@pytest.mark.parametrize("kind", ["users", "hashtags", "sounds"])
def test_see_less_changes_the_page_that_comes_next(kind: str) -> None:
    made = creators(12, each=2)
    named = {"users": "creator7", "hashtags": "noise", "sounds": "sound-1"}[kind]
    marked = made[14:16]
    for video_id in marked:
        videos.ref(video_id).update({"hashtags": ["noise"], "soundId": "sound-1"})
    refresh_pool()
    join(ANA)
    page = personal.page(ANA, 10, None, Mode.CHRONOLOGICAL)
    tuning.less(ANA, kind, named, active=True)
    found = []
    while page.has_more:
        page = personal.page(ANA, 10, page.next_cursor, None)
        found += ids(page)
    assert set(found) & set(marked) == set()
    assert len(found) == 12
    later = first(ANA, 24)
    assert set(later[-2:]) == set(marked), "ranked below all others"


def test_a_reset_forgets_the_interests_and_the_slate(queue: Queue) -> None:
    made = creators(24)
    join(ANA)
    batch = clients.db().batch()
    signs = shown(About("someone", ("sun",)), Sign.SAVED, clock.now())
    views.add_interests(batch, ANA, signs, clock.now())
    batch.commit()
    page = personal.page(ANA, 5, None, None)
    assert page.videos[0].reason == "interest"
    tuning.reset(ANA)
    after = personal.page(ANA, 5, page.next_cursor, None)
    assert {card.reason for card in after.videos} <= {"fresh", "new_creator"}
    assert set(ids(after)) & set(ids(page)) == set()
    assert set(ids(after)) <= set(made)


def test_without_a_profile_the_order_is_that_of_time(read_all: Pages) -> None:
    made = creators(12, each=2)
    join(ANA)
    assert [card.video_id for card in cards(read_all(ANA, 10, Mode.CHRONOLOGICAL))] == made
    join(BEN)
    tuning.personalise(BEN, wanted=False)
    page = personal.page(BEN, 20, None, None)
    assert (page.mode, page.ranked_by, ids(page)) == (Mode.CHRONOLOGICAL, None, made[:20])
    assert all(card.why == () for card in page.videos)


def test_sessions_in_the_order_of_time_repeat_nothing_either(read_all: Pages) -> None:
    """Negative control: with what was seen left to the ranked feed alone the second repeats it."""
    made = creators(12, each=2)
    join(ANA)
    page = personal.page(ANA, 5, None, Mode.CHRONOLOGICAL)
    page = personal.page(ANA, 5, page.next_cursor, Mode.CHRONOLOGICAL)
    assert ids(page) == made[5:10]
    newer = video(UserId("creator0"), minutes=5)
    refresh_pool()
    again = personal.page(ANA, 5, page.next_cursor, Mode.CHRONOLOGICAL, refresh=True)
    assert ids(again) == [newer, *made[10:14]]
    rest = personal.page(ANA, 20, again.next_cursor, Mode.CHRONOLOGICAL)
    assert ids(rest) == made[14:]
    end = personal.page(ANA, 20, rest.next_cursor, Mode.CHRONOLOGICAL, refresh=True)
    assert ids(end) == []


def test_whoever_reads_the_following_tab_alone_is_awake(queue: Queue, time: TestClock) -> None:
    """Negative control: without `_look` in `service.page` the reader of a month is idle."""
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    queue.drain()
    for _ in range(70):
        time.pass_(hours=12)
        with meter.counting() as cost:
            following.page(BEN, 20, None)
        assert cost.writes in (0, 2)
        assert cost.reads <= 4
    audiences.sweep(time.at)
    queue.drain()
    assert fan_out.carry(ANA, video(ANA)) == 1
    time.pass_(days=40)
    audiences.sweep(time.at)
    queue.drain()
    assert fan_out.carry(ANA, video(ANA)) == 0
    following.page(BEN, 20, None)
    queue.drain()
    assert fan_out.carry(ANA, video(ANA)) == 1


def test_a_long_chronological_feed_goes_on_beyond_one_slate(
    read_all: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from spaktok.feed import recipes

    short = replace(recipes.recipe(), slate=10)
    monkeypatch.setattr(recipes, "recipe", lambda version=None: short)
    made = creators(12, each=2)
    join(ANA)
    assert [card.video_id for card in cards(read_all(ANA, 5, Mode.CHRONOLOGICAL))] == made


@pytest.mark.parametrize(
    ("band", "default", "allowed"),
    [
        (Band.YOUNGER_TEEN, Mode.CHRONOLOGICAL, False),
        (Band.OLDER_TEEN, Mode.CHRONOLOGICAL, True),
        (Band.ADULT, Mode.FOR_YOU, True),
    ],
)
def test_minors_have_no_profiled_feed_by_default_and_the_younger_none_at_all(
    band: Band, default: Mode, allowed: bool
) -> None:
    creators(5)
    join_aged(band, ANA)
    page = personal.page(ANA, 20, None, None)
    assert page.mode is default
    assert page.videos
    if allowed:
        tuning.personalise(ANA, wanted=True)
        assert personal.page(ANA, 20, None, None).mode is Mode.FOR_YOU
    else:
        with pytest.raises(NotForYourAge):
            personal.page(ANA, 20, None, Mode.FOR_YOU)


def test_what_is_for_grown_ups_is_not_in_a_minors_feed() -> None:
    made = creators(5)
    for video_id in made[:2]:
        videos.ref(video_id).update({"ageRestriction": 18})
    refresh_pool()
    join_aged(Band.YOUNGER_TEEN, ANA)
    assert set(first(ANA)) == set(made[2:])


def test_a_copy_or_what_waits_for_review_is_recommended_to_nobody() -> None:
    made = creators(5)
    videos.ref(made[0]).update({"recommendable": False})
    videos.ref(made[1]).update({"status": "review"})
    refresh_pool()
    join(ANA)
    assert set(first(ANA)) == set(made[2:])


def test_a_pool_older_than_what_was_taken_back_is_remembered_is_not_used(
    time: TestClock, queue: Queue
) -> None:
    """Negative control: without `COPIES_LIVE` in `sources._recent` it is."""
    creators(5)
    join(ANA)
    sources.forget()
    time.pass_(minutes=61)
    assert first(ANA) == []
    assert "refreshFeedPool" in queue.names(), "and is made anew"
    queue.drain()
    sources.forget()
    assert len(first(ANA)) == 5


def test_any_served_page_is_replayed_from_its_record() -> None:
    creators(12, each=3)
    join(ANA)
    page = personal.page(ANA, 20, None, None)
    slate = slates.decode((store.slate_ref(ANA).get().to_dict() or {})["modes"]["for_you"])
    assert slate is not None
    record = store.record_ref(ANA, slate.id).get()
    again = replay.replay(record.get("inputs"))
    assert page.ranked_by == record.get("recipe") == slate.recipe
    assert [one.video_id for one in again] == [card["id"] for card in slate.cards]
    points = [term.points for one in again[:20] for term in one.why]
    assert points == [term.points for card in page.videos for term in card.why]


def test_a_cursor_of_another_mode_or_of_somebody_else_is_refused() -> None:
    creators(12, each=2)
    join(ANA, BEN)
    page = personal.page(ANA, 5, None, Mode.FOR_YOU)
    with pytest.raises(InvalidRequest, match="cursor"):
        personal.page(ANA, 5, page.next_cursor, Mode.CHRONOLOGICAL)
    with pytest.raises(InvalidRequest, match="cursor"):
        personal.page(BEN, 5, page.next_cursor, None)


@pytest.mark.parametrize("opened", [False, True])
def test_a_block_while_the_slate_is_made_is_not_lost(
    opened: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative controls: without its precondition in `_write`, a later slate has the card on its page;
    with `set` for `create`, the first one."""
    join(ANA, BEN)
    if opened:
        assert first(ANA) == []
    gone = video(BEN)
    refresh_pool()
    gather = sources.gather

    def meanwhile(*args: object, **more: object) -> object:
        monkeypatch.setattr(sources, "gather", gather)
        graph.block(BEN, ANA, None)
        return gather(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(sources, "gather", meanwhile)
    assert gone not in first(ANA)


def test_no_document_of_the_feed_names_whom_one_wants_less_of() -> None:
    join(ANA)
    tuning.less(ANA, "users", "ben", active=True)
    tuning.unwanted(ANA, "0123456789abcdefghij-ben", active=True)
    told = repr([store.tuning_ref(ANA).get().to_dict(), store.slate_ref(ANA).get().to_dict()])
    assert "ben" not in told
    assert key("ben") in told


def test_the_users_own_videos_are_not_in_their_feed() -> None:
    join(ANA, BEN)
    video(ANA)
    other = video(BEN)
    refresh_pool()
    assert first(ANA) == [other]
