"""What FCM is sent, and what its answers mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from firebase_admin import exceptions, messaging
from firebase_admin._messaging_encoder import MessageEncoder
from requests import Response

from spaktok.core import clients
from spaktok.devices.model import Device, Platform
from spaktok.integrations import fcm
from spaktok.integrations.fcm import ERRORS, Outcome, PushMessage
from spaktok.notifications.kinds import KINDS
from spaktok.notifications.model import EntityType, Note, NotificationType
from spaktok.notifications.push.composing import Screen, compose, data, high, left

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
TOKEN = "a" * 40
INSTALLATION = "d" + "B" * 21
Type = NotificationType


def note(kind: NotificationType = Type.VIDEO_LIKE, **more: Any) -> Note:
    fields: dict[str, Any] = {
        "notification_id": "n1",
        "type": kind,
        "category": KINDS[kind].category,
        "actor_ids": ("ben",),
        "actor_count": 1,
        "entity_type": EntityType.VIDEO,
        "entity_id": "v1-ana",
        "collapse_key": "n1",
        "urgent": KINDS[kind].urgent,
        "created_at": AT,
    }
    return Note(**{**fields, **more})


def device(platform: Platform = Platform.IOS, locale: str = "en", token: str = TOKEN) -> Device:
    return Device("k1", token, platform, locale, AT, AT)


OPEN = Screen(hidden=False, names=("ben.name",), badge=3)
HIDDEN = Screen(hidden=True, names=(), badge=3)


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCLOUD_PROJECT", "demo-push")
    monkeypatch.delenv("SPAKTOK_LINK_HOST", raising=False)


def message(kind: NotificationType = Type.VIDEO_LIKE, screen: Screen = OPEN) -> PushMessage:
    return compose(note(kind), device(), screen, AT)


@pytest.mark.parametrize("token", [TOKEN, INSTALLATION])
@pytest.mark.parametrize("screen", [OPEN, HIDDEN, Screen(hidden=False, names=(), badge=None)])
def test_both_transports_build_the_very_same_message(token: str, screen: Screen) -> None:
    """What is written down locally is what the Admin SDK would post to FCM."""
    for kind in NotificationType:
        made = compose(note(kind), device(token=token), screen, AT)
        posted = json.loads(json.dumps(fcm.sdk_message(made), cls=MessageEncoder))
        assert posted == fcm.payload(made), kind


def test_the_message_as_fcm_knows_it() -> None:
    made = fcm.payload(message())
    key = made["android"]["collapse_key"]
    assert made["token"] == TOKEN
    assert made["notification"] == {"title": "Activity", "body": "ben.name liked your video"}
    assert made["data"] == {
        "notificationId": "n1",
        "type": "video_like",
        "entityType": "video",
        "entityId": "v1-ana",
        "link": "spaktok://video/v1-ana",
    }
    assert made["android"]["ttl"] == "259200s"
    assert made["apns"]["headers"] == {
        "apns-push-type": "alert",
        "apns-priority": "5",
        "apns-collapse-id": key,
        "apns-expiration": str(int(AT.timestamp()) + 259200),
    }
    assert made["apns"]["payload"]["aps"] == {
        "badge": 3,
        "mutable-content": 1,
        "thread-id": "social",
        "interruption-level": "active",
    }
    assert made["webpush"]["headers"] == {"TTL": "259200", "Urgency": "normal", "Topic": key}
    assert made["webpush"]["fcm_options"]["link"] == "https://demo-push.web.app/video/v1-ana"


def test_an_installation_id_is_addressed_as_one() -> None:
    made = fcm.payload(compose(note(), device(token=INSTALLATION), OPEN, AT))
    assert made["fid"] == INSTALLATION
    assert "token" not in made


def test_a_collapse_key_fits_the_shortest_of_the_three() -> None:
    """A web push topic has at most 32 letters of URL-safe base64, APNs takes 64 bytes."""
    for key in ("n1", "x" * 500, "é/? "):
        made = compose(note(collapse_key=key), device(), OPEN, AT)
        assert len(made.collapse_key) == 32
        assert made.collapse_key.isalnum()
    one, same, other = (
        compose(note(collapse_key=key), device(), OPEN, AT).collapse_key for key in "nnm"
    )
    assert one == same != other


HIGH = {
    Type.NEW_MESSAGE,
    Type.INCOMING_CALL,
    Type.CONTENT_FLAGGED,
    Type.CONTENT_HIDDEN,
    Type.CONTENT_REMOVED,
    Type.WARNING,
    Type.AGE_REVIEW_NEEDED,
    Type.ACCOUNT_BANNED,
    Type.ACCOUNT_UNBANNED,
    Type.BAN_EXPIRED,
    Type.NEW_SIGN_IN,
    Type.CREDENTIALS_CHANGED,
    Type.IDENTITY_KEY_CHANGED,
}


@pytest.mark.parametrize("kind", NotificationType)
def test_only_what_hurries_wakes_a_device_and_all_three_say_so(kind: NotificationType) -> None:
    assert high(note(kind)) is (kind in HIGH)
    made = fcm.payload(message(kind))
    said = (
        made["android"]["priority"],
        made["apns"]["headers"]["apns-priority"],
        made["webpush"]["headers"]["Urgency"],
    )
    assert said == (("high", "10", "high") if kind in HIGH else ("normal", "5", "normal"))
    assert made["notification"]["body"], "high priority is for what is shown"


@pytest.mark.parametrize("kind", NotificationType)
def test_a_message_lives_as_long_as_it_is_news(kind: NotificationType) -> None:
    later = AT + timedelta(seconds=30)
    made = compose(note(kind), device(), OPEN, later)
    assert made.ttl == KINDS[kind].fresh_for - timedelta(seconds=30)
    assert left(note(kind), AT + KINDS[kind].fresh_for) == timedelta()


CANARY = "canary"


@pytest.mark.parametrize("locale", ["en", "sv-SE", "ar-EG"])
def test_nothing_but_that_there_is_something_leaves_where_content_is_hidden(locale: str) -> None:
    """Negative control: composed with `hidden=False`, the same note names the canary."""
    for kind in NotificationType:
        told = note(kind, actor_ids=(f"{CANARY}-uid",), entity_id=f"{CANARY}-entity", actor_count=9)
        hidden, control = (
            json.dumps(fcm.payload(compose(told, device(locale=locale), screen, AT)))
            for screen in (Screen(True, (f"{CANARY}-name",), 3), Screen(False, (CANARY,), 3))
        )
        assert CANARY not in hidden, kind
        assert kind.value not in hidden
        # A digest stands for many: not even the open one says what it is about.
        assert CANARY in control or kind is Type.DIGEST


def test_what_is_hidden_looks_the_same_whatever_it_is() -> None:
    def shape(kind: NotificationType) -> Any:
        made = fcm.payload(message(kind, HIDDEN))
        return made["notification"], made["data"], made["android"]["notification"]["channel_id"]

    same = {str(shape(kind)) for kind in NotificationType} - {
        str(shape(Type.INCOMING_CALL)),
        str(shape(Type.DIGEST)),
    }
    assert len(same) == 1


def test_data_holds_ids_alone() -> None:
    for kind in NotificationType:
        for hidden in (True, False):
            given = data(note(kind), hidden=hidden)
            assert all(isinstance(value, str) for value in given.values())
            assert set(given) <= {"notificationId", "link", "type", "entityType", "entityId"}


VOID = {"UNREGISTERED", "INVALID_ARGUMENT", "SENDER_ID_MISMATCH"}
PASSING = {"UNAVAILABLE", "INTERNAL", "QUOTA_EXCEEDED"}


def failure(status: int, body: Any, retry_after: str | None = None) -> Any:
    """The exception that the SDK makes of FCM's answer, by the SDK's own code."""
    from requests.exceptions import HTTPError

    response = Response()
    response.status_code = status
    response._content = json.dumps(body).encode() if not isinstance(body, bytes) else body
    if retry_after is not None:
        response.headers["Retry-After"] = retry_after
    service = messaging._MessagingService.__new__(messaging._MessagingService)
    return service._handle_fcm_error(HTTPError(response=response))


@pytest.mark.parametrize("code", ERRORS)
def test_each_of_fcms_errors_means_what_firebase_says_it_does(code: str) -> None:
    wanted = Outcome.VOID if code in VOID else Outcome.LATER if code in PASSING else Outcome.REFUSED
    met = fcm.outcome_of(failure(ERRORS[code][0], {"error": fcm.error_body(code)}))
    assert (met.outcome, met.code) == (wanted, code)
    assert fcm._imagined(f"{code}-phone-1").outcome is wanted


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"error": {"status": "NOT_FOUND", "message": "Requested entity was not found."}}),
        (403, {"error": {"status": "PERMISSION_DENIED", "message": "API not enabled"}}),
        (401, {"error": {"status": "UNAUTHENTICATED"}}),
        (400, {"error": {"status": "INVALID_ARGUMENT", "message": "Invalid JSON payload"}}),
        (400, b"<html>"),
        (404, b"[]"),
    ],
)
def test_a_mistake_of_ours_makes_no_token_void(status: int, body: Any) -> None:
    """A wrong project id answers NOT_FOUND for every token: it must not empty the registry."""
    assert fcm.outcome_of(failure(status, body)).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("message.token", Outcome.VOID),
        ("message.fid", Outcome.VOID),
        ("message.android.ttl", Outcome.REFUSED),
    ],
)
def test_an_invalid_argument_is_the_tokens_fault_only_where_fcm_names_the_token(
    field: str, wanted: Outcome
) -> None:
    said = fcm.error_body("INVALID_ARGUMENT")
    said["details"].append({"fieldViolations": [{"field": field}]})
    assert fcm.classify(400, said, None).outcome is wanted


@pytest.mark.parametrize(("asked", "wanted"), [("17", 17.0), (None, None), ("soon", None)])
def test_fcm_says_when_to_come_again(asked: str | None, wanted: float | None) -> None:
    met = fcm.outcome_of(failure(429, {"error": fcm.error_body("QUOTA_EXCEEDED")}, asked))
    assert met.retry_after_s == wanted


def test_a_broken_gateway_passes_and_a_lost_answer_is_not_repeated() -> None:
    assert fcm.outcome_of(failure(502, b"")).outcome is Outcome.LATER
    for lost in (exceptions.DeadlineExceededError("no answer"), exceptions.UnavailableError("cut")):
        assert fcm.outcome_of(lost).outcome is Outcome.UNKNOWN


HOSTS = [
    "FIRESTORE_EMULATOR_HOST",
    "FIREBASE_AUTH_EMULATOR_HOST",
    "FIREBASE_STORAGE_EMULATOR_HOST",
    "STORAGE_EMULATOR_HOST",
    "CLOUD_TASKS_EMULATOR_HOST",
]


def test_without_emulators_it_is_fcm_that_is_sent_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*HOSTS, "FUNCTIONS_EMULATOR"]:
        monkeypatch.delenv(name, raising=False)
    assert isinstance(fcm.transport(), fcm._Firebase)
    monkeypatch.setenv("FUNCTIONS_EMULATOR", "true")
    assert isinstance(fcm.transport(), fcm._Firebase), "the flag alone is no emulator"
    monkeypatch.setenv(HOSTS[0], "localhost:1")
    assert isinstance(fcm.transport(), fcm._Recording)


def test_fcm_is_sent_at_most_500_at_a_time_and_every_message_has_its_outcome(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in HOSTS:
        monkeypatch.delenv(name, raising=False)
    sizes: list[int] = []

    def send_each(batch: list[Any], app: Any) -> Any:
        sizes.append(len(batch))
        failed = failure(404, {"error": fcm.error_body("UNREGISTERED")})
        return messaging.BatchResponse(
            [
                messaging.SendResponse({"name": "x"}, None)
                if one.token.endswith("0")
                else messaging.SendResponse(None, failed)
                for one in batch
            ]
        )

    monkeypatch.setattr(messaging, "send_each", send_each)
    monkeypatch.setattr(clients, "admin", lambda: None)
    monkeypatch.setattr(fcm, "_never_wait", lambda _: None)
    tokens = [f"{'t' * 30}{number}" for number in range(1201)]
    messages = [compose(note(), device(token=token), OPEN, AT) for token in tokens]
    outcomes = fcm.transport().send(messages)
    assert sizes == [500, 500, 201]
    assert [one.outcome is Outcome.SENT for one in outcomes] == [t.endswith("0") for t in tokens]


def test_a_batch_that_fails_whole_is_not_repeated_since_some_of_it_may_have_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in HOSTS:
        monkeypatch.delenv(name, raising=False)

    def send_each(batch: list[Any], app: Any) -> Any:
        raise exceptions.UnknownError("failed")

    monkeypatch.setattr(messaging, "send_each", send_each)
    monkeypatch.setattr(clients, "admin", lambda: None)
    monkeypatch.setattr(fcm, "_never_wait", lambda _: None)
    (met,) = fcm.transport().send([message()])
    assert met.outcome is Outcome.UNKNOWN
