"""Beginning a session: the making of its slate, and its first page.

Seven documents in one batch, or nine where this instance does not keep what is common to all; up to
three pools of what the viewer is interested in, where it does not keep those; what they watched of the
last slate, where no cursor says how far they came (`feed.seen`); and up to three writes, of which the
slate's holds only if nothing that hides something came in between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, log, revocations
from spaktok.core.dispatch import Task, release_all, send_if_possible, window
from spaktok.core.ids import UserId
from spaktok.feed import (
    pages,
    recipes,
    replay,
    seen,
    service,
    slates,
    slating,
    sources,
    store,
    topics,
    tuning,
)
from spaktok.feed.model import Mode, Viewer, key
from spaktok.feed.pages import FeedPage
from spaktok.feed.ranking import INTERESTS
from spaktok.feed.slates import Hidden, Place, Slate
from spaktok.feed.slating import Candidate, Inputs, Ranked
from spaktok.feed.sources import Gathered
from spaktok.feed.tuning import Tuning
from spaktok.safety.policy import Decision, Feature
from spaktok.safety.refusals import NotForYourAge
from spaktok.safety.service import access, suggesting
from spaktok.users import store as users
from spaktok.views import store as views
from spaktok.views.interests import overgrown
from spaktok.views.service import trimming

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

RECORD_KEPT_FOR: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a slate is made from, as one batch read it."""

    slate_document: DocumentSnapshot[Any]
    slate: Slate | None
    hidden: Hidden
    others: list[Slate]
    """The user's slates of other modes."""
    marks: bytes
    """Of all that was shown before the last slate (`feed.seen`)."""
    inbox: dict[str, Any]
    tuning: Tuning
    interests: Any
    viewer: Viewer
    items: list[dict[str, Any]]


def start(
    uid: UserId, limit: int, asked: Mode | None, place: Place | None, slate_id: str
) -> FeedPage:
    """Make a new slate, and answer with its first page."""
    snapshots = _read(uid)
    said = tuning.decode(snapshots["tuning"].to_dict())
    mode = asked or default_mode(uid, said)
    if mode is Mode.FOR_YOU and not access.may(uid, Feature.PROFILED_FEED):
        raise NotForYourAge
    known = _known(uid, snapshots, said, mode)
    proof = None if place is None else place.proof
    if known.slate is not None and _answers(known.slate, slate_id, proof):
        again = slates.cut(known.slate, 0, limit, known.viewer, known.hidden)
        return pages.answer(uid, mode, known.slate, again, None)
    recipe = recipes.recipe()
    gathered = sources.gather(
        known.inbox.get("cards", {}),
        sources.famous(known.inbox.get("pulls", [])),
        _wanted(mode, known) + known.items,
        recipe,
        minors=suggesting.meets_minors(uid),
    )
    marks = _marks(uid, known, place)
    able = _eligible(gathered, known, marks)
    if mode is Mode.CHRONOLOGICAL and place is not None and (last := place.last) is not None:
        able = [one for one in able if (one.published_at, one.video_id) < last]
    inputs, ranked = _rank(uid, mode, able, known, recipe)
    more = len(able) > len(ranked)
    slate = slates.new(
        slate_id,
        clock.now(),
        recipe.version if mode is Mode.FOR_YOU else None,
        ranked,
        gathered.held,
        more=more,
        known=known.hidden,
        after=proof,
    )
    cut = slates.cut(slate, 0, limit, known.viewer, known.hidden)
    slate = replace(slate, opened=cut.end)
    _write(uid, mode, known, slate, marks=marks, inputs=inputs)
    return pages.answer(uid, mode, slate, cut, None)


def _answers(slate: Slate, slate_id: str, proof: tuple[str, int] | None) -> bool:
    """Whether a slate is this beginning's already, whose answer was lost: it is given again.

    By the attempt before this one, or by the call before it that brought the same cursor.
    """
    return slate.id == slate_id or (
        proof is not None and slate.after == proof and slate.alive(clock.now())
    )


def _wanted(mode: Mode, known: _Known) -> list[dict[str, Any]]:
    """What there is of what the viewer is interested in; nothing where they have no profile."""
    if mode is not Mode.FOR_YOU:
        return []
    return topics.candidates(topics.strongest(known.interests, known.tuning))


def default_mode(uid: UserId, said: Tuning) -> Mode:
    """Ranked, unless the user does not want a profile or the policy leaves it off at their age."""
    decision = access.decision(uid, Feature.PROFILED_FEED)
    if decision is Decision.DENY or said.personalised is False:
        return Mode.CHRONOLOGICAL
    wanted = decision is Decision.ALLOW or said.personalised is True
    return Mode.FOR_YOU if wanted else Mode.CHRONOLOGICAL


def _read(uid: UserId) -> dict[str, Any]:
    common = sources.pool_refs()
    own = {
        "slate": store.slate_ref(uid),
        "seen": store.seen_ref(uid),
        "inbox": store.inbox_ref(uid),
        "mask": store.mask_ref(uid),
        "tuning": store.tuning_ref(uid),
        "interests": views.interests_ref(uid),
    }
    taken_back = revocations.refs()
    found = users.read([*own.values(), *common, *taken_back])
    named: dict[str, Any] = dict(zip(own, found, strict=False))
    named["common"] = found[len(own) : len(own) + len(common)]
    named["revocations"] = found[len(own) + len(common) :]
    return named


def _known(uid: UserId, found: dict[str, Any], said: Tuning, mode: Mode) -> _Known:
    fields = found["slate"].to_dict() or {}
    modes = {name: slates.decode(one) for name, one in fields.get("modes", {}).items()}
    items, stale = sources.pools(found["common"])
    if stale:
        _ask_for_pool()
    inbox = found["inbox"].to_dict() or {}
    at = clock.now()
    if overgrown(found["interests"].to_dict() or {}):
        trimming.ask(uid, at)
    return _Known(
        slate_document=found["slate"],
        slate=modes.get(mode),
        hidden=fields.get("hidden", {}),
        others=[one for name, one in modes.items() if name != mode and one is not None],
        marks=(found["seen"].to_dict() or {}).get(store.SEEN[mode], b""),
        inbox=inbox,
        tuning=said,
        interests=views.decode_interests(found["interests"], at),
        viewer=Viewer(
            uid=uid,
            mask=store.mask(found["mask"]),
            revoked=revocations.decode(found["revocations"]),
            years=pages.years_of(uid),
            left=frozenset(inbox.get("left", {})),
        ),
        items=items,
    )


def _ask_for_pool() -> None:
    number, _ = window(clock.now(), int(sources.POOL_STALE_S))
    send_if_possible(Task("refreshFeedPool", ids.digest("pool", str(number)), {}))


def _marks(uid: UserId, known: _Known, place: Place | None) -> bytes:
    """Of all that was shown, with what the last slate and the cursor add."""
    if known.slate is None:
        return known.marks if place is None else seen.add(known.marks, place.marks)
    return seen.add(known.marks, seen.of(uid, known.slate, place))


def _eligible(gathered: Gathered, known: _Known, marks: bytes) -> list[Candidate]:
    """The candidates that may be shown at all: the filters that nothing outweighs."""
    unseen = seen.unseen(marks, (one.video_id for one in gathered.candidates))
    return [
        one
        for one in gathered.candidates
        if one.video_id in unseen
        and key(one.video_id) not in known.tuning.videos
        and known.viewer.sees(one.video_id, gathered.held[one.video_id][0], follows=one.followed)
    ]


def _rank(
    uid: UserId, mode: Mode, able: list[Candidate], known: _Known, recipe: recipes.Recipe
) -> tuple[Inputs | None, list[Ranked]]:
    if mode is Mode.CHRONOLOGICAL:
        return None, slating.chronological(able, recipe.slate)
    newest = sorted(able, key=lambda one: (one.published_at, one.video_id), reverse=True)
    considered = newest[: recipe.candidates_max]
    inputs = Inputs(
        recipe=recipe.version,
        seed=int(ids.digest("slate", uid, ids.random_id())[:12], 16),
        at=clock.now(),
        taste=tuple(tuning.taste(known.interests, known.tuning, considered)[:INTERESTS]),
        candidates=tuple(considered),
    )
    return inputs, slating.assemble(inputs)


def _write(  # noqa: PLR0913 - what a session begins with
    uid: UserId, mode: Mode, known: _Known, slate: Slate, *, marks: bytes, inputs: Inputs | None
) -> None:
    """Store the slate, what was seen before it, and the record of its ranking. Up to 3 writes.

    One more, a delete and a task where nothing was brought to the user any more.

    The slate's document must be as it was read: a block that came in between has changed it.
    """
    at = clock.now()
    document = known.slate_document
    fields = document.to_dict() or {}
    modes = {name: one for name, one in fields.get("modes", {}).items() if name != mode}
    cards = [*slate.cards, *(card for other in known.others for card in other.cards if card)]
    # What the other slates have not taken into account yet must stay.
    hidden = known.hidden if any(one.alive(at) for one in known.others) else {}
    stored = slate if hidden else replace(slate, known={})
    whole = {
        "modes": {**modes, mode: slates.encode(stored)},
        "hidden": hidden,
        **store.found_by(cards),
        "openedAt": at,
        "idle": False,
    }
    waking: list[Task] = []

    def stage(batch: Any) -> None:
        if document.exists:
            unchanged = clients.db().write_option(last_update_time=document.update_time)
            batch.update(document.reference, whole, option=unchanged)
        else:
            batch.create(document.reference, whole)
        if marks != known.marks:
            batch.set(store.seen_ref(uid), {store.SEEN[mode]: marks}, merge=True)
        if inputs is not None and slate.cards:
            batch.set(store.record_ref(uid, slate.id), _record(inputs, at))
        if fields.get("idle"):
            waking.append(service.stage_waking(batch, uid, at))

    pages.commit_or_overtaken(stage)
    release_all(waking)
    log.info("slate made", mode=mode, cards=len(slate.cards))


def _record(inputs: Inputs, at: Any) -> dict[str, Any]:
    return {
        "inputs": replay.pack(inputs),
        "recipe": inputs.recipe,
        "at": at,
        "expiresAt": at + RECORD_KEPT_FOR,
    }
