"""What every page of a feed has, and the looks that only few cards need."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from spaktok.core import clients, clock, paging, standing, transaction
from spaktok.core.ids import UserId
from spaktok.core.revocations import Revocations
from spaktok.feed import seen
from spaktok.feed.model import FeedCard, Mode, is_narrow
from spaktok.feed.slates import Cut, Place, Slate
from spaktok.users import store as users
from spaktok.users.relation import can_view
from spaktok.videos import store as videos
from spaktok.videos.model import VideoStatus


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of the feed."""

    videos: list[FeedCard]
    next_cursor: str | None
    has_more: bool
    mode: Mode = Mode.FOLLOWING
    ranked_by: str | None = None
    """The version of the ranking; None where time alone orders it."""


def years_of(uid: UserId) -> int:
    """The years that a viewer has certainly completed. No read: their call has read the standing."""
    return standing.load(uid, fresh=False).age.at(clock.now()).floor


def years_for(uid: UserId, cards: Iterable[dict[str, Any]], revoked: Revocations) -> int:
    """The viewer's years where any of these encoded cards, or what was taken back, asks for some."""
    limits = (*revoked.videos.values(), *revoked.users.values())
    if any(card.get("ageRestriction") for card in cards) or any(one.age for one in limits):
        return years_of(uid)
    return 0


def not_narrowed(uid: UserId, cards: list[FeedCard]) -> list[FeedCard]:
    """The cards but those for friends, or close friends, of which the viewer is none now.

    Two reads for each that is for fewer than all followers; one RPC for all of them. Such cards are
    few, and who is a friend changes by what others do: no copy can say it.
    """
    narrow = [card for card in cards if is_narrow({"visibility": card.visibility})]
    if not narrow:
        return cards
    references: list[Any] = []
    for card in narrow:
        references += [videos.ref(card.video_id), users.relation_ref(uid, card.user_id)]
    found = users.read(list({one.path: one for one in references}.values()))
    by_path = {one.reference.path: one for one in found}
    hidden = set()
    for card in narrow:
        video = videos.decode(by_path[videos.ref(card.video_id).path])
        pair = by_path[users.relation_ref(uid, card.user_id).path]
        relation = users.decode_relation(pair, uid, card.user_id)
        if (
            video is None
            or video.status is not VideoStatus.ACTIVE
            or not can_view(relation, video.visibility, owner_private=video.owner_private)
            or (video.age_restriction and video.age_restriction > years_of(uid))
        ):
            hidden.add(card.video_id)
    return [card for card in cards if card.video_id not in hidden]


def place(uid: UserId, cursor: str) -> Place:
    """Where a cursor of `answer`'s says that the session is. Raises `InvalidRequest` for any other."""
    mode, slate_id, at, marks, *last = paging.unseal(cursor, _scope(uid))
    return Place(
        mode=Mode(mode),
        slate_id=slate_id,
        at=at,
        marks=seen.brought(marks),
        last=(last[0], last[1]) if last else None,
    )


def answer(uid: UserId, mode: Mode, slate: Slate, cut: Cut, before: bytes | None) -> FeedPage:
    """The page that a client gets of some cards of a slate.

    `before`: the marks of what it was shown since the first page; None for the first page itself,
    which needs none.
    """
    shown = not_narrowed(uid, cut.cards)
    marks = b"" if before is None else before + seen.marks(card.video_id for card in shown)
    sealed = [mode, slate.id, cut.end, seen.carried(marks)]
    if cut.cards:
        sealed += cut.cards[-1].place
    return FeedPage(
        videos=shown,
        # Also after the last card: it says how far one has come, and leads to what is new by then.
        next_cursor=paging.seal(sealed, _scope(uid)),
        has_more=cut.more,
        mode=mode,
        ranked_by=slate.recipe,
    )


def _scope(uid: UserId) -> str:
    return f"slate:{uid}"


def commit_or_overtaken(stage: Callable[[Any], object]) -> None:
    """Commit once; `Overtaken`, for the caller to read anew, where the document has changed."""
    from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

    batch = clients.db().batch()
    stage(batch)
    try:
        batch.commit()
    except (AlreadyExists, FailedPrecondition, NotFound) as error:
        raise transaction.Overtaken from error
