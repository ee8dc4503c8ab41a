"""What would be pushed is recorded; texts are those of the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from spaktok.notifications import delivery
from spaktok.notifications.model import Note


@dataclass
class Pushes:
    """What `push.service.send` was given; a note given again counts once, as it does there."""

    sent: dict[tuple[str, str, str], Note] = field(default_factory=dict)
    letters: dict[tuple[str, str, str], Note] = field(default_factory=dict)
    together: set[str] = field(default_factory=set)
    calls: int = 0

    def send(self, uid: str, note: Note) -> None:
        self.calls += 1
        self.sent.setdefault((uid, note.notification_id, note.created_at.isoformat()), note)

    def send_together(self, name: str, notes: Sequence[tuple[str, Note]]) -> None:
        """One name is sent once, as it is there."""
        self.calls += 1
        if name in self.together:
            return
        self.together.add(name)
        for uid, note in notes:
            key = (uid, note.notification_id, note.created_at.isoformat())
            assert key not in self.sent, "pushed twice"
            self.sent[key] = note

    def mail(self, uid: str, note: Note) -> None:
        self.letters.setdefault((uid, note.notification_id, note.created_at.isoformat()), note)

    def to(self, uid: str) -> list[Note]:
        """What a user was pushed, in order."""
        return [note for (who, _, _), note in self.sent.items() if who == uid]

    def types(self, uid: str) -> list[str]:
        return [note.type.value for note in self.to(uid)]


@pytest.fixture(autouse=True)
def pushes(monkeypatch: pytest.MonkeyPatch) -> Pushes:
    recorder = Pushes()
    monkeypatch.setattr(delivery, "push", recorder)
    return recorder
