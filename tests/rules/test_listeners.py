"""A listener that was open before a block stops showing what the block hides."""

from __future__ import annotations

from typing import Any

from spaktok.core import clients
from spaktok.core.ids import UserId
from spaktok.graph import service as graph
from spaktok.videos.service import likes
from tests.emulator.conftest import queue, time  # noqa: F401 - fixtures
from tests.rules import firestore
from tests.rules.firestore import Project
from tests.rules.listening import listening
from tests.rules.people import Person
from tests.support import worlds
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue

APP = Person("whose app it is", BEN)


def inbox(project: Project) -> dict[str, Any]:
    """The query of the notifications' screen."""
    own = {
        "field": {"field_path": "userId"},
        "op": "EQUAL",
        "value": {"string_value": BEN},
    }
    query = {"from_": [{"collection_id": "notifications"}], "where": {"field_filter": own}}
    parent = f"projects/{project.id}/databases/(default)/documents"
    return {"query": {"parent": parent, "structured_query": query}}


def card(project: Project, uid: UserId) -> dict[str, Any]:
    """The document of the profile's screen."""
    name = f"projects/{project.id}/databases/(default)/documents/users/{uid}"
    return {"documents": {"documents": [name]}}


def test_a_block_takes_its_actor_out_of_an_inbox_that_is_open_and_shuts_an_open_profile(
    ours: Project,
    queue: Queue,  # noqa: F811
) -> None:
    """Negative controls: without `part` in `sever` the entry goes on naming her; without `barred` in
    `mayMeet` the open profile shows her new name."""
    join(ANA, BEN, CARL)
    his = worlds.video(BEN)
    for fan in (ANA, CARL):
        likes.like(fan, his)
    likes.like(ANA, worlds.video(BEN))
    queue.drain()
    token = APP.headers(ours.id)["Authorization"]
    with (
        listening(ours.id, token, inbox(ours)) as news,
        listening(ours.id, token, card(ours, ANA)) as profile,
    ):
        assert news.mentions(ANA)
        assert profile.shows
        graph.block(ANA, BEN, None)
        queue.drain()
        news.until(lambda one: not one.mentions(ANA))
        assert news.mentions(CARL)
        clients.db().document(f"users/{ANA}").update({"displayName": "Canary"})
        profile.until(lambda one: one.refused)
        assert not any("Canary" in one for one in profile.ever)
    assert not ours.permits(APP, firestore.get(f"users/{ANA}"))
