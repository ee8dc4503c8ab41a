"""What an erasure renames instead of deleting it, while others go on writing to it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spaktok.accounts.service import belongings
from spaktok.core import clients, pseudonym, transaction
from tests.support.accounts import place
from tests.support.people import ANA, BEN, CARL, DINA, join

TALLY, CLOSED = f"users/{DINA}/giftTallies/a", "videos/video/giftTallies/a"


def test_what_the_erased_kept_from_trending_is_kept_from_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was said of their own things goes with these.

    Negative control: as long as holds were erased, the hashtag could trend again.
    """
    join(ANA)
    place("trendHolds/hashtag-1", {"kind": "hashtag", "name": "bad", "state": "held", "by": ANA})
    place("trendHolds/video-1", {"kind": "video", "name": f"x-{ANA}", "state": "held", "by": BEN})
    for _ in belongings.erase_documents(ANA, final=False):
        continue
    for _ in belongings.erase_texts(ANA):
        continue
    alias = transaction.run(lambda tx: pseudonym.load(ANA, tx))
    (hold,) = clients.db().collection("trendHolds").stream()
    assert (hold.id, hold.get("state"), hold.get("by")) == ("hashtag-1", "held", alias)


def test_a_task_for_many_is_not_lost_to_the_others_when_one_of_them_is_erased() -> None:
    """Negative control: deleted for its naming her, nobody of them is told."""
    many = {"actor": DINA, "recipients": [ANA, BEN, CARL]}
    place("outbox/many", {"function": "tellMany", "payload": many})
    place("outbox/alone", {"function": "tellMany", "payload": {**many, "recipients": [ANA]}})
    place("outbox/hers", {"function": "tellMany", "payload": {**many, "actor": ANA}})
    place("deadLetters/many", {"body": json.dumps({"data": many})})
    place("deadLetters/cut", {"body": f'{{"data": {{"recipients": ["{ANA}", "be'})
    for _ in belongings.erase_texts(ANA):
        continue
    (task,) = clients.db().collection("outbox").stream()
    assert task.to_dict() == {
        "function": "tellMany",
        "payload": {"actor": DINA, "recipients": [BEN, CARL]},
    }
    (letter,) = clients.db().collection("deadLetters").stream()
    assert json.loads(letter.get("body")) == {"data": {"actor": DINA, "recipients": [BEN, CARL]}}


def test_what_is_added_to_a_total_while_a_name_in_it_is_replaced_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One tally grows, and another one goes, between the reading of its page and the commit.

    Negative control: without the precondition in `_rename_page` Ben's two and Carl's one are gone.
    """
    join(ANA, BEN, CARL, DINA)
    for path in (TALLY, CLOSED):
        place(path, {"senderIds": [ANA, BEN], "senders": {ANA: 5, BEN: 3}})
    commit = transaction.commit
    grows, goes = [TALLY], [CLOSED]

    def after_a_roll_up(batch: Any) -> None:
        written = str(batch._write_pbs)
        if grows and TALLY in written:
            place(grows.pop(), {"senderIds": [ANA, BEN, CARL], "senders": {BEN: 5, CARL: 1}})
        if goes and CLOSED in written:
            clients.db().document(goes.pop()).delete()
        commit(batch)

    monkeypatch.setattr(belongings.transaction, "commit", after_a_roll_up)
    for _ in belongings.erase_documents(ANA, final=False):
        continue
    assert not grows
    assert not goes
    alias = transaction.run(lambda tx: pseudonym.load(ANA, tx))
    assert clients.db().document(TALLY).get().to_dict() == {
        "senderIds": [alias, BEN, CARL],
        "senders": {alias: 5, BEN: 5, CARL: 1},
    }
    assert not clients.db().document(CLOSED).get().exists
