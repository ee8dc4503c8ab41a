"""Editing one's profile, and choosing an account type."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import age, clock, dispatch, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.standing import ProfileRequired
from spaktok.safety.policy import Feature
from spaktok.safety.service import access
from spaktok.users import settings, store
from spaktok.users.model import CREATOR_FOLLOWERS_MIN, EDIT_EVERY, AccountType, Card, Location
from spaktok.users.privacy import Setting
from spaktok.users.refusals import AccountTypeUnavailable, EditedRecently

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from spaktok.users.requests import UpdateProfile

Fields = dict[str, Any]

ON_THE_CARD: Final = frozenset({"displayName", "bio", "website", "socialLinks"})
"""Public. A location is kept with the account, and shown while the account is public."""
PACED: Final = ON_THE_CARD | {"location"}
"""What others see changes at most once an hour, each field by its own clock; settings do not count."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The fields that this edit changed."""

    changed: list[str]


@dataclass(frozen=True, slots=True)
class Typed:
    """The account's type now."""

    account_type: AccountType


def update_profile(uid: UserId, request: UpdateProfile, *, private: bool | None = None) -> Edited:
    """Change the fields that are given; a value that a field has already changes nothing.

    With `private` the account is opened or closed in the same commit (`settings.update`). All
    together or none. Three reads, up to two writes, and what `settings.update` takes besides. Raises
    `ProfileRequired`, `EditedRecently`, and `NotForYourAge` for what the policy does not allow.
    """
    at = clock.now()
    wanted = _wanted(request)

    def body(tx: Transaction) -> tuple[Edited, Task | None]:
        references = [store.card_ref(uid), store.account_ref(uid), store.security_ref(uid)]
        card, account, security = (one.to_dict() for one in store.read(references, tx))
        if card is None or account is None:
            raise ProfileRequired
        before = settings.Before(card, account, security or {})
        changed = {
            name: value
            for name, value in wanted.items()
            if (card if name in ON_THE_CARD else account).get(name) != value
        }
        if changed.get("location") is not None:
            access.require(age.decode(before.security), Feature.LOCATION)
        _check_pace(account.get("editedAt", {}), changed, at)
        hidden, task = card["isPrivate"], None
        if private is not None:
            switch: dict[str, Setting] = {"account": settings.account_of(private=private)}
            privacy, task = settings.stage(tx, uid, before, switch, at)
            hidden = privacy.is_private
        _stage(tx, uid, changed, at, private=hidden)
        return Edited(sorted(changed)), task

    edited, task = transaction.run(body)
    if task is not None:
        dispatch.release(task)
    return edited


def set_account_type(uid: UserId, kind: AccountType, *, email_verified: bool) -> Typed:
    """Choose a type: creators need followers, businesses a verified e-mail address.

    Whoever has a premium slot is `premium` where they are nothing more particular. The gates are
    looked at now and not again. Money never depends on the type. One read, one write.
    """
    at = clock.now()

    def body(tx: Transaction) -> Typed:
        card = store.decode_card(store.read([store.card_ref(uid)], tx)[0])
        if card is None:
            raise ProfileRequired
        chosen = _admitted(card, kind, email_verified=email_verified)
        if chosen is not card.account_type:
            tx.update(store.card_ref(uid), {"accountType": chosen, "updatedAt": at})
        return Typed(chosen)

    return transaction.run(body)


def _admitted(card: Card, kind: AccountType, *, email_verified: bool) -> AccountType:
    if kind is AccountType.STANDARD:
        return AccountType.PREMIUM if card.is_premium_account else kind
    if kind is AccountType.CREATOR and card.follower_count < CREATOR_FOLLOWERS_MIN:
        raise AccountTypeUnavailable(needs=f"{CREATOR_FOLLOWERS_MIN} followers")
    if kind is AccountType.BUSINESS and not email_verified:
        raise AccountTypeUnavailable(needs="a verified e-mail address")
    return kind


def _wanted(request: UpdateProfile) -> Fields:
    """What was given, by its stored names and in its stored form."""
    given: Fields = request.model_dump(by_alias=True, exclude_unset=True, exclude={"public_mode"})
    if "bio" in given:
        given["bio"] = given["bio"] or ""
    if "socialLinks" in given:
        given["socialLinks"] = request.social_links.handles() if request.social_links else {}
    if request.location is not None:
        given["location"] = asdict(Location(request.location.country, request.location.city))
    return given


def _check_pace(edited: dict[str, datetime], changed: Fields, at: datetime) -> None:
    for name in sorted(PACED & changed.keys()):
        if (last := edited.get(name)) is not None and at < last + EDIT_EVERY:
            ahead = (last + EDIT_EVERY - at) // timedelta(milliseconds=1)
            raise EditedRecently(field=name, retry_after_ms=max(1, ahead))


def _stage(tx: Transaction, uid: UserId, changed: Fields, at: datetime, *, private: bool) -> None:
    public = {name: value for name, value in changed.items() if name in ON_THE_CARD}
    kept = {name: value for name, value in changed.items() if name not in ON_THE_CARD}
    if "location" in changed and not private:
        public["location"] = changed["location"]
    clocks = {f"editedAt.{name}": at for name in PACED & changed.keys()}
    if public:
        tx.update(store.card_ref(uid), {**public, "updatedAt": at})
    if changed:
        tx.update(store.account_ref(uid), {**kept, **clocks, "updatedAt": at})
