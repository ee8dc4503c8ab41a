"""Push through Firebase Cloud Messaging (HTTP v1, by the Admin SDK): what is sent, and what came of it.

FCM has no emulator. Beside the emulators a message is written down instead (`localPushes/{id}`),
exactly as FCM would get it; a token that begins with one of FCM's error codes (`UNREGISTERED-…`)
meets that error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol

from spaktok.core import clients, clock, config, ids, log

if TYPE_CHECKING:
    from firebase_admin import App
    from firebase_admin.messaging import Message

BATCH_MAX: Final = 500
"""Messages the SDK takes at a time."""


@dataclass(frozen=True, slots=True)
class PushMessage:
    """One text for one installation of the app."""

    target: str
    by_installation: bool
    """Whether the target is a Firebase installation id, or a registration token."""
    title: str
    body: str
    data: Mapping[str, str]
    """Ids alone: it is what the app opens when it is tapped."""
    collapse_key: str
    """At most 32 letters and digits: the next message with it takes this one's place."""
    thread: str
    """What the screen files it under: APNs' thread, Android's channel."""
    link: str
    """Where a browser goes, by https."""
    high: bool
    """Whether it may wake a device: only for what is shown and hurries."""
    sent_at: datetime
    ttl: timedelta
    """For how long after `sent_at` it is worth delivering."""
    badge: int | None = None


class Outcome(StrEnum):
    """What came of a message."""

    SENT = "sent"
    VOID = "void"
    """No app has this token any more, or not one of this project."""
    LATER = "later"
    """Not now: it was not taken and may be tried again."""
    REFUSED = "refused"
    """A mistake of ours, in the message or the project; the token is no worse for it."""
    UNKNOWN = "unknown"
    """It was sent and not answered: trying again might show it twice."""


@dataclass(frozen=True, slots=True)
class PushOutcome:
    """What came of a message, FCM's word for it, and when it wants to be asked again."""

    outcome: Outcome
    code: str = ""
    retry_after_s: float | None = None


class PushTransport(Protocol):
    """A way for messages to leave."""

    def send(self, messages: Sequence[PushMessage]) -> list[PushOutcome]:
        """Send all of them; an outcome each, in their order. Raises nothing for a single one."""
        ...


def transport() -> PushTransport:
    """FCM; beside emulators, and only there, what writes down instead."""
    return _Recording() if config.emulated() else _Firebase()


class _Firebase:
    """FCM itself."""

    def send(self, messages: Sequence[PushMessage]) -> list[PushOutcome]:
        outcomes: list[PushOutcome] = []
        for start in range(0, len(messages), BATCH_MAX):
            batch = [sdk_message(one) for one in messages[start : start + BATCH_MAX]]
            outcomes += _Firebase._send(batch)
        return outcomes

    @staticmethod
    def _send(batch: list[Message]) -> list[PushOutcome]:
        from firebase_admin import exceptions, messaging

        app = clients.admin()
        _never_wait(app)
        try:
            answered = messaging.send_each(batch, app=app)
        except exceptions.UnknownError as error:
            # One message's failure, a credential's say, hides what became of all the others.
            log.failure("push batch failed", error)
            return [PushOutcome(Outcome.UNKNOWN)] * len(batch)
        return [
            PushOutcome(Outcome.SENT) if one.success else outcome_of(one.exception)
            for one in answered.responses
        ]


class _Recording:
    """Writes down what would be sent."""

    def send(self, messages: Sequence[PushMessage]) -> list[PushOutcome]:
        outcomes = [_imagined(message.target) for message in messages]
        for message, outcome in zip(messages, outcomes, strict=True):
            # As text: the field names of APNs are none that Firestore's paths can have.
            record = {
                "message": json.dumps(payload(message), ensure_ascii=False, sort_keys=True),
                "target": message.target,
                "outcome": outcome.outcome,
                "code": outcome.code,
                "at": clock.now(),
            }
            clients.db().collection("localPushes").document(ids.random_id()).create(record)
        return outcomes


def payload(message: PushMessage) -> dict[str, Any]:
    """The message as FCM's HTTP v1 knows it (`projects.messages`)."""
    aps: dict[str, Any] = {"mutable-content": 1, "thread-id": message.thread}
    if message.badge is not None:
        aps["badge"] = message.badge
    if message.high:
        aps["sound"] = "default"
    aps["interruption-level"] = "time-sensitive" if message.high else "active"
    return {
        "fid" if message.by_installation else "token": message.target,
        "notification": {"title": message.title, "body": message.body},
        "data": dict(message.data),
        "android": {
            "collapse_key": message.collapse_key,
            "priority": "high" if message.high else "normal",
            "ttl": f"{_seconds(message)}s",
            "notification": {
                "tag": message.collapse_key,
                "channel_id": message.thread,
                "visibility": "PRIVATE",
            },
        },
        "apns": {"headers": _apns_headers(message), "payload": {"aps": aps}},
        "webpush": {
            "headers": _web_headers(message),
            "notification": {"tag": message.collapse_key},
            "fcm_options": {"link": message.link},
        },
    }


def sdk_message(message: PushMessage) -> Message:
    """The same in the Admin SDK's terms, which checks it."""
    from firebase_admin import messaging

    target = {"fid" if message.by_installation else "token": message.target}
    return messaging.Message(
        **target,
        notification=messaging.Notification(title=message.title, body=message.body),
        data=dict(message.data),
        android=messaging.AndroidConfig(
            collapse_key=message.collapse_key,
            priority="high" if message.high else "normal",
            ttl=_seconds(message),
            notification=messaging.AndroidNotification(
                tag=message.collapse_key, channel_id=message.thread, visibility="private"
            ),
        ),
        apns=messaging.APNSConfig(
            headers=_apns_headers(message),
            payload=messaging.APNSPayload(
                messaging.Aps(
                    badge=message.badge,
                    sound="default" if message.high else None,
                    thread_id=message.thread,
                    mutable_content=True,
                    custom_data={
                        "interruption-level": "time-sensitive" if message.high else "active"
                    },
                )
            ),
        ),
        webpush=messaging.WebpushConfig(
            headers=_web_headers(message),
            notification=messaging.WebpushNotification(tag=message.collapse_key),
            fcm_options=messaging.WebpushFCMOptions(link=message.link),
        ),
    )


def outcome_of(error: Any) -> PushOutcome:
    """What an exception of the SDK's says about the message."""
    response = error.http_response
    if response is not None:
        try:
            said = response.json().get("error", {})
        except (ValueError, AttributeError):
            said = {}
        return classify(response.status_code, said, response.headers.get("Retry-After"))
    return PushOutcome(Outcome.LATER if _never_left(error) else Outcome.UNKNOWN, error.code)


def classify(status: int, said: Mapping[str, Any], retry_after: str | None) -> PushOutcome:
    """What an answer that is no success means; `said` is its `error` (google.rpc.Status).

    Only what FCM says about the token itself makes it void. A wrong project, a missing certificate
    or a mistake in the message are answered with codes as final, and would empty the registry.
    """
    details: list[Mapping[str, Any]] = said.get("details", [])
    code = next((one["errorCode"] for one in details if "errorCode" in one), said.get("status", ""))
    match code:
        case "UNREGISTERED" | "SENDER_ID_MISMATCH":
            return PushOutcome(Outcome.VOID, code)
        case "INVALID_ARGUMENT":
            void = _names_the_token(said, details)
            return PushOutcome(Outcome.VOID if void else Outcome.REFUSED, code)
        case "QUOTA_EXCEEDED" | "UNAVAILABLE" | "INTERNAL":
            return PushOutcome(Outcome.LATER, code, _delay_s(retry_after))
        case _ if status in _PASSING:
            return PushOutcome(Outcome.LATER, code or str(status), _delay_s(retry_after))
        case _:
            return PushOutcome(Outcome.REFUSED, code or str(status))


ERRORS: Final[dict[str, tuple[int, str, str]]] = {
    "UNREGISTERED": (404, "NOT_FOUND", "Requested entity was not found."),
    "INVALID_ARGUMENT": (
        400,
        "INVALID_ARGUMENT",
        "The registration token is not a valid FCM registration token",
    ),
    "SENDER_ID_MISMATCH": (403, "PERMISSION_DENIED", "SenderId mismatch"),
    "QUOTA_EXCEEDED": (429, "RESOURCE_EXHAUSTED", "Quota exceeded."),
    "UNAVAILABLE": (503, "UNAVAILABLE", "The service is currently unavailable."),
    "INTERNAL": (500, "INTERNAL", "Internal error encountered."),
    "THIRD_PARTY_AUTH_ERROR": (401, "UNAUTHENTICATED", "Auth error from APNS or Web Push Service"),
}
"""FCM's error codes ("FCM error codes"): the status, its name and the message they come with."""

_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_FCM_ERROR: Final = "type.googleapis.com/google.firebase.fcm.v1.FcmError"


def error_body(code: str) -> dict[str, Any]:
    """The `error` that FCM answers with one of `ERRORS`."""
    status, name, text = ERRORS[code]
    details = [{"@type": _FCM_ERROR, "errorCode": code}]
    return {"code": status, "status": name, "message": text, "details": details}


def _imagined(token: str) -> PushOutcome:
    """What FCM would answer, by the code that the token begins with."""
    code = token.split("-", 1)[0]
    if code not in ERRORS:
        return PushOutcome(Outcome.SENT)
    return classify(ERRORS[code][0], error_body(code), None)


def _never_wait(app: App) -> None:
    """Have the SDK send each message once.

    Its own retries (firebase-admin 7.5) sleep for FCM's `Retry-After`, four times, in the thread that
    sends the batch, and post a message again whose answer was lost. Ours are tasks, and do neither.
    """
    from firebase_admin import messaging
    from requests.adapters import HTTPAdapter

    client = messaging._get_messaging_service(app)._client  # noqa: SLF001 - no public way
    for start in ("https://", "http://"):
        client.session.mount(start, HTTPAdapter(pool_maxsize=BATCH_MAX, max_retries=0))


def _never_left(error: Any) -> bool:
    """Whether there was not even a connection by which the message could have left."""
    from requests.exceptions import ConnectTimeout
    from urllib3.exceptions import NewConnectionError

    cause = error.cause
    if isinstance(cause, ConnectTimeout):
        return True
    inner = cause.args[0] if cause is not None and cause.args else None
    return isinstance(getattr(inner, "reason", None), NewConnectionError)


def _names_the_token(said: Mapping[str, Any], details: Sequence[Mapping[str, Any]]) -> bool:
    """A malformed token and a malformed message are the same code, told apart by the field."""
    fields = {
        violation.get("field") for one in details for violation in one.get("fieldViolations", [])
    }
    if fields:
        return fields <= {"message.token", "message.fid"}
    return "registration token" in str(said.get("message", "")).lower()


def _delay_s(retry_after: str | None) -> float | None:
    """`Retry-After` in seconds; FCM sends no dates."""
    return float(retry_after) if retry_after is not None and retry_after.isdecimal() else None


def _seconds(message: PushMessage) -> int:
    return max(0, int(message.ttl.total_seconds()))


def _apns_headers(message: PushMessage) -> dict[str, str]:
    return {
        "apns-push-type": "alert",
        "apns-priority": "10" if message.high else "5",
        "apns-collapse-id": message.collapse_key,
        "apns-expiration": str(int(message.sent_at.timestamp()) + _seconds(message)),
    }


def _web_headers(message: PushMessage) -> dict[str, str]:
    return {
        "TTL": str(_seconds(message)),
        "Urgency": "high" if message.high else "normal",
        "Topic": message.collapse_key,
    }
