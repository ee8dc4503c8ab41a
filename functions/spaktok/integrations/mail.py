"""Letters by e-mail: SMTP with TLS; beside emulators they are written down instead (`localMails/{id}`).

Set `SPAKTOK_SMTP_HOST`, `SPAKTOK_SMTP_PORT` (587: STARTTLS, 465: TLS from the first byte),
`SPAKTOK_SMTP_USER` and `SPAKTOK_MAIL_FROM` in `functions/.env.<project>`, and the secret
`SPAKTOK_SMTP_PASSWORD`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from spaktok.core import clients, clock, config, keys

if TYPE_CHECKING:
    from email.headerregistry import Address
    from email.message import EmailMessage
    from smtplib import SMTP

TIMEOUT_S: Final = 20.0
_TLS_PORT: Final = 465
_ADDRESS_MAX: Final = 254
_PLAIN: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one person."""

    to: str
    subject: str
    text: str
    html: str
    id: str
    """The same for the same letter: who gets it twice can tell."""
    unsubscribe: str | None = None
    """Where to have no more of its kind; None where that can't be had."""


class BadAddress(ValueError):
    """What is no single plain address, or more than one."""


class MailTransport(Protocol):
    """A way for letters to leave."""

    def send(self, letter: Letter) -> None:
        """Hand it over. Raises `BadAddress`, and whatever the network says where it can't be."""
        ...


def transport() -> MailTransport:
    """The mail server; beside emulators, and only there, what writes down instead."""
    return _Recording() if config.emulated() else _Smtp()


def message(letter: Letter, sender: str) -> EmailMessage:
    """The letter as it travels: text, and the same as HTML. Raises `BadAddress`.

    Headers are set from single lines alone: no address, subject or link can add one of its own.
    """
    from email.message import EmailMessage
    from email.policy import SMTP

    made = EmailMessage(policy=SMTP)
    origin = _sender(sender)
    made["From"], made["To"] = origin, _recipient(letter.to)
    made["Subject"] = _line(letter.subject)
    made["Date"] = clock.now()
    made["Message-ID"] = f"<{_line(letter.id)}@{origin.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe is not None:
        made["List-Unsubscribe"] = f"<{_line(letter.unsubscribe)}>"
    made.set_content(letter.text)
    made.add_alternative(letter.html, subtype="html")
    return made


class _Smtp:
    """A mail server that wants TLS and a password."""

    def send(self, letter: Letter) -> None:
        made = message(letter, _setting("SPAKTOK_MAIL_FROM"))
        user, password = _setting("SPAKTOK_SMTP_USER"), keys.smtp_password()
        with self._connect() as server:
            server.login(user, password)
            server.send_message(made)

    def _connect(self) -> SMTP:
        from smtplib import SMTP, SMTP_SSL
        from ssl import create_default_context

        host, port = _setting("SPAKTOK_SMTP_HOST"), int(os.environ.get("SPAKTOK_SMTP_PORT", "587"))
        trust = create_default_context()
        if port == _TLS_PORT:
            return SMTP_SSL(host, port, timeout=TIMEOUT_S, context=trust)
        server = SMTP(host, port, timeout=TIMEOUT_S)
        server.starttls(context=trust)
        return server


class _Recording:
    """Writes down what would be sent."""

    def send(self, letter: Letter) -> None:
        made = message(letter, "Spaktok <no-reply@spaktok.invalid>")
        clients.db().collection("localMails").document(letter.id).set(
            {
                "to": letter.to,
                "subject": letter.subject,
                "text": letter.text,
                "message": made.as_string(),
                "at": clock.now(),
            }
        )


def _setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise RuntimeError(f"{name} is missing: set it in functions/.env.<project>")
    return value


def _line(text: str) -> str:
    """The text as one line: whatever could end a header is a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _sender(text: str) -> Address:
    """`Spaktok <hello@…>`, or the address alone. Raises `BadAddress`."""
    from email.headerregistry import Address
    from email.utils import parseaddr

    name, address = parseaddr(text)
    return Address(_line(name), addr_spec=_recipient(address).addr_spec)


def _recipient(text: str) -> Address:
    """A single address and nothing around it. Raises `BadAddress`.

    By HTML's definition of a valid one: the standard library's parser fails on some that are none.
    """
    from email.headerregistry import Address

    if len(text) > _ADDRESS_MAX or _PLAIN.fullmatch(text) is None:
        raise BadAddress("not one plain address")
    return Address(addr_spec=text)
