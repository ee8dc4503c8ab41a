"""Keeping the index as people are.

An entry follows from the documents it is about, read anew whenever one of them changed; the event
only says that it did. So events may come twice, late and in any order. A slow run could write what
it read before a change; therefore everyone who writes looks again afterwards, and goes on until
what it wrote is what is true.
"""

from __future__ import annotations

from typing import Any, Final

from spaktok.core import age, clients, ids
from spaktok.core.dispatch import Task, send
from spaktok.core.refusal import TryAgain
from spaktok.safety.policy import Feature
from spaktok.safety.service import access
from spaktok.search.model import Entry, known_as
from spaktok.search.service import engine
from spaktok.users import store as users

Fields = dict[str, Any] | None

ATTEMPTS_MAX: Final = 8
PAGE: Final = 100


def refresh(uid: str) -> None:
    """Make the index say of `uid` what is true. Three reads before and after, one write. Repeatable.

    Raises `TryAgain` where the account keeps changing.
    """
    entry = _truth(uid)
    for _ in range(ATTEMPTS_MAX):
        if entry is None:
            engine.chosen().remove(uid)
        else:
            engine.chosen().index(entry)
        written, entry = entry, _truth(uid)
        if entry == written:
            return
    raise TryAgain


def card_changed(uid: str, before: Fields, after: Fields) -> None:
    """A card was written: no read, unless it changed in what the index shows."""
    if _shown(before) != _shown(after):
        refresh(uid)


def settings_changed(uid: str, before: Fields, after: Fields) -> None:
    """Settings were written: no read, unless the user may be found now and could not before."""
    if _findable(before) != _findable(after):
        refresh(uid)


def standing_changed(uid: str, before: Fields, after: Fields) -> bool:
    """A ban or an age was written; whether it changes by whom the user may be found. Else no read."""
    changes = audience(before) != audience(after)
    if changes:
        refresh(uid)
    return changes


def reindex(run: str, after: str | None) -> None:
    """Refresh the next 100 users, and send the task for those behind them. Six reads a user, and 1."""
    query = clients.db().collection("users").order_by("__name__").limit(PAGE)
    if after is not None:
        query = query.start_after({"__name__": users.card_ref(after)})
    found = [snapshot.id for snapshot in query.select([]).stream()]
    for uid in found:
        refresh(uid)
    if len(found) == PAGE:
        send(
            Task(
                function="reindexUsers",
                id=ids.digest("reindex", run, found[-1]),
                payload={"run": run, "after": found[-1]},
            )
        )


def _truth(uid: str) -> Entry | None:
    """The entry as it must be; None for whoever is not to be found."""
    found, account, security = users.read(
        [users.card_ref(uid), users.account_ref(uid), users.security_ref(uid)]
    )
    card = users.decode_card(found)
    shut, for_adults = audience(security.to_dict())
    if card is None or card.deactivated or shut or not _findable(account.to_dict()):
        return None
    return Entry(
        user_id=uid,
        username=card.username,
        display_name=card.display_name,
        profile_image=card.profile_image,
        is_verified=card.is_verified,
        follower_count=known_as(card.follower_count),
        for_adults=for_adults,
    )


_SHOWN: Final = ("username", "displayName", "profileImage", "isVerified", "deactivated")


def _shown(card: Fields) -> tuple[Any, ...] | None:
    if card is None:
        return None
    return (*(card.get(name) for name in _SHOWN), known_as(card.get("followerCount", 0)))


def _findable(account: Fields) -> bool:
    """Whether the owner wants to be found. A missing account has nobody to ask."""
    if account is None:
        return False
    return bool(account.get("privacySettings", {}).get("appearInSearch", True))


def audience(security: Fields) -> tuple[bool, bool]:
    """Whether the account is shut for good, and whether adults may find it.

    Decided when the account changes: where a birthday's job is late, adults find them a little later.
    """
    known = security or {}
    banned = known.get("banned", False) and known.get("bannedUntil") is None
    shut = bool(banned or known.get("disabled", False))
    return shut, access.may(age.decode(known), Feature.SUGGESTED_TO_ADULTS)
