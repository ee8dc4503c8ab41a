"""Use cases of devices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, transaction
from spaktok.devices import store
from spaktok.devices.model import DEVICES_MAX, REFRESH_AFTER, STALE_AFTER, Device, key_of
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

    from spaktok.devices.requests import RegisterFcmToken

SWEEP_PAGE: Final = 300
SWEEP_PAGES_MAX: Final = 40
LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class Registered:
    """Whether pushes reach this device now."""

    registered: bool


def register(uid: str, request: RegisterFcmToken) -> Registered:
    """Let pushes for `uid` reach this device, and those for anybody else reach it no more.

    An older token of the same installation goes, and so does the device unseen for longest where
    there are more than `DEVICES_MAX`. Repeated within a day it is one read; else a read more for the
    account's language where no locale is named, one each of the user's devices, and two writes.
    """
    at = clock.now()
    key, form = key_of(request.token), _form(request)
    if _is_known(store.binding_ref(key).get(), uid, form, at):
        return Registered(True)
    locale = request.locale or _language(uid)

    def body(tx: Transaction) -> None:
        binding = users.read([store.binding_ref(key)], tx)[0]
        own = store.of_user(uid, tx)
        if binding.exists and binding.get("uid") != uid:
            tx.delete(store.device_ref(binding.get("uid"), key))
        before = next((one for one in own if one.key == key), None)
        for old in _superfluous(own, key, request.device_id):
            store.remove(tx, uid, old.key)
        device = Device(
            key=key,
            token=request.token,
            platform=request.platform,
            locale=locale,
            registered_at=before.registered_at if before else at,
            last_seen_at=at,
            device_id=request.device_id,
            app_version=request.app_version,
        )
        store.put(tx, uid, device, form)

    transaction.run(body)
    return Registered(True)


def unregister(uid: str, token: str) -> Registered:
    """Let pushes for `uid` reach this device no more; of another's registration nothing changes.

    One read and two deletes; repeated, one read.
    """
    key = key_of(token)

    def body(tx: Transaction) -> None:
        if _owner(tx, key) == uid:
            store.remove(tx, uid, key)

    transaction.run(body)
    return Registered(False)


def in_use(uid: str) -> list[Device]:
    """The devices to which pushes go: a read each, and one where there is none."""
    at = clock.now()
    return [device for device in store.of_user(uid) if not device.stale(at)]


def drop(uid: str, key: str, sent_at: datetime) -> None:
    """Forget a token that FCM called void at `sent_at`, unless it was registered again since.

    Two reads, two deletes.
    """

    def body(tx: Transaction) -> None:
        binding, device = users.read([store.binding_ref(key), store.device_ref(uid, key)], tx)
        if binding.exists and binding.get("uid") != uid:
            tx.delete(store.device_ref(uid, key))
        elif not device.exists or device.get("lastSeenAt") <= sent_at:
            store.remove(tx, uid, key)

    transaction.run(body)


def note_failures(uid: str, keys: Sequence[str]) -> None:
    """Count a push that was given up against these devices; they stay. A write each."""
    from google.api_core.exceptions import NotFound
    from google.cloud.firestore import Increment

    for key in keys:
        try:
            store.device_ref(uid, key).update({"failures": Increment(1)})
        except NotFound:
            continue


def sweep(at: datetime) -> int:
    """Forget the devices not seen for `STALE_AFTER`; how many. A read and two deletes each."""
    query = store.unseen_since(at - STALE_AFTER).limit(SWEEP_PAGE)
    count = 0
    for _ in range(SWEEP_PAGES_MAX):
        page = list(query.stream())
        count += sum(_forget(binding) for binding in page)
        if len(page) < SWEEP_PAGE:
            break
        query = query.start_after(page[-1])
    return count


def _forget(binding: DocumentSnapshot[Any]) -> bool:
    """Remove a stale device, unless it was seen after its binding was read."""
    from google.api_core.exceptions import FailedPrecondition, NotFound

    unchanged = clients.db().write_option(last_update_time=binding.update_time)
    batch = clients.db().batch()
    batch.delete(binding.reference, option=unchanged)
    batch.delete(store.device_ref(binding.get("uid"), binding.id))
    try:
        transaction.commit(batch)
    except (FailedPrecondition, NotFound):
        return False
    return True


def _superfluous(own: Sequence[Device], key: str, device_id: str | None) -> list[Device]:
    """What a registration takes the place of: its installation's older tokens, and the oldest."""
    others = [one for one in own if one.key != key]
    rotated = [one for one in others if device_id is not None and one.device_id == device_id]
    kept = sorted(
        (one for one in others if one not in rotated),
        key=lambda one: one.last_seen_at,
        reverse=True,
    )
    return rotated + kept[DEVICES_MAX - 1 :]


def _is_known(binding: DocumentSnapshot[Any], uid: str, form: str, at: datetime) -> bool:
    fields: dict[str, Any] = binding.to_dict() or {}
    return (fields.get("uid"), fields.get("form")) == (uid, form) and at - fields[
        "lastSeenAt"
    ] < REFRESH_AFTER


def _owner(tx: Transaction, key: str) -> str | None:
    fields: dict[str, Any] = users.read([store.binding_ref(key)], tx)[0].to_dict() or {}
    return fields.get("uid")


def _language(uid: str) -> str:
    fields: dict[str, Any] = users.account_ref(uid).get().to_dict() or {}
    return str(fields.get("language", LANGUAGE))


def _form(request: RegisterFcmToken) -> str:
    parts = (request.platform, request.device_id, request.locale, request.app_version)
    return ids.digest(*(part or "" for part in parts))
