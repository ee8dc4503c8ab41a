"""The badge: who may ask, who decides, and when it goes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from spaktok.core import audit, clients, clock, standing
from spaktok.core.ids import UserId, VideoId
from spaktok.core.refusal import NotFound, Refusal
from spaktok.users import rename
from spaktok.users import store as users
from spaktok.users.refusals import NotYourOwn
from spaktok.verification import service
from spaktok.verification.criteria import Facts, missing
from spaktok.verification.refusals import (
    AlreadyDecided,
    AlreadyVerified,
    NotEligible,
    RefusedRecently,
    RequestPending,
)
from spaktok.videos import store as videos
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.service import access, comments, threads
from tests.support import worlds
from tests.support.edge import Sender, emulate
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock


def make_famous(uid: UserId) -> None:
    """Someone who meets every criterion, just."""
    join(uid)
    users.card_ref(uid).update(
        {
            "followerCount": 10_000,
            "videoCount": 5,
            "bio": "Hello",
            "profileImage": f"profiles/{uid}/profile_0a_320.jpg",
        }
    )
    for _ in range(5):
        videos.ref(worlds.video(uid)).update({"views": 20_000})


def ask(uid: UserId) -> service.Asked | Refusal:
    try:
        return service.ask(uid)
    except Refusal as refusal:
        return refusal


def request_id() -> str:
    return service.ask(ANA).request_id


def badge(uid: UserId) -> bool:
    return bool(users.card_ref(uid).get().get("isVerified"))


def told(uid: UserId) -> list[tuple[str, str]]:
    found = clients.db().collection("notifications").stream()
    return [(one.get("type"), one.get("detail")) for one in found if one.get("userId") == uid]


def test_who_meets_every_criterion_may_ask() -> None:
    make_famous(ANA)
    assert isinstance(ask(ANA), service.Asked)
    (found,) = service.waiting(BEN, 20, None).requests
    assert (found.user_id, found.username) == (ANA, "ana.name")
    assert (found.follower_count, found.video_count, found.view_count) == (10_000, 5, 100_000)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"followers": 9_999}, "10,000 followers"),
        ({"views": 99_999}, "100,000 views"),
        ({"videos": 4}, "5 videos"),
        ({"last_posted_at": None}, "last 30 days"),
        ({"complete": False}, "a bio"),
        ({"violations": True}, "violations"),
    ],
)
def test_each_criterion_counts_by_itself(
    change: dict[str, Any], named: str, time: TestClock
) -> None:
    facts = {
        "followers": 10_000,
        "views": 100_000,
        "videos": 5,
        "last_posted_at": time.at - timedelta(days=30),
        "complete": True,
        "violations": False,
    }
    assert missing(Facts(**facts), time.at) == []
    (lacking,) = missing(Facts(**{**facts, **change}), time.at)
    assert named in lacking


def test_what_is_measured_decides_and_the_refusal_names_all_that_lacks(time: TestClock) -> None:
    make_famous(ANA)
    users.card_ref(ANA).update({"followerCount": 12, "bio": ""})
    users.security_ref(ANA).update({"banned": True})
    time.pass_(days=31)
    refused = ask(ANA)
    assert isinstance(refused, NotEligible)
    for named in ("followers", "last 30 days", "a bio", "violations"):
        assert named in str(refused)
    assert "views" not in str(refused)


def test_what_they_published_shows_the_badge_and_loses_it_with_the_name(queue: Queue) -> None:
    """Negative control: without `_copies` the video shows none."""
    make_famous(ANA)
    join(BEN)
    shown = worlds.video(ANA)
    comments.comment(ANA, CommentOnVideo(video_id=shown, text="Mine"))
    service.approve(BEN, ANA, request_id(), "authentic")
    queue.drain()
    assert badges(shown) == (True, True)
    rename.change_username(ANA, "lumen")
    queue.drain()
    assert badges(shown) == (False, False)


def badges(video_id: VideoId) -> tuple[bool, bool]:
    """Whether the video and the comment under it show their author's."""
    [comment] = threads.comments_of(BEN, video_id, 20, None).comments
    return access.get_video(BEN, video_id).user_is_verified, comment.user_is_verified


def test_of_many_requests_at_once_one_waits() -> None:
    """Negative control: without `_check_last`, each replaces the one before."""
    make_famous(ANA)
    count = some(16, short=5)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(ask, [ANA] * count))
    assert sum(isinstance(one, service.Asked) for one in outcomes) == 1
    assert sum(isinstance(one, RequestPending) for one in outcomes) == count - 1
    assert len(service.waiting(BEN, 20, None).requests) == 1


def test_an_approval_gives_the_badge_is_recorded_and_told(queue: Queue) -> None:
    make_famous(ANA)
    join(BEN)
    asked = request_id()
    service.approve(BEN, ANA, asked, "authentic")
    assert badge(ANA)
    assert audit.verify() == []
    chain = clients.db().collection("audit").document(audit.chain_of(BEN)).collection("entries")
    (entry,) = (one.to_dict() or {} for one in chain.stream())
    assert (entry["what"], entry["target"], entry["reason"]) == (
        "approveVerification",
        ANA,
        "authentic",
    )
    queue.drain(times=2)
    assert told(ANA) == [("verification_approved", "")]
    assert isinstance(ask(ANA), AlreadyVerified)
    assert service.waiting(BEN, 20, None).requests == []


def test_a_refusal_is_told_to_the_user_alone_and_holds_for_30_days(
    queue: Queue, time: TestClock
) -> None:
    make_famous(ANA)
    join(BEN, CARL)
    service.reject(BEN, ANA, request_id(), "the photo shows somebody else")
    queue.drain()
    assert not badge(ANA)
    assert told(ANA) == [("verification_rejected", "the photo shows somebody else")]
    assert told(CARL) == told(BEN) == []
    assert "somebody else" not in str(users.card_ref(ANA).get().to_dict())
    time.pass_(days=30, milliseconds=-1)
    videos.ref(worlds.video(ANA)).update({"views": 1})
    assert isinstance(ask(ANA), RefusedRecently)
    time.pass_(milliseconds=1)
    assert isinstance(ask(ANA), service.Asked)


def test_two_opposite_decisions_at_once_are_one(queue: Queue) -> None:
    make_famous(ANA)
    join(BEN, CARL)
    asked = request_id()

    def decide(number: int) -> service.Decided | Refusal:
        one = service.approve if number % 2 else service.reject
        try:
            return one((BEN, CARL)[number % 2], ANA, asked, "seen")
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(decide, range(some(16, short=4))))
    statuses = {one.status for one in outcomes if isinstance(one, service.Decided)}
    assert len(statuses) == 1
    assert any(isinstance(one, AlreadyDecided) for one in outcomes)
    queue.drain()
    assert len(told(ANA)) == 1


def test_nobody_decides_about_themselves_or_about_what_is_not_there() -> None:
    make_famous(ANA)
    asked = request_id()
    with pytest.raises(NotYourOwn):
        service.approve(ANA, ANA, asked, "me")
    join(BEN, CARL)
    for user, request in ((CARL, asked), (ANA, "unknown")):
        with pytest.raises(NotFound):
            service.approve(BEN, user, request, "hm")
    assert not badge(ANA)


def test_a_rename_loses_the_badge_and_voids_the_request() -> None:
    make_famous(ANA)
    join(BEN)
    asked = request_id()
    rename.change_username(ANA, "lumen")
    with pytest.raises(AlreadyDecided):
        service.approve(BEN, ANA, asked, "authentic")
    assert not badge(ANA)
    assert service.waiting(BEN, 20, None).requests == []
    assert isinstance(ask(ANA), service.Asked)


def test_a_request_under_the_new_name_replaces_the_waiting_one() -> None:
    make_famous(ANA)
    request_id()
    rename.change_username(ANA, "lumen")
    assert isinstance(ask(ANA), service.Asked)
    assert [one.username for one in service.waiting(BEN, 20, None).requests] == ["lumen"]


@pytest.mark.parametrize(
    "name", ["approveVerification", "rejectVerification", "getPendingVerifications"]
)
def test_only_staff_decide_and_see_what_waits(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import main

    emulate(monkeypatch)
    join(BEN)
    make_famous(ANA)
    request = (
        {}
        if name == "getPendingVerifications"
        else {"userId": ANA, "requestId": request_id(), "reason": "seen"}
    )
    assert Sender(BEN).call(getattr(main, name), request).refused == "permission-denied"
    users.security_ref(BEN).update({"roles": ["user", "moderator"]})
    standing.forget()
    assert Sender(BEN).call(getattr(main, name), request).refused is None


def test_the_time_of_asking_is_the_servers() -> None:
    make_famous(ANA)
    request_id()
    (found,) = service.waiting(BEN, 20, None).requests
    assert found.created_at == clock.now()
