"""Devices that receive pushes, and what reached them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from spaktok.core import clients
from spaktok.devices import service
from spaktok.devices.model import Platform
from spaktok.devices.requests import RegisterFcmToken
from spaktok.integrations.fcm import Outcome, PushMessage, PushOutcome

FILLING = "0123456789abcdefghij"


def token(name: str) -> str:
    """A token of the length that they have. `UNREGISTERED-x` and the like meet that error."""
    return f"{name}-{FILLING}"


def register(
    uid: str,
    name: str = "phone",
    platform: Platform = Platform.ANDROID,
    locale: str | None = "en",
    device_id: str | None = None,
) -> str:
    """A device of `uid`'s; its token."""
    request = RegisterFcmToken(
        token=token(name), platform=platform, locale=locale, device_id=device_id
    )
    service.register(uid, request)
    return request.token


def tokens(uid: str) -> set[str]:
    """The tokens by which `uid` is reached."""
    return {device.token for device in service.in_use(uid)}


def received(name: str | None = None) -> list[dict[str, Any]]:
    """What was sent while emulated, to one device or to all, oldest first."""
    found = [one.to_dict() or {} for one in clients.db().collection("localPushes").stream()]
    found.sort(key=lambda one: one["at"])
    wanted = None if name is None else token(name)
    return [json.loads(one["message"]) for one in found if wanted in (None, one["target"])]


def bodies(name: str | None = None) -> list[str]:
    """The texts of what was sent."""
    return [one["notification"]["body"] for one in received(name)]


@dataclass
class Scripted:
    """FCM, answering as a test says: the outcomes of each sending, and then success."""

    answers: list[PushOutcome] = field(default_factory=list)
    sent: list[PushMessage] = field(default_factory=list)
    sendings: int = 0

    def send(self, messages: Sequence[PushMessage]) -> list[PushOutcome]:
        self.sendings += bool(messages)
        self.sent += messages
        answer = self.answers.pop(0) if self.answers else PushOutcome(Outcome.SENT)
        return [answer] * len(messages)
