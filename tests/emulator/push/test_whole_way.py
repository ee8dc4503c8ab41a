"""From what happens to the phone it is shown on, through the entry points that are deployed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import main
from spaktok.graph import service as graph
from spaktok.videos.service import likes
from tests.support.edge import Answer, Sender, emulate, forget_app
from tests.support.news import adults
from tests.support.people import ANA, BEN, CARL, DINA
from tests.support.phones import bodies, received, token, tokens
from tests.support.queue import Queue
from tests.support.worlds import video

Call = Callable[..., Answer]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """A deployed function, called by a user's app."""
    emulate(monkeypatch)

    def calling(uid: str, name: str, **data: Any) -> Answer:
        return Sender(uid).call(getattr(main, name), data)

    yield calling
    forget_app()


def test_a_like_reaches_the_owners_phone_in_her_language_and_opens_the_video(
    call: Call, queue: Queue
) -> None:
    adults(ANA, BEN)
    clip = video(ANA)
    registered = call(ANA, "registerFcmToken", token=token("phone"), platform="ios", locale="sv-SE")
    assert registered.data == {"registered": True}
    likes.like(BEN, clip)
    queue.drain(times=5)
    assert bodies() == ["ben.name gillade din video"]
    [told] = received()
    assert told["apns"]["payload"]["aps"]["badge"] == 1
    opened = call(ANA, "resolveDeepLink", link=told["data"]["link"])
    assert opened.data["videoId"] == clip


def test_a_group_reaches_the_phone_as_one(call: Call, queue: Queue) -> None:
    adults(ANA, BEN, CARL, DINA)
    clip = video(ANA)
    call(ANA, "registerFcmToken", token=token("phone"))
    for fan in (BEN, CARL, DINA):
        likes.like(fan, clip)
    queue.drain()
    assert received()[-1]["notification"]["body"].endswith("liked your video")
    assert "1 other" in bodies()[-1]


def test_after_signing_out_the_phone_is_told_nothing(call: Call, queue: Queue) -> None:
    adults(ANA, BEN)
    clip = video(ANA)
    call(ANA, "registerFcmToken", token=token("phone"))
    assert call(ANA, "unregisterFcmToken", token=token("phone")).data == {"registered": False}
    likes.like(BEN, clip)
    queue.drain()
    assert bodies() == []
    assert tokens(ANA) == set()


def test_a_link_on_a_screen_opens_nothing_after_a_block(call: Call) -> None:
    adults(ANA, BEN)
    clip = video(ANA)
    assert call(BEN, "resolveDeepLink", link=f"spaktok://video/{clip}").status == 200
    graph.block(ANA, BEN, None)
    blocked = call(BEN, "resolveDeepLink", link=f"spaktok://video/{clip}")
    never = call(BEN, "resolveDeepLink", link="spaktok://video/never")
    assert blocked.refused == "not-found"
    assert blocked.raw == never.raw
