"""Whoever is not to be known of is not known of: on no surface, by no answer, text, shape or cost.

The leak checklist, run through the very bytes that a client receives. Every surface that names a
person or a video must answer as if it had never been; every surface that lists must not mention
them. A new call that names a user or a video is in `TARGETED`, in `LISTS`, or told apart below.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args, get_origin, get_type_hints

import pytest

import main
from spaktok.accounts.service import presence
from spaktok.core import age, clients, clock, ids, meter, mirrors, standing
from spaktok.core.age import Age, Band
from spaktok.core.endpoint.declaration import Call, declared
from spaktok.core.ids import UserId
from spaktok.core.mirrors import OWNER_PRIVATE
from spaktok.devices.model import Platform
from spaktok.feed import fan_out
from spaktok.gifts.service import leaderboards
from spaktok.graph import asking, circles, friends, service
from spaktok.integrations import fcm
from spaktok.notifications import service as telling
from spaktok.notifications import store as inboxes
from spaktok.safety.service import suggesting
from spaktok.search.service import clips, indexing, topics
from spaktok.trends import store as trends
from spaktok.trends.model import Drawn, TrendingTopic, TrendKind
from spaktok.trends.service import computing
from spaktok.users import settings
from spaktok.users.relation import Visibility
from spaktok.videos import catalogue
from spaktok.videos import store as videos
from spaktok.videos.engaging import CommentOnVideo, SaveVideo, UpdateCommentFilters
from spaktok.videos.requests import CreateChallenge
from spaktok.videos.service import challenges, comment_rules, comments, likes, saves, tallies
from spaktok.views.model import Regard
from spaktok.views.service import withholding
from tests.support import blueprint, giving, phones
from tests.support.ages import MINORS, join_aged
from tests.support.edge import Answer, Sender
from tests.support.gifts import stream
from tests.support.money import buy
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.phones import Scripted
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.worlds import video

NOBODY = UserId("nobody")
DINAS_STREAM = "stream-1"
CANARY = "Canaria"
"""Ana's display name: wherever it turns up, somebody has been told of her."""

TARGETED: dict[str, dict[str, Any]] = {
    "getProfile": {"userId": "{uid}"},
    "getUserProfile": {"userId": "{uid}"},
    "getUserVideos": {"userId": "{uid}"},
    "getUserAchievements": {"userId": "{uid}"},
    "recordProfileView": {"userId": "{uid}"},
    "getFollowers": {"userId": "{uid}"},
    "getFollowing": {"userId": "{uid}"},
    "followUser": {"targetUserId": "{uid}"},
    "unfollowUser": {"targetUserId": "{uid}"},
    "removeFollower": {"followerId": "{uid}"},
    "updateFollowNotifications": {"targetUserId": "{uid}", "enabled": True},
    "acceptFollowRequest": {"requesterId": "{uid}"},
    "rejectFollowRequest": {"requesterId": "{uid}"},
    "cancelFollowRequest": {"targetUserId": "{uid}"},
    "sendFriendRequest": {"receiverId": "{uid}"},
    "respondToFriendRequest": {"requestId": "{uid}_ben", "action": "accept"},
    "acceptFriendRequest": {"requestId": "{uid}_ben"},
    "declineFriendRequest": {"requestId": "{uid}_ben"},
    "removeFriend": {"friendId": "{uid}"},
    "addToCloseFriends": {"friendId": "{uid}"},
    "removeFromCloseFriends": {"friendId": "{uid}"},
    "muteUser": {"targetUserId": "{uid}"},
    "markNotInterested": {"videoId": "{video}"},
    "seeLess": {"userId": "{uid}"},
    "getVideo": {"videoId": "{video}"},
    "likeVideo": {"videoId": "{video}", "action": "like"},
    "commentOnVideo": {"videoId": "{video}", "text": "hi"},
    "getVideoComments": {"videoId": "{video}"},
    "shareVideo": {"videoId": "{video}"},
    "saveVideo": {"videoId": "{video}", "action": "save"},
    "getVideoAnalytics": {"videoId": "{video}"},
    "joinChallenge": {"videoId": "{video}", "challengeId": "jump"},
    "updateVideo": {"videoId": "{video}", "caption": "hi"},
    "publishVideo": {"videoId": "{video}"},
    "scheduleVideo": {"videoId": "{video}", "publishAt": "{soon}"},
    "deleteVideo": {"videoId": "{video}"},
    "uploadVideo": {
        "kinship": "duet",
        "parentId": "{video}",
        "idempotencyKey": "key-00000001",
    },
    "getSound": {"soundId": "{video}"},
    "getVideosBySound": {"soundId": "{video}"},
    "getChallenge": {"challengeId": "{challenge}"},
    "getUserGifts": {"userId": "{uid}"},
    "quoteGift": {"receiverId": "{uid}", "giftId": "rose"},
    "sendGift": {"receiverId": "{uid}", "giftId": "rose", "idempotencyKey": "key-00000001"},
}
"""Calls that name somebody or something of theirs."""
TARGETED_TOO: tuple[tuple[str, dict[str, Any]], ...] = (
    ("seeLess", {"soundId": "{video}"}),
    ("joinChallenge", {"videoId": "{own}", "challengeId": "{challenge}"}),
    ("uploadVideo", {"soundId": "{video}", "idempotencyKey": "key-00000002"}),
)
"""The same, naming another kind of thing. A sound has the id of the video that it came from."""
ABOUT_COMMENTS: dict[str, dict[str, Any]] = {
    "deleteComment": {"commentId": "{comment}"},
    "editComment": {"commentId": "{comment}", "text": "hi"},
    "getCommentReplies": {"commentId": "{comment}"},
    "likeComment": {"commentId": "{comment}", "action": "like"},
    "pinComment": {"commentId": "{comment}", "action": "pin"},
    "reviewComment": {"commentId": "{comment}", "action": "approve"},
}
"""Calls that name a comment, by an id that only whoever has read it can know. What they answer tells
nothing; that it took them longer tells what the asker knew."""
OWN: dict[str, dict[str, Any]] = {
    "blockUser": {"targetUserId": "{uid}"},
    "unblockUser": {"targetUserId": "{uid}"},
    "unmuteUser": {"targetUserId": "{uid}"},
}
"""Calls about the caller's own lists: what the caller did themselves is no secret to them."""
ABOUT_VIDEOS = (
    "getVideo",
    "likeVideo",
    "commentOnVideo",
    "getVideoComments",
    "shareVideo",
    "saveVideo",
)

LISTS: dict[str, dict[str, Any]] = {
    "getUserFeed": {},
    "getFollowingFeed": {},
    "getFollowers": {"userId": DINA},
    "getFollowing": {"userId": DINA},
    "getFriends": {},
    "getFriendRequests": {},
    "getFollowRequests": {},
    "getCloseFriendsList": {},
    "getMutedUsers": {},
    "getSuggestedUsers": {},
    "getVideoComments": {"videoId": "{dinas}"},
    "getCommentReplies": {"commentId": "{dinas_comment}"},
    "getHeldComments": {},
    "getSavedVideos": {},
    "getTrendingVideos": {},
    "getTrendingHashtags": {},
    "getTrendingSounds": {},
    "getTrendingChallenges": {},
    "getVideosByHashtag": {"hashtag": "sun"},
    "getVideosBySound": {"soundId": "song"},
    "searchVideos": {"query": "morning"},
    "searchHashtags": {"query": "sun"},
    "searchSounds": {"query": "original"},
    "searchUsers": {"query": "ana"},
    "getGiftHistory": {"type": "received"},
    "getGiftLeaderboard": {"type": "senders"},
    "getStreamTopGifters": {"streamId": "{dinas_stream}"},
    "getGiftAnalytics": {},
}
"""Calls that answer with people or things of people. Notifications follow in the task."""
LISTED_ELSEWHERE = {
    "getNotifications": "the tests of entries, below",
    "getUserVideos": "names its owner in the request: `TARGETED`",
    "getBlockedUsers": "whom the caller blocked themselves is no secret to them",
}


SAME_FOR_ALL = {"getTrendingHashtags", "searchHashtags"}
"""They tell of topics and rounded numbers, and never of anybody. A sound names who made it."""


def blocked(queue: Queue) -> None:
    service.block(ANA, BEN, None)


def blocking(queue: Queue) -> None:
    service.block(BEN, ANA, None)


def deactivated(queue: Queue) -> None:
    presence.deactivate(ANA)
    queue.drain()
    indexing.refresh(ANA)
    index_sounds()


def erased(queue: Queue) -> None:
    """What is left once the card and what Ana made are gone, before the ties to others are."""
    for one in mirrors.showing(OWNER_PRIVATE, ANA, value=False).stream():
        one.reference.delete()
    for one in clients.db().collection("videoComments").stream():
        if ANA in (one.get("userId"), ids.owner_of(one.get("videoId"))):
            one.reference.delete()
    clients.db().document(f"users/{ANA}").delete()
    indexing.refresh(ANA)
    for one in clients.db().collection("sounds").stream():
        if one.get("createdBy") == ANA:
            one.reference.delete()
            topics.sound_changed(one.id, one.to_dict(), None)


def index_sounds() -> None:
    """Have the sounds follow their videos, and the index them, as the triggers do."""
    for one in clients.db().collection("sounds").stream():
        tallies._follow_sound(one.id)
        topics.sound_changed(one.id, one.to_dict(), one.reference.get().to_dict())


HIDDEN: dict[str, Callable[[Queue], None]] = {
    "blocked": blocked,
    "blocking": blocking,
    "deactivated": deactivated,
    "erased": erased,
}


class World:
    """Ben and Ana have everything to do with each other, and both with Dina. It holds but ids."""

    def __init__(self, queue: Queue) -> None:
        join(ANA, BEN, DINA)
        clients.db().document(f"users/{ANA}").update({"displayName": CANARY})
        self.video = video(ANA)
        self.dinas = video(DINA)
        for one, other in ((BEN, ANA), (ANA, BEN), (BEN, DINA), (ANA, DINA), (DINA, ANA)):
            service.follow(one, other)
        fan_out.carry(ANA, self.video)
        self.own = video(BEN)
        likes.like(ANA, self.own)
        comment_rules.update(BEN, UpdateCommentFilters(words=["by ana"]))
        self.comment = self.say(ANA, self.dinas)
        self.answered = self.say(DINA, self.dinas)
        self.say(ANA, self.dinas, self.answered)
        self.under_ana = self.say(DINA, self.video)
        self.say(ANA, video(BEN))
        self.trend()
        saves.save(BEN, SaveVideo(video_id=self.video, action="save"))
        circles.add_close_friend(BEN, ANA)
        queue.drain()
        circles.mute(BEN, ANA, 1)
        for uid in (ANA, BEN, DINA):
            indexing.refresh(uid)

    def give(self, queue: Queue, time: TestClock) -> None:
        """Ana gives to Ben, and in Dina's stream: she leads every board."""
        buy(ANA, 100)
        giving.give(ANA, BEN)
        giving.give(ANA, DINA, context="live_stream", contextId=stream(DINA, DINAS_STREAM))
        giving.settle(queue, time)
        leaderboards.rebuild(clock.now())

    def trend(self) -> None:
        """Ana's and Dina's videos use a song, trend and are found."""
        items = []
        minors = suggesting.kept_from_adults((ANA, DINA))
        for name, owner in ((self.video, ANA), (self.dinas, DINA)):
            videos.ref(name).update({"soundId": "song", "recommendable": True})
            clips.refresh(name)
            shown = videos.decode(videos.ref(name).get())
            assert shown is not None
            assert shown.user_id == owner
            drawn = computing._video(shown, 0, Regard(), Drawn(9, 9.0))
            items.append(replace(drawn, for_adults=owner not in minors))
            catalogue.create_sound(batch := clients.db().batch(), shown, clock.now())
            batch.update(catalogue.sound_ref(name), {"usageCount": 5})
            batch.commit()
            topics.sound_changed(name, None, catalogue.sound_ref(name).get().to_dict())
        trends.list_ref(TrendKind.VIDEOS).set(trends.encode_list(items, clock.now()))
        made = {
            owner: challenges.create(owner, CreateChallenge(title=f"of {owner}", hashtag="sun"))
            for owner in (ANA, DINA)
        }
        self.challenge = made[ANA].challenge_id
        heard = [TrendingTopic(one.video_id, 1.0, 9, one.for_adults) for one in items]
        trends.list_ref(TrendKind.SOUNDS).set(trends.encode_list(heard, clock.now()))

    def say(self, who: UserId, video_id: str, to: str | None = None) -> str:
        asked = CommentOnVideo(video_id=video_id, text=f"by {who}", parent_comment_id=to)
        return comments.comment(who, asked).comment_id

    def fill(self, payload: dict[str, Any], uid: str, video_id: str) -> dict[str, Any]:
        known = {
            "uid": uid,
            "video": video_id,
            "dinas": self.dinas,
            "dinas_comment": self.answered,
            "dinas_stream": DINAS_STREAM,
            "challenge": self.challenge if uid == ANA else video_id,
            "own": self.own,
            "soon": (clock.now() + timedelta(hours=1)).isoformat(),
        }
        return {
            name: text.format(**known) if isinstance(text, str) else text
            for name, text in payload.items()
        }


@pytest.fixture(autouse=True)
def caches_do_not_age(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine would have them read anew between the two answers that are compared."""
    monkeypatch.setattr(clock, "monotonic", lambda: 0.0)


@pytest.fixture
def world(queue: Queue, time: TestClock) -> World:
    made = blueprint.once("leaks", lambda: World(queue), queue, time)
    ask("getNotifications", {})  # the edge reads the caller's standing once in 30 seconds
    ask("getGiftCatalog", {})  # and gifts their catalogue
    return made


@pytest.fixture
def given(world: World, queue: Queue, time: TestClock) -> World:
    """The same world, in which Ana gave."""
    blueprint.once("leaks with gifts", lambda: world.give(queue, time), queue, time)
    return world


def ask(name: str, payload: dict[str, Any]) -> Answer:
    return Sender(BEN).call(getattr(main, name), payload)


def seen(name: str, payload: dict[str, Any]) -> tuple[object, ...]:
    """All that a client can tell about an answer, but for the time it took."""
    with meter.counting() as cost:
        answer = ask(name, payload)
    return answer.status, answer.raw, sorted(answer.headers.items()), cost.reads


@pytest.mark.parametrize("how", HIDDEN)
def test_whoever_is_hidden_is_answered_as_if_they_had_never_been(
    how: str, world: World, queue: Queue
) -> None:
    """Negative control: without `barred` in `users.lookup.load` the blocked differ in every call;
    with `deactivated` unchecked there, in every call about a user."""
    unknown = world.video[:20] + f"-{NOBODY}"
    HIDDEN[how](queue)
    differ = {}
    for name, payload in (*TARGETED.items(), *TARGETED_TOO):
        never = seen(name, world.fill(payload, NOBODY, unknown))
        hidden = seen(name, world.fill(payload, ANA, world.video))
        if never != hidden:
            differ[name] = (never, hidden)
    assert differ == {}


@pytest.mark.parametrize("how", HIDDEN)
def test_a_comment_by_the_hidden_or_under_their_video_is_as_if_it_had_never_been(
    how: str, world: World, queue: Queue
) -> None:
    """Negative control: without the relation to its author in `threads.reach`, Ana's is liked."""
    HIDDEN[how](queue)
    for comment in (world.comment, world.under_ana):
        for name, payload in ABOUT_COMMENTS.items():
            never, hidden = (
                seen(name, {**payload, "commentId": one})[:3] for one in ("nothing", comment)
            )
            assert hidden == never, name


@pytest.mark.parametrize("how", HIDDEN)
def test_whoever_is_hidden_is_on_no_list(how: str, given: World, queue: Queue) -> None:
    """Negative control: without the mask in `graph.lists` the blocked are on Dina's lists; without the
    one in `gifts.stats` they are among the top gifters."""
    HIDDEN[how](queue)
    telling = {
        name: answer.raw
        for name, payload in LISTS.items()
        if mentions(answer := ask(name, given.fill(payload, ANA, given.video)))
    }
    assert telling == {}


def mentions(answer: Answer) -> bool:
    assert answer.status == 200, answer.raw
    text = answer.raw.decode()
    return CANARY in text or f'"{ANA}"' in text or "ana.name" in text or f"-{ANA}" in text


def test_every_list_would_have_told_of_them_before(given: World) -> None:
    """Else the test above would prove nothing. Ben mutes Ana, so that the feed is the exception; he
    follows her, so that she is not suggested; and nobody asks anybody."""
    silent = {
        "getUserFeed",
        "getSuggestedUsers",
        "getFollowRequests",
        "getFriendRequests",
        "getHeldComments",
        "getVideoComments",
        "getCommentReplies",
        "getTrendingVideos",
        "getVideosByHashtag",
        "getVideosBySound",
        "searchVideos",
        "searchSounds",
        "getTrendingSounds",
        "getTrendingChallenges",
        *SAME_FOR_ALL,
        "getFollowingFeed",
    }
    for name, payload in LISTS.items():
        told = mentions(ask(name, given.fill(payload, ANA, given.video)))
        assert told is (name not in silent), name
    circles.unmute(BEN, ANA)
    assert mentions(ask("getUserFeed", {}))
    muted = ("getVideoComments", "getCommentReplies", "searchVideos", "getTrendingVideos")
    sounds = ("searchSounds", "getTrendingSounds", "getTrendingChallenges")
    for name in (*muted, *sounds, "getVideosByHashtag", "getVideosBySound", "getHeldComments"):
        assert mentions(ask(name, given.fill(LISTS[name], ANA, given.video))), name
    assert mentions(ask("getFollowingFeed", {}))
    service.unfollow(BEN, ANA)
    assert mentions(ask("getSuggestedUsers", {}))
    service.unfollow(ANA, BEN)
    friends.send(ANA, BEN)
    assert mentions(ask("getFriendRequests", {}))
    settings.set_private(BEN, private=True)
    service.follow(ANA, BEN)
    assert mentions(ask("getFollowRequests", {}))
    assert mentions(ask("getNotifications", {}))


def involving(actor: UserId, uid: UserId) -> int:
    """In how many of a user's entries somebody stands, whether the list shows it or not."""
    return len(list(inboxes.involving(actor, uid).stream()))


@pytest.mark.parametrize("how", ["blocked", "blocking"])
def test_a_block_takes_back_what_was_told_and_tells_nothing_more(
    how: str, world: World, queue: Queue
) -> None:
    """Negative control: without `part` in `sever`, the entry about the like stays."""
    assert mentions(ask("getNotifications", {}))
    HIDDEN[how](queue)
    before = involving(ANA, BEN)
    queue.drain(times=2)
    assert not mentions(ask("getNotifications", {}))
    assert before
    assert involving(ANA, BEN) == 0


@pytest.mark.parametrize("how", HIDDEN)
def test_no_push_no_group_and_no_badge_tells_of_whoever_is_hidden(
    how: str, world: World, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ana and Dina like a video of Ben's; then Ana is hidden, and Carl likes it too.

    Negative control: without `may_act` in `groups._named` the erased, without `barred` in `hears` the
    blocked are named; without `forget` in `presence` the badge counts what the list does not show.
    """
    join(CARL)
    fcm_of_ben = Scripted()
    monkeypatch.setattr(fcm, "transport", lambda: fcm_of_ben)
    circles.unmute(BEN, ANA)
    phones.register(BEN, platform=Platform.IOS)
    his = video(BEN)
    for fan in (ANA, DINA):
        likes.like(fan, his)
    queue.drain()
    assert fcm_of_ben.sent[-1].body == "dina.name and ana.name liked your video"
    HIDDEN[how](queue)
    for _ in telling.forget(ANA) if how == "erased" else ():
        pass  # as the erasure's task does
    queue.drain(times=2)
    fcm_of_ben.sent.clear()
    likes.like(CARL, his)
    queue.drain()
    (pushed,) = fcm_of_ben.sent
    assert pushed.body == "carl.name and dina.name liked your video"
    assert CANARY not in str(pushed)
    assert "ana" not in " ".join(pushed.data.values())
    page = ask("getNotifications", {})
    assert not mentions(page)
    assert "carl.name and dina.name liked your video" in [
        one["message"] for one in page.data["notifications"]
    ]
    unread = [one for one in page.data["notifications"] if not one["isRead"]]
    assert page.data["unreadCount"] == len(unread) == pushed.badge


@pytest.mark.parametrize("how", HIDDEN)
def test_between_a_block_and_its_task_no_entry_names_the_other(
    how: str, world: World, queue: Queue
) -> None:
    """Negative control: with the hidden alone left out in `inbox`, those who went are named."""
    assert mentions(ask("getNotifications", {}))
    HIDDEN[how](queue)
    assert not mentions(ask("getNotifications", {}))


@pytest.mark.parametrize("how", ["blocked", "blocking"])
def test_a_block_shows_in_nobodys_counts_but_those_of_the_two(
    how: str, world: World, queue: Queue
) -> None:
    before = ask("getProfile", {"userId": DINA}).data
    HIDDEN[how](queue)
    queue.drain(times=2)
    assert ask("getProfile", {"userId": DINA}).data == before


@pytest.mark.parametrize("visibility", ["private", "followers", "friends", "close_friends"])
def test_a_video_that_is_not_for_the_viewer_is_answered_as_if_it_had_never_been(
    visibility: str, world: World, queue: Queue
) -> None:
    service.unfollow(BEN, ANA)
    kept = video(ANA, Visibility(visibility))
    _nothing_of(kept, world)


def test_a_video_of_a_private_account_is_answered_as_if_it_had_never_been(
    world: World, queue: Queue
) -> None:
    """Negative control: without `owner_private` in `can_view`, every call shows it."""
    service.unfollow(BEN, ANA)
    settings.set_private(ANA, private=True)
    queue.drain()
    _nothing_of(world.video, world)
    assert ask("getUserVideos", {"userId": ANA}).data["videos"] == []
    assert ask("getProfile", {"userId": ANA}).data["isPrivate"]
    for name in ("getFollowers", "getFollowing"):
        assert ask(name, {"userId": ANA}).refused == "account-private"


def test_a_removed_video_is_answered_as_if_it_had_never_been(world: World) -> None:
    videos.ref(world.video).update({"status": "removed"})
    _nothing_of(world.video, world)


def test_what_somebody_banned_published_is_answered_as_if_it_had_never_been(
    world: World, queue: Queue
) -> None:
    """Their page stays: see `test_lifecycle`. Negative control: without the task, it is shown."""
    before = clients.db().document(f"security/{ANA}").get().to_dict() or {}
    after = {**before, "banned": True}
    clients.db().document(f"security/{ANA}").set(after)
    standing.forget()
    withholding.changed(ANA, before, after, clock.now())
    queue.drain()
    index_sounds()
    ask("getNotifications", {})  # the edge reads the caller's standing anew
    _nothing_of(world.video, world, "getSound")


def _nothing_of(video_id: str, world: World, *besides: str) -> None:
    for name in (*ABOUT_VIDEOS, *besides):
        never = seen(name, world.fill(TARGETED[name], NOBODY, world.video[:20] + f"-{NOBODY}"))
        assert seen(name, world.fill(TARGETED[name], ANA, video_id)) == never, name


WHERE_THEY_WENT = {"getFollowers", "getFollowing", "getVideoComments", "getCommentReplies"}
"""Whoever looks at Dina's page or video sees who follows her and what was said to her: nobody was
brought together."""


@pytest.mark.parametrize("band", MINORS)
def test_a_minor_is_brought_to_no_adult_who_is_a_stranger(
    band: Band, queue: Queue, time: TestClock
) -> None:
    """What they made, used and said, of the older ones with a public account.

    Negative controls: without `kept_from_adults` in `challenges.trending`, without `_suggested` in
    `discovery.trending_sounds` and with `Audience.TEENS` in `topics.sounds`, each of these calls tells.
    """
    made = blueprint.once(f"a minor of {band}", lambda: Minor(band, queue), queue, time)
    told = {
        name for name, payload in LISTS.items() if mentions(ask(name, made.fill(payload, ANA, "")))
    }
    assert told == WHERE_THEY_WENT - {"getCommentReplies"}
    if band is Band.OLDER_TEEN:
        # Another of their age meets them, so there was something to be met.
        make_young(BEN)
        met = {"searchUsers", "searchVideos", "searchSounds", "getTrendingSounds"}
        met |= {"getTrendingChallenges", "getTrendingVideos", "getVideosByHashtag"}
        for name in met:
            assert mentions(ask(name, made.fill(LISTS[name], ANA, ""))), name


def make_young(uid: UserId) -> None:
    clients.db().document(f"security/{uid}").update(age.encode(Age(Band.OLDER_TEEN, 16)))
    standing.forget()
    suggesting.forget()


class Minor(World):
    """Ana is a minor whom Dina follows; Ben, who is grown up and a stranger to her, follows Dina."""

    def __init__(self, band: Band, queue: Queue) -> None:
        join(BEN, DINA)
        join_aged(band, ANA)
        clients.db().document(f"users/{ANA}").update({"displayName": CANARY})
        service.follow(DINA, ANA)
        asking.accept(ANA, DINA)
        if band is Band.OLDER_TEEN:
            settings.set_private(ANA, private=False)
        self.video = video(ANA)
        self.dinas, self.own = video(DINA), video(BEN)
        for one, other in ((BEN, DINA), (ANA, DINA)):
            service.follow(one, other)
        self.answered = self.say(DINA, self.dinas)
        self.say(ANA, self.dinas)
        self.trend()
        stream(DINA, DINAS_STREAM)
        queue.drain(times=2)
        index_sounds()
        for uid in (ANA, BEN, DINA):
            indexing.refresh(uid)


def test_no_call_that_names_somebody_is_forgotten_here() -> None:
    """A call whose request names a user or a thing of theirs is on this page, or is the staff's."""
    fields = {
        "user_id",
        "target_user_id",
        "follower_id",
        "requester_id",
        "receiver_id",
        "friend_id",
        "video_id",
        "comment_id",
        "parent_id",
        "sound_id",
        "challenge_id",
    }
    naming = {name for name, call in client_calls() if fields & set(call.request.model_fields)}
    assert naming - set(TARGETED) - set(OWN) - set(ABOUT_COMMENTS) == EXEMPT & naming


EXEMPT = {
    "getProfileAnalytics",
    "checkContentAgeRestriction",
    "setContentAgeRestriction",
    "recordVideoView",
}
"""About the caller's own things; another's are refused alike by their own tests. What was watched is
taken down without a look at it: see tests/emulator/views."""


def client_calls() -> Iterator[tuple[str, Call]]:
    """Every call that is not the staff's."""
    for name in (name for names in main.FUNCTIONS.values() for name in names):
        declaration = declared(getattr(main, name))
        if isinstance(declaration, Call) and not declaration.privileged:
            yield name, declaration


def test_no_call_that_lists_people_is_forgotten_here() -> None:
    """A call whose answer holds a list of things with somebody's id or name is on this page.

    Negative control: without `getGiftLeaderboard` in `LISTS` this fails.
    """
    listing = {name for name, call in client_calls() if names_people(call.response)}
    assert listing - set(LISTS) - set(LISTED_ELSEWHERE) == set()


def names_people(kind: Any, *, listed: bool = False, seen: tuple[Any, ...] = ()) -> bool:
    """Whether an answer's type has, anywhere in a list, an object that says who."""
    if (origin := get_origin(kind)) is not None:
        inside = listed or origin in (list, tuple, dict)
        return any(names_people(one, listed=inside, seen=seen) for one in get_args(kind))
    if not dataclasses.is_dataclass(kind) or kind in seen:
        return False
    fields = get_type_hints(kind)
    if listed and fields.keys() & {"user_id", "username", "actor_id"}:
        return True
    return any(names_people(one, listed=listed, seen=(*seen, kind)) for one in fields.values())
