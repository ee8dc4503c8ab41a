"""A banned account's engagement counts for nothing, and counts again once the ban is over.

So does that of an account whose owner turned out to be too young for one.

Likes, shares and saves are laid aside (`users/{uid}/withheld`), comments are not shown, views are taken
off the sums: each in the commit that corrects the totals, so totals equal what stands at any time. What
ranks and trends (`regard`) follows in commits of its own, each of which happens once. A user's state
has a number; it moves when the account's standing does, and a run that is killed is taken up where it
was. What somebody did again after the ban, before it was given back, wins.

Views and who did what are known for three months (`KEPT_FOR`): what is older by then stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import age, clients, clock, counters, fan_out, ids, log, standing, transaction
from spaktok.core.age import Band
from spaktok.core.dispatch import Task, send
from spaktok.users import store as users
from spaktok.videos import engaged
from spaktok.videos import store as videos
from spaktok.videos.commenting import CommentStatus
from spaktok.videos.service import comments
from spaktok.views import store
from spaktok.views.model import Batch, Tally, tally
from spaktok.views.service import engaging, firsts, known, recording, regard, rolling, stretches

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction, WriteBatch

Fields = dict[str, Any] | None

SETTLED_AFTER: Final = stretches.LAG + timedelta(minutes=1)
"""By then no call that began before a ban is still at work, and all it reported can be counted."""
AHEAD_MAX: Final = timedelta(days=25)
"""Cloud Tasks takes nothing for later than 30 days: a longer ban is looked at on the way."""
PAGE: Final = 100
BATCH_WRITES: Final = 101
"""A batch holds at most 50 videos, with two sums each."""

MARKS: Final = {"videoLikes": "likes", "videoShares": "shares", "videoSaves": "saves"}
"""What is counted on videos, by document."""


@dataclass(frozen=True, slots=True)
class State:
    """Whether a user's engagement is withheld, or on its way to being so or not."""

    epoch: int = 0
    withheld: bool = False
    done: bool = True
    up_to: datetime | None = None
    """When it was withheld last: nothing that was done later was taken back."""


def changed(uid: str, before: Fields, after: Fields, at: datetime) -> None:
    """A standing was written: nothing, unless a ban, or an age without accounts, began or ended.

    What it published goes or comes back at once, what it did when all that it did is known.
    """
    if _hidden(before, at) != _hidden(after, at):
        send(_presence_task(uid, at.isoformat()))
        send(settle_task(uid, at + SETTLED_AFTER, "ban"))


def settle_task(uid: str, run_at: datetime, why: str) -> Task:
    """The task that looks at the account then."""
    return Task(
        "settleStanding",
        ids.digest("settle-standing", uid, why, run_at.isoformat()),
        {"uid": uid, "runAt": run_at},
        run_at=run_at,
    )


def _presence_task(uid: str, why: str) -> Task:
    """The task that shows or hides what the account published."""
    return Task("movePresence", ids.digest("ban-presence", uid, why), {"uid": uid})


def settle(uid: str) -> State:
    """Make what counts agree with the account as it stands. Repeatable, and resumable."""
    while True:
        known_now = standing.load(uid, fresh=True)
        want = known_now.hidden(clock.now())
        state = transaction.run(lambda tx, wanted=want: _begin(tx, uid, wanted))  # type: ignore[misc]
        if state.done:
            banned = want and known_now.suspended(clock.now()) and not known_now.disabled
            if banned and known_now.banned_until is not None:
                later = min(known_now.banned_until, clock.now() + AHEAD_MAX)
                send(settle_task(uid, later + timedelta(seconds=1), "end"))
            return state
        _move(uid, state)
        # Once more: a ban's end is written by nobody, and a video may have been processed meanwhile.
        send(_presence_task(uid, str(state.epoch)))
        transaction.run(lambda tx, done=state: _end(tx, uid, done))  # type: ignore[misc]
        log.info("engagement settled", withheld=state.withheld, epoch=state.epoch)


def _begin(tx: Transaction, uid: str, want: bool) -> State:
    found, card = users.read([store.withheld_ref(uid), users.card_ref(uid)], tx)
    fields = found.to_dict()
    state = State() if fields is None else _state(fields)
    # Of an account that was erased nothing is left to withhold, and nothing may name it any more.
    if not state.done or state.withheld is want or (fields is None and not card.exists):
        return state
    up_to = clock.now() if want else state.up_to
    after = State(state.epoch + 1, want, done=False, up_to=up_to)
    tx.set(store.withheld_ref(uid), _fields(uid, after))
    return after


def _end(tx: Transaction, uid: str, state: State) -> None:
    (found,) = users.read([store.withheld_ref(uid)], tx)
    if found.exists and _state(found.to_dict() or {}) == state:
        tx.update(store.withheld_ref(uid), {"done": True})


def _move(uid: str, state: State) -> None:
    run = f"withhold:{uid}:{state.epoch}"
    if state.withheld:
        engaging.roll_up()
        for kind in (*MARKS, "commentLikes"):
            _lay_aside(uid, kind)
        _switch_comments(uid, CommentStatus.ACTIVE, CommentStatus.WITHHELD, -1)
        known.while_there(lambda: regard.move_actors(uid, run, state.up_to, -1))
    else:
        # While what was laid aside tells what was taken back.
        known.while_there(lambda: regard.move_actors(uid, run, state.up_to, 1))
        _give_back(uid)
        _switch_comments(uid, CommentStatus.WITHHELD, CommentStatus.ACTIVE, 1)
    rolling.roll_up(recording.bucket_of(uid))
    regard.move_hours(uid, run, withhold=state.withheld)  # while the batches tell what counts
    known.while_there(lambda: _move_views(uid, state))


def _lay_aside(uid: str, kind: str) -> None:
    """Take a kind of mark off what it is on. A read, two writes and a delete each."""
    while found := list(store.marks_of(kind, uid).limit(PAGE).stream()):
        counted = _counted(kind, found)
        _together(found, lambda batch, one: _stage_aside(batch, uid, kind, one, counted))  # noqa: B023
        _ask(kind, counted)


def _stage_aside(
    batch: WriteBatch,
    uid: str,
    kind: str,
    one: DocumentSnapshot[Any],
    counted: dict[str, int],
) -> None:
    batch.delete(one.reference, option=clients.db().write_option(exists=True))
    fields = one.to_dict() or {}
    aside = {"kind": kind, "id": one.id, "videoId": fields["videoId"], "fields": fields}
    batch.create(store.aside_ref(uid, kind, one.id), aside)
    _count(batch, kind, fields, counted, -1)


def _give_back(uid: str) -> None:
    """Put back what was laid aside, but for what is there again. 3 reads, 2 writes, a delete each."""
    place = users.card_ref(uid).collection("withheld")
    while found := list(place.limit(PAGE).stream()):
        for one in found:
            kind, fields = one.get("kind"), one.get("fields")
            counted = transaction.run(
                lambda tx, aside=one: _restore(tx, aside)  # type: ignore[misc]
            )
            if counted:
                _ask(kind, {_about(kind, fields): 1})


def _restore(tx: Transaction, aside: DocumentSnapshot[Any]) -> bool:
    kind, name, fields = aside.get("kind"), aside.get("id"), aside.get("fields")
    original = clients.db().collection(kind).document(name)
    about = _about(kind, fields)
    place = engaged.comment_ref(about) if kind == "commentLikes" else videos.ref(about)
    here, there, counted = users.read([aside.reference, original, place], tx)
    if not here.exists:
        return False
    tx.delete(aside.reference)
    if there.exists or not counted.exists:
        return False
    tx.create(original, fields)
    spread = (counted.to_dict() or {}).get("shards", 1)
    _count(tx, kind, fields, {about: spread}, 1)
    return True


def _switch_comments(uid: str, before: CommentStatus, after: CommentStatus, amount: int) -> None:
    from google.cloud.firestore import FieldFilter

    wrong = store.marks_of("videoComments", uid).where(
        filter=FieldFilter("moderationStatus", "==", before)
    )
    while found := list(wrong.limit(PAGE).stream()):
        for one in found:
            transaction.run(
                lambda tx, name=one.id: _switch(tx, name, before, after, amount)  # type: ignore[misc]
            )
            comment = engaged.decode_comment(one)
            if comment is not None:
                comments.counted(comment)


def _switch(
    tx: Transaction, name: str, before: CommentStatus, after: CommentStatus, amount: int
) -> None:
    comment = engaged.decode_comment(users.read([engaged.comment_ref(name)], tx)[0])
    if comment is None or comment.status is not before:
        return
    video = videos.decode(users.read([videos.ref(comment.video_id)], tx)[0])
    tx.update(engaged.comment_ref(name), {"moderationStatus": after})
    if video is not None:
        comments.count(tx, comment, video.shards, amount)


def _move_views(uid: str, state: State) -> None:
    """Take a viewer's plays off the sums, or put them back. A read and up to 101 writes a batch."""
    adds: dict[str, dict[str, Tally]] = {}

    def page(after: str | None, limit: int) -> Sequence[tuple[str, str]]:
        query = store.batches_of(uid).limit(limit)
        if after is not None:
            query = query.start_after({"__name__": store.batch_ref(after)})
        batches = [store.decode_batch(one) for one in query.stream()]
        wrong = [one for one in batches if one.withheld is not state.withheld]
        adds.update(_contributions(uid, wrong))
        return [(one.batch_id, one.batch_id) for one in batches]

    def stage(batch: WriteBatch, name: str) -> None:
        if name not in adds:
            return
        for video_id, found in adds[name].items():
            signed = found.negative() if state.withheld else found
            store.add_tally(batch, video_id, signed)
        batch.update(store.batch_ref(name), {"withheld": state.withheld})

    fan_out.serve(f"withhold:{uid}:{state.epoch}", page, stage, writes_each=BATCH_WRITES)


def _contributions(uid: str, batches: Sequence[Batch]) -> dict[str, dict[str, Tally]]:
    """What these batches add to each video, as their run found. A read a month and a video."""
    seen = firsts.of(uid, {batch.month for batch in batches})
    facts = known.facts(name for batch in batches for name in batch.plays)
    return {
        batch.batch_id: {
            name: tally(
                batch,
                name,
                facts[name],
                first=seen[batch.month].get(store.seen_key("video", name)) == batch.rank,
            )
            for name in batch.plays
            if name in facts
        }
        for batch in batches
    }


def _about(kind: str, fields: dict[str, Any]) -> str:
    return str(fields["commentId" if kind == "commentLikes" else "videoId"])


def _counted(kind: str, found: Sequence[DocumentSnapshot[Any]]) -> dict[str, int]:
    """What the marks are on, as far as it is there, and over how many shards its totals are spread."""
    names = sorted({_about(kind, one.to_dict() or {}) for one in found})
    place = engaged.comment_ref if kind == "commentLikes" else videos.ref
    return {
        one.id: (one.to_dict() or {}).get("shards", 1)
        for one in users.read([place(name) for name in names])
        if one.exists
    }


def _count(
    batch: WriteBatch, kind: str, fields: dict[str, Any], counted: dict[str, int], amount: int
) -> None:
    about = _about(kind, fields)
    if about not in counted:
        return
    if kind == "commentLikes":
        counters.add(batch, engaged.comment_ref(about), {"likes": amount}, shards=1)
    else:
        counters.add(batch, videos.ref(about), {MARKS[kind]: amount}, shards=counted[about])


def _ask(kind: str, counted: dict[str, int]) -> None:
    for about in counted:
        if kind == "commentLikes":
            counters.changed(engaged.comment_ref(about), engaged.COMMENT_TOTALS)
        else:
            counters.changed(videos.ref(about), videos.TOTALS)


def _together(
    found: Sequence[DocumentSnapshot[Any]],
    stage: Callable[[WriteBatch, DocumentSnapshot[Any]], None],
) -> None:
    """Commit all; where one is gone already, which fails them all, each by itself."""
    from google.api_core.exceptions import AlreadyExists
    from google.api_core.exceptions import NotFound as Missing

    batch = clients.db().batch()
    for one in found:
        stage(batch, one)
    try:
        transaction.commit(batch)
    except (AlreadyExists, Missing):
        if len(found) > 1:
            for one in found:
                _together([one], stage)


def _hidden(fields: Fields, at: datetime) -> tuple[Any, ...]:
    held = fields or {}
    ban = held.get("disabled", False), held.get("banned", False), held.get("bannedUntil")
    return *ban, age.decode(held).at(at).band is Band.UNDER_MINIMUM


def _state(fields: dict[str, Any]) -> State:
    up_to = fields.get("upTo")
    return State(
        fields["epoch"],
        fields["withheld"],
        fields["done"],
        None if up_to is None else stretches.instant(up_to),
    )


def _fields(uid: str, state: State) -> dict[str, Any]:
    return {
        "userId": uid,
        "epoch": state.epoch,
        "withheld": state.withheld,
        "done": state.done,
        "upTo": state.up_to,
        "at": clock.now(),
    }
