"""What a profile may say, and where it may lead."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from spaktok.users import links, text
from spaktok.users.requests import SocialLinks, UpdateProfile

HOSTILE_LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://example.com",
    "http://example.com",
    "//example.com",
    "https:example.com",
    "https:/example.com",
    "https:///example.com",
    "https:\\\\example.com",
    "https://example.com\\@evil.com",
    "https://user@example.com",
    "https://user:pass@example.com",
    "https://example.com:8443",
    "https://127.0.0.1",
    "https://2130706433",
    "https://0x7f000001",
    "https://0177.0.0.1",
    "https://0x7f.1",
    "https://127.1",
    "https://[::1]",
    "https://[::ffff:127.0.0.1]",
    "https://169.254.169.254/latest/meta-data",
    "https://metadata.google.internal",
    "https://localhost",
    "https://printer.local",
    "https://hidden.onion",
    "https://example",
    "https://example.com.",
    "https://-example.com",
    "https://exa_mple.com",
    "https://ex%61mple.com",
    "https://example。com",
    "https://exаmple.com",  # a Cyrillic а
    "https://аррӏе.com",
    "https://xn--80ak6aa92e.com",  # the same, encoded
    "https://xn--pple-43d.com",  # a Cyrillic а before pple
    "https://pаypal.com",
    "https://раураl.com",
    "https://xn--",
    "https://xn--a.com",
    "https://example.com/\u202egnp.exe",
    "https://example.com/\u200b",
    "https://example.com/a b",
    "https://example.com/\nSet-Cookie: x",
    "https://example.com/<script>",
    'https://example.com/"onmouseover="alert(1)',
    "https://example.com/%zz",
    "https://example.com/%",
    "https://" + "a" * 64 + ".com",
    "https://example.com/" + "a" * 200,
    "",
    "https://",
]

HIDDEN = {
    "right-to-left override": "a\u202eb",
    "isolate": "a\u2066b\u2069",
    "left-to-right mark": "a\u200eb",
    "zero-width space": "a\u200bb",
    "joiner between Latin letters": "a\u200db",
    "non-joiner at the end": "ana\u200c",
    "word joiner": "a\u2060b",
    "byte order mark": "\ufeffana",
    "soft hyphen": "a\u00adb",
    "Hangul filler": "\u3164",
    "halfwidth filler": "a\uffa0",
    "blank braille": "\u2800",
    "tags that smuggle ASCII": "ana\U000e0041\U000e0042",
    "tags without their end": "\U0001f3f4\U000e0067\U000e0062",
    "line separator": "a\u2028b",
    "control": "a\x00b",
    "escape": "a\x1b[31m",
    "private use": "\ue000",
    "lone surrogate": "\ud800",
    "noncharacter": "\ufffe",
    "a tower of marks": "Z" + "\u0301" * 9,
}

HONEST = [
    "Ana",
    "Đặng Thị Ngọc",
    "משה",
    "שָׁלוֹם",
    "می\u200cخواهم",
    "क्\u200dष",
    "👩‍👩‍👧‍👦",
    "🏳️‍🌈",
    "👍🏽",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "日本語",
    "<script>alert(1)</script>",  # kept as it is: whoever shows it encodes it
]


@pytest.mark.parametrize("link", HOSTILE_LINKS)
def test_a_link_that_could_deceive_or_lead_inside_is_refused(link: str) -> None:
    with pytest.raises(ValidationError):
        UpdateProfile.model_validate({"website": link})


@pytest.mark.parametrize(
    ("link", "stored"),
    [
        ("https://example.com", "https://example.com"),
        ("HTTPS://Example.COM/Path?q=1#top", "https://example.com/Path?q=1#top"),
        ("https://example.com/ä", "https://example.com/%C3%A4"),
        ("https://münchen.de", "https://xn--mnchen-3ya.de"),
        ("https://пример.рф/x", "https://xn--e1afmkfd.xn--p1ai/x"),
        ("https://日本.jp", "https://xn--wgv71a.jp"),
        ("https://example.com/?next=javascript:1", "https://example.com/?next=javascript:1"),
    ],
)
def test_an_honest_link_is_kept_in_its_one_spelling(link: str, stored: str) -> None:
    assert links.website(link) == stored
    assert links.website(stored) == stored


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("field", ["displayName", "bio"])
def test_text_with_something_hidden_in_it_is_refused(field: str, hidden: str) -> None:
    """Negative control: without the check of categories, overrides, marks and controls pass."""
    with pytest.raises(ValidationError):
        UpdateProfile.model_validate({field: f"x{hidden}y" if hidden.isspace() else hidden})


@pytest.mark.parametrize("honest", HONEST)
def test_honest_text_of_every_script_is_kept(honest: str) -> None:
    assert text.line(honest) == honest
    assert text.prose(f"{honest}\n{honest}") == f"{honest}\n{honest}"


def test_text_is_brought_into_one_form() -> None:
    assert text.line("e\u0301") == "\u00e9"


def test_a_name_is_one_line_and_a_bio_may_have_several() -> None:
    assert text.prose("a\r\nb") == "a\nb"
    with pytest.raises(ValueError, match="invisible"):
        text.line("a\nb")


def test_a_bio_holds_150_characters_after_composing() -> None:
    assert UpdateProfile(bio="e\u0301" * 150).bio == "\u00e9" * 150
    with pytest.raises(ValidationError):
        UpdateProfile(bio="x" * 151)


@pytest.mark.parametrize(
    ("network", "handle"),
    [
        ("instagram", "@ana.b"),
        ("twitter", "ana_b"),
        ("youtube", "@ana-b"),
        ("tiktok", "ana.b_"),
    ],
)
def test_a_handle_of_another_network_is_kept_without_its_sign(network: str, handle: str) -> None:
    made = SocialLinks.model_validate({network: handle}).handles()
    assert made == {network: handle.removeprefix("@")}


@pytest.mark.parametrize(
    "handle",
    ["https://evil.com", "../x", "a/b", "a?b", "javascript:1", "a b", "аna", "", "@", "a" * 65],
)
@pytest.mark.parametrize("network", links.SOCIAL)
def test_what_is_no_handle_is_refused(network: str, handle: str) -> None:
    with pytest.raises(ValidationError):
        SocialLinks.model_validate({network: handle})
