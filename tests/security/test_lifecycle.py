"""What an account has become, on every surface: two tables, to be read and approved by a person.

Ana, who has been in every part, becomes something; what does Ben see of her then, and what may she
still do? A feature with a surface of its own adds a line to `SURFACES` or `ACTS`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import main
from spaktok.accounts.service import leaving, presence
from spaktok.core import clients, clock, standing
from spaktok.core.ids import UserId
from spaktok.feed import fan_out
from spaktok.graph import circles, service
from spaktok.notifications.push import letters
from spaktok.safety import births
from spaktok.safety.requests import CorrectBirthDate
from spaktok.safety.service import birth
from spaktok.search.service import indexing
from spaktok.users import settings, tightening
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.service import comments, likes
from spaktok.views.service import withholding
from tests.support import blueprint
from tests.support.ages import born
from tests.support.edge import Answer, Sender
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.worlds import video

NAME = "Canaria"

SURFACES: dict[str, tuple[str, dict[str, Any]]] = {
    "profile": ("getProfile", {"userId": ANA}),
    "search": ("searchUsers", {"query": "ana"}),
    "feed": ("getUserFeed", {}),
    "video": ("getVideo", {"videoId": "{hers}"}),
    "tab": ("getUserVideos", {"userId": ANA}),
    "comments": ("getVideoComments", {"videoId": "{dinas}"}),
    "news": ("getNotifications", {}),
    "whom I follow": ("getFollowing", {"userId": BEN}),
    "who follows another": ("getFollowers", {"userId": DINA}),
}
"""Where Ben may come across Ana: as an author, a commenter, somebody who acted, one of a list."""
ACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "look": ("getProfile", {"userId": DINA}),
    "follow": ("followUser", {"targetUserId": CARL}),
    "like": ("likeVideo", {"videoId": "{dinas}", "action": "like"}),
    "comment": ("commentOnVideo", {"videoId": "{dinas}", "text": "hi"}),
    "upload": ("uploadVideo", {"caption": "Mine"}),
}

ALL = frozenset(SURFACES)
SEEN: dict[str, frozenset[str]] = {
    "as she was": ALL,
    "blocks him": frozenset(),
    "blocked by him": frozenset(),
    "muted by him": ALL - {"feed", "comments"},
    "private, and he follows": ALL,
    "private, and he does not follow": ALL - {"feed", "video", "tab", "whom I follow"},
    "unfollowed by him": ALL - {"feed", "whom I follow"},
    "removed him": ALL - {"feed", "whom I follow"},
    "deactivated": frozenset(),
    "back again": ALL - {"news"},
    "erased": frozenset(),
    "turned out to be 14": ALL - {"search"},
    "turned out to be 10": ALL - {"search", "feed", "video", "tab", "comments"},
    "turned 18": ALL,
    "banned": ALL - {"search", "feed", "video", "tab", "comments"},
    "banned until yesterday": ALL,
}
"""What Ben sees of Ana in each state, once all tasks have run."""
MAY: dict[str, str | None] = {
    "as she was": None,
    "blocks him": None,
    "blocked by him": None,
    "muted by him": None,
    "private, and he follows": None,
    "private, and he does not follow": None,
    "unfollowed by him": None,
    "removed him": None,
    "deactivated": "account-deactivated",
    "back again": None,
    "erased": "account-suspended",
    "turned out to be 14": None,
    "turned out to be 10": "age-review-required",
    "turned 18": None,
    "banned": "account-suspended",
    "banned until yesterday": None,
}
"""The refusal that everything she tries meets; None where she may."""


def correct(years: int) -> None:
    correct_to(born(years))


def correct_to(birth_date: str) -> None:
    request = CorrectBirthDate(
        user_id=ANA, birth_date=birth_date, region="US", time_zone="UTC", reason="by letter"
    )
    birth.correct_birth_date("staff", request)
    settle()


def turn_18() -> None:
    """She was 17 yesterday, and shown to no adult who searches; no job wrote the birthday down.

    Negative control: where `Age.at` says what is written, search does not find her.
    """
    today = clock.now()
    with clock.set_to(TestClock(today - timedelta(days=1))):
        birthday = births.youngest(18, "UTC", today).isoformat()
        correct_to(birthday)
        tightening.tighten(ANA)
        indexing.refresh(ANA)


def ban(**until: Any) -> None:
    clients.db().document(f"security/{ANA}").update({"banned": True, **until})
    settle()


def settle() -> None:
    """Do what the standing's trigger sends."""
    presence.settle(ANA)
    withholding.settle(ANA)


def ban_for_a_day() -> None:
    """The ban is over, and nobody wrote that it is: the task of its end ran."""
    ban(bannedUntil=clock.now() + timedelta(days=1))
    ban(bannedUntil=clock.now() - timedelta(days=1))


def leave_and_return() -> None:
    presence.deactivate(ANA)
    presence.settle(ANA)
    presence.reactivate(ANA)


BECOMES: dict[str, Callable[[], object]] = {
    "as she was": lambda: None,
    "blocks him": lambda: service.block(ANA, BEN, None),
    "blocked by him": lambda: service.block(BEN, ANA, None),
    "muted by him": lambda: circles.mute(BEN, ANA, None),
    "private, and he follows": lambda: settings.set_private(ANA, private=True),
    "private, and he does not follow": lambda: (
        service.unfollow(BEN, ANA),
        settings.set_private(ANA, private=True),
    ),
    "unfollowed by him": lambda: service.unfollow(BEN, ANA),
    "removed him": lambda: service.remove_follower(ANA, BEN),
    "deactivated": lambda: presence.deactivate(ANA),
    "back again": leave_and_return,
    "erased": lambda: leaving.request(ANA),
    "turned out to be 14": lambda: correct(14),
    "turned out to be 10": lambda: correct(10),
    "turned 18": turn_18,
    "banned": lambda: ban(bannedUntil=None),
    "banned until yesterday": ban_for_a_day,
}


@pytest.fixture
def known(queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The videos' ids, by whose they are. Ana and Ben have to do with each other, and with Dina."""
    monkeypatch.setattr(letters, "verified_address", lambda _: None)
    for name in ("lock", "sign_out", "delete"):
        monkeypatch.setattr(f"spaktok.integrations.sign_in.{name}", lambda _: None)
    return blueprint.once("a life", lambda: made(queue), queue, time)


def made(queue: Queue) -> dict[str, str]:
    join(ANA, BEN, CARL, DINA)
    clients.db().document(f"users/{ANA}").update({"displayName": NAME})
    hers, dinas, his = video(ANA), video(DINA), video(BEN)
    for one, other in ((BEN, ANA), (ANA, BEN), (ANA, DINA)):
        service.follow(one, other)
    fan_out.carry(ANA, hers)
    comments.comment(ANA, CommentOnVideo(video_id=dinas, text="by ana"))
    likes.like(ANA, his)
    queue.drain()
    indexing.refresh(ANA)
    return {"hers": hers, "dinas": dinas}


def become(state: str, queue: Queue) -> None:
    BECOMES[state]()
    queue.drain()
    indexing.refresh(ANA)
    standing.forget()


def ask(uid: UserId, call: tuple[str, dict[str, Any]], known: dict[str, str]) -> Answer:
    name, payload = call
    filled = {
        key: value.format(**known) if isinstance(value, str) else value
        for key, value in payload.items()
    }
    return Sender(uid).call(getattr(main, name), filled)


def mentions(answer: Answer) -> bool:
    text = answer.raw.decode()
    return answer.status == 200 and any(
        one in text for one in (NAME, f'"{ANA}"', "ana.name", f"-{ANA}")
    )


@pytest.mark.parametrize("state", BECOMES)
def test_what_is_seen_of_whoever_became_this_and_what_they_may_do(
    state: str, queue: Queue, known: dict[str, str]
) -> None:
    become(state, queue)
    seen = {name for name, call in SURFACES.items() if mentions(ask(BEN, call, known))}
    met = {name: ask(ANA, call, known).refused for name, call in ACTS.items()}
    assert (seen, met) == (SEEN[state], dict.fromkeys(ACTS, MAY[state]))


def test_every_state_stands_in_the_tables() -> None:
    assert SEEN.keys() == BECOMES.keys() == MAY.keys()
