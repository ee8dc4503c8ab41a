"""Malformed and adversarial bodies at every callable: twenty at least, and a thousand in a whole run.

None is answered INTERNAL, none that is refused changes a document or sends a task, and no answer
quotes a path, a traceback or another user's anything.

Negative controls, tried by hand and each found: `json.loads` in place of `wire.data`, a write before
the `NotFound` of a video, an `editProfile` that changes the privacy in a commit of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

import pytest

import main
from localstripe.api import LocalStripe
from spaktok.accounts.service import exporting
from spaktok.coins.requests.buying import PurchaseCoins
from spaktok.coins.service import buying, settling
from spaktok.coins.service import refunding as coin_refunds
from spaktok.core import clients, clock, config, limits, meter, standing
from spaktok.core.caller import Role
from spaktok.core.endpoint.declaration import Call, declared
from spaktok.core.ids import UserId
from spaktok.core.refusal import HTTP_STATUS, Code
from spaktok.gifts.service import refunding as gift_refunds
from spaktok.graph import friends
from spaktok.graph import service as graph
from spaktok.integrations.stripe import payments
from spaktok.premium.requests import UpdatePremiumSettings
from spaktok.premium.service import settings as premium
from spaktok.safety.model import IdType
from spaktok.safety.requests import RequestIdVerification
from spaktok.safety.service import identity
from spaktok.users import photos
from spaktok.users.pictures import ImageType
from spaktok.videos.engaging import CommentOnVideo, CreateSavedCollection, UpdateCommentFilters
from spaktok.videos.model import Intent
from spaktok.videos.requests import CreateChallenge
from spaktok.videos.service import challenges, comment_rules, comments, saves
from spaktok.wallet.model.adjusting import Adjusted
from spaktok.wallet.service import adjusting, approvals
from tests.security import bodies
from tests.support import blueprint, payouts
from tests.support.edge import Answer, Sender, forget_app, token
from tests.support.gifts import stream
from tests.support.giving import give
from tests.support.money import buy
from tests.support.paying import Till, till
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock
from tests.support.worlds import ready, video

BODIES = 1_000
BODIES_MIN = some(BODIES, short=20)
"""A short run ends here where the mix has met both a refusal of the edge and a success."""
REPLAYED_MAX = some(20, short=4)
"""Of the bodies refused by one name."""

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
NEWCOMER = UserId("newcomer")
NEVER = {
    "cancelPremiumSubscription": "Ana subscribes to no slot",
    "getExportLink": "the export is written by a task, into a Storage that is not here",
    "requestVerification": "Ana has not the followers that the badge asks for",
    "verifyStorePurchase": "no store is configured here, and none would sign for it",
    "setAchievementDisplayed": "Ana has reached nothing yet",
    "setBirthDate": "Ana said hers when she joined",
}
"""Calls that cannot succeed in this world, and why."""

ENDING = {"deleteAccount", "revokeAllSessions"}
"""After one success the sender is signed out; they are let in again, for the next body."""

LEAVING_A_MARK = {"not-old-enough": "ageLocks"}
"""Refusals that are there to be remembered, and where: who asks again with another date is refused
too, so the mark is wiped away for the next body."""


BY_THE_COMMIT = {"key-reused"}
"""Refusals that the database gives: the meter counts the commit that was refused whole. That it left
nothing is seen when they are replayed."""


WHILE_IT_LASTS = {"holds-another-slot", "not-the-holder", "slot-occupied"}
"""Refusals by what another body of the same call has done: not replayed at the end."""


class EmptyBlob:
    """What is not there."""

    def exists(self) -> bool:
        """It is not."""
        return False


class EmptyBucket:
    """A Storage to which nobody has uploaded anything."""

    def get_blob(self, path: str) -> None:
        """Nothing lies there."""

    def blob(self, path: str) -> EmptyBlob:
        """What would lie there."""
        return EmptyBlob()


@dataclass
class World:
    """Where it happens, and what came of it."""

    ids: dict[bytes, bytes]
    """What exists, by the name it has in the bodies."""
    queue: Queue
    refused: dict[str, set[bytes]] = field(default_factory=dict)
    succeeded: bool = False
    written: bool = False
    """Whether it is another one now than it was."""


_unwritten: list[str] = []
"""The project of the last test, where its call only read: the next may have it."""


@pytest.fixture
def world(
    request: pytest.FixtureRequest,
    queue: Queue,
    time: TestClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """Ben has a video and follows Ana, who was told; Carl blocks her; Dina asks to be her friend.

    Ben asks the staff for this and that. Ben bought coins, and Ana has begun to. No rate limit ends it.
    """
    name = request.node.callspec.params["name"]
    if _unwritten:
        monkeypatch.setenv("GCLOUD_PROJECT", _unwritten.pop())
        forget_app()
        ids, account = blueprint.again("fuzz", queue, time)
    else:
        with till(monkeypatch) as first:
            ids, account = blueprint.once("fuzz", lambda: made(queue, first), queue, time)
    with till(monkeypatch, account.copy()) as stripe:
        monkeypatch.setattr(limits, "check", lambda *_: None)
        monkeypatch.setattr(limits, "charge", lambda *_: None)
        monkeypatch.setattr(clients, "bucket", EmptyBucket)
        # Links name a host that is everybody's to know; one of its own is made of the project.
        monkeypatch.setenv("SPAKTOK_LINK_HOST", "links.example")
        here = awaiting(name, World(dict(ids), queue), stripe)
        yield here
        if not here.written:
            _unwritten.append(config.project())


def awaiting(name: str, world: World, stripe: Till) -> World:
    """The world in which what Carl proposed is what this call approves: else, it is a correction."""
    match name:
        case "approveCoinRefund":
            purchase = paid(DINA, stripe, "coins_10000")
            proposal = coin_refunds.refund(CARL, purchase, "twice", "key-of-carl", None).proposal_id
        case "approveGiftRefund":
            buy(DINA, 50_000, key="more-for-dina")
            gift = give(DINA, BEN, "star", quantity=60).transaction_id
            proposal = gift_refunds.refund(CARL, gift, "by a child").proposal_id
        case _:
            return world
    world.written = True
    seen = approvals.ref(str(proposal)).get().get("payloadHash")
    known = {bodies.PROPOSAL: str(proposal), bodies.SEEN: seen}
    world.ids = {**world.ids, **{one.encode(): known[one].encode() for one in known}}
    return world


def made(queue: Queue, stripe: Till) -> tuple[dict[bytes, bytes], LocalStripe]:
    """All that, by the calls that people make: what exists, by the name it has in the bodies, and what
    Stripe knows of it."""
    join(ANA, BEN, CARL, DINA)
    graph.follow(BEN, ANA)
    queue.drain()
    (news,) = clients.db().collection("notifications").list_documents()
    graph.block(CARL, ANA, None)
    friends.send(DINA, ANA)
    graph.follow(ANA, BEN)
    queue.drain()
    exporting.request(ANA)
    premium.initialize(ANA)
    offer = UpdatePremiumSettings(sales_open=True, price_usd=9_900, reason="As agreed")
    premium.update(ANA, offer)
    own, bens = (payouts.ask(payouts.ready(uid, dollars=5_000)) for uid in (ANA, BEN))
    document = RequestIdVerification(id_type=IdType.PASSPORT, id_number="X1234567", image_count=1)
    correction = adjusting.Adjustment(BEN, Adjusted.COINS, 5)
    proposal = adjusting.propose(CARL, "correction", correction, "goodwill")
    known = {
        bodies.VIDEO: video(BEN),
        bodies.OWN_VIDEO: video(ANA),
        bodies.NEWS: news.id,
        bodies.REQUEST: identity.ask(BEN, document).request_id,
        bodies.BADGE: badge(BEN),
        bodies.OWN_PAYOUT: own,
        bodies.PAYOUT: bens,
        bodies.PURCHASE: order(ANA),
        bodies.PAID: paid(BEN, stripe),
        **discussion(),
        bodies.PROPOSAL: proposal.proposal_id,
        bodies.SEEN: proposal.payload_hash,
        bodies.STREAM: stream(BEN, "stream-of-ben"),
        bodies.GIFT: gift_of(DINA),
        bodies.OWN_GIFT: gift_of(ANA),
        bodies.PHOTO: photos.issue(ANA, ImageType.PROFILE).storage_path,
        bodies.DRAFT: ready(ANA, intent=Intent.DRAFT),
        bodies.SOUND: ready(BEN),
        bodies.CHALLENGE: challenges.create(
            BEN, CreateChallenge(title="Jump", hashtag="jump")
        ).challenge_id,
    }
    ids = {one.encode(): known[one].encode() for one in known}
    return ids, stripe.account.copy()


def order(uid: UserId, package: str = "coins_100") -> str:
    """A purchase of coins that waits to be paid."""
    return buying.checkout(uid, PurchaseCoins(package_id=package)).purchase_id


def paid(uid: UserId, stripe: Till, package: str = "coins_100") -> str:
    """A purchase of coins that was paid."""
    purchase = order(uid, package)
    settling.settle(payments.payment(stripe.pay(purchase)))
    return purchase


def discussion() -> dict[str, str]:
    """Under a video of Ana's: her comment, and Ben's that waits for her; and where she saves to."""
    clip = video(ANA)
    comment_rules.update(ANA, UpdateCommentFilters(words=["pills"]))
    said = {
        placeholder: comments.comment(who, CommentOnVideo(video_id=clip, text=text)).comment_id
        for placeholder, who, text in (
            (bodies.COMMENT, ANA, "Mine"),
            (bodies.HELD, BEN, "pills"),
        )
    }
    made = saves.create_collection(ANA, CreateSavedCollection(name="Trips"))
    return {**said, bodies.COLLECTION: made.collection_id}


def gift_of(uid: UserId) -> str:
    """A gift to Ben, just sent, from somebody who has coins left for more."""
    buy(uid, 50_000, key=f"coins-{uid}")
    return give(uid, BEN).transaction_id


def badge(uid: UserId) -> str:
    """A request for the verification badge that waits."""
    card = clients.db().document(f"users/{uid}").get()
    at = clock.now()
    request = clients.db().collection("verificationRequests").document(f"badge-{uid}")
    asked = {"userId": uid, "username": card.get("username"), "status": "pending"}
    request.set(
        {**asked, "followerCount": 1, "videoCount": 1, "viewCount": 1, "createdAt": at},
    )
    latest = {"requestId": request.id, "username": card.get("username"), "status": "pending"}
    clients.db().document(f"verifications/{uid}").set({**latest, "decidedAt": None})
    return request.id


def clear(collection: str) -> None:
    """Delete what is in a collection."""
    for reference in clients.db().collection(collection).list_documents():
        reference.delete()


def sender(name: str, call: Call) -> Sender:
    """Whoever may make the call: Ana, in the role that it asks for, or somebody new."""
    uid = NEWCOMER if name == "createUserProfile" else ANA
    if uid == ANA:
        roles = [max(call.roles, key=list(Role).index)] if call.roles else []
        clients.db().document(f"security/{uid}").update({"roles": roles})
    standing.forget()
    return Sender(uid, {"Authorization": f"Bearer {token(uid)}"})


def check(answer: Answer, call: Call, raw: bytes) -> str:
    """The answer is one that may be given, whatever was asked; its name."""
    # Where to upload to is in the app's own configuration as well.
    told = answer.raw.replace(clients.bucket_name(config.project()).encode(), b"")
    for leak in LEAKS:
        # What the caller said may come back to the caller.
        assert leak not in told or leak in raw, (raw, answer.raw)
    body = answer.body
    if "error" not in body:
        assert answer.status == 200
        assert set(body["result"]) == {"success", "data", "message"}
        return "ok"
    error = body["error"]
    refused = error["details"]["error"]
    code = Code(error["status"])
    assert code is not Code.INTERNAL, (raw, answer.raw)
    assert HTTP_STATUS[code] == answer.status
    assert error["details"]["success"] is False
    assert error["details"]["data"] is None
    assert error["details"]["message"] == error["message"]
    assert refused in ANYWHERE | {kind.error() for kind in call.refusals}, (raw, refused)
    return str(refused)


def attempt(world: World, name: str, call: Call, someone: Sender) -> Callable[[bytes], None]:
    """How to send one body, and to see that what is refused has no effect."""
    entry = getattr(main, name)
    own = clients.db().document(f"security/{someone.uid}")
    allowed = own.get().to_dict() or {}

    def send(raw: bytes) -> None:
        for placeholder, real in world.ids.items():
            raw = raw.replace(placeholder, real)
        sent = len(world.queue.known)
        with meter.counting() as cost:
            answer = someone.send(entry, raw)
        outcome = check(answer, call, raw)
        world.written = world.written or cost.writes + cost.deletes > 0
        if outcome == "ok":
            world.succeeded = True
            if name in ENDING:
                own.set(allowed)
            return
        if outcome in LEAVING_A_MARK:
            clear(LEAVING_A_MARK[outcome])
        elif outcome not in BY_THE_COMMIT:
            assert (cost.writes, cost.deletes) == (0, 0), (raw, answer.raw)
        assert len(world.queue.known) == sent or outcome in LEAVING_A_MARK, raw
        if outcome in WHILE_IT_LASTS:
            return
        refused = world.refused.setdefault(outcome, set())
        if len(refused) < REPLAYED_MAX:
            refused.add(raw)

    return send


@pytest.mark.parametrize("name", CALLABLES)
def test_no_body_breaks_a_callable(
    name: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    call = declared(getattr(main, name))
    assert isinstance(call, Call)
    someone = sender(name, call)
    send = attempt(world, name, call, someone)
    schema, rolls = call.request.model_json_schema(), Random(name)
    for number in range(BODIES):
        if number >= BODIES_MIN and "invalid-request" in world.refused and world.succeeded:
            break
        if number >= BODIES_MIN and name in NEVER:
            break
        send(bodies.body(schema, rolls))
        capsys.readouterr()  # a thousand log lines are not kept
    assert "invalid-request" in world.refused, "the mix missed what the edge refuses"
    assert world.succeeded is (name not in NEVER), "the mix missed what succeeds, or NEVER is old"
    before, asked = blueprint.dump(), len(world.queue.known)
    for raw in (one for kind in world.refused.values() for one in kind):
        assert someone.send(getattr(main, name), raw).refused is not None, raw
    assert blueprint.dump() == before
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
def test_no_header_breaks_a_callable(kind: str) -> None:
    stranger = Sender("stranger")
    broken = {
        name: answer.raw
        for name in CALLABLES
        if (answer := stranger.call(getattr(main, name), {}, **ODD_HEADERS[kind])).status == 500
    }
    assert broken == {}
