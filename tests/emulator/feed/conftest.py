"""Worlds in which feeds are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from spaktok.core.ids import UserId
from spaktok.feed import personal, pool, sources
from spaktok.feed.model import FeedCard, Mode
from spaktok.feed.pages import FeedPage
from tests.support import blueprint
from tests.support.people import join
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.worlds import video

Pages = Callable[..., list[FeedPage]]


@dataclass
class Here:
    """Of the test that runs."""

    queue: Queue
    time: TestClock


_here: list[Here] = []


@pytest.fixture(autouse=True)
def here(queue: Queue, time: TestClock) -> None:
    """What `creators` copies a world into."""
    _here[:] = [Here(queue, time)]


def creators(count: int, each: int = 1) -> list[str]:
    """So many public accounts with so many new videos each, known to the pool; the videos.

    They are made once a process for all tests that begin with them.
    """
    if blueprint.dump():
        return _made(count, each)
    (test,) = _here
    name = f"{count} creators, {each} videos each"
    made = blueprint.once(name, lambda: _made(count, each), test.queue, test.time)
    sources.forget()
    return list(made)


def _made(count: int, each: int) -> list[str]:
    made = []
    owners = [UserId(f"creator{number}") for number in range(count)]
    join(*owners)
    for number, owner in enumerate(owners):
        made += [video(owner, minutes=-(number * each + one)) for one in range(each)]
    refresh_pool()
    return made


def refresh_pool() -> None:
    pool.refresh()
    sources.forget()


def ids(page: FeedPage) -> list[str]:
    return [card.video_id for card in page.videos]


@pytest.fixture
def read_all() -> Pages:
    """All pages of one session, from the first on."""

    def read(uid: UserId, limit: int = 20, mode: Mode | None = None) -> list[FeedPage]:
        pages = [personal.page(uid, limit, None, mode)]
        while pages[-1].has_more and len(pages) < 50:
            pages.append(personal.page(uid, limit, pages[-1].next_cursor, mode))
        return pages

    return read


def cards(pages: list[FeedPage]) -> list[FeedCard]:
    return [card for page in pages for card in page.videos]
