"""What others made of and with the things of somebody who is erased names them no more, and stays.

The world is one in which such references exist (`tests.support.society`), and it is made once.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import pytest

from spaktok.accounts.model import TOKENS_DIE
from spaktok.accounts.service import leaving, proof
from spaktok.core import clients, transaction
from spaktok.feed import service as feed
from spaktok.videos.model import VideoStatus
from spaktok.videos.refusals import SoundUnavailable
from spaktok.videos.requests import UpdateVideo
from spaktok.videos.service import editing
from tests.support import accounts, blueprint, society
from tests.support.accounts import erase, residues
from tests.support.people import ANA, CARL
from tests.support.queue import Queue
from tests.support.society import EVE, Society, fields, kinds
from tests.support.tallied import Videos
from tests.support.time import TestClock

KNOWN_BY = {
    "challengeParticipants/{challengeId}_{userId}",
    "exports/{uid}",
    "feedPools/{name}",
    "frameHashes/{entryId}",
    "users/{uid}/devices/{key}",
    "users/{uid}/feed/inbox",
    "users/{uid}/feed/outbox",
    "users/{uid}/feed/slate",
    "users/{uid}/interests/summary",
    "users/{uid}/sessions/{sessionId}",
    "videoSaves/{userId}_{videoId}",
    "videoShares/{shareId}",
    "videos/{videoId}",
    "viewBatches/{batchId}",
    "viewHours/{hour}",
}
"""Where Ana is named before she leaves: a world that lacks one of these proves nothing of it."""


@dataclass(frozen=True)
class Before:
    """The world when Ana left, which kinds of documents named her, and what triggers know of it."""

    made: Society
    named: set[str]
    watcher: Videos


@pytest.fixture
def before(queue: Queue, time: TestClock) -> Before:
    def make() -> Before:
        watcher = Videos()
        made = society.live(queue, time, watcher)
        paths = [one.path for one in proof.prove([accounts.subject(ANA)])]
        return Before(made, set(kinds(paths)), watcher)

    return blueprint.once("known by her things", make, queue, time)


def check_nothing_is_left() -> None:
    """Ana is named nowhere; else it is said in which kinds of documents, and in which of them."""
    left = kinds([one.path for one in residues([ANA])])
    assert not left, "\n".join(f"{kind}: {paths}" for kind, paths in sorted(left.items()))


def check_what_stays(made: Society) -> None:
    """What was made from her video is withheld; the rest is there, and says nothing of hers."""
    duet, heard, entry = (fields(f"videos/{one}") for one in (made.duet, made.heard, made.entry))
    assert (duet["status"], duet["parentId"]) == (VideoStatus.WITHHELD, None)
    assert (heard["status"], heard["soundId"]) == (VideoStatus.ACTIVE, None)
    draft = fields(f"videos/{made.draft}")
    assert (draft["status"], draft["soundId"]) == (VideoStatus.DRAFT, None)
    assert (entry["status"], entry["challengeId"]) == (VideoStatus.ACTIVE, None)
    shown = {one.video_id: one.sound_id for one in feed.page(EVE, 20, None).videos}
    assert shown == {made.heard: None, made.entry: made.entry}


def test_who_is_known_by_their_things_is_named_nowhere_and_what_others_made_stays(
    before: Before, queue: Queue, time: TestClock
) -> None:
    """Even where events come after the end.

    Controls, each of which leaves its kind: without `disown` or `forget_sound` in `erase_things`, the
    challenges in `remember`, `about` at their entries, or the question in `tallies` whether the
    challenge is there. Without `borrowed` in `origins`, an edit makes Carl's video a sound of his, and
    his draft goes out with hers.
    """
    assert before.named >= KNOWN_BY
    assert len(list(clients.db().collection("fanOuts").stream())) > 2
    erase([ANA], queue, time)
    check_what_stays(before.made)
    deepcopy(before.watcher).look()
    editing.update(CARL, UpdateVideo(video_id=before.made.heard, allow_duet=False))
    with pytest.raises(SoundUnavailable):
        editing.publish(CARL, before.made.draft)
    check_what_stays(before.made)
    check_nothing_is_left()


def test_killed_anywhere_it_names_them_no_more_either(
    before: Before, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies at random RPCs, before or after they are done, until a run survives."""
    monkeypatch.setattr(transaction, "_sleep", lambda _: None)
    leaving.request(ANA)
    (erasure,) = clients.db().collection("erasures").stream()
    deaths = 0
    for number in range(2):
        deaths += accounts.until_it_survives(erasure.id, number, 0.08)
        queue.drain()
        time.pass_(seconds=TOKENS_DIE.total_seconds() + 1)
    accounts.settle(queue, time)
    assert deaths > 2
    check_what_stays(before.made)
    check_nothing_is_left()
