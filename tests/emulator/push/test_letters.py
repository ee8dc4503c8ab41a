"""Letters: to whom they go, and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_string
from email.policy import default
from typing import Any

import pytest

from spaktok.core import clients, meter
from spaktok.integrations import addresses
from spaktok.integrations import mail as mails
from spaktok.integrations.mail import Letter
from spaktok.notifications import store
from spaktok.notifications.kinds import KINDS
from spaktok.notifications.model import EntityType, Note, NotificationType
from spaktok.notifications.push import letters
from spaktok.notifications.push import service as push
from spaktok.notifications.store import Entry
from tests.support.people import ANA, join
from tests.support.queue import Queue
from tests.support.time import TestClock

T = NotificationType


@pytest.fixture(autouse=True)
def verified(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Whose address Firebase Authentication has verified."""
    known = {ANA: "ana@example.com"}
    monkeypatch.setattr(letters, "verified_address", known.get)
    return known


def note(kind: NotificationType = T.NEW_SIGN_IN) -> Note:
    return Note(
        "n1",
        kind,
        KINDS[kind].category,
        (),
        0,
        EntityType.USER,
        ANA,
        "n1",
        KINDS[kind].urgent,
        datetime(2026, 3, 14, 12, 0, tzinfo=UTC),
    )


def written() -> list[dict[str, Any]]:
    return [one.to_dict() or {} for one in clients.db().collection("localMails").stream()]


def test_a_letter_is_sent_by_a_task_and_once(queue: Queue) -> None:
    join(ANA)
    for _ in range(3):
        push.mail(ANA, note())
    assert queue.names() == ["sendLetter"]
    queue.drain(times=5)
    [letter] = written()
    assert letter["to"] == "ana@example.com"
    assert letter["subject"] == "There was a new sign-in to your account"
    read = message_from_string(letter["message"], policy=default)
    assert read["List-Unsubscribe"] is None


def test_an_address_that_nobody_verified_gets_no_letter(verified: dict[str, str]) -> None:
    """The profile has an address, ana@example.com: it is what somebody typed."""
    join(ANA)
    verified.clear()
    assert not letters.deliver(ANA, note())
    assert written() == []


def stands(kind: NotificationType, **more: Any) -> None:
    """The entry that the note is of; without it only an alarm is sent."""
    at = note().created_at
    entry = Entry("n1", ANA, kind, EntityType.PAYOUT, "p1", at, at)
    store.ref("n1").set(store.encode(replace(entry, **more), at))


def test_what_can_be_switched_off_tells_the_mail_program_where() -> None:
    join(ANA)
    stands(T.GIFT_EARNINGS)
    store.preferences_ref(ANA).set({"types": {"gift_earnings": {"email": True}}})
    assert letters.deliver(ANA, note(T.GIFT_EARNINGS))
    [letter] = written()
    read = message_from_string(letter["message"], policy=default)
    assert read["List-Unsubscribe"].endswith("/settings/notifications>")


def test_a_letter_is_in_the_accounts_language() -> None:
    join(ANA)
    clients.db().document(f"users/{ANA}/private/account").update({"language": "sv"})
    stands(T.PAYOUT_STATUS)
    letters.deliver(ANA, note(T.PAYOUT_STATUS))
    assert written()[0]["subject"] == "Det finns nytt om din utbetalning"


def test_hidden_content_is_hidden_from_the_mail_program_too() -> None:
    join(ANA)
    store.preferences_ref(ANA).set({"hiddenContent": True})
    stands(T.PAYOUT_STATUS)
    letters.deliver(ANA, note(T.PAYOUT_STATUS))
    assert written()[0]["subject"] == "You have a new notification"


@pytest.mark.parametrize("how", ["taken back", "read", "deleted", "switched off", "late", "away"])
def test_what_is_not_to_be_told_any_more_when_its_turn_comes_is_no_letter(
    how: str, time: TestClock
) -> None:
    """Negative control: without `_due` in `letters.deliver`, all six go out."""
    join(ANA)
    wanted = {"types": {"gift_earnings": {"email": True}}}
    store.preferences_ref(ANA).set(wanted)
    stands(T.GIFT_EARNINGS)
    match how:
        case "taken back":
            store.ref("n1").update({"userId": None})
        case "read":
            store.ref("n1").update({"isRead": True})
        case "deleted":
            store.ref("n1").delete()
        case "switched off":
            store.preferences_ref(ANA).set({})
        case "late":
            time.reach(note().created_at + KINDS[T.GIFT_EARNINGS].fresh_for)
        case "away":
            clients.db().document(f"users/{ANA}").update({"deactivated": True})
    assert not letters.deliver(ANA, note(T.GIFT_EARNINGS))
    assert letters.deliver(ANA, note(T.NEW_SIGN_IN))  # an alarm goes out all the same


def test_a_mail_server_that_fails_is_asked_again(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(ANA)
    push.mail(ANA, note())
    [(function, task_id, body)] = queue.waiting

    class Down:
        def send(self, letter: Letter) -> None:
            raise OSError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(mails, "transport", Down)
        assert queue.deliver(function, task_id, body) == 500
    assert written() == []
    assert queue.deliver(function, task_id, body, retry=1) == 200
    assert len(written()) == 1


def test_an_address_that_is_none_ends_the_task(verified: dict[str, str]) -> None:
    join(ANA)
    verified[ANA] = "ana@example.com\r\nBcc: everyone@example.com"
    assert not letters.deliver(ANA, note())
    assert written() == []


class Postbox:
    """Takes every letter, and counts."""

    def __init__(self) -> None:
        self.taken: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.taken.append(letter)


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Postbox:
    box = Postbox()
    monkeypatch.setattr(mails, "transport", lambda: box)
    return box


def test_a_task_that_is_delivered_five_times_sends_one_letter(
    queue: Queue, postbox: Postbox
) -> None:
    """Negative control: without `was_sent`, there are five."""
    join(ANA)
    push.mail(ANA, note())
    queue.drain(times=5)
    assert len(postbox.taken) == 1


def test_a_letter_costs_four_reads_and_one_write(postbox: Postbox) -> None:
    join(ANA)
    with meter.counting() as cost:
        assert letters.deliver(ANA, note())
    assert (cost.reads, cost.writes) == (4, 1)
    assert len(postbox.taken) == 1


@pytest.mark.parametrize(
    ("email", "proved", "found"),
    [
        ("ana@example.com", True, "ana@example.com"),
        ("ana@example.com", False, None),
        (None, False, None),
    ],
)
def test_only_a_verified_address_is_one(
    email: str | None, proved: bool, found: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from types import SimpleNamespace

    from firebase_admin import auth

    def get_user(uid: str, app: Any) -> Any:
        return SimpleNamespace(email=email, email_verified=proved)

    monkeypatch.setattr(auth, "get_user", get_user)
    monkeypatch.setattr(clients, "admin", lambda: None)
    assert addresses.verified_address(ANA) == found


def test_a_user_who_is_gone_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    from firebase_admin import auth

    def get_user(uid: str, app: Any) -> Any:
        raise auth.UserNotFoundError("gone")

    monkeypatch.setattr(auth, "get_user", get_user)
    monkeypatch.setattr(clients, "admin", lambda: None)
    assert addresses.verified_address(ANA) is None
