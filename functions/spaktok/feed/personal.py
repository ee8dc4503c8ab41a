"""Reading the personal feed: a page of the session's slate, and the making of the slate.

A page is two reads in one RPC: the slate, and what was taken back. The second page of a session also
claims the rest of the slate (one write), so that no later session shows it; whoever comes back with
the cursor they had gets what they had not seen. A page that has nothing to go on from makes the slate:
eight documents in one batch, two more where this instance does not keep them, and three writes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, log, paging, revocations, transaction
from spaktok.core.dispatch import Task, send_if_possible, window
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest
from spaktok.core.revocations import Revocations
from spaktok.feed import recipes, replay, slates, slating, sources, store, tuning
from spaktok.feed.model import Mask, Mode, Viewer, is_narrow, key
from spaktok.feed.pages import FeedPage, not_narrowed, years_of
from spaktok.feed.ranking import INTERESTS
from spaktok.feed.slates import Cut, Hidden, Slate
from spaktok.feed.slating import Candidate, Inputs, Ranked
from spaktok.feed.sources import Gathered
from spaktok.feed.tuning import Tuning
from spaktok.safety.policy import Decision, Feature
from spaktok.safety.refusals import NotForYourAge
from spaktok.safety.service import access
from spaktok.users import store as users
from spaktok.views import store as views

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

SEEN_MAX: Final = 5_000
"""Cards whose showing is remembered: 40 KB."""
RECORD_KEPT_FOR: Final = timedelta(days=7)
_MARK: Final = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cursor says the session is."""

    mode: Mode
    slate_id: str
    at: int
    last: tuple[datetime, str] | None
    """Of the last card that was shown there: when it was published, and its id."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a slate is made from, as one batch read it."""

    slate_document: DocumentSnapshot[Any]
    slate: Slate | None
    hidden: Hidden
    others: list[Slate]
    """The user's slates of other modes."""
    seen: bytes
    inbox: dict[str, Any]
    tuning: Tuning
    interests: Any
    viewer: Viewer
    items: list[dict[str, Any]]


def page(
    uid: UserId, limit: int, cursor: str | None, mode: Mode | None, *, refresh: bool = False
) -> FeedPage:
    """A page of the ranked or the chronological feed; None is the mode that fits the user.

    Raises `InvalidRequest` for a cursor that is none of this feed's, `NotForYourAge` where the mode
    wants a profile that the policy denies.
    """
    place = _place(uid, cursor)
    if place is not None and mode is not None and place.mode is not mode:
        raise InvalidRequest(field="cursor", rule="belongs to another mode")
    slate_id = ids.random_id()
    if place is None:
        return transaction.settle(lambda: _start(uid, limit, mode, None, slate_id))
    if refresh:
        again = replace(place, last=None)
        return transaction.settle(lambda: _start(uid, limit, again.mode, again, slate_id))
    return transaction.settle(lambda: _read_on(uid, limit, place, slate_id))


def _place(uid: UserId, cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    mode, slate_id, at, *last = paging.unseal(cursor, _scope(uid))
    return Place(Mode(mode), slate_id, at, (last[0], last[1]) if last else None)


def _scope(uid: UserId) -> str:
    return f"slate:{uid}"


def _read_on(uid: UserId, limit: int, place: Place, slate_id: str) -> FeedPage:
    """The page after a place: two reads, one RPC; a write more where it claims the slate."""
    wanted = ["hidden", "videos", "users", f"modes.{place.mode}"]
    references = [store.slate_ref(uid), *revocations.refs()]
    found = clients.db().get_all(references, field_paths=wanted)
    by_path = {one.reference.path: one for one in found}
    document, *taken_back = (by_path[one.path] for one in references)
    fields = document.to_dict() or {}
    slate = slates.decode(fields.get("modes", {}).get(place.mode))
    start = place.at
    if slate is not None and slate.after == (place.slate_id, place.at):
        start = 0  # the answer to this very cursor was lost: it is given again
    elif slate is None or slate.id != place.slate_id:
        return _start(uid, limit, place.mode, place, slate_id)
    if not slate.alive(clock.now()):
        return _start(uid, limit, place.mode, place, slate_id)
    viewer = _viewer(uid, _needed(slate, revocations.decode(taken_back)))
    cut = slates.cut(slate, start, limit, viewer, fields.get("hidden", {}))
    if not cut.cards and slate.more:
        return _start(uid, limit, place.mode, replace(place, at=cut.end), slate_id)
    if cut.end > slate.claimed and place.mode is Mode.FOR_YOU:
        _claim(document, place.mode, len(slate.cards))
    return _answer(uid, place.mode, slate, cut)


def _needed(slate: Slate, revoked: Revocations) -> tuple[Revocations, bool]:
    """The revocations, and whether anything here asks for the viewer's age."""
    limits = (*revoked.videos.values(), *revoked.users.values())
    aged = any(card.get("ageRestriction") for card in slate.cards) or any(one.age for one in limits)
    return revoked, aged


def _viewer(uid: UserId, needed: tuple[Revocations, bool]) -> Viewer:
    revoked, aged = needed
    # The mask was applied when the slate was made; what came since is in `hidden`.
    return Viewer(
        uid=uid,
        mask=Mask(frozenset(), frozenset()),
        revoked=revoked,
        years=years_of(uid) if aged else 0,
    )


def _claim(document: DocumentSnapshot[Any], mode: Mode, claimed: int) -> None:
    _commit_or_overtaken(
        lambda batch: batch.update(
            document.reference,
            {f"modes.{mode}.claimed": claimed},
            option=clients.db().write_option(last_update_time=document.update_time),
        )
    )


def _answer(uid: UserId, mode: Mode, slate: Slate, cut: Cut) -> FeedPage:
    narrow = [card for card in cut.cards if is_narrow({"visibility": card.visibility})]
    shown = cut.cards if not narrow else not_narrowed(uid, cut.cards)
    seal = [mode, slate.id, cut.end]
    if cut.cards:
        seal += cut.cards[-1].place
    return FeedPage(
        videos=shown,
        # Also after the last card: it says how far one has come, and leads to what is new by then.
        next_cursor=paging.seal(seal, _scope(uid)),
        has_more=cut.more,
        mode=mode,
        ranked_by=slate.recipe,
    )


def _start(
    uid: UserId, limit: int, asked: Mode | None, place: Place | None, slate_id: str
) -> FeedPage:
    """Make a new slate, and answer with its first page."""
    snapshots = _read(uid)
    said = tuning.decode(snapshots["tuning"].to_dict())
    mode = asked or default_mode(uid, said)
    if mode is Mode.FOR_YOU and not access.may(uid, Feature.PROFILED_FEED):
        raise NotForYourAge
    known = _known(uid, snapshots, said, mode)
    if known.slate is not None and known.slate.id == slate_id:
        # It was stored by the attempt before this one, whose answer was lost.
        again = slates.cut(known.slate, 0, limit, known.viewer, known.hidden)
        return _answer(uid, mode, known.slate, again)
    recipe = recipes.recipe()
    gathered = sources.gather(
        known.inbox.get("cards", {}),
        sources.famous(known.inbox.get("pulls", [])),
        known.items,
        recipe,
    )
    proof = (place.slate_id, place.at) if place is not None else None
    seen = _seen(known, proof) if mode is Mode.FOR_YOU else b""
    able = _eligible(gathered, known, seen)
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
    slate = slates.claim(slate, cut.end)
    _write(uid, mode, known, slate, seen=seen, inputs=inputs)
    return _answer(uid, mode, slate, cut)


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
    return _Known(
        slate_document=found["slate"],
        slate=modes.get(mode),
        hidden=fields.get("hidden", {}),
        others=[one for name, one in modes.items() if name != mode and one is not None],
        seen=(found["seen"].to_dict() or {}).get("served", b""),
        inbox=inbox,
        tuning=said,
        interests=views.decode_interests(found["interests"], at),
        viewer=Viewer(
            uid=uid,
            mask=store.mask(found["mask"]),
            revoked=revocations.decode(found["revocations"]),
            years=years_of(uid),
            left=frozenset(inbox.get("left", {})),
        ),
        items=items,
    )


def _ask_for_pool() -> None:
    number, _ = window(clock.now(), int(sources.POOL_STALE_S))
    send_if_possible(Task("refreshFeedPool", ids.digest("pool", str(number)), {}))


def _seen(known: _Known, proof: tuple[str, int] | None) -> bytes:
    """The marks of all that was served, with what the last slate added."""
    if known.slate is None:
        return known.seen
    added = sources.marks(slates.served(known.slate, proof))
    return (known.seen + added)[-SEEN_MAX * _MARK :]


def _eligible(gathered: Gathered, known: _Known, seen: bytes) -> list[Candidate]:
    """The candidates that may be shown at all: the filters that nothing outweighs."""
    past = {seen[start : start + _MARK] for start in range(0, len(seen), _MARK)}
    return [
        one
        for one in gathered.candidates
        if key(one.video_id) not in known.tuning.videos
        and bytes.fromhex(key(one.video_id)) not in past
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
    uid: UserId, mode: Mode, known: _Known, slate: Slate, *, seen: bytes, inputs: Inputs | None
) -> None:
    """Store the slate, what was seen before it, and the record of its ranking. Up to 3 writes.

    The slate's document must be as it was read: a block that came in between has changed it.
    """
    at = clock.now()
    document = known.slate_document
    fields = document.to_dict() or {}
    modes = {name: one for name, one in fields.get("modes", {}).items() if name != mode}
    shown = [card["userId"] for card in slate.cards]
    shown += [card["userId"] for other in known.others for card in other.cards if card]
    # What the other slates have not taken into account yet must stay.
    hidden = known.hidden if any(one.alive(at) for one in known.others) else {}
    stored = slate if hidden else replace(slate, known={})
    whole = {
        "modes": {**modes, mode: slates.encode(stored)},
        "hidden": hidden,
        "authors": sorted(set(shown)),
        "openedAt": at,
        "idle": False,
    }
    if fields.get("idle"):
        send_if_possible(
            Task("wakeFollower", ids.digest("wake", uid, at.isoformat()), {"uid": uid})
        )

    def stage(batch: Any) -> None:
        if document.exists:
            unchanged = clients.db().write_option(last_update_time=document.update_time)
            batch.update(document.reference, whole, option=unchanged)
        else:
            batch.create(document.reference, whole)
        if mode is Mode.FOR_YOU and seen != known.seen:
            batch.set(store.seen_ref(uid), {"served": seen})
        if inputs is not None and slate.cards:
            batch.set(store.record_ref(uid, slate.id), _record(inputs, at))

    _commit_or_overtaken(stage)
    log.info("slate made", mode=mode, cards=len(slate.cards))


def _record(inputs: Inputs, at: Any) -> dict[str, Any]:
    return {
        "inputs": replay.pack(inputs),
        "recipe": inputs.recipe,
        "at": at,
        "expiresAt": at + RECORD_KEPT_FOR,
    }


def _commit_or_overtaken(stage: Any) -> None:
    """Commit once; `Overtaken`, for the caller to read anew, where the document has changed."""
    from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

    batch = clients.db().batch()
    stage(batch)
    try:
        batch.commit()
    except (AlreadyExists, FailedPrecondition, NotFound) as error:
        raise transaction.Overtaken from error
