"""A bucket of the test's own beside its project, and Authentication as far as accounts go."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from spaktok.integrations import sign_in
from spaktok.notifications.push import letters


@dataclass
class Authentication:
    """What Firebase Authentication was told, by user. The real one has a test of its own."""

    told: list[tuple[str, str]] = field(default_factory=list)

    def of(self, uid: str) -> list[str]:
        return [what for who, what in self.told if who == uid]


@pytest.fixture(autouse=True)
def authentication(own_bucket: None, monkeypatch: pytest.MonkeyPatch) -> Authentication:
    """Records what it is told: its own behaviour is Google's to test. It knows no e-mail address."""
    recorded = Authentication()
    monkeypatch.setattr(letters, "verified_address", lambda _: None)
    for name in ("lock", "sign_out", "delete"):
        monkeypatch.setattr(sign_in, name, lambda uid, what=name: recorded.told.append((uid, what)))
    return recorded
