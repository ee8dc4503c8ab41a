"""Sending what was decided: to every device once, again where FCM could not, never to a void token."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, compress
from typing import Final

from spaktok.core import clock, dispatch, ids, log
from spaktok.core.dispatch import Task
from spaktok.devices import service as devices
from spaktok.devices.model import Device, Platform
from spaktok.integrations import fcm
from spaktok.integrations.fcm import Outcome, PushOutcome
from spaktok.notifications.model import Channel, Note
from spaktok.notifications.push import store
from spaktok.notifications.push.composing import compose, left
from spaktok.notifications.push.requests import body

ATTEMPTS_MAX: Final = 4
"""Sendings of a note to a device that FCM does not take it for."""
BACKOFF_S: Final = 10.0
"""FCM's own minimum before a repeat ("Best practices for sending at scale"); doubled each time."""
WAIT_S_MAX: Final = 3600.0
CHUNK: Final = 200
"""Recipients whose pushes are made ready together."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A note on its way to a user's devices."""

    uid: str
    note: Note
    reached: tuple[Device, ...]

    @property
    def badged(self) -> bool:
        """Whether a device among them shows a number that only we know."""
        return any(device.platform is Platform.IOS for device in self.reached)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A device, and what came of its message."""

    device: Device
    outcome: PushOutcome


def send(uid: str, note: Note) -> None:
    """Push a note to the devices of `uid`, once however often it is asked for.

    A read a device; where there is one, a write, a read for the settings, one for each of at most
    two names, and one for the badge where a device has one (iOS). What FCM can't take now goes on in
    tasks; nothing that FCM says is raised.
    """
    send_many([(uid, note)])


def send_many(notes: Sequence[tuple[str, Note]]) -> None:
    """Push each of these notes to its user, as `send` does.

    A name that several of them show is read once, and the settings, the claims and the messages go
    together: an RPC a recipient (two with a badge) and four for every `CHUNK` of them.
    """
    for start in range(0, len(notes), CHUNK):
        _send(_reachable(notes[start : start + CHUNK]), attempt=0)


def send_together(name: str, notes: Sequence[tuple[str, Note]]) -> None:
    """Push these notes once, however often the work of this name asks for it.

    As `send_many`, but for one write for every `CHUNK` of them. The name must stand for the same
    notes in the same order whenever it is used.
    """
    for start in range(0, len(notes), CHUNK):
        once = ids.digest("push-together", name, str(start))
        _send(_reachable(notes[start : start + CHUNK]), attempt=0, once=once)


def _reachable(notes: Sequence[tuple[str, Note]]) -> list[_Due]:
    """Those that are still news, for whom there is a device. A read a device."""
    at = clock.now()
    due = (
        _Due(uid, note, tuple(devices.in_use(uid)))
        for uid, note in notes
        if left(note, at) > timedelta()
    )
    return [one for one in due if one.reached]


def resend(uid: str, note: Note, keys: Sequence[str], attempt: int) -> None:
    """Push a note again to those of these devices that are still there, if it is still due."""
    due = store.still_due(uid, note, Channel.PUSH)
    if due is None or left(due, clock.now()) <= timedelta():
        return
    reached = tuple(device for device in devices.in_use(uid) if device.key in keys)
    if reached:
        _send([_Due(uid, due, reached)], attempt)


def mail(uid: str, note: Note) -> None:
    """Have a note sent as a letter. Repeated, it is one letter."""
    sending = store.key("letter", uid, note)
    dispatch.send_if_possible(
        Task(function="sendLetter", id=sending, payload={"uid": uid, "note": body(note)})
    )


def _send(wanted: Sequence[_Due], attempt: int, once: str | None = None) -> None:
    """Claim and send; `once` claims all of them together."""
    if not wanted:
        return
    at = clock.now()
    screens = store.screens([(one.uid, one.note, one.badged) for one in wanted])
    composed = [
        [compose(one.note, device, screen, at) for device in one.reached]
        for one, screen in zip(wanted, screens, strict=True)
    ]
    if once is None:
        ours = store.claim([store.key("push", one.uid, one.note, attempt) for one in wanted])
    else:
        ours = store.claim([once]) * len(wanted)
    outcomes = iter(fcm.transport().send(list(chain(*compress(composed, ours)))))
    for one in compress(wanted, ours):
        _settle(one, [_Sent(device, next(outcomes)) for device in one.reached], attempt, at)


def _settle(due: _Due, sent: Sequence[_Sent], attempt: int, at: datetime) -> None:
    """Forget the void tokens, and ask again for what FCM could not take."""
    for one in sent:
        match one.outcome.outcome:
            case Outcome.VOID:
                devices.drop(due.uid, one.device.key, at)
            case Outcome.REFUSED:
                log.warning("push refused", code=one.outcome.code, type=due.note.type.value)
    later = [one for one in sent if one.outcome.outcome is Outcome.LATER]
    _again(due.uid, due.note, later, attempt)


def _again(uid: str, note: Note, failed: Sequence[_Sent], attempt: int) -> None:
    """Ask for another attempt, unless it would be too late or was the last."""
    if not failed:
        return
    keys = [one.device.key for one in failed]
    run_at = clock.now() + timedelta(seconds=_wait_s(failed, attempt))
    if attempt + 1 >= ATTEMPTS_MAX or left(note, run_at) <= timedelta():
        log.warning("push given up", devices=len(keys), type=note.type.value)
        devices.note_failures(uid, keys)
        return
    dispatch.send_if_possible(_task(uid, note, keys, attempt + 1, run_at))


def _task(uid: str, note: Note, keys: Sequence[str], attempt: int, run_at: datetime) -> Task:
    return Task(
        function="resendPush",
        id=store.key("resend", uid, note, attempt),
        payload={
            "uid": uid,
            "note": body(note),
            "keys": list(keys),
            "attempt": attempt,
            "runAt": run_at,
        },
        run_at=run_at,
    )


def _wait_s(failed: Sequence[_Sent], attempt: int) -> float:
    """As long as FCM asks for, else doubling; a little more, so that not all come back at once."""
    asked = max((one.outcome.retry_after_s or 0.0 for one in failed), default=0.0)
    wait_s = asked or BACKOFF_S * 2**attempt
    return min(WAIT_S_MAX, wait_s) * random.uniform(1.0, 1.25)  # noqa: S311 - no secret
