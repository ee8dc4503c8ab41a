"""Paths, decoding and staged writes of devices.

`users/{uid}/devices/{key}`: {token, platform, locale, deviceId, appVersion, registeredAt, lastSeenAt,
failures}. `deviceTokens/{key}`: {uid, form, lastSeenAt}: whose the token is, and a hash of what it was
registered with. Both are written together, always.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clients
from spaktok.devices.model import DEVICES_MAX, Device, Platform
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import (
        CollectionReference,
        DocumentReference,
        DocumentSnapshot,
        Query,
        Transaction,
    )


def binding_ref(key: str) -> DocumentReference:
    """`deviceTokens/{key}`."""
    return clients.db().collection("deviceTokens").document(key)


def device_ref(uid: str, key: str) -> DocumentReference:
    """`users/{uid}/devices/{key}`."""
    return _devices(uid).document(key)


def of_user(uid: str, tx: Transaction | None = None) -> list[Device]:
    """A user's devices: a read each, and one where there is none."""
    return [decode(one) for one in _devices(uid).limit(DEVICES_MAX + 1).stream(transaction=tx)]


def unseen_since(instant: datetime) -> Query:
    """The bindings of what was not seen since an instant, the longest first."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("deviceTokens")
        .where(filter=FieldFilter("lastSeenAt", "<", instant))
        .order_by("lastSeenAt")
    )


def put(tx: Transaction, uid: str, device: Device, form: str) -> None:
    """Stage a device and whose it is. Two writes."""
    tx.set(binding_ref(device.key), {"uid": uid, "form": form, "lastSeenAt": device.last_seen_at})
    tx.set(
        device_ref(uid, device.key),
        {
            "token": device.token,
            "platform": device.platform,
            "locale": device.locale,
            "deviceId": device.device_id,
            "appVersion": device.app_version,
            "registeredAt": device.registered_at,
            "lastSeenAt": device.last_seen_at,
            "failures": device.failures,
        },
    )


def remove(tx: Transaction, uid: str, key: str) -> None:
    """Stage that a device is gone, and its token nobody's. Two deletes."""
    tx.delete(binding_ref(key))
    tx.delete(device_ref(uid, key))


def decode(snapshot: DocumentSnapshot[Any]) -> Device:
    """The device of an existing document."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    return Device(
        key=snapshot.id,
        token=fields["token"],
        platform=Platform(fields["platform"]),
        locale=fields["locale"],
        registered_at=fields["registeredAt"],
        last_seen_at=fields["lastSeenAt"],
        device_id=fields["deviceId"],
        app_version=fields["appVersion"],
        failures=fields["failures"],
    )


def _devices(uid: str) -> CollectionReference:
    return users.card_ref(uid).collection("devices")
