"""Totals of follows: exact once their task has run, and never a hot document."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from spaktok.core import clients, clock, counters, ids, transaction
from spaktok.core.dispatch import Task, send_if_possible, window
from spaktok.core.ids import UserId
from spaktok.graph import audiences, store
from spaktok.users import shards
from spaktok.users import store as users

SWEEP_BACK: Final = timedelta(minutes=31)
"""Twice what lies between two sweeps: one may fail."""
SWEEP_BEHIND: Final = timedelta(minutes=1)
SWEEP_PAGE: Final = 300
SWEEP_PAGES_MAX: Final = 100


def recount(follower: UserId, followed: UserId) -> None:
    """Ask, after the commit, for both totals of a follow that began or ended: a task a window each."""
    _ask("countFollowing", follower)
    _ask("countFollowers", followed)


def _ask(function: str, uid: UserId) -> None:
    number, end = window(clock.now(), counters.WINDOW_S)
    send_if_possible(
        Task(
            function=function,
            id=ids.digest(function, uid, str(number)),
            payload=_payload(uid, end),
            run_at=end,
        )
    )


def _payload(uid: str, run_at: datetime) -> dict[str, Any]:
    return {"uid": uid, "runAt": run_at}


def count_following(uid: str) -> int:
    """Write how many `uid` follows on their card: counted from the edges, so it cannot drift.

    Written only if nobody wrote the card since it was read, so an older count never replaces a newer
    one. Two reads and one for each thousand, one write.
    """
    return transaction.settle(lambda: _count_following(uid))


def _count_following(uid: str) -> int:
    from google.api_core.exceptions import FailedPrecondition

    card = users.card_ref(uid).get(field_paths=["followingCount"])
    counted: Any = store.followed_by(uid)
    total = int(counted.count().get()[0][0].value)
    if card.exists and (before := card.get("followingCount")) != total:
        unchanged = clients.db().write_option(last_update_time=card.update_time)
        try:
            card.reference.update({"followingCount": total}, option=unchanged)
        except FailedPrecondition as error:
            raise transaction.Overtaken from error
        if audiences.weighs_more(before, total):
            payload = {"uid": uid, "follows": total}
            send_if_possible(Task("weighFollower", ids.digest("weigh", uid, str(total)), payload))
    return total


def sweep(at: datetime) -> int:
    """Ask for the count of whoever followed or unfollowed somewhat before now; how many users.

    Who dies between commit and task leaves a total as it was: with this it is right within the hour,
    whatever is lost. (Of `followerCount`, `core.counters` sweeps.) A read a pair whose follows
    changed; each user is counted once.
    """
    changed = store.changed_between(at - SWEEP_BACK, at - SWEEP_BEHIND).limit(SWEEP_PAGE)
    asked: set[str] = set()
    for _ in range(SWEEP_PAGES_MAX):
        page = list(changed.stream())
        for uid in {uid for one in page for uid in one.get("users")} - asked:
            asked.add(uid)
            task = Task(
                "countFollowing",
                ids.digest("sweep-following", uid, at.isoformat()),
                _payload(uid, at),
            )
            send_if_possible(task)
        if len(page) < SWEEP_PAGE:
            break
        changed = changed.start_after(page[-1])
    return len(asked)


def count_followers(uid: str) -> int:
    """Write how many follow `uid` on their card, and give a crowd the shards that it needs.

    The roll-up of `core.counters`, which its sweeper asks for too. How fast the total grew since the
    last one says how many shards its writes should be spread over (`shards.wanted`).
    """
    card = users.decode_card(users.card_ref(uid).get())
    if card is None:
        return 0
    total = counters.roll_up(users.card_ref(uid).path, ("followerCount",))["followerCount"]
    grown = abs(total - card.follower_count)
    shards.spread(uid, card.shards, shards.wanted(total, grown / counters.WINDOW_S))
    return total
