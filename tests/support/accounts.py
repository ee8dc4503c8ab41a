"""Accounts whose whole life is tested: a small society, and what the database says of one of it."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from typing import Any

from spaktok.accounts.model import TOKENS_DIE, Subject
from spaktok.accounts.service import erasing, leaving, proof
from spaktok.core import clients, clock
from spaktok.core.ids import UserId
from spaktok.core.inventory import Entry, Fate, Place, Store, in_store
from spaktok.core.refusal import NotFound, Refusal
from spaktok.graph import service as graph
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.service import comments, likes
from tests.support import faults
from tests.support.faults import Crash, Fault
from tests.support.queue import Queue
from tests.support.time import TestClock

_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READ_WHOLE: dict[str, dict[str, Any]] = {
    "users/{uid}/devices/{key}": {
        "token": "token",
        "platform": "web",
        "locale": None,
        "deviceId": None,
        "appVersion": None,
        "registeredAt": _LONG_AGO,
        "lastSeenAt": _LONG_AGO,
        "failures": 0,
    },
    "videoComments/{commentId}": {
        "text": "Well said",
        "parentCommentId": None,
        "likes": 0,
        "replies": 0,
        "isEdited": False,
        "moderationStatus": "active",
        "timestamp": _LONG_AGO,
    },
    "commentLikes/{userId}_{commentId}": {"commentId": "c1"},
}
"""What else documents have that are read on the way, when their owner is told something."""

KINDS = ("follow", "like", "comment", "block", "unfollow")


def subject(uid: UserId) -> Subject:
    """Every name the tests' people go by (`tests.support.people.join`)."""
    return Subject(uid, (f"{uid}@example.com", f"{uid}.name"))


def mingle(people: list[UserId], videos: list[str], seed: int, times: int) -> None:
    """Let people do things to each other at random; what is refused is refused."""
    rolls = random.Random(seed)
    for _ in range(times):
        one, other = rolls.sample(people, 2)
        try:
            match rolls.choice(KINDS):
                case "follow":
                    graph.follow(one, other)
                case "unfollow":
                    graph.unfollow(one, other)
                case "block" if rolls.random() < 0.3:
                    graph.block(one, other, "because")
                case "like":
                    likes.like(one, rolls.choice(videos))
                case _:
                    said = CommentOnVideo(video_id=rolls.choice(videos), text="Well said")
                    comments.comment(one, said)
        except Refusal:
            continue


def place(path: str, fields: dict[str, Any]) -> None:
    """A document as a feature would write it, or more of one that is there."""
    clients.db().document(path).set(fields, merge=True)


def plant(entry: Entry, uid: str, other: str, number: int) -> list[str]:
    """A document for every place in which an entry may name `uid`; the paths."""
    planted = []
    for index, named in enumerate(entry.subjects):
        uids = {one.name: other for one in entry.subjects} | {named.name: uid}

        def fill(variable: re.Match[str], uids: dict[str, str] = uids, index: int = index) -> str:
            name = variable.group(1)
            return uids.get(name) or f"{name}{number}x{index}".replace("_", "")

        path = re.sub(r"\{(\w+)\}", fill, entry.path)
        if entry.store is Store.STORAGE:
            clients.bucket().blob(path).upload_from_string(f"file of {uid}")
        else:
            place(path, {**_fields(entry, uids), "note": f"of {uid}", "at": clock.now()})
        planted.append(path)
    return planted


def _fields(entry: Entry, uids: dict[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        **dict.fromkeys(entry.about, "something"),
        **READ_WHOLE.get(entry.path, {}),
    }
    for one in entry.subjects:
        uid = uids[one.name]
        match one.place:
            case Place.FIELD:
                fields[one.name] = uid
            case Place.ARRAY:
                fields[one.name] = [uid]
            case Place.MAP_KEYS:
                fields[one.name] = {uid: True}
            case Place.TEXT:
                fields[one.name] = {"deep": [f"names {uid} inside"]}
            case Place.PATH:
                continue
    return fields


def erase(uids: list[UserId], queue: Queue, time: TestClock) -> None:
    """Erase these accounts from the call to the end, as time passes and sweepers run."""
    for uid in uids:
        leaving.request(uid)
    queue.drain()
    time.pass_(seconds=TOKENS_DIE.total_seconds() + 1)
    settle(queue, time)


def settle(queue: Queue, time: TestClock) -> None:
    """Sweep until nothing is due."""
    for _ in range(10):
        time.pass_(minutes=20)
        if not erasing.sweep(clock.now()):
            return
        queue.drain()
    raise AssertionError("erasures are still due")


def residues(uids: list[UserId]) -> list[proof.Residue]:
    """Whatever still names one of them and is not kept for a reason."""
    return [one for one in proof.prove([subject(uid) for uid in uids]) if one.kept is None]


def erasable() -> list[Entry]:
    """The Firestore entries of which nothing may stay."""
    return [entry for entry in in_store(Store.FIRESTORE) if entry.erasure.fate is not Fate.KEEP]


def gone(uid: UserId, viewer: UserId) -> bool:
    """Whether an account is one that never was, for somebody."""
    from spaktok.users import service as users

    try:
        users.get_profile(viewer, uid)
    except NotFound:
        return True
    return False


def until_it_survives(erasure_id: str, seed: int, chance: float) -> int:
    """Run one erasure under ever rarer deaths, of this chance an RPC at first; how often it died."""
    rolls = random.Random(f"{erasure_id}{seed}")
    deaths = 0
    while True:
        now = max(0.0, chance - deaths * 0.01)
        chances = {Fault.CRASH: now / 2, Fault.CRASH_AFTER: now / 2}
        with faults.injected(faults.seeded(rolls.randrange(2**32), chances)) as injected:
            try:
                erasing.run(erasure_id)
            except Crash:
                injected.revive()
                deaths += 1
            else:
                return deaths
