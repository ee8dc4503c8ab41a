"""Who is part of the staff, and what the sign-in says of that, of premium and of the age.

`security/{uid}` is the truth, which every privileged call reads anew. The custom claims of the ID token
are a copy, an hour old at most: for apps to show the right screens by, and (`ageFloor`, the years that
were certainly completed) for Storage rules, which may look up two documents and need both for more.
Without the copy they show nothing restricted. A copy that is due is marked by `claimsDue` until it is
made: from the profile on, and whenever roles or age change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import audit, clients, clock, dispatch, ids, log, standing, transaction
from spaktok.core.audit import Act
from spaktok.core.caller import PRIVILEGED, Role
from spaktok.core.dispatch import Task, send_if_possible
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.users import store
from spaktok.users.refusals import NotYourOwn

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

OVERDUE_AFTER: Final = timedelta(minutes=5)
SWEEP_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Roles:
    """What the user is now."""

    roles: list[Role]


def set_role(actor: UserId, user_id: UserId, role: Role, reason: str) -> Roles:
    """Make a user part of the staff in this role alone, or with `user` of no staff any more.

    It counts at once: privileged calls read the roles anew. Recorded with the reason in the same
    commit; repeated, it changes nothing. Three reads, up to four writes and a delete. Nobody changes
    their own role, so there is always a superadmin left. Raises `NotYourOwn`, `NotFound`.
    """
    if actor == user_id:
        raise NotYourOwn
    at = clock.now()
    task = mirror_task(user_id, at)

    def body(tx: Transaction) -> tuple[Roles, bool]:
        chain = audit.load(tx, actor)
        security, card = store.read([store.security_ref(user_id), store.card_ref(user_id)], tx)
        if not security.exists or not card.exists:
            raise NotFound
        before = standing.decode(security.to_dict() or {}).roles
        after = sorted({*(before - PRIVILEGED), Role.USER, role})
        if set(after) == before:
            return Roles(after), False
        tx.update(store.security_ref(user_id), {"roles": after, "claimsDue": at})
        audit.append(
            tx,
            chain,
            Act(
                actor,
                "setUserRole",
                user_id,
                reason,
                before={"roles": ",".join(sorted(before))},
                after={"roles": ",".join(after)},
            ),
        )
        dispatch.stage(tx, task)
        return Roles(after), True

    roles, changed = transaction.run(body)
    if changed:
        dispatch.release(task)
    return roles


def mirror_task(uid: str, at: datetime) -> Task:
    """The task that copies a user's roles and premium state into their sign-in."""
    return Task(
        function="mirrorClaims",
        id=ids.digest("claims", uid, at.isoformat()),
        payload={"uid": uid},
    )


def mirror(uid: str) -> dict[str, Any] | None:
    """Copy what is true now into the user's sign-in; the claims, or None for an unknown user.

    Idempotent. The mark goes only if nothing changed since it was read, so that of two runs at once
    the older can't declare the newer's work done. Two reads, one write.
    """
    from google.api_core.exceptions import FailedPrecondition

    from spaktok.integrations import sign_in

    security, card = store.read([store.security_ref(uid), store.card_ref(uid)])
    fields = security.to_dict()
    if fields is None:
        return None
    premium = (card.to_dict() or {}).get("isPremiumAccount", False)
    known = standing.decode(fields)
    claims = {
        "roles": sorted(known.roles),
        "premium": premium,
        "ageFloor": known.age.at(clock.now()).floor,
    }
    sign_in.set_claims(uid, claims)
    unchanged = clients.db().write_option(last_update_time=security.update_time)
    try:
        security.reference.update({"claimsDue": None}, option=unchanged)
    except FailedPrecondition:
        log.info("claims changed meanwhile")
    return claims


def mirror_soon(uid: str) -> None:
    """Ask for the copy of what has just become known; the sweeper asks for what this misses."""
    send_if_possible(mirror_task(uid, clock.now()))


def sweep(at: datetime) -> int:
    """Ask again for copies that are overdue; how many."""
    from google.cloud.firestore import FieldFilter

    overdue = (
        clients.db()
        .collection("security")
        .where(filter=FieldFilter("claimsDue", "<", at - OVERDUE_AFTER))
        .order_by("claimsDue")
        .limit(SWEEP_MAX)
    )
    # A new id each sweep: the queue remembers the one that was lost.
    tasks = [mirror_task(snapshot.id, at) for snapshot in overdue.stream()]
    return sum(send_if_possible(task) for task in tasks)
