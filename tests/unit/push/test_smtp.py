"""The mail server's side: no letter and no password before the line is encrypted."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from smtplib import SMTPNotSupportedError

import pytest

from spaktok.integrations import mail
from spaktok.integrations.mail import Letter

LETTER = Letter("ana@example.com", "Hello", "Hello\n", "<p>Hello</p>", "abc")


_ANSWERS = {
    b"EHLO": b"250-plain.example\r\n250 AUTH PLAIN\r\n",
    b"AUTH": b"235 welcome\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


class _Plain(socketserver.StreamRequestHandler):
    """A server, or somebody between us and it, that claims to know no TLS."""

    def handle(self) -> None:
        said: list[bytes] = self.server.said  # type: ignore[attr-defined]
        self.wfile.write(b"220 plain.example\r\n")
        for line in self.rfile:
            said.append(line)
            self.wfile.write(_ANSWERS.get(line[:4].upper(), b"250 OK\r\n"))


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """What a server without TLS hears."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Plain) as server:
        server.said = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("SPAKTOK_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("SPAKTOK_SMTP_PORT", str(server.server_address[1]))
        monkeypatch.setenv("SPAKTOK_SMTP_USER", "spaktok")
        monkeypatch.setenv("SPAKTOK_SMTP_PASSWORD", "a-secret")
        monkeypatch.setenv("SPAKTOK_MAIL_FROM", "hello@spaktok.example")
        yield server.said  # type: ignore[attr-defined]
        server.shutdown()


def test_nothing_is_said_to_a_server_that_offers_no_encryption(said: list[bytes]) -> None:
    """Negative control: without `starttls`, the password and the letter go out in the clear."""
    with pytest.raises(SMTPNotSupportedError):
        mail._Smtp().send(LETTER)
    heard = b"".join(said)
    assert heard.upper().startswith(b"EHLO")
    assert b"a-secret" not in heard
    assert b"AUTH" not in heard
    assert b"ana@example.com" not in heard
