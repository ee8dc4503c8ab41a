"""Taking turns inside one instance, so that its threads do not fight over a document's locks.

The database alone keeps every promise; but transactions that all read a document and then want to
write it block one another until they time out, and 64 at once would never end. Those of one instance
wait here instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from spaktok.core.refusal import TryAgain


@dataclass(slots=True)
class _Turn:
    lock: Lock = field(default_factory=Lock)
    wanted: int = 0


_turns: Final[dict[str, _Turn]] = {}
_turns_lock: Final = Lock()


@contextmanager
def one_at_a_time(name: str, *, give_up_s: float) -> Iterator[None]:
    """Wait until no other thread of this instance is inside for `name`.

    Raises `TryAgain` after `give_up_s`. Not to be entered twice by one thread for one name.
    """
    with _turns_lock:
        turn = _turns.setdefault(name, _Turn())
        turn.wanted += 1
    try:
        if not turn.lock.acquire(timeout=give_up_s):
            raise TryAgain
        try:
            yield
        finally:
            turn.lock.release()
    finally:
        with _turns_lock:
            turn.wanted -= 1
            if not turn.wanted:
                del _turns[name]
