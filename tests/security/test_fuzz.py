"""A thousand malformed and adversarial bodies at every callable.

None is answered INTERNAL, none that is refused changes a document or sends a task, and no answer
quotes a path, a traceback or another user's anything.

Negative controls, tried by hand and each found: `json.loads` in place of `wire.data`, `wire._clean`
left out, an id pattern that lets `/` through, a write before the `NotFound` of a video.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import main
from spaktok.core import clients, limits, meter
from spaktok.core.endpoint.declaration import Call, declared
from spaktok.core.refusal import HTTP_STATUS, Code
from spaktok.graph import service as graph
from tests.security.bodies import NEWS, VIDEO, bodies
from tests.support.edge import Answer, Sender
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.worlds import video

BODIES = 1_000
REPLAYED_MAX = 60
"""Of the bodies that the edge itself refuses; of those that a feature refused all are replayed."""

CALLABLES = sorted(
    name
    for names in main.FUNCTIONS.values()
    for name in names
    if isinstance(declared(getattr(main, name)), Call)
)
ANYWHERE = frozenset(
    {
        "invalid-request",
        "authentication-required",
        "profile-required",
        "account-suspended",
        "too-many-requests",
        "try-again",
    }
)
"""Refusals that any call may meet and none has to declare."""

LEAKS = (
    b"Traceback",
    b".py",
    b"site-packages",
    b"spaktok.",
    b"google.api_core",
    b"/documents/",
    b"demo-",
    b"@example.com",
)
NEWCOMER = "newcomer"


@dataclass
class World:
    """Where it happens, and what came of it."""

    video_id: str
    news_id: str
    queue: Queue
    refused: list[bytes] = field(default_factory=list)
    refused_at_the_edge: int = 0
    outcomes: set[str] = field(default_factory=set)


@pytest.fixture
def world(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> World:
    """Ben has a video and follows Ana, who was told; Carl blocks her. No rate limit ends it."""
    join(ANA, BEN, CARL)
    graph.follow(BEN, ANA)
    graph.block(CARL, ANA, None)
    queue.drain()
    (news,) = clients.db().collection("notifications").list_documents()
    monkeypatch.setattr(limits, "check", lambda *_: None)
    return World(video(BEN), news.id, queue)


def dump() -> dict[str, Any]:
    """Every document of the project."""
    found: dict[str, Any] = {}

    def read(collections: Any) -> None:
        for collection in collections:
            for reference in collection.list_documents():
                found[reference.path] = reference.get().to_dict()
                read(reference.collections())

    read(clients.db().collections())
    return found


def sender(name: str) -> Sender:
    return Sender(NEWCOMER if name == "createUserProfile" else ANA)


def check(answer: Answer, call: Call, raw: bytes) -> str:
    """The answer is one that may be given, whatever was asked; its name."""
    for leak in LEAKS:
        assert leak not in answer.raw, (raw, answer.raw)
    if answer.refused is None:
        assert answer.status == 200
        assert set(answer.body["result"]) == {"success", "data", "message"}
        return "ok"
    error = answer.error
    code = Code(error["status"])
    assert code is not Code.INTERNAL, (raw, answer.raw)
    assert HTTP_STATUS[code] == answer.status
    assert error["details"]["success"] is False
    assert error["details"]["data"] is None
    assert error["details"]["message"] == error["message"]
    declared_names = {kind.error() for kind in call.refusals}
    assert answer.refused in ANYWHERE | declared_names, (raw, answer.refused)
    return answer.refused


def attempt(world: World, name: str, call: Call) -> Callable[[bytes], None]:
    entry, someone = getattr(main, name), sender(name)

    def send(raw: bytes) -> None:
        raw = raw.replace(VIDEO.encode(), world.video_id.encode())
        raw = raw.replace(NEWS.encode(), world.news_id.encode())
        sent = len(world.queue.known)
        with meter.counting() as cost:
            answer = someone.send(entry, raw)
        outcome = check(answer, call, raw)
        world.outcomes.add(outcome)
        if outcome == "ok":
            return
        assert (cost.writes, cost.deletes) == (0, 0), (raw, answer.raw)
        assert len(world.queue.known) == sent, raw
        at_the_edge = outcome == "invalid-request"
        world.refused_at_the_edge += at_the_edge
        if not at_the_edge or world.refused_at_the_edge <= REPLAYED_MAX:
            world.refused.append(raw)

    return send


@pytest.mark.parametrize("name", CALLABLES)
def test_no_body_breaks_a_callable(
    name: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    call = declared(getattr(main, name))
    assert isinstance(call, Call)
    send = attempt(world, name, call)
    schema = call.request.model_json_schema()

    @settings(
        max_examples=BODIES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(bodies(schema))
    def throw(raw: bytes) -> None:
        send(raw)
        capsys.readouterr()  # a thousand log lines are not kept

    throw()
    assert {"ok", "invalid-request"} <= world.outcomes, "the mix missed one side of the edge"
    before, asked = dump(), len(world.queue.known)
    for raw in world.refused:
        assert sender(name).send(getattr(main, name), raw).refused is not None, raw
    assert dump() == before
    assert len(world.queue.known) == asked


ODD_HEADERS: dict[str, dict[str, str]] = {
    "a huge header": {"X_Forwarded_For": "1" * 8000},
    "no address": {"X_Forwarded_For": ", ,"},
    "an app check token of another kind": {"X_Firebase_AppCheck": "\u00ff"},
    "an instance id": {"Firebase_Instance_ID_Token": "x"},
    "a trace": {"X_Cloud_Trace_Context": "../../x"},
    "another origin": {"Origin": "null"},
}


@pytest.mark.parametrize("kind", ODD_HEADERS)
@pytest.mark.parametrize("name", CALLABLES)
def test_no_header_breaks_a_callable(kind: str, name: str) -> None:
    answer = Sender("stranger").call(getattr(main, name), {}, **ODD_HEADERS[kind])
    assert answer.error["status"] != "INTERNAL"
