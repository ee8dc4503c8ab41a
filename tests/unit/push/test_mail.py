"""Letters: their form, and that nothing in them becomes a header or a tag."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from spaktok.integrations import mail
from spaktok.integrations.mail import BadAddress, Letter, message
from spaktok.notifications.announcements import Announcement
from spaktok.notifications.kinds import KINDS
from spaktok.notifications.model import EntityType, Note, NotificationType
from spaktok.notifications.push.composing import Screen
from spaktok.notifications.push.letters import compose
from spaktok.notifications.templates import Text
from spaktok.notifications.templates.catalogue import languages

UNNAMED = Screen(hidden=False, names=(), badge=None)
HIDDEN = Screen(hidden=True, names=(), badge=None)
SENDER = "Spaktok <hello@spaktok.example>"
HOSTS = [
    "FIRESTORE_EMULATOR_HOST",
    "FIREBASE_AUTH_EMULATOR_HOST",
    "FIREBASE_STORAGE_EMULATOR_HOST",
    "STORAGE_EMULATOR_HOST",
    "CLOUD_TASKS_EMULATOR_HOST",
]


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCLOUD_PROJECT", "demo-push")
    for name in HOSTS:
        monkeypatch.delenv(name, raising=False)


def letter(**more: Any) -> Letter:
    fields: dict[str, Any] = {
        "to": "ana@example.com",
        "subject": "Hello",
        "text": "Hello\n",
        "html": "<p>Hello</p>",
        "id": "abc",
    }
    return Letter(**{**fields, **more})


def sent(one: Letter) -> EmailMessage:
    """The letter as the other side reads it."""
    read = message_from_bytes(message(one, SENDER).as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def note(kind: NotificationType) -> Note:
    return Note(
        "n1",
        kind,
        KINDS[kind].category,
        ("canary-uid",),
        1,
        EntityType.VIDEO,
        "canary-entity",
        "n1",
        KINDS[kind].urgent,
        datetime(2026, 3, 14, 12, 0, tzinfo=UTC),
    )


BREAKS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\x00"]
INJECTED = "Bcc: everyone@example.com"
HEADERS = {"from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version"} | {
    "content-type"
}


@pytest.mark.parametrize("line_end", BREAKS)
@pytest.mark.parametrize("field", ["subject", "id", "unsubscribe"])
def test_no_line_break_of_any_kind_makes_another_header(line_end: str, field: str) -> None:
    """Negative control: without `_line`, the SDK's policy raises, and the letter is lost."""
    read = sent(letter(**{field: f"x{line_end}{INJECTED}"}))
    assert {name.lower() for name in read.keys()} - {"list-unsubscribe"} == HEADERS  # noqa: SIM118
    assert "bcc" not in {name.lower() for name in read.keys()}  # noqa: SIM118
    assert [one.addr_spec for one in read["To"].addresses] == ["ana@example.com"]


@pytest.mark.parametrize(
    "address",
    [f"ana@example.com{end}{INJECTED}" for end in BREAKS]
    + [
        "ana@example.com, everyone@example.com",
        "friends: ana@example.com, ben@example.com;",
        "ana",
        "",
        "@example.com",
        "ana@",
        "ana@exam ple.com",
        "änä@example.com",
        f"{'a' * 300}@example.com",
    ],
)
def test_a_letter_goes_to_one_plain_address_or_nowhere(address: str) -> None:
    with pytest.raises(BadAddress):
        message(letter(to=address), SENDER)


def test_what_is_no_ascii_arrives_as_it_was_written() -> None:
    read = sent(letter(subject="Säkerhet: الأمان", text="Hej på dig\nالأمان\n"))
    assert read["Subject"] == "Säkerhet: الأمان"
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == ["Hej på dig", "الأمان"]


def test_a_repeated_letter_has_the_same_id() -> None:
    one, same = (sent(letter())["Message-ID"] for _ in range(2))
    assert one == same == "<abc@spaktok.example>"


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_letter_holds_no_name_and_no_id_but_the_notifications(language: str) -> None:
    for kind in NotificationType:
        made = compose(note(kind), "ana@example.com", language, "s1", UNNAMED)
        assert "canary" not in made.subject + made.text + made.html, kind


def test_hidden_content_is_not_in_the_subject_either() -> None:
    made = compose(note(NotificationType.PAYOUT_STATUS), "a@b.example", "en", "s1", HIDDEN)
    assert made.subject == "You have a new notification"
    assert "payout" not in made.text + made.html


def test_what_the_operator_says_is_in_its_own_words_unless_the_content_is_hidden() -> None:
    words = {"en": Text("New rules", "They hold from <Monday> on.")}
    said = Announcement("a1", words, (), datetime(2026, 3, 14, tzinfo=UTC))
    screens = (replace(UNNAMED, said=said), replace(HIDDEN, said=said))
    shown, hidden = (
        compose(note(NotificationType.ANNOUNCEMENT), "a@b.example", "sv", "s1", screen)
        for screen in screens
    )
    assert shown.subject == "New rules"
    assert "They hold from <Monday> on." in shown.text
    assert "They hold from &lt;Monday&gt; on." in shown.html
    assert "rules" not in hidden.subject + hidden.text + hidden.html


def test_what_can_be_switched_off_says_where_and_what_cannot_says_that() -> None:
    for kind in NotificationType:
        made = compose(note(kind), "a@b.example", "en", "s1", UNNAMED)
        locked = KINDS[kind].locked or KINDS[kind].category.value in ("security", "safety")
        header = sent(made)["List-Unsubscribe"]
        if locked:
            assert header is None, kind
            assert "can't be switched off" in made.text
        else:
            assert header == "<https://demo-push.web.app/settings/notifications>"
            assert "/settings/notifications" in made.text


def test_the_html_is_escaped_and_reads_in_its_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPAKTOK_LINK_HOST", 'x"><script>alert(1)</script>')
    made = compose(note(NotificationType.NEW_SIGN_IN), "a@b.example", "ar", "s1", UNNAMED)
    assert "<script" not in made.html
    assert 'dir="rtl"' in made.html


def test_without_emulators_letters_go_to_the_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(mail.transport(), mail._Smtp)
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "localhost:1")
    assert isinstance(mail.transport(), mail._Recording)


@pytest.mark.parametrize(
    "missing", ["SPAKTOK_MAIL_FROM", "SPAKTOK_SMTP_USER", "SPAKTOK_SMTP_PASSWORD"]
)
def test_a_setting_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name in ("SPAKTOK_MAIL_FROM", "SPAKTOK_SMTP_USER", "SPAKTOK_SMTP_PASSWORD"):
        monkeypatch.setenv(name, "ana@example.com")
    monkeypatch.delenv(missing)
    with pytest.raises(RuntimeError, match=f"{missing} is missing"):
        mail.transport().send(letter())
